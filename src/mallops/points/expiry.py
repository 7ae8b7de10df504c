"""When points go: by their age, all of a year together, or once their owner is idle.

Every end is half-open: points can be used before it, and not at it. Source: stories section 2;
expiry by inactivity is beyond it.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import assert_never

from pendulum import DateTime

from mallops.errors import InputError, Problem, shown
from mallops.rules.points import Expire, ExpireByAge, ExpireInactive, ExpireYearly
from mallops.time import instant, local_date, local_days_after, local_midnight


def lot_end(expire: Expire | None, settled: DateTime, timezone: str) -> DateTime | None:
    """When a lot that settled then is gone; None: never, or by inactivity alone.

    By age that is the same local time of day so many days later. By the year it is the end of
    the first `month`-`day` that is not before the local day of settling, so many months later;
    in a month without that day, the end of the month. Raises `InputError` for an unknown
    timezone, a naive `settled`, and an end after the year 9999.

    >>> from mallops.time import instant
    >>> settled = instant("2026-11-18T09:30:00+08:00")
    >>> print(lot_end(ExpireByAge(365), settled, "Asia/Shanghai"))
    2027-11-18 09:30:00+08:00
    >>> print(lot_end(ExpireYearly(12, 31, grace_months=2), settled, "Asia/Shanghai"))
    2027-03-01 00:00:00+08:00
    """
    match expire:
        case None | ExpireInactive():
            return None
        case ExpireByAge():
            return local_days_after(settled, timezone, expire.after_days)
        case ExpireYearly():
            return _year_end(expire, settled, timezone)
        case _:
            assert_never(expire)


def revived_until(
    expire: Expire | None, end: DateTime | None, at: DateTime, timezone: str
) -> DateTime | None:
    """When a lot that had that end goes, once points come back to it at `at`.

    The later of `end` and `revive_days` local days after `at`, at the same time of day. What
    never ends still never does, and where inactivity alone ends points nothing changes.
    Raises `InputError` as `lot_end` does.

    >>> from mallops.time import instant
    >>> end, at = instant("2026-11-20T00:00:00+08:00"), instant("2026-11-18T09:30:00+08:00")
    >>> print(revived_until(ExpireByAge(365, revive_days=30), end, at, "Asia/Shanghai"))
    2026-12-18 09:30:00+08:00
    """
    match expire:
        case None | ExpireInactive():
            return end
        case ExpireByAge() | ExpireYearly():
            if end is None:
                return None
            return max(end, local_days_after(at, timezone, expire.revive_days))
        case _:
            assert_never(expire)


def idle_end(expire: Expire | None, active_at: DateTime, timezone: str) -> DateTime | None:
    """When all points of a customer go who was last active then; None: not by inactivity.

    The same local time of day `inactive_days` days later. Raises `InputError` as `lot_end` does.

    >>> from mallops.time import instant
    >>> active = instant("2026-11-18T09:30:00+08:00")
    >>> print(idle_end(ExpireInactive(180), active, "Asia/Shanghai"))
    2027-05-17 09:30:00+08:00
    """
    if isinstance(expire, ExpireInactive):
        return local_days_after(active_at, timezone, expire.inactive_days)
    return None


def last_day(end: DateTime, timezone: str) -> date:
    """The last local day on which points can be used that are gone at `end`.

    That is the day before where `end` is a local midnight, as ends are half-open. Raises
    `InputError` for an unknown timezone and a naive `end`.

    >>> from mallops.time import instant
    >>> last_day(instant("2027-01-01T00:00:00+08:00"), "Asia/Shanghai").isoformat()
    '2026-12-31'
    >>> last_day(instant("2027-01-01T00:00:01+08:00"), "Asia/Shanghai").isoformat()
    '2027-01-01'
    """
    # On the clock of UTC, which never goes back or forth.
    return local_date(instant(end).in_timezone("UTC").subtract(microseconds=1), timezone)


def _year_end(expire: ExpireYearly, settled: DateTime, timezone: str) -> DateTime:
    day = local_date(settled, timezone)
    try:
        this_year = _clamped(day.year, expire.month, expire.day)
        year = day.year if day <= this_year else day.year + 1
        # The nominal day is kept: February's 29th and a month of grace is March's 29th, always.
        last = _clamped(year, expire.month + expire.grace_months, expire.day)
        return local_midnight(last + timedelta(days=1), timezone)
    except (OverflowError, ValueError):
        raise InputError([_too_late(settled)]) from None


def _clamped(year: int, month: int, day: int) -> date:
    """The day of a month, which may be beyond December, or the last that the month has."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, min(day, monthrange(year, month)[1]))


def _too_late(settled: DateTime) -> Problem:
    return Problem("$.settled", shown(settled), "an instant whose points end by the year 9999")
