"""How many points a customer may still give to others today. Beyond format 1."""

from __future__ import annotations

from collections.abc import Mapping

from pendulum import DateTime

from mallops.points.counts import Count
from mallops.points.periods import Period, counted, counted_on, label_of
from mallops.rules.points import Transfer

COUNTER = "transfers/day"
"""The counter of what a customer gave away, a local day at a time."""


def transferable(
    transfer: Transfer, at: DateTime, timezone: str, counts: Mapping[str, Count]
) -> int | None:
    """How many points may still be given away on the local day of `at`; None: without bound.

    `counts` are the giver's counters. Whether that many are there to be given, and `at_least`,
    are for the ledger. Raises `InputError` for an unknown timezone and a naive `at`.

    >>> from mallops.time import instant
    >>> at, given = instant("2026-11-11T12:00:00+08:00"), {COUNTER: Count("2026-11-11", 700)}
    >>> transferable(Transfer(True, at_most_per_day=1_000), at, "Asia/Shanghai", given)
    300
    >>> transferable(Transfer(), at, "Asia/Shanghai", {})
    0
    """
    if not transfer.allowed:
        return 0
    if transfer.at_most_per_day is None:
        return None
    today = label_of(Period.DAY, at, timezone)
    return max(0, transfer.at_most_per_day - counted(counts, COUNTER, today))


def after_transfer(
    transfer: Transfer, points: int, at: DateTime, timezone: str, counts: Mapping[str, Count]
) -> Mapping[str, Count]:
    """The giver's counters that giving away so many points moves on: none without a day's bound.

    Raises as `transferable` does.

    >>> from mallops.time import instant
    >>> at = instant("2026-11-11T12:00:00+08:00")
    >>> after_transfer(Transfer(True, at_most_per_day=1_000), 700, at, "Asia/Shanghai", {})
    {'transfers/day': Count(period='2026-11-11', value=700)}
    """
    if transfer.at_most_per_day is None:
        return {}
    return {COUNTER: counted_on(counts, COUNTER, label_of(Period.DAY, at, timezone), points)}
