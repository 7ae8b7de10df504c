"""What actions earn, against a count of all that was done before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pendulum import DateTime

from mallops.findings import Refusal
from mallops.messages import message
from mallops.points.actions import Acted, acted
from mallops.points.counts import Count
from mallops.rules.points import Action, StreakStep, Times
from mallops.time import instant
from tests.points import naive

ZONE = "Asia/Shanghai"
SIGN_IN = Action("sign_in", 5, Times(day=1), (StreakStep(3, 10), StreakStep(7, 20)))
REVIEW = Action("review", 20, Times(day=2, month=3, year=4, ever=5))
BIRTHDAY = Action("birthday", 100, Times(year=1))
FIRST = instant("2026-11-01T08:00:00+08:00")


def doing(action: Action, *done: DateTime) -> list[Acted | Refusal]:
    counts: Mapping[str, Count] = {}
    found = []
    for at in done:
        got = acted([action], action.id, at, ZONE, counts)
        found.append(got)
        if isinstance(got, Acted):
            counts = {**counts, **got.counts}
    return found


def earned(action: Action, *done: DateTime) -> list[int | None]:
    return [got.points if isinstance(got, Acted) else None for got in doing(action, *done)]


def test_what_no_rule_names_is_refused() -> None:
    assert acted([], "sign_in", FIRST, ZONE) == Refusal("action_unknown", {"action": "sign_in"})


def test_an_action_without_bounds_earns_always_and_counts_nothing() -> None:
    assert acted([Action("share", 1)], "share", FIRST, ZONE) == Acted(1)


def test_days_are_local_ones() -> None:
    midnight = instant("2026-11-01T16:00:00Z")
    assert earned(SIGN_IN, FIRST, midnight.subtract(seconds=1), midnight) == [5, None, 5]


def test_a_streak_brings_its_bonuses_and_its_longest_again_and_again() -> None:
    days = [FIRST.add(days=day) for day in range(15)]
    plain = [5] * 15
    plain[2] += 10
    plain[6] += 20
    plain[13] += 20
    assert earned(SIGN_IN, *days) == plain
    found = [got for got in doing(SIGN_IN, *days) if isinstance(got, Acted)]
    assert [got.streak for got in found] == list(range(1, 16))
    assert [got.bonus for got in found if got.bonus] == [10, 20, 20]


def test_a_day_left_out_starts_a_streak_afresh() -> None:
    days = [FIRST.add(days=day) for day in (0, 1, 3, 4, 5)]
    assert earned(SIGN_IN, *days) == [5, 5, 5, 5, 15]


def test_a_second_time_in_a_day_is_no_second_bonus() -> None:
    twice = Action("share", 1, streak=(StreakStep(2, 10),))
    days = [FIRST.add(hours=hours) for hours in (0, 1, 24, 25)]
    assert earned(twice, *days) == [1, 1, 11, 1]
    thrice = Action("share", 1, streak=(StreakStep(3, 10),))
    days = [FIRST.add(hours=hours) for hours in (0, 24, 25, 48, 49)]
    assert earned(thrice, *days) == [1, 1, 1, 11, 1]


def test_an_instant_of_a_day_that_is_over_adds_nothing_to_a_streak() -> None:
    counts = {"action/sign_in/streak": Count("2026-11-05", 2)}
    found = acted([SIGN_IN], "sign_in", FIRST, ZONE, counts)
    assert found == Acted(
        5,
        2,
        0,
        {
            "action/sign_in/day": Count("2026-11-01", 1),
            "action/sign_in/streak": Count("2026-11-05", 2),
        },
    )


@pytest.mark.parametrize(
    ("done", "period", "used", "allowed"),
    [
        ([0, 0, 0], "day", "2", "2"),
        ([0, 0, 24, 48], "month", "3", "3"),
        ([0, 0, 24, 24 * 31, 24 * 35], "year", "4", "4"),
        ([0, 24, 48, 24 * 70, 24 * 71, 24 * 72], "ever", "5", "5"),
        ([0, 24, 24, 24], "day", "2", "2"),
    ],
)
def test_what_is_used_up_is_told_with_its_numbers(
    done: list[int], period: str, used: str, allowed: str
) -> None:
    *before, last = doing(REVIEW, *(FIRST.add(hours=hours) for hours in done))
    assert all(isinstance(got, Acted) for got in before)
    details = {"action": "review", "period": period, "used": used, "allowed": allowed}
    assert last == Refusal("action_used_up", details)
    for locale in ("en", "zh_CN"):
        text = message("action_used_up", locale, details)
        assert used in text
        assert text != message("action_used_up", locale, {})


def test_a_birthday_comes_once_a_local_year() -> None:
    eve = instant("2026-12-31T23:59:59+08:00")
    assert earned(BIRTHDAY, FIRST, eve, eve.add(seconds=1)) == [100, None, 100]


bounds = st.none() | st.integers(1, 30)
ACTIONS = st.builds(
    Action,
    st.just("a/day"),
    st.integers(0, 9),
    st.builds(Times, bounds, bounds, bounds, bounds),
    st.dictionaries(st.integers(2, 5), st.integers(1, 9), max_size=3).map(
        lambda steps: tuple(StreakStep(days, steps[days]) for days in sorted(steps))
    ),
)
DONE = st.tuples(
    st.sampled_from([FIRST, instant("2026-12-28T20:00:00+08:00")]),
    st.lists(st.sampled_from([1, 6, 18, 24, 24, 24, 48, 24 * 20]), max_size=25),
).map(lambda drawn: [drawn[0].add(hours=sum(drawn[1][:i])) for i in range(len(drawn[1]))])


@given(ACTIONS, DONE)
def test_counting_all_that_was_done_before_finds_the_same(
    action: Action, done: Sequence[DateTime]
) -> None:
    assert earned(action, *done) == list(naive.acts(action, done, ZONE))
