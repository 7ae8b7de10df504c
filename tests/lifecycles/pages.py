"""What `docs/flows.md` shows of the flows themselves, written anew by `python -m` this module."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from mallops.lifecycles.axes import along
from mallops.lifecycles.flows import FLOWS, HOUSE, WECHAT, orders, returns, shipments
from mallops.lifecycles.machine import Deadline, Machine, Term
from mallops.lifecycles.svg import svg

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "flows.md"


def drawings() -> Iterator[tuple[Path, str]]:
    """The axes of a return, and the two machines that are no after-sales."""
    whole = returns(HOUSE)
    for axis in whole.states[0].axes:
        yield DOCS / "flows" / f"{axis}.svg", svg(along(whole, axis))
    yield DOCS / "flows" / "orders.svg", svg(orders(HOUSE))
    yield DOCS / "flows" / "shipments.svg", svg(shipments(HOUSE))


def tables() -> Iterator[tuple[str, str]]:
    """The generated tables of the page, by name."""
    yield "flows", "\n".join(_flows())
    yield "deadlines", "\n".join(_deadlines())


def page(text: str) -> str:
    """The page's text with its tables as they are now."""
    for name, table in tables():
        between = re.compile(rf"(<!-- {name} -->\n).*?(\n<!-- end of {name} -->)", re.DOTALL)
        assert between.search(text), name
        text = between.sub(rf"\g<1>\n{table}\n\g<2>", text)
    return text


def _flows() -> Iterator[str]:
    yield "| flow | axes | states | rows | who acts |"
    yield "|---|---|---|---|---|"
    for flow in FLOWS:
        machine = flow(HOUSE)
        axes = ", ".join(machine.states[0].axes)
        people = ", ".join(a for a in machine.actors if a not in {"timer", "provider"})
        counts = f"{len(machine.states)} | {len(machine.rows)}"
        yield f"| `{machine.id}` | {axes} | {counts} | {people} |"


def _deadlines() -> Iterator[str]:
    yield "| deadline | in | ours | WeChat shop, if else | then | to the good of |"
    yield "|---|---|---|---|---|---|"
    found: dict[tuple[str, ...], list[str]] = {}
    for flow in FLOWS:
        ours, theirs = flow(HOUSE), flow(WECHAT)
        for deadline, other in zip(ours.deadlines, theirs.deadlines, strict=True):
            found.setdefault(_cells(ours, deadline, other), []).append(ours.id)
    for (said, ours_, theirs_, then, whose), flows in found.items():
        names = "after-sales" if len(flows) == len(FLOWS) - 2 else ", ".join(flows)
        yield f"| {said} | {names} | {ours_} | {theirs_} | {then} | {whose} |"


def _cells(machine: Machine, deadline: Deadline, other: Deadline) -> tuple[str, ...]:
    words = machine.wording["en"]
    return (
        words[f"deadline.{deadline.id}"],
        _lengths(deadline.terms),
        _lengths(other.terms) if other.terms != deadline.terms else "",
        words[f"event.{deadline.event}"],
        words[f"actor.{deadline.benefits}"],
    )


def _lengths(terms: tuple[Term, ...]) -> str:
    return ", ".join(
        f"{term.length} {term.calendar.value}" + (f" (since {term.since})" if term.since else "")
        for term in terms
    )


if __name__ == "__main__":
    for path, drawn in drawings():
        path.write_text(drawn, "utf-8")
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
