"""When points go, to the instant, across leap years and clock changes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mallops.errors import InputError
from mallops.points.expiry import idle_end, lot_end, revived_until
from mallops.rules.points import Expire, ExpireByAge, ExpireInactive, ExpireYearly
from mallops.time import instant, local_instant
from tests.points import naive

SHANGHAI, NEW_YORK = "Asia/Shanghai", "America/New_York"
zones = st.sampled_from([SHANGHAI, NEW_YORK, "Europe/London", "Australia/Lord_Howe"])
moments = st.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001
    datetime(2090, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
).map(instant)
YEAR_DAYS = st.dates().map(lambda day: (day.month, day.day))


def ends(expire: Expire | None, settled: str, timezone: str = SHANGHAI) -> str:
    return str(lot_end(expire, local_instant(settled, timezone), timezone))


def test_what_does_not_expire_has_no_end() -> None:
    at = instant("2026-11-11T00:00:00+08:00")
    assert lot_end(None, at, SHANGHAI) is None
    assert lot_end(ExpireInactive(180), at, SHANGHAI) is None
    assert revived_until(None, None, at, SHANGHAI) is None
    assert revived_until(ExpireInactive(180), None, at, SHANGHAI) is None
    assert revived_until(ExpireByAge(365), None, at, SHANGHAI) is None
    assert idle_end(None, at, SHANGHAI) is None
    assert idle_end(ExpireByAge(365), at, SHANGHAI) is None


@pytest.mark.parametrize(
    ("timezone", "settled", "days", "end"),
    [
        (SHANGHAI, "2026-11-18T00:00", 365, "2027-11-18 00:00:00+08:00"),
        (SHANGHAI, "2027-11-18T00:00", 365, "2028-11-17 00:00:00+08:00"),
        (NEW_YORK, "2026-03-07T02:30", 1, "2026-03-08 03:30:00-04:00"),
        (NEW_YORK, "2026-10-31T01:30", 1, "2026-11-01 01:30:00-05:00"),
        (NEW_YORK, "2026-10-31T12:00", 1, "2026-11-01 12:00:00-05:00"),
    ],
)
def test_a_lot_goes_at_its_own_time_of_day(
    timezone: str, settled: str, days: int, end: str
) -> None:
    assert ends(ExpireByAge(days), settled, timezone) == end
    idle = idle_end(ExpireInactive(days), local_instant(settled, timezone), timezone)
    assert str(idle) == end


@pytest.mark.parametrize(
    ("day", "grace", "settled", "end"),
    [
        ((12, 31), 0, "2026-01-01T00:00", "2027-01-01"),
        ((12, 31), 0, "2026-12-31T23:59:59", "2027-01-01"),
        ((12, 31), 3, "2026-06-18T12:00", "2027-04-01"),
        ((12, 31), 2, "2026-06-18T12:00", "2027-03-01"),
        ((12, 31), 2, "2027-06-18T12:00", "2028-03-01"),
        ((12, 31), 12, "2027-06-18T12:00", "2029-01-01"),
        ((6, 30), 0, "2026-06-30T12:00", "2026-07-01"),
        ((6, 30), 0, "2026-07-01T00:00", "2027-07-01"),
        ((6, 30), 1, "2026-06-30T12:00", "2026-07-31"),
        ((2, 29), 0, "2026-06-30T12:00", "2027-03-01"),
        ((2, 29), 0, "2027-02-28T12:00", "2027-03-01"),
        ((2, 29), 0, "2027-06-30T12:00", "2028-03-01"),
        ((2, 29), 0, "2028-02-28T12:00", "2028-03-01"),
        # The nominal day is kept, also in a year without it.
        ((2, 29), 1, "2026-06-30T12:00", "2027-03-30"),
        ((1, 31), 1, "2026-01-31T12:00", "2026-03-01"),
        ((1, 31), 2, "2026-01-31T12:00", "2026-04-01"),
    ],
)
def test_the_lots_of_a_year_go_together(
    day: tuple[int, int], grace: int, settled: str, end: str
) -> None:
    assert ends(ExpireYearly(*day, grace), settled) == f"{end} 00:00:00+08:00"


def test_the_day_of_settling_is_the_local_one() -> None:
    settled = instant("2026-12-31T16:00:00Z")
    assert str(lot_end(ExpireYearly(12, 31), settled, SHANGHAI)) == "2028-01-01 00:00:00+08:00"


def test_where_midnight_is_skipped_the_first_instant_of_the_day_is_the_end() -> None:
    expire = ExpireYearly(3, 28)
    assert ends(expire, "2026-01-01T12:00", "Asia/Beirut") == "2026-03-29 01:00:00+03:00"


@given(moments, zones, st.integers(1, 3_000))
def test_the_same_time_so_many_days_later_is_pendulums(
    at: datetime, timezone: str, days: int
) -> None:
    later = instant(at).in_timezone(timezone).add(days=days)
    found = lot_end(ExpireByAge(days), instant(at), timezone)
    # Where the clock repeats an hour, Python calls these two equal to nothing.
    assert found is not None
    assert found.timestamp() == later.timestamp()
    assert instant(found) == instant(found.in_timezone("UTC"))


@given(moments, zones, YEAR_DAYS, st.integers(0, 30))
@example(instant("2027-02-28T12:00:00Z"), SHANGHAI, (2, 29), 12)
def test_a_year_ends_where_walking_day_by_day_finds_it(
    at: datetime, timezone: str, day: tuple[int, int], grace: int
) -> None:
    expire = ExpireYearly(*day, grace)
    assert lot_end(expire, instant(at), timezone) == naive.year_end(expire, instant(at), timezone)


@given(moments, zones, st.integers(1, 40), st.integers(0, 60), st.integers(0, 60 * 24))
def test_a_return_only_ever_moves_an_end_later(
    at: datetime, timezone: str, days: int, revive: int, hours: int
) -> None:
    expire = ExpireByAge(days, revive)
    returned = instant(at).add(hours=hours)
    end = lot_end(expire, instant(at), timezone)
    until = revived_until(expire, end, returned, timezone)
    assert end is not None
    assert until is not None
    assert until >= end
    assert until >= returned
    if revive == 0:
        assert until == max(end, returned)


def test_a_return_that_revives_nothing_leaves_the_end() -> None:
    end, at = instant("2027-11-18T09:30:00+08:00"), instant("2026-11-18T09:30:00+08:00")
    assert revived_until(ExpireByAge(365, 30), end, at, SHANGHAI) == end
    assert revived_until(ExpireYearly(12, 31, 0, 30), end, at, SHANGHAI) == end
    late = instant("2027-11-18T09:29:59+08:00")
    revived = revived_until(ExpireYearly(12, 31, 0, 30), end, late, SHANGHAI)
    assert str(revived) == "2027-12-18 09:29:59+08:00"


@pytest.mark.parametrize("expire", [ExpireByAge(365), ExpireYearly(12, 31, 12)])
def test_an_end_beyond_the_calendar_is_refused(expire: Expire) -> None:
    with pytest.raises(InputError):
        lot_end(expire, instant("9999-06-01T00:00:00+00:00"), SHANGHAI)
