"""Whether a document that was read can be that of a state: its shape, before anything is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, TypeGuard

from mallops.errors import Problem, shown
from mallops.recommend.events import MOST_UNITS
from mallops.recommend.weighing import KINDS, WHOLE

__all__ = ["problems"]

_LARGEST = 2**63 - 1


def problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    """What no state is written as, each with its path; the first one of each column.

    Numbers of names are places in them, columns are of one length, names ascend and are there
    once. What is kept of an event, and how alike SKUs are, is believed within its bounds.

    >>> [str(problem) for problem in problems({"customers": "ann"})][:1]
    ["$.customers: got 'ann', expected names in ascending order"]
    """
    for name in ("customers", "skus", "orders", "regions", "flagged"):
        yield from _names(document.get(name), f"$.{name}")
    yield from _events(document)
    yield from _links(document, "links")
    settings = document.get("settings")
    if not isinstance(settings, dict):
        yield Problem("$.settings", shown(settings), "an object")
    elif settings.get("orders") is not None:
        yield from _links(document, "order_links")
    elif document.get("order_links") is not None:
        yield Problem("$.order_links", shown(document["order_links"]), "nothing, as in settings")


def _events(document: Mapping[str, Any]) -> Iterator[Problem]:
    events = document.get("events")
    if not isinstance(events, dict):
        yield Problem("$.events", shown(events), "an object")
        return
    ids = events.get("ids")
    if not isinstance(ids, list) or not all(isinstance(name, str) for name in ids):
        yield Problem("$.events.ids", shown(ids), "a list of text")
        return
    if len(set(ids)) < len(ids):
        yield Problem("$.events.ids", shown(ids), "each id once")
    yield from _starts(events, "starts", "$.events", _length(document.get("customers")), len(ids))
    bounds = {
        "skus": (0, _length(document.get("skus")) - 1),
        "orders": (0, _length(document.get("orders")) - 1),
        "regions": (0, _length(document.get("regions")) - 1),
        "ats": (-_LARGEST, _LARGEST),
        "kinds": (0, len(KINDS) - 1),
        "quantities": (1, MOST_UNITS),
        "kept": (0, WHOLE),
    }
    for name, (least, most) in bounds.items():
        yield from _numbers(events, name, "$.events", len(ids), least, most)


def _links(document: Mapping[str, Any], name: str) -> Iterator[Problem]:
    links, skus = document.get(name), _length(document.get("skus"))
    if not isinstance(links, dict):
        yield Problem(f"$.{name}", shown(links), "an object")
        return
    yield from _names(links.get("holders"), f"$.{name}.holders")
    for part, rows, amounts in (
        ("held", _length(links.get("holders")), "strengths"),
        ("nearest", skus, "likeness"),
    ):
        columns, path = links.get(part), f"$.{name}.{part}"
        if not isinstance(columns, dict):
            yield Problem(path, shown(columns), "an object")
            continue
        length = _length(columns.get("skus"))
        yield from _starts(columns, "starts", path, rows, length)
        yield from _numbers(columns, "skus", path, length, 0, skus - 1)
        yield from _numbers(columns, amounts, path, length, 1, _LARGEST)


def _length(column: object) -> int:
    return len(column) if isinstance(column, list) else 0


def _names(names: object, path: str) -> Iterator[Problem]:
    if (
        not isinstance(names, list)
        or not all(isinstance(name, str) for name in names)
        or any(one >= other for one, other in pairwise(names))
    ):
        yield Problem(path, shown(names), "names in ascending order")


def _starts(
    columns: Mapping[str, Any], name: str, path: str, rows: int, length: int
) -> Iterator[Problem]:
    starts = columns.get(name)
    if (
        not _whole(starts)
        or len(starts) != rows + 1
        or (starts[0], starts[-1]) != (0, length)
        or any(one > other for one, other in pairwise(starts))
    ):
        yield Problem(f"{path}.{name}", shown(starts), f"{rows + 1} places from 0 to {length}")


def _numbers(
    columns: Mapping[str, Any], name: str, path: str, length: int, least: int, most: int
) -> Iterator[Problem]:
    numbers = columns.get(name)
    if not _whole(numbers) or len(numbers) != length:
        yield Problem(f"{path}.{name}", shown(numbers), f"{length} whole numbers")
    elif numbers and not (least <= min(numbers) and max(numbers) <= most):
        wrong = next(n for n, number in enumerate(numbers) if not least <= number <= most)
        expected = f"a whole number from {least} to {most}"
        yield Problem(f"{path}.{name}[{wrong}]", shown(numbers[wrong]), expected)


def _whole(numbers: object) -> TypeGuard[list[int]]:
    # By class, as true is a whole number too.
    return isinstance(numbers, list) and {*map(type, numbers)} <= {int}
