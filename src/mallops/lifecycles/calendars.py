"""When a deadline is due: hours, local days, whole days and workdays."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from typing import assert_never

from pendulum import DateTime, FixedTimezone

from mallops.lifecycles.machine import Calendar, Deadline, Machine, Term
from mallops.time import first_local_midnight_after, local_date, local_days_after, local_midnight


def due_at(deadline: Deadline, since: DateTime, machine: Machine) -> DateTime:
    """When a deadline that began to run at `since` is due, by the term in force on that day."""
    terms = deadline.terms
    term = terms[0] if len(terms) == 1 else term_on(deadline, local_date(since, machine.timezone))
    match term.calendar:
        case Calendar.MINUTES:
            return since + timedelta(minutes=term.length)
        case Calendar.HOURS:
            return hours_after(since, term.length)
        case Calendar.DAYS:
            return local_days_after(since, machine.timezone, term.length)
        case Calendar.MIDNIGHTS:
            return first_local_midnight_after(since, machine.timezone, term.length)
        case Calendar.WORKDAYS:
            return _after_workdays(since, term.length, machine)
        case _:
            assert_never(term.calendar)


def term_on(deadline: Deadline, day: date) -> Term:
    """The term in force on a local day: the last that has begun; else the first of all."""
    begun = [term for term in deadline.terms if term.since is None or term.since <= day]
    return max(begun, key=_since, default=min(deadline.terms, key=_since))


def hours_after(at: DateTime, hours: int) -> DateTime:
    """So many hours later by any clock."""
    if isinstance(at.tzinfo, FixedTimezone):
        # Where the offset never changes plain arithmetic is right, and ten times as fast.
        return datetime.__add__(at, _hours(hours))
    return at + _hours(hours)


@cache
def _hours(hours: int) -> timedelta:
    return timedelta(hours=hours)


def _since(term: Term) -> date:
    return term.since or date.min


def _after_workdays(since: DateTime, days: int, machine: Machine) -> DateTime:
    """The end of the so-maniest workday that begins after an instant's own local day."""
    day = local_date(since, machine.timezone)
    while days > 0:
        day += timedelta(days=1)
        days -= _is_workday(day, machine)
    return local_midnight(day + timedelta(days=1), machine.timezone)


def _is_workday(day: date, machine: Machine) -> bool:
    if day in machine.workdays:
        return True
    return day.weekday() < 5 and day not in machine.holidays
