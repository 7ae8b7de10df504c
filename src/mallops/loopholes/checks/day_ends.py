"""A window that ends a minute or a whole day too early, as its end was read as inclusive."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from mallops.findings import Severity
from mallops.loopholes.examined import Examined
from mallops.loopholes.model import Kind, Loophole
from mallops.loopholes.windows import Edge, edges

# Month and day. A sale that is up to one of these is mostly meant to be open on it.
_FESTIVALS = frozenset(
    {(2, 14), (3, 8), (5, 20), (6, 18), (8, 18), (9, 9), (10, 7), (11, 11), (12, 12)} | {(12, 25)}
)


def check(examined: Examined) -> Iterator[Loophole]:
    """Ends at 23:59, which leave a minute out, and at midnight as a festival's own day begins.

    Where something else begins at just that midnight, the end is meant: the one makes room for
    the other. So it is with what ran for a day or less.
    """
    kind, severity = Kind.CONFIGURATION, Severity.WARNING
    found = list(edges(examined))
    beginnings = {edge.at for edge in found if not edge.is_end}
    for edge in found:
        if not edge.is_end:
            continue
        if (edge.at.hour, edge.at.minute) == (23, 59):
            subjects, details = (edge.subject,), _details(edge)
            yield Loophole("ends_before_midnight", kind, severity, subjects, details)
        elif _is_midnight(edge) and edge.at not in beginnings and _leaves_out(edge):
            subjects, details = (edge.subject,), _details(edge)
            yield Loophole("ends_as_day_begins", kind, severity, subjects, details)


def _is_midnight(edge: Edge) -> bool:
    return edge.at.hour == edge.at.minute == edge.at.second == 0


def _leaves_out(edge: Edge) -> bool:
    """Whether the day that begins is a festival's, or the last of a month."""
    starts = edge.window.starts
    if starts is not None and edge.at - starts <= timedelta(days=1):
        return False
    tomorrow = edge.at.add(days=1)
    return (edge.at.month, edge.at.day) in _FESTIVALS or tomorrow.day == 1


def _details(edge: Edge) -> dict[str, str]:
    day, time = edge.at.format("YYYY-MM-DD"), edge.at.format("HH:mm:ss")
    return {"whose": edge.whose, "day": day, "time": time}
