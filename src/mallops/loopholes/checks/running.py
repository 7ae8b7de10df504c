"""A promotion that runs at no time, or no longer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from mallops.findings import Severity
from mallops.loopholes.examined import Examined
from mallops.loopholes.model import Kind, Loophole
from mallops.rules.promotions import Promotion
from mallops.time import Weekday, WeeklyHours


def check(examined: Examined) -> Iterator[Loophole]:
    """Windows that hold nothing, that are over, or that none of the weekly hours falls into."""
    for promotion in examined.rulebook.promotions:
        if not promotion.active:
            continue
        span = examined.spans[promotion.id]
        details = {"promotion": promotion.id}
        if span.empty:
            subject = examined.at_promotion(promotion.id, ".schedule")
            kind, severity = Kind.CONFIGURATION, Severity.WARNING
            yield Loophole("window_empty", kind, severity, (subject,), details)
        elif not examined.is_to_come(span):
            subject = examined.at_promotion(promotion.id, ".schedule.ends")
            kind, severity = Kind.CONFIGURATION, Severity.NOTE
            yield Loophole("promotion_over", kind, severity, (subject,), details)
        elif not _ever_open(promotion, examined.rulebook.timezone):
            subject = examined.at_promotion(promotion.id, ".schedule.weekly")
            kind, severity = Kind.CONFIGURATION, Severity.WARNING
            yield Loophole("hours_never_open", kind, severity, (subject,), details)


_WEEK = tuple(Weekday)


def _ever_open(promotion: Promotion, timezone: str) -> bool:
    """Whether some of the hours falls into the window, on the wall clock.

    A clock that changes within so short a window may show an hour less than is counted here:
    hours that fall into just that one are taken to open.
    """
    window, weekly = promotion.schedule.window, promotion.schedule.weekly
    if not weekly or window.starts is None or window.ends is None:
        return True
    starts, ends = (edge.in_timezone(timezone).naive() for edge in (window.starts, window.ends))
    # Every week holds all hours once.
    if ends - starts >= timedelta(days=8):
        return True
    return any(_meets(hours, starts, ends) for hours in weekly)


def _meets(hours: WeeklyHours, starts: datetime, ends: datetime) -> bool:
    day = datetime(starts.year, starts.month, starts.day) - timedelta(days=1)  # noqa: DTZ001
    while day < ends:
        if not hours.days or _WEEK[day.weekday()] in hours.days:
            opens = day + timedelta(minutes=hours.start_minute)
            passes = 0 if hours.start_minute < hours.end_minute else 1
            closes = day + timedelta(days=passes, minutes=hours.end_minute)
            if max(opens, starts) < min(closes, ends):
                return True
        day += timedelta(days=1)
    return False
