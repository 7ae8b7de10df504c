"""Events in columns: what a fit reads, whether they come one by one or from a table."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence

from attrs import frozen

from mallops.errors import InputError, Problem, shown
from mallops.recommend.events import Event
from mallops.recommend.weighing import KINDS
from mallops.time import microseconds

__all__ = ["Coded", "Columns", "columns"]


@frozen(eq=False)
class Coded:
    """Names, each once, and for each row the number of its name, as in Arrow's dictionaries.

    `numbers` is an `array` of type "i" or anything else with a buffer of 32-bit integers.
    """

    names: Sequence[str]
    numbers: Sequence[int]


@frozen(eq=False)
class Columns:
    """Events, one a row, in any order; an id may come twice, and all else of it must be the same.

    `ats` are microseconds since 1970 in UTC and `quantities` at least 1, both with a buffer of
    64-bit integers; `kinds` are places in `weighing.KINDS`, in 8 bits. Raises `InputError` for
    columns of different lengths.
    """

    ids: Sequence[str]
    customers: Coded
    skus: Coded
    kinds: Sequence[int]
    ats: Sequence[int]
    quantities: Sequence[int]
    orders: Coded
    regions: Coded

    def __attrs_post_init__(self) -> None:
        lengths = {
            "customers": len(self.customers.numbers),
            "skus": len(self.skus.numbers),
            "kinds": len(self.kinds),
            "ats": len(self.ats),
            "quantities": len(self.quantities),
            "orders": len(self.orders.numbers),
            "regions": len(self.regions.numbers),
        }
        if problems := [
            Problem(f"$.{name}", shown(length), f"{len(self.ids)} rows, as of ids")
            for name, length in lengths.items()
            if length != len(self.ids)
        ]:
            raise InputError(problems)


def columns(events: Iterable[Event]) -> Columns:
    """Events as columns.

    >>> columns([]).ids
    []
    """
    rows = list(events)
    places = {kind: place for place, kind in enumerate(KINDS)}
    return Columns(
        [event.id for event in rows],
        _coded([event.customer for event in rows]),
        _coded([event.sku for event in rows]),
        array("b", [places[event.kind] for event in rows]),
        array("q", [microseconds(event.at) for event in rows]),
        array("q", [event.quantity for event in rows]),
        _coded([event.order for event in rows]),
        _coded([event.region for event in rows]),
    )


def _coded(names: Sequence[str]) -> Coded:
    places: dict[str, int] = {}
    numbers = array("i", [places.setdefault(name, len(places)) for name in names])
    return Coded(list(places), numbers)
