"""Which tier a customer has by the points that orders earned, and for how long.

A period is a block of months of the local calendar. It reaches the highest tier that the sum of
its points comes up to. A tier that is reached counts at once, through the rest of its period,
through the next, and for the days of grace after that. Beyond format 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from attrs import frozen
from pendulum import DateTime

from mallops.errors import InputError, Problem, shown
from mallops.rules.points import Tiers
from mallops.time import local_date, local_midnight


@frozen
class Standing:
    """A customer's `tier` (empty: none), and the way to the next.

    `points` are those of the present period so far. `missing` more reach `next_tier` (empty: there
    is none above); where more was taken back than earned, it takes these too. The tier is kept
    until `until` even if nothing more is earned, and nothing is taken back; None: there is none
    to lose.
    """

    tier: str
    points: int
    next_tier: str = ""
    missing: int = 0
    until: DateTime | None = None


def tier_at(
    rules: Tiers, movements: Iterable[tuple[DateTime, int]], at: DateTime, timezone: str
) -> Standing:
    """Where a customer stands at `at`.

    `movements` are the points that orders earned, and below 0 what of them was taken back, each
    with its instant; they come in any order, and later ones than `at` are left out. What a
    period takes back counts in that period, whose sum is never below 0. Raises `InputError` for
    an unknown timezone, a naive `at`, and periods outside the years 1 to 9999.

    >>> from mallops.rules.points import Tier
    >>> from mallops.time import instant
    >>> rules = Tiers((Tier("silver", 100), Tier("gold", 1_000)), months=12, grace_days=30)
    >>> movements = [(instant("2026-11-11T00:00:00+08:00"), 250)]
    >>> found = tier_at(rules, movements, instant("2027-01-05T12:00:00+08:00"), "Asia/Shanghai")
    >>> found.tier, found.points, found.next_tier, found.missing
    ('silver', 0, 'gold', 1000)
    >>> print(found.until)
    2028-01-31 00:00:00+08:00
    """
    calendar = _Calendar(rules.months, timezone)
    period = calendar.period_of(at)
    begins = [calendar.begins(period - back) for back in range(3)]
    sums = [0, 0, 0]
    for moved_at, points in movements:
        if moved_at <= at:
            back = next((back for back, first in enumerate(begins) if moved_at >= first), None)
            if back is not None:
                sums[back] += points
    # How many tiers each period reaches, the present one first.
    reached = [sum(tier.points <= points for tier in rules.tiers) for points in sums]
    if at >= calendar.begins(period, rules.grace_days):
        reached[2] = 0
    rank = max(reached)
    points = max(0, sums[0])
    above = rules.tiers[rank] if rank < len(rules.tiers) else None
    return Standing(
        rules.tiers[rank - 1].id if rank else "",
        points,
        above.id if above else "",
        above.points - sums[0] if above else 0,
        # The last period that reaches the tier holds it through the next one, and its grace.
        calendar.begins(period - reached.index(rank) + 2, rules.grace_days) if rank else None,
    )


@frozen
class _Calendar:
    """Periods of so many months, numbered from the beginning of the calendar."""

    months: int
    timezone: str

    def period_of(self, at: DateTime) -> int:
        day = local_date(at, self.timezone)
        period = ((day.year - 1) * 12 + day.month - 1) // self.months
        # A clock that goes back over midnight does not bring back the period before.
        return period + 1 if at >= self.begins(period + 1) else period

    def begins(self, period: int, plus_days: int = 0) -> DateTime:
        """The first moment of a period, or of the day so many days after its first."""
        month = period * self.months
        try:
            day = date(month // 12 + 1, month % 12 + 1, 1) + timedelta(days=plus_days)
        except (OverflowError, ValueError):
            expected = "an instant around which periods are within the years 1 to 9999"
            raise InputError([Problem("$.at", shown(f"{month // 12 + 1}"), expected)]) from None
        return local_midnight(day, self.timezone)
