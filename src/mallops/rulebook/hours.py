"""How weekly hours are written in files."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from mallops.rulebook.reader import Kind, Notes, Schema
from mallops.rulebook.records import Field, Record, SetOf
from mallops.rulebook.scalars import CLOCK, CLOCK_END, one_of
from mallops.time import Weekday, WeeklyHours


def _week_order(days: Iterable[Weekday]) -> list[Weekday]:
    return sorted(days, key=list(Weekday).index)


@frozen
class _Hours:
    """Hours of which nobody has said yet that they do not end when they start."""

    days: frozenset[Weekday]
    start_minute: int
    end_minute: int


_HOURS = Record(
    "hours",
    _Hours,
    (
        Field("days", SetOf(one_of(Weekday), _week_order), "Absent: every day.", frozenset()),
        Field("from", CLOCK, "When they begin, on the wall clock.", name="start_minute"),
        Field(
            "to", CLOCK_END, "When they are over; before from: after midnight.", name="end_minute"
        ),
    ),
    "Hours that come back every week, and belong to the day on which they begin.",
)


class Hours(Kind[WeeklyHours]):
    """Weekly hours; those that end when they start could mean a day, or nothing."""

    def read(self, value: object, path: str, notes: Notes, /) -> WeeklyHours:
        """The hours."""
        hours = _HOURS.read(value, path, notes)
        end = hours.end_minute
        if end == hours.start_minute:
            end = hours.start_minute + 1
            if not notes.unread & {f"{path}.from", f"{path}.to"}:
                expected = f'another time than {path}.from; a whole day is "00:00" to "24:00"'
                notes.refuse(f"{path}.to", CLOCK_END.write(hours.end_minute, ""), expected)
        return WeeklyHours(hours.days, hours.start_minute, end)

    def write(self, value: WeeklyHours, timezone: str, /) -> object:
        """The days in the week's order, and the times."""
        return _HOURS.write(_Hours(value.days, value.start_minute, value.end_minute), timezone)

    def schema(self, defs: dict[str, Schema], /) -> Schema:
        """An object."""
        return _HOURS.schema(defs)


HOURS = Hours()
