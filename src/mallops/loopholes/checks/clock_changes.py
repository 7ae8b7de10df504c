"""A window that begins or ends in an hour that a clock change skips or repeats."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from pendulum import DateTime

from mallops.findings import Severity
from mallops.loopholes.examined import Examined
from mallops.loopholes.model import Kind, Loophole
from mallops.loopholes.windows import edges

_LONGEST_CHANGE = timedelta(hours=3)


def check(examined: Examined) -> Iterator[Loophole]:
    """Edges whose local time there is twice on that day, or just after one that there is not.

    A rulebook keeps the instant, not the text that it was read from. Of a repeated time the first
    was taken; a skipped one has become the later time that is found here.
    """
    kind, severity = Kind.CONFIGURATION, Severity.WARNING
    known: dict[DateTime, str] = {}
    for edge in edges(examined):
        # Thousands of windows share a few edges.
        change = known.get(edge.at)
        if change is None:
            change = known[edge.at] = _change(edge.at)
        if change:
            local = edge.at.format("YYYY-MM-DD HH:mm")
            timezone = examined.rulebook.timezone
            details = {
                "whose": edge.whose,
                "local": local,
                "timezone": timezone,
                "change": change,
            }
            yield Loophole("edge_in_clock_change", kind, severity, (edge.subject,), details)


def _change(at: DateTime) -> str:
    """`repeated` or `skipped`, or nothing where the clock runs as ever."""
    before, after = (_offset(at + shift) for shift in (-_LONGEST_CHANGE, _LONGEST_CHANGE))
    if before == after:
        return ""
    moved = abs(after - before)
    if after < before:
        # The clock went back: what it shows now it shows again, or has shown before.
        here = _offset(at)
        other = at + moved if here == before else at - moved
        return "repeated" if _offset(other) != here else ""
    return "skipped" if _offset(at) == after and _offset(at - moved) == before else ""


def _offset(at: datetime) -> timedelta:
    offset = at.utcoffset()
    assert offset is not None, "edges are in the rulebook's zone"
    return offset
