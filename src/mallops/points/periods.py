"""The local days, months and years in which caps are counted, and how counters run on.

Periods are told by labels, "2026-11-11", "2026-11", "2026", and "" for all time, of which the
later is the greater text. Time never runs backwards in a ledger: an instant of an older period
than its counter's counts into the counter's period. (Clocks that go back over midnight bring
such instants, and hosts whose clocks differ.)
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import assert_never

from pendulum import DateTime

from mallops.points.counts import Count
from mallops.time import local_date


class Period(Enum):
    """A stretch of the local calendar in which something is counted."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    EVER = "ever"


def label_of(period: Period, at: DateTime, timezone: str) -> str:
    """What the period of that kind around an instant is called.

    >>> from mallops.time import instant
    >>> at = instant("2026-11-10T20:00:00Z")
    >>> [label_of(period, at, "Asia/Shanghai") for period in Period]
    ['2026-11-11', '2026-11', '2026', '']
    """
    day = local_date(at, timezone).isoformat()
    match period:
        case Period.DAY:
            return day
        case Period.MONTH:
            return day[:7]
        case Period.YEAR:
            return day[:4]
        case Period.EVER:
            return ""
        case _:
            assert_never(period)


def counted(counts: Mapping[str, Count], name: str, label: str) -> int:
    """What the counter has in the period of that label, or in a later one it is already in.

    >>> counts = {"orders/day": Count("2026-11-11", 120)}
    >>> [counted(counts, "orders/day", f"2026-11-{day}") for day in (10, 11, 12)]
    [120, 120, 0]
    """
    found = counts.get(name)
    return found.value if found is not None and found.period >= label else 0


def counted_on(counts: Mapping[str, Count], name: str, label: str, more: int) -> Count:
    """The counter once `more` has happened in the period of that label.

    >>> counts = {"orders/day": Count("2026-11-11", 120)}
    >>> counted_on(counts, "orders/day", "2026-11-10", 5)
    Count(period='2026-11-11', value=125)
    >>> counted_on(counts, "orders/day", "2026-11-12", 5)
    Count(period='2026-11-12', value=5)
    """
    found = counts.get(name)
    if found is None or found.period < label:
        return Count(label, more)
    return Count(found.period, found.value + more)
