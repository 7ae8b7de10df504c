"""Instants, windows, weekly hours and local midnights, right across clock changes.

Every instant is a `pendulum.DateTime` that knows its offset. Nothing here asks what time it
is. Two traps of Python's own datetimes are closed by what `instant` and `local_instant`
return: in the hour that a clock change repeats, a datetime in a named zone equals no
datetime of another zone, and is ordered against its own zone by the wall clock alone. There
the result carries a fixed offset instead, so that equal instants are equal and hash equal.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import available_timezones

from attrs import field, frozen
from pendulum import UTC, DateTime, FixedTimezone, Timezone
from pendulum.tz import fixed_timezone

from mallops.errors import InputError, Problem, shown

__all__ = [
    "Weekday",
    "WeeklyHours",
    "Window",
    "first_local_midnight_after",
    "instant",
    "known_timezone",
    "local_date",
    "local_days_after",
    "local_instant",
    "local_midnight",
    "microseconds",
    "parse_clock",
]

_TEXT = re.compile(
    r"(?P<local>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)"
    r"(?P<offset>Z|[+-][0-9]{2}:[0-9]{2})?"
)
_CLOCK = re.compile(r"(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9])")
_WITH_OFFSET = 'an instant with an offset, such as "2026-11-10T20:00:00+08:00"'
_LOCAL = 'an instant such as "2026-11-10T20:00", local or with an offset'
_IN_RANGE = "an instant within the years 1 to 9999 of UTC"
_MIDNIGHT = 24 * 60


def instant(text_or_datetime: str | datetime, path: str = "$") -> DateTime:
    """An instant, from ISO 8601 text with an offset (or "Z"), or from an aware datetime.

    Text is `YYYY-MM-DDTHH:MM`, then seconds with at most six decimals if wanted, then `Z` or
    `+HH:MM`. A date or a time alone, a week date, text or a datetime without an offset, and
    what falls outside the years 1 to 9999 in UTC raise `InputError` at `path`.

    >>> print(instant("2026-11-10T20:00+08:00"))
    2026-11-10 20:00:00+08:00
    >>> instant("2026-11-10T20:00+08:00") == instant("2026-11-10T12:00:00Z")
    True
    >>> instant("2026-11-11", path="$.at")
    Traceback (most recent call last):
    ...
    mallops.errors.InputError: $.at: got '2026-11-11', expected an instant with an offset, such as "2026-11-10T20:00:00+08:00"
    """  # noqa: E501
    if isinstance(text_or_datetime, datetime):
        return _settled(text_or_datetime, path)
    local, offset = _read(text_or_datetime, path, _WITH_OFFSET)
    if offset is None:
        raise _refused(path, text_or_datetime, _WITH_OFFSET)
    return _settled(local.replace(tzinfo=offset), path)


def local_instant(text: str, timezone: str, path: str = "$") -> DateTime:
    """As `instant`, from text only, where text without an offset is local to `timezone`.

    The result is expressed in `timezone`. A local time that a clock change skips is the
    moment at which the clock would have shown it, had it not moved; of a repeated one the
    first occurrence is meant (and the result then has that occurrence's fixed offset).
    Raises `InputError` at `path`, also for an unknown timezone.

    >>> print(local_instant("2026-11-10T20:00", "Asia/Shanghai"))
    2026-11-10 20:00:00+08:00
    >>> print(local_instant("2026-03-08T02:30", "America/New_York"))
    2026-03-08 03:30:00-04:00
    >>> print(local_instant("2026-11-01T01:30", "America/New_York"))
    2026-11-01 01:30:00-04:00
    """
    zone = _zone(timezone, path)
    local, offset = _read(text, path, _LOCAL)
    # fold=0 names the offset before the change: the first of two, or the one left behind.
    moment = local.replace(tzinfo=zone if offset is None else offset, fold=0)
    try:
        return _expressed(moment.astimezone(UTC), zone)
    except OverflowError:
        raise _refused(path, text, _IN_RANGE) from None


def known_timezone(name: str, path: str = "$") -> str:
    """The name, if it is an IANA timezone's, spelt as there; `InputError` at `path` if not.

    >>> known_timezone("Asia/Shanghai")
    'Asia/Shanghai'
    >>> known_timezone("Asia/Peking", path="$.timezone")
    Traceback (most recent call last):
    ...
    mallops.errors.InputError: $.timezone: got 'Asia/Peking', expected an IANA timezone such as "Asia/Shanghai"
    """  # noqa: E501
    expected = 'an IANA timezone such as "Asia/Shanghai"'
    if _text(name, path, expected) not in _timezones():
        raise _refused(path, name, expected)
    return name


def first_local_midnight_after(at: DateTime, timezone: str, plus_days: int = 0) -> DateTime:
    """The first local midnight strictly after `at`, then so many calendar days later.

    Days are the calendar's, so one of 23 or 25 hours counts as one. Where a clock change
    skips midnight, the local day's first instant stands for it. `plus_days` is at least 0;
    that, an unknown timezone or a naive `at` raises `InputError`.

    Received on the 1st, seven whole days to return, until the 9th begins:

    >>> received = instant("2026-11-01T15:20:00+08:00")
    >>> print(first_local_midnight_after(received, "Asia/Shanghai", plus_days=7))
    2026-11-09 00:00:00+08:00
    """
    zone = _zone(timezone, "$.timezone")
    if plus_days < 0:
        raise _refused("$.plus_days", plus_days, "a whole number of days, at least 0")
    try:
        day = _wall_clock(at, zone).date() + timedelta(days=1 + plus_days)
        begins = _day_begins(day, zone)
        if begins <= at:
            # The clock went back over midnight into the day of `at`: it comes once more.
            begins = _midnight(day, zone, fold=1).astimezone(UTC)
        return _expressed(begins, zone)
    except OverflowError:
        raise _refused("$.plus_days", plus_days, _IN_RANGE) from None


def microseconds(at: DateTime) -> int:
    """The instant in whole microseconds since 1970 in UTC, whatever clock shows it.

    To be compared and ordered: of one time zone Python compares what the clock shows, which is not
    the order of instants in an hour that comes twice.

    >>> microseconds(instant("1970-01-01T08:00:01+08:00"))
    1000000
    """
    return at.int_timestamp * 1_000_000 + at.microsecond


def local_date(at: DateTime, timezone: str) -> date:
    """The date on the calendar of `timezone` at `at`.

    An unknown timezone or a naive `at` raises `InputError`.

    >>> local_date(instant("2026-11-10T20:00:00Z"), "Asia/Shanghai").isoformat()
    '2026-11-11'
    """
    return _wall_clock(at, _zone(timezone, "$.timezone")).date()


def local_midnight(day: date, timezone: str) -> DateTime:
    """The first instant of a local day; where midnight is skipped, that is a later time.

    Raises `InputError` for an unknown timezone, and for a day out of the calendar of UTC.

    >>> print(local_midnight(date(2026, 11, 11), "Asia/Shanghai"))
    2026-11-11 00:00:00+08:00
    """
    zone = _zone(timezone, "$.timezone")
    try:
        return _expressed(_day_begins(day, zone), zone)
    except OverflowError:
        raise _refused("$.day", day, _IN_RANGE) from None


def local_days_after(at: DateTime, timezone: str, days: int) -> DateTime:
    """The same local time of day, so many calendar days after `at`.

    As pendulum has it: a time that a clock change skips is later by what was skipped, and of
    a repeated one the second occurrence is meant. No days after is `at` itself. Less than none,
    an unknown timezone or a naive `at` raises `InputError`.

    >>> settled = instant("2026-03-07T02:30:00-05:00")
    >>> print(local_days_after(settled, "America/New_York", 1))
    2026-03-08 03:30:00-04:00
    >>> print(local_days_after(settled, "America/New_York", 2))
    2026-03-09 02:30:00-04:00
    """
    zone = _zone(timezone, "$.timezone")
    if days < 0:
        raise _refused("$.days", days, "a whole number of days, at least 0")
    try:
        wall = _wall_clock(at, zone)
        if not days:
            return _expressed(at, zone)
        later = (wall.replace(tzinfo=None) + timedelta(days=days)).replace(tzinfo=zone)
        # Both readings are one but where the clock moves: then the second of two repeated
        # times, or the later of the two that stand for one that is skipped.
        readings = (later.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        return _expressed(max(readings), zone)
    except OverflowError:
        raise _refused("$.days", days, _IN_RANGE) from None


def _bound(at: datetime | None) -> DateTime | None:
    return None if at is None else _fixed(at, "$")


@frozen
class Window:
    """A stretch of time, half-open: `starts <= at < ends`, where None is without bound.

    Bounds are aware datetimes, or `InputError` is raised. They are kept with a fixed offset,
    which makes `contains` two comparisons that are right for every aware `at`. A window that
    ends before it starts contains nothing.

    >>> sale = Window(instant("2026-11-10T20:00+08:00"), instant("2026-11-12T00:00+08:00"))
    >>> sale.contains(instant("2026-11-10T20:00+08:00"))
    True
    >>> sale.contains(instant("2026-11-12T00:00+08:00"))
    False
    >>> Window().contains(instant("2026-11-12T00:00+08:00"))
    True
    """

    starts: DateTime | None = field(default=None, converter=_bound)
    ends: DateTime | None = field(default=None, converter=_bound)

    def contains(self, at: DateTime) -> bool:
        """Whether `at` is in the window."""
        if self.starts is not None and at < self.starts:
            return False
        return self.ends is None or at < self.ends


class Weekday(StrEnum):
    """A day of the week, as the rulebook writes it; each equals its text.

    >>> Weekday.of("sat") == "sat"
    True
    """

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"

    @classmethod
    def of(cls, name: str, path: str = "$") -> Weekday:
        """The day of that name; `InputError` at `path` for any other text.

        >>> Weekday.of("Saturday", path="$.days[0]")
        Traceback (most recent call last):
        ...
        mallops.errors.InputError: $.days[0]: got 'Saturday', expected one of mon, tue, wed, thu, fri, sat, sun
        """  # noqa: E501
        try:
            return cls(name)
        except ValueError:
            raise _refused(path, name, f"one of {', '.join(cls)}") from None


_WEEK = tuple(Weekday)


def parse_clock(text: str, path: str = "$", *, midnight_end: bool = False) -> int:
    """Minutes after local midnight, from "HH:MM" between "00:00" and "23:59".

    With `midnight_end`, as for the end of hours, "24:00" is 1440. Anything else raises
    `InputError` at `path`.

    >>> parse_clock("20:30")
    1230
    >>> parse_clock("24:00", midnight_end=True)
    1440
    """
    expected = f'a time of day from "00:00" to "{"24:00" if midnight_end else "23:59"}"'
    match = _CLOCK.fullmatch(_text(text, path, expected))
    if match is not None:
        return int(match["hour"]) * 60 + int(match["minute"])
    if midnight_end and text == "24:00":
        return _MIDNIGHT
    raise _refused(path, text, expected)


def _days(names: Iterable[str]) -> frozenset[Weekday]:
    return frozenset(Weekday.of(name, f"$.days[{i}]") for i, name in enumerate(names))


@frozen
class WeeklyHours:
    """Hours of the local wall clock that come back every week, half-open.

    `days` are the days on which they begin, none meaning every day; `start_minute` (0 to
    1439) and `end_minute` (0 to 1440) count from local midnight. Hours that end before they
    start pass midnight and belong to the day on which they began. `InputError` is raised for
    minutes out of range, and for hours that end when they start: nobody can tell whether a
    whole day or nothing is meant.

    >>> night = WeeklyHours(["sat"], parse_clock("20:00"), parse_clock("02:00"))
    >>> night.contains(instant("2026-11-15T01:59:59+08:00"), "Asia/Shanghai")
    True
    >>> night.contains(instant("2026-11-14T01:59:59+08:00"), "Asia/Shanghai")
    False
    """

    days: frozenset[Weekday] = field(converter=_days)
    start_minute: int = field()
    end_minute: int = field()

    @start_minute.validator
    def _check_start(self, _: object, minute: object) -> None:
        if type(minute) is not int or not 0 <= minute < _MIDNIGHT:
            raise _refused("$.start_minute", minute, "a whole number from 0 to 1439")

    @end_minute.validator
    def _check_end(self, _: object, minute: object) -> None:
        if type(minute) is not int or not 0 <= minute <= _MIDNIGHT:
            raise _refused("$.end_minute", minute, "a whole number from 0 to 1440")
        if minute == self.start_minute:
            raise _refused("$.end_minute", minute, "another minute than the hours start at")

    def __str__(self) -> str:
        """The days in the order of the week, and the hours: `fri sat 22:00-02:00`."""
        days = [day.value for day in Weekday if day in self.days]
        clock = [f"{m // 60:02}:{m % 60:02}" for m in (self.start_minute, self.end_minute)]
        return " ".join([*days, "-".join(clock)])

    @classmethod
    def parse(cls, days: Iterable[str], start: str, end: str, path: str = "$") -> WeeklyHours:
        """Hours as the rulebook writes them: `{"days": [...], "from": start, "to": end}`.

        Raises `InputError` at the `days[i]`, `from` or `to` below `path` that is wrong.

        >>> WeeklyHours.parse(["sat", "sun"], "20:00", "24:00").end_minute
        1440
        >>> WeeklyHours.parse([], "9:00", "22:00", path="$.schedule.weekly[0]")
        Traceback (most recent call last):
        ...
        mallops.errors.InputError: $.schedule.weekly[0].from: got '9:00', expected a time of day from "00:00" to "23:59"
        """  # noqa: E501
        names = [Weekday.of(day, f"{path}.days[{index}]") for index, day in enumerate(days)]
        start_minute = parse_clock(start, f"{path}.from")
        end_minute = parse_clock(end, f"{path}.to", midnight_end=True)
        if start_minute == end_minute:
            expected = f'another time than {path}.from; a whole day is "00:00" to "24:00"'
            raise _refused(f"{path}.to", end, expected)
        return cls(names, start_minute, end_minute)

    def contains(self, at: DateTime, timezone: str) -> bool:
        """Whether the wall clock of `timezone` is within the hours at `at`.

        A clock change moves the clock, not the hours: in a repeated hour they hold twice, a
        skipped one they do without. An unknown timezone or a naive `at` raises `InputError`.
        """
        wall = _wall_clock(at, _zone(timezone, "$.timezone"))
        minute = wall.hour * 60 + wall.minute
        weekday = wall.weekday()
        if self.start_minute < self.end_minute:
            return self.start_minute <= minute < self.end_minute and self._begin_on(weekday)
        if minute >= self.start_minute:
            return self._begin_on(weekday)
        return minute < self.end_minute and self._begin_on(weekday - 1)

    def _begin_on(self, weekday: int) -> bool:
        return not self.days or _WEEK[weekday] in self.days


def _read(text: str, path: str, expected: str) -> tuple[datetime, FixedTimezone | None]:
    """The date and time in a text, and its offset if it names one."""
    match = _TEXT.fullmatch(_text(text, path, expected))
    if match is None:
        raise _refused(path, text, expected)
    try:
        local = datetime.fromisoformat(match["local"])
        offset = _offset(match["offset"])
    except ValueError:  # the 30th of February, the hour 24, the offset +24:00
        raise _refused(path, text, expected) from None
    return local, offset


def _offset(text: str | None) -> FixedTimezone | None:
    if text is None:
        return None
    if text == "Z":
        return fixed_timezone(0)
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 23 or minutes > 59:
        raise ValueError(text)
    seconds = hours * 3600 + minutes * 60
    return fixed_timezone(-seconds if text[0] == "-" else seconds)


def _settled(at: datetime, path: str) -> DateTime:
    """The instant as a DateTime that compares and hashes as the moment that it is."""
    offset = at.utcoffset()
    if offset is None:
        raise _refused(path, at, _WITH_OFFSET)
    if isinstance(at, DateTime) and 1 < at.year < 9999 and not _depends_on_fold(at):
        return at
    return _fixed(at, path)


def _fixed(at: datetime, path: str) -> DateTime:
    """The instant with the offset that it has, and no named zone."""
    offset = at.utcoffset()
    if offset is None:
        raise _refused(path, at, _WITH_OFFSET)
    try:
        moment = _plain(at).astimezone(UTC)
    except OverflowError:
        raise _refused(path, at, _IN_RANGE) from None
    return _date_time(moment.astimezone(fixed_timezone(int(offset.total_seconds()))))


def _expressed(moment: datetime, zone: Timezone) -> DateTime:
    """The moment on the clock of `zone`; in a repeated hour, with its fixed offset."""
    local = _plain(moment).astimezone(zone)
    return _fixed(local, "$") if _depends_on_fold(local) else _date_time(local)


def _depends_on_fold(at: datetime) -> bool:
    """Whether Python would refuse to call this equal to a datetime of another zone."""
    local = _plain(at)
    return local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()


def _wall_clock(at: datetime, zone: Timezone) -> datetime:
    if at.tzinfo is None:  # Python would take it for the machine's own local time
        raise _refused("$.at", at, _WITH_OFFSET)
    try:
        return _plain(at).astimezone(zone)
    except OverflowError:
        raise _refused("$.at", at, _IN_RANGE) from None


def _midnight(day: date, zone: Timezone, fold: int) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone, fold=fold)


def _day_begins(day: date, zone: Timezone) -> datetime:
    """The first moment, in UTC, at which the clock of `zone` is not before that day."""
    first = _midnight(day, zone, fold=0).astimezone(UTC)
    second = _midnight(day, zone, fold=1).astimezone(UTC)
    if first <= second:
        return first
    # Midnight is skipped: `first` counts it by the old offset and `second` by the new one,
    # and the clock moves in between, often but not always at the end. (Toronto once went
    # from 23:30 to 00:30.)
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a wall clock's face

    def has_begun(seconds: int) -> bool:
        wall = (second + timedelta(seconds=seconds)).astimezone(zone)
        return wall.replace(tzinfo=None) >= midnight

    skipped = int((first - second).total_seconds())
    return second + timedelta(seconds=bisect_left(range(skipped), True, key=has_begun))


def _plain(at: datetime) -> datetime:
    """The same as Python's own datetime, whose arithmetic is several times faster."""
    if type(at) is datetime:
        return at
    return datetime(
        at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond,
        at.tzinfo, fold=at.fold,
    )  # fmt: skip


def _date_time(at: datetime) -> DateTime:
    return DateTime(
        at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond,
        at.tzinfo, fold=at.fold,
    )  # fmt: skip


@cache
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def _loaded(name: str) -> Timezone:
    return Timezone(name)


def _zone(name: str, path: str) -> Timezone:
    return _loaded(known_timezone(name, path))


def _text(value: object, path: str, expected: str) -> str:
    """The value, if it is text: what comes out of JSON may be anything."""
    if not isinstance(value, str):
        raise _refused(path, value, expected)
    return value


def _refused(path: str, value: object, expected: str) -> InputError:
    return InputError([Problem(path, shown(value), expected)])
