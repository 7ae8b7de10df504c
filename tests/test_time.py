from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, time, timedelta
from datetime import timezone as fixed
from typing import Any, cast
from zoneinfo import ZoneInfo

import pendulum
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from pendulum import DateTime

from mallops.errors import InputError
from mallops.time import (
    Weekday,
    WeeklyHours,
    Window,
    first_local_midnight_after,
    instant,
    known_timezone,
    local_date,
    local_days_after,
    local_instant,
    local_midnight,
    parse_clock,
)

NEW_YORK, LONDON, SHANGHAI = "America/New_York", "Europe/London", "Asia/Shanghai"
# Midnight was skipped in the first three (in Toronto from 23:30, in Apia for a whole day) and
# repeated in the next two; Lord Howe moves its clock by half an hour.
ODD_ZONES = [
    "America/Sao_Paulo",
    "America/Toronto",
    "Pacific/Apia",
    "Asia/Beirut",
    "America/St_Johns",
    "Australia/Lord_Howe",
]
zones = st.sampled_from([NEW_YORK, LONDON, SHANGHAI, *ODD_ZONES])
# Python's arithmetic is on wall clocks, so the moments are drawn in UTC.
moments = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
year_of_changes = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def utc(text: str) -> DateTime:
    return instant(text + "Z")


def path_of(caught: pytest.ExceptionInfo[InputError]) -> str:
    (problem,) = caught.value.problems
    return problem.path


# ------------------------------------------------------------------------------ instants


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-10T20:00:00+08:00", "2026-11-10T12:00:00"),
        ("2026-11-10T20:00+08:00", "2026-11-10T12:00:00"),
        ("2026-11-10T12:00:00Z", "2026-11-10T12:00:00"),
        ("2026-11-10T06:30:00-05:30", "2026-11-10T12:00:00"),
        ("2026-11-10T12:00:00-00:00", "2026-11-10T12:00:00"),
        ("2026-11-10T12:00:00.000001Z", "2026-11-10T12:00:00.000001"),
        ("2026-11-10T12:00:00.5Z", "2026-11-10T12:00:00.500000"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00"),
        ("9999-12-31T23:59:59+08:00", "9999-12-31T15:59:59"),
    ],
)
def test_instant_reads_text_with_an_offset(text: str, expected: str) -> None:
    at = instant(text)
    assert isinstance(at, DateTime)
    assert at == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-10",
        "20:00",
        "T20:00Z",
        "2026-11-10T20:00:00",
        "2026-11-10T20:00",
        "2026-11-10 20:00:00+08:00",
        "2026-11-10t20:00:00z",
        "2026-W46-2T20:00:00Z",
        "2026-314T20:00:00Z",
        "20261110T200000Z",
        "2026-11-10T20:00:00+0800",
        "2026-11-10T20:00:00+08",
        "2026-11-10T20:00:00+24:00",
        "2026-11-10T20:00:00+08:60",
        "2026-11-10T20:00:00 +08:00",
        "2026-11-10T20:00:00Z ",
        "2026-11-10T20:00:00Z\n",
        "2026-11-10T20:00:00.Z",
        "2026-11-10T20:00:00.1234567Z",
        "2026-11-10T20:00:00,5Z",
        "2026-11-10T20Z",
        "2026-11-10T24:00:00Z",
        "2026-11-10T20:60:00Z",
        "2026-12-31T23:59:60Z",
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:59:59-05:00",
        "10000-01-01T00:00:00Z",
        "now",
        "\u0662\u0660\u0662\u0666-11-10T20:00:00Z",
        "\ud800",
        None,
        1762776000,
        date(2026, 11, 10),
        time(20),
        datetime(2026, 11, 10, 20),  # noqa: DTZ001
        pendulum.naive(2026, 11, 10, 20),
        datetime.min.replace(tzinfo=fixed(timedelta(hours=8))),
    ],
)
def test_instant_refuses_all_else_at_its_path(text: object) -> None:
    with pytest.raises(InputError) as caught:
        instant(cast("Any", text), path="$.at")
    assert path_of(caught) == "$.at"


@given(st.text() | st.text("0123456789-+:.TZW ", max_size=32))
def test_no_text_raises_anything_but_input_error(text: str) -> None:
    for read in (instant, lambda text: local_instant(text, NEW_YORK), parse_clock):
        try:
            read(text)
        except InputError:
            continue


@given(moments, zones)
def test_instant_takes_every_aware_datetime_for_the_moment_that_it_is(
    moment: datetime, zone: str
) -> None:
    for at in (moment.astimezone(ZoneInfo(zone)), pendulum.instance(moment).in_timezone(zone)):
        result = instant(at)
        assert isinstance(result, DateTime)
        assert result == moment
        assert hash(result) == hash(moment)
        assert result.isoformat() == at.isoformat()


def test_a_datetime_that_is_one_already_is_kept() -> None:
    at = pendulum.datetime(2026, 11, 10, 20, tz=SHANGHAI)
    assert instant(at) is at


def test_a_repeated_hour_keeps_its_order_and_its_equality() -> None:
    zone = ZoneInfo(NEW_YORK)
    first = datetime(2026, 11, 1, 1, 30, tzinfo=zone)
    second = datetime(2026, 11, 1, 1, 10, tzinfo=zone, fold=1)
    # What Python makes of these two, which are 40 minutes apart:
    assert second < first
    assert first != utc("2026-11-01T05:30:00")
    assert instant(first) < instant(second)
    second_half_past = utc("2026-11-01T06:30:00")
    for at, moment in (
        (instant(first), utc("2026-11-01T05:30:00")),
        (local_instant("2026-11-01T01:30", NEW_YORK), utc("2026-11-01T05:30:00")),
        (local_instant("2026-11-01T06:30Z", NEW_YORK), second_half_past),
        (instant(second_half_past.in_timezone(NEW_YORK)), second_half_past),
    ):
        assert at == moment
        assert len({at, moment}) == 1


# ------------------------------------------------------------------------- local instants


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2026-11-10T20:00", SHANGHAI, "2026-11-10T20:00:00+08:00"),
        ("2026-11-10T20:00:30.25", SHANGHAI, "2026-11-10T20:00:30.250000+08:00"),
        ("2026-11-10T12:00:00Z", SHANGHAI, "2026-11-10T20:00:00+08:00"),
        ("2026-11-10T13:00:00+01:00", SHANGHAI, "2026-11-10T20:00:00+08:00"),
        # Skipped: the clock goes from 02:00 to 03:00, in London from 01:00 to 02:00.
        ("2026-03-08T01:59:59", NEW_YORK, "2026-03-08T01:59:59-05:00"),
        ("2026-03-08T02:00", NEW_YORK, "2026-03-08T03:00:00-04:00"),
        ("2026-03-08T02:30", NEW_YORK, "2026-03-08T03:30:00-04:00"),
        ("2026-03-08T03:00", NEW_YORK, "2026-03-08T03:00:00-04:00"),
        ("2026-03-29T01:30", LONDON, "2026-03-29T02:30:00+01:00"),
        # Repeated: it goes back from 02:00.
        ("2026-11-01T00:59:59", NEW_YORK, "2026-11-01T00:59:59-04:00"),
        ("2026-11-01T01:00", NEW_YORK, "2026-11-01T01:00:00-04:00"),
        ("2026-11-01T01:30", NEW_YORK, "2026-11-01T01:30:00-04:00"),
        ("2026-11-01T02:00", NEW_YORK, "2026-11-01T02:00:00-05:00"),
        ("2026-10-25T01:30", LONDON, "2026-10-25T01:30:00+01:00"),
        ("2026-10-25T01:30:00+00:00", LONDON, "2026-10-25T01:30:00+00:00"),
        # No midnight on these days.
        ("2018-11-04T00:00", "America/Sao_Paulo", "2018-11-04T01:00:00-02:00"),
        ("2026-03-29T00:00", "Asia/Beirut", "2026-03-29T01:00:00+03:00"),
        ("9999-12-31T23:59:59", SHANGHAI, "9999-12-31T23:59:59+08:00"),
    ],
)
def test_text_without_an_offset_is_local(text: str, zone: str, expected: str) -> None:
    assert local_instant(text, zone).isoformat() == expected


@given(moments, zones)
def test_a_local_instant_is_on_the_clock_of_its_timezone(moment: datetime, zone: str) -> None:
    at = local_instant(moment.isoformat(), zone)
    assert at == moment
    assert hash(at) == hash(moment)
    assert at.isoformat() == moment.astimezone(ZoneInfo(zone)).isoformat()


def test_the_result_is_in_the_timezone() -> None:
    assert local_instant("2026-11-10T20:00", SHANGHAI).timezone_name == SHANGHAI


@given(moments, moments, zones)
def test_local_instants_compare_as_moments(one: datetime, other: datetime, zone: str) -> None:
    first, second = local_instant(one.isoformat(), zone), local_instant(other.isoformat(), zone)
    assert (first < second, first == second) == (one < other, one == other)


@pytest.mark.parametrize(
    "text",
    ["2026-11-10", "20:00", "2026-11-10T20", "2026-02-30T00:00", "9999-12-31T23:59:59-05:00", None],
)
def test_local_instant_refuses_at_its_path(text: object) -> None:
    with pytest.raises(InputError) as caught:
        local_instant(cast("Any", text), SHANGHAI, path="$.starts")
    assert path_of(caught) == "$.starts"


def test_a_local_end_of_time_is_refused_where_utc_has_no_year_for_it() -> None:
    with pytest.raises(InputError, match="within the years 1 to 9999"):
        local_instant("9999-12-31T23:59:59", NEW_YORK)
    with pytest.raises(InputError, match="within the years 1 to 9999"):
        local_instant("0001-01-01T00:00:00", SHANGHAI)


@pytest.mark.parametrize("name", ["", "Asia/Peking", "asia/shanghai", "../etc/passwd", "+08:00", 8])
def test_an_unknown_timezone_is_refused_at_its_path(name: object) -> None:
    with pytest.raises(InputError) as caught:
        known_timezone(cast("Any", name), path="$.timezone")
    assert path_of(caught) == "$.timezone"


# ------------------------------------------------------------------------------- windows


@given(st.none() | moments, st.none() | moments, moments, zones)
def test_a_window_is_half_open(
    starts: datetime | None, ends: datetime | None, moment: datetime, zone: str
) -> None:
    window = Window(*(at and pendulum.instance(at).in_timezone(zone) for at in (starts, ends)))
    inside = (starts is None or starts <= moment) and (ends is None or moment < ends)
    # Whatever clock the instant comes on.
    for at in (pendulum.instance(moment), pendulum.instance(moment).in_timezone(zone)):
        assert window.contains(at) is inside
    assert starts is None or window.contains(pendulum.instance(starts)) is (
        ends is None or starts < ends
    )
    assert ends is None or not window.contains(pendulum.instance(ends))


def test_a_window_in_a_repeated_hour() -> None:
    # From the second 01:10 to the second 01:50; the first 01:30 comes before both.
    zone = pendulum.timezone(NEW_YORK)
    starts = DateTime(2026, 11, 1, 1, 10, tzinfo=zone, fold=1)
    ends = DateTime(2026, 11, 1, 1, 50, tzinfo=zone, fold=1)
    window = Window(starts, ends)
    assert not window.contains(DateTime(2026, 11, 1, 1, 30, tzinfo=zone, fold=0))
    assert window.contains(DateTime(2026, 11, 1, 1, 30, tzinfo=zone, fold=1))
    assert window.contains(starts)
    assert not window.contains(ends)


def test_windows_are_values() -> None:
    one = Window(instant("2026-11-10T20:00+08:00"), instant("2026-11-12T00:00+08:00"))
    other = Window(utc("2026-11-10T12:00"), local_instant("2026-11-12T00:00", SHANGHAI))
    assert one == other
    assert hash(one) == hash(other)
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301


def test_a_window_needs_aware_bounds() -> None:
    with pytest.raises(InputError):
        Window(starts=pendulum.naive(2026, 11, 10))


# -------------------------------------------------------------------------- weekly hours


def test_clocks() -> None:
    assert [parse_clock(text) for text in ("00:00", "09:05", "23:59")] == [0, 545, 1439]
    assert parse_clock("23:59", midnight_end=True) == 1439
    assert parse_clock("24:00", midnight_end=True) == 1440


@pytest.mark.parametrize(
    "text",
    ["", "9:00", "24:00", "24:01", "20:60", "20:00:00", "2000", " 20:00", "20:00\n", "２０:00", 20],
)
def test_what_is_no_clock_is_refused_at_its_path(text: object) -> None:
    with pytest.raises(InputError) as caught:
        parse_clock(cast("Any", text), path="$.from")
    assert path_of(caught) == "$.from"


def naive_contains(hours: WeeklyHours, at: datetime, zone: str) -> bool:
    """Every local minute of the hours, from each day on which they begin, one by one."""
    wall = at.astimezone(ZoneInfo(zone))
    last = hours.end_minute + (1440 if hours.end_minute < hours.start_minute else 0)
    for days_back in (0, 1):
        begin = wall.date() - timedelta(days=days_back)
        if hours.days and list(Weekday)[begin.weekday()] not in hours.days:
            continue
        for minute in range(hours.start_minute, last):
            days, clock = divmod(minute, 1440)
            if (begin + timedelta(days=days), *divmod(clock, 60)) == (
                wall.date(),
                wall.hour,
                wall.minute,
            ):
                return True
    return False


@st.composite
def weekly_hours(draw: st.DrawFn) -> WeeklyHours:
    days = draw(st.frozensets(st.sampled_from(Weekday)))
    start, end = draw(st.integers(0, 1439)), draw(st.integers(0, 1440))
    assume(start != end)
    return WeeklyHours(days, start, end)


@given(weekly_hours(), year_of_changes, st.sampled_from([NEW_YORK, LONDON, SHANGHAI]))
@example(WeeklyHours(["sun"], 90, 150), datetime(2026, 3, 8, 7, 0, tzinfo=UTC), NEW_YORK)
@example(WeeklyHours(["sat"], 1380, 90), datetime(2026, 11, 1, 6, 29, tzinfo=UTC), NEW_YORK)
@example(WeeklyHours(["mon"], 1200, 0), datetime(2026, 11, 9, 16, 0, tzinfo=UTC), SHANGHAI)
def test_hours_agree_with_a_scan_of_minutes(
    hours: WeeklyHours, moment: datetime, zone: str
) -> None:
    expected = naive_contains(hours, moment, zone)
    for at in (pendulum.instance(moment), pendulum.instance(moment).in_timezone(zone)):
        assert hours.contains(at, zone) is expected


@pytest.mark.parametrize(
    ("hours", "inside", "outside"),
    [
        (
            WeeklyHours.parse(["sat", "sun"], "20:00", "22:00"),
            ["2026-11-14T20:00:00", "2026-11-15T21:59:59"],
            ["2026-11-14T19:59:59", "2026-11-14T22:00:00", "2026-11-13T21:00:00"],
        ),
        (
            WeeklyHours.parse(["sun"], "22:00", "02:00"),
            ["2026-11-15T22:00:00", "2026-11-16T00:00:00", "2026-11-16T01:59:59"],
            ["2026-11-15T01:00:00", "2026-11-16T02:00:00", "2026-11-16T23:00:00"],
        ),
        (
            WeeklyHours.parse([], "00:00", "24:00"),
            ["2026-11-14T00:00:00", "2026-11-14T23:59:59"],
            [],
        ),
        (
            WeeklyHours.parse(["fri"], "18:00", "24:00"),
            ["2026-11-13T23:59:59"],
            ["2026-11-14T00:00:00"],
        ),
        (
            WeeklyHours.parse(["fri"], "18:00", "00:00"),
            ["2026-11-13T23:59:59"],
            ["2026-11-14T00:00:00"],
        ),
    ],
)
def test_hours(hours: WeeklyHours, inside: list[str], outside: list[str]) -> None:
    for text in inside:
        assert hours.contains(local_instant(text, SHANGHAI), SHANGHAI)
    for text in outside:
        assert not hours.contains(local_instant(text, SHANGHAI), SHANGHAI)


def test_a_clock_change_moves_the_clock_and_not_the_hours() -> None:
    hours = WeeklyHours.parse(["sun"], "01:00", "02:00")
    # The hour from 01:00 comes twice on this Sunday, and from 02:00 not at all on the other.
    both = [utc(f"2026-11-01T0{hour}:30:00") for hour in (4, 5, 6, 7)]
    assert [hours.contains(at, NEW_YORK) for at in both] == [False, True, True, False]
    skipped = WeeklyHours.parse(["sun"], "02:00", "03:00")
    around = [utc(f"2026-03-08T0{hour}:30:00") for hour in (6, 7)]
    assert [skipped.contains(at, NEW_YORK) for at in around] == [False, False]


@pytest.mark.parametrize(
    ("days", "start", "end", "path"),
    [
        (["mon", "Sat"], "20:00", "22:00", "$.weekly[0].days[1]"),
        ([None], "20:00", "22:00", "$.weekly[0].days[0]"),
        ([], "24:00", "22:00", "$.weekly[0].from"),
        ([], "20:00", "24:01", "$.weekly[0].to"),
        ([], "20:00", "20:00", "$.weekly[0].to"),
    ],
)
def test_hours_are_refused_at_their_path(days: Any, start: str, end: str, path: str) -> None:
    with pytest.raises(InputError) as caught:
        WeeklyHours.parse(days, start, end, path="$.weekly[0]")
    assert path_of(caught) == path


@pytest.mark.parametrize(
    ("days", "start", "end"),
    [("sat", 0, 60), ([], -1, 60), ([], 1440, 60), ([], 0, 1441), ([], 60, 60), ([], 0.0, 60)],
)
def test_minutes_are_checked(days: Any, start: Any, end: Any) -> None:
    with pytest.raises(InputError):
        WeeklyHours(days, start, end)


def test_hours_need_an_aware_instant() -> None:
    hours = WeeklyHours.parse([], "20:00", "22:00")
    with pytest.raises(InputError):
        hours.contains(pendulum.naive(2026, 11, 10, 20), SHANGHAI)
    with pytest.raises(InputError):
        hours.contains(instant("2026-11-10T20:00:00Z"), "Asia/Peking")
    with pytest.raises(InputError):
        hours.contains(instant("9999-12-31T23:00:00Z"), SHANGHAI)


# ---------------------------------------------------------------------------- midnights


@pytest.mark.parametrize(
    ("at", "zone", "plus_days", "expected"),
    [
        ("2026-11-01T15:20:00+08:00", SHANGHAI, 0, "2026-11-02T00:00:00+08:00"),
        ("2026-11-01T15:20:00+08:00", SHANGHAI, 7, "2026-11-09T00:00:00+08:00"),
        # Strictly after.
        ("2026-11-01T00:00:00+08:00", SHANGHAI, 0, "2026-11-02T00:00:00+08:00"),
        ("2026-10-31T23:59:59.999999+08:00", SHANGHAI, 0, "2026-11-01T00:00:00+08:00"),
        # The day is that of the timezone, whatever the instant's offset.
        ("2026-10-31T17:00:00Z", SHANGHAI, 0, "2026-11-02T00:00:00+08:00"),
        # Days of 23 and 25 hours.
        ("2026-03-07T12:00:00-05:00", NEW_YORK, 1, "2026-03-09T00:00:00-04:00"),
        ("2026-10-31T12:00:00-04:00", NEW_YORK, 1, "2026-11-02T00:00:00-05:00"),
        ("2026-03-28T12:00:00Z", LONDON, 1, "2026-03-30T00:00:00+01:00"),
        # Days without a midnight.
        ("2018-11-03T12:00:00-03:00", "America/Sao_Paulo", 0, "2018-11-04T01:00:00-02:00"),
        ("2018-10-28T12:00:00-03:00", "America/Sao_Paulo", 6, "2018-11-04T01:00:00-02:00"),
        ("2026-03-28T12:00:00+02:00", "Asia/Beirut", 0, "2026-03-29T01:00:00+03:00"),
        ("1919-03-30T12:00:00-05:00", "America/Toronto", 0, "1919-03-31T00:30:00-04:00"),
        # A day that never was.
        ("2011-12-29T12:00:00-10:00", "Pacific/Apia", 0, "2011-12-31T00:00:00+14:00"),
        # Midnight twice: the clock goes back at 00:01, and then strikes it again.
        ("2010-11-06T12:00:00-02:30", "America/St_Johns", 0, "2010-11-07T00:00:00-02:30"),
        ("2010-11-06T23:30:00-03:30", "America/St_Johns", 0, "2010-11-07T00:00:00-03:30"),
    ],
)
def test_first_local_midnight_after(at: str, zone: str, plus_days: int, expected: str) -> None:
    assert first_local_midnight_after(instant(at), zone, plus_days).isoformat() == expected


@given(moments, zones, st.integers(0, 400))
@example(datetime(2018, 11, 3, 12, tzinfo=UTC), "America/Sao_Paulo", 0)
@example(datetime(2010, 11, 7, 2, 45, tzinfo=UTC), "America/St_Johns", 0)
@example(datetime(1919, 3, 30, 12, tzinfo=UTC), "America/Toronto", 0)
@example(datetime(2011, 12, 28, 12, tzinfo=UTC), "Pacific/Apia", 1)
def test_a_midnight_is_where_the_local_day_turns(
    moment: datetime, zone: str, plus_days: int
) -> None:
    midnight = first_local_midnight_after(pendulum.instance(moment), zone, plus_days)
    local = ZoneInfo(zone)
    day = moment.astimezone(local).date() + timedelta(days=1 + plus_days)
    turn = datetime.fromisoformat(midnight.isoformat()).astimezone(UTC)
    assert turn > moment
    # The clock shows that day from then on (or a later one, where it never was) ...
    assert turn.astimezone(local).date() >= day
    # ... and did not the instant before.
    assert (turn - timedelta(microseconds=1)).astimezone(local).date() < day


@pytest.mark.parametrize(
    ("at", "zone", "plus_days", "path"),
    [
        (instant("2026-11-01T00:00:00Z"), "Asia/Peking", 0, "$.timezone"),
        (instant("2026-11-01T00:00:00Z"), SHANGHAI, -1, "$.plus_days"),
        (instant("2026-11-01T00:00:00Z"), SHANGHAI, 10**7, "$.plus_days"),
        (instant("2026-11-01T00:00:00Z"), SHANGHAI, 10**20, "$.plus_days"),
        (instant("9999-12-31T00:00:00Z"), NEW_YORK, 1, "$.plus_days"),
        (instant("9999-12-31T23:00:00Z"), SHANGHAI, 0, "$.at"),
        (pendulum.naive(2026, 11, 1), SHANGHAI, 0, "$.at"),
    ],
)
def test_a_midnight_that_cannot_be_is_refused(
    at: DateTime, zone: str, plus_days: int, path: str
) -> None:
    with pytest.raises(InputError) as caught:
        first_local_midnight_after(at, zone, plus_days)
    assert path_of(caught) == path


def test_weekly_hours_as_text() -> None:
    assert str(WeeklyHours(("sat", "fri"), 22 * 60, 2 * 60)) == "fri sat 22:00-02:00"
    assert str(WeeklyHours((), 0, 24 * 60)) == "00:00-24:00"


# ------------------------------------------------------------------------------ local days


@given(moments, zones)
def test_a_local_day_begins_when_the_calendar_first_shows_it(moment: datetime, zone: str) -> None:
    day = local_date(pendulum.instance(moment), zone)
    assert day == moment.astimezone(ZoneInfo(zone)).date()
    begins = local_midnight(day, zone)
    assert begins <= moment
    before = datetime.fromisoformat(begins.isoformat()) - timedelta(microseconds=1)
    assert before.astimezone(ZoneInfo(zone)).date() < day


@given(moments | year_of_changes, zones, st.integers(1, 1_000))
@example(datetime(2026, 10, 31, 5, 30, tzinfo=UTC), NEW_YORK, 1)
@example(datetime(2011, 12, 29, 20, tzinfo=UTC), "Pacific/Apia", 1)
def test_the_same_time_days_later_is_that_of_pendulum(
    moment: datetime, zone: str, days: int
) -> None:
    at = pendulum.instance(moment)
    found = local_days_after(at, zone, days)
    assert found.timestamp() == at.in_timezone(zone).add(days=days).timestamp()
    # As every instant made here, it equals itself on another clock.
    assert found == found.astimezone(UTC)


@given(moments, zones)
def test_no_days_later_is_the_same_moment(moment: datetime, zone: str) -> None:
    assert local_days_after(pendulum.instance(moment), zone, 0) == moment


@pytest.mark.parametrize(
    ("at", "zone", "days", "path"),
    [
        (utc("2026-11-11T00:00"), SHANGHAI, -1, "$.days"),
        (utc("2026-11-11T00:00"), SHANGHAI, 10**10, "$.days"),
        (utc("9999-12-30T00:00"), SHANGHAI, 9, "$.days"),
        (utc("2026-11-11T00:00"), "Asia/Peking", 1, "$.timezone"),
        (DateTime(2026, 11, 11), SHANGHAI, 1, "$.at"),
    ],
)
def test_days_that_cannot_be_counted_are_refused(
    at: DateTime, zone: str, days: int, path: str
) -> None:
    with pytest.raises(InputError) as caught:
        local_days_after(at, zone, days)
    assert path_of(caught) == path


def test_a_day_out_of_the_calendar_has_no_beginning() -> None:
    with pytest.raises(InputError) as caught:
        local_midnight(date(1, 1, 1), SHANGHAI)
    assert path_of(caught) == "$.day"
