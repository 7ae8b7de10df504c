"""Which tier a customer has, against a life lived day by day."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pendulum import DateTime

from mallops.errors import InputError
from mallops.points.tiers import Standing, tier_at
from mallops.rules.points import Tier, Tiers
from mallops.time import instant, local_date, local_instant
from tests.points import naive

ZONE = "Asia/Shanghai"
LADDER = (Tier("silver", 100), Tier("gold", 1_000))
YEARS = Tiers(LADDER, grace_days=30)


def at(text: str) -> DateTime:
    return local_instant(text, ZONE)


def standing(rules: Tiers, day: str, *movements: tuple[str, int]) -> Standing:
    return tier_at(rules, [(at(when), points) for when, points in movements], at(day), ZONE)


def tier(rules: Tiers, day: str, *movements: tuple[str, int]) -> str:
    return standing(rules, day, *movements).tier


def test_who_has_earned_nothing_has_no_tier_to_lose() -> None:
    assert standing(YEARS, "2026-11-11T12:00") == Standing("", 0, "silver", 100, None)


def test_a_tier_is_reached_at_once() -> None:
    movements = [("2026-11-10T12:00", 99), ("2026-11-11T12:00", 1)]
    assert tier(YEARS, "2026-11-11T11:59:59", *movements) == ""
    found = standing(YEARS, "2026-11-11T12:00", *movements)
    assert found == Standing("silver", 100, "gold", 900, at("2028-01-31T00:00"))


def test_it_is_kept_through_the_next_period_and_its_grace() -> None:
    movement = ("2026-11-11T12:00", 5_000)
    assert standing(YEARS, "2026-12-01T00:00", movement) == Standing(
        "gold", 5_000, "", 0, at("2028-01-31T00:00")
    )
    assert standing(YEARS, "2027-12-31T23:59:59", movement) == Standing(
        "gold", 0, "", 0, at("2028-01-31T00:00")
    )
    assert tier(YEARS, "2028-01-30T23:59:59", movement) == "gold"
    assert tier(YEARS, "2028-01-31T00:00", movement) == ""


def test_a_lower_tier_takes_over_when_a_higher_one_is_lost() -> None:
    movements = [("2026-11-11T12:00", 1_000), ("2027-11-11T12:00", 300)]
    assert tier(YEARS, "2027-12-31T00:00", *movements) == "gold"
    found = standing(YEARS, "2028-01-31T00:00", *movements)
    assert found == Standing("silver", 0, "gold", 1_000, at("2029-01-31T00:00"))


def test_what_is_taken_back_counts_in_its_own_period_and_not_below_nothing() -> None:
    movements = [("2026-12-31T12:00", 1_000), ("2027-01-02T12:00", -1_000)]
    assert tier(YEARS, "2027-01-03T00:00", *movements) == "gold"
    found = standing(YEARS, "2027-01-03T00:00", *movements, ("2027-01-02T13:00", 100))
    assert found.points == 0
    owing = standing(YEARS, "2027-01-03T00:00", ("2027-01-02T12:00", -50))
    assert owing == Standing("", 0, "silver", 150, None)
    lost = standing(YEARS, "2026-12-31T13:00", movements[0], ("2026-12-31T12:30", -950))
    assert lost == Standing("", 50, "silver", 50, None)


def test_points_that_are_earned_later_or_long_ago_play_no_part() -> None:
    movements = [("2024-06-01T00:00", 5_000), ("2027-01-01T00:00", 5_000)]
    assert tier(YEARS, "2026-12-31T23:59:59", *movements) == ""


@pytest.mark.parametrize(
    ("months", "kept_until"),
    [
        (1, "2027-01-01T00:00"),
        (2, "2027-03-01T00:00"),
        (3, "2027-04-01T00:00"),
        (4, "2027-05-01T00:00"),
        (6, "2027-07-01T00:00"),
        (12, "2028-01-01T00:00"),
    ],
)
def test_periods_are_blocks_of_the_calendar(months: int, kept_until: str) -> None:
    found = standing(Tiers(LADDER, months), "2026-11-20T00:00", ("2026-11-11T12:00", 100))
    assert found.until == at(kept_until)


def test_a_period_begins_at_local_midnight() -> None:
    rules = Tiers(LADDER, 1)
    movements = [(instant("2026-10-31T16:00:00Z"), 100)]
    assert tier_at(rules, movements, at("2026-12-31T23:00"), ZONE).tier == "silver"
    assert tier_at(rules, movements, at("2026-12-31T23:00"), "UTC").tier == ""


def test_a_clock_that_goes_back_over_midnight_brings_no_period_back() -> None:
    # On 1 November 2009, a minute after midnight, it was 23:01 of 31 October again.
    zone = "America/Goose_Bay"
    movements = [(instant("2009-11-01T03:00:30Z"), 100)]
    again = instant("2009-11-01T03:30:00Z")
    assert local_date(again, zone).day == 31
    found = tier_at(Tiers(LADDER, 1), movements, again, zone)
    assert (found.tier, found.points) == ("silver", 100)


@pytest.mark.parametrize("when", ["0001-06-01T00:00:00Z", "9999-06-01T00:00:00Z"])
def test_periods_off_the_calendar_are_refused(when: str) -> None:
    with pytest.raises(InputError):
        tier_at(YEARS, [], instant(when), ZONE)


RULES = st.sampled_from([1, 2, 3, 4, 6, 12]).flatmap(
    lambda months: st.builds(
        Tiers,
        st.lists(st.integers(1, 60), min_size=1, max_size=4, unique=True).map(
            lambda needed: tuple(Tier(f"t{i}", n) for i, n in enumerate(sorted(needed)))
        ),
        st.just(months),
        st.integers(0, 28 * months),
    )
)
MOMENTS = st.integers(0, 24 * 60 * 500).map(
    lambda minutes: at("2026-11-01T00:00").add(minutes=minutes)
)
MOVEMENTS = st.lists(st.tuples(MOMENTS, st.integers(-40, 60)), max_size=10)


@given(RULES, MOVEMENTS, MOMENTS)
@example(YEARS, [(at("2026-11-11T12:00"), 100)], at("2028-01-30T12:00"))
def test_living_day_by_day_finds_the_same(
    rules: Tiers, movements: list[tuple[DateTime, int]], when: DateTime
) -> None:
    life, gone = naive.live(rules, movements, when, ZONE)
    found = tier_at(rules, movements, when, ZONE)
    rank = life.rank()
    assert found.tier == (rules.tiers[rank - 1].id if rank else "")
    assert found.points == max(0, life.now)
    assert found.until == (None if gone is None else at(f"{gone}T00:00"))
    if rank < len(rules.tiers):
        assert found.next_tier == rules.tiers[rank].id
        assert found.missing == rules.tiers[rank].points - life.now > 0
        reached = tier_at(rules, [*movements, (when, found.missing)], when, ZONE)
        assert reached.tier == found.next_tier
    else:
        assert (found.next_tier, found.missing) == ("", 0)


@given(RULES, MOVEMENTS, MOMENTS)
def test_the_order_of_movements_plays_no_part(
    rules: Tiers, movements: list[tuple[DateTime, int]], when: DateTime
) -> None:
    found = tier_at(rules, movements, when, ZONE)
    assert tier_at(rules, reversed(movements), when, ZONE) == found


@given(RULES, MOVEMENTS, MOMENTS, MOMENTS, st.integers(0, 60))
def test_more_points_never_lower_a_tier(
    rules: Tiers,
    movements: list[tuple[DateTime, int]],
    when: DateTime,
    then: DateTime,
    points: int,
) -> None:
    ranks = [one.id for one in rules.tiers]
    less, more = (
        tier_at(rules, moved, when, ZONE).tier
        for moved in (movements, [*movements, (then, points)])
    )
    assert not less or ranks.index(more) >= ranks.index(less)
