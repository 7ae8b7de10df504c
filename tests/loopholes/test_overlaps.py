from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from mallops.rules.benefits import AmountOff
from mallops.rules.promotions import Audience, Schedule
from mallops.time import WeeklyHours
from tests.loopholes.asking import found, has
from tests.loopholes.mall import FESTIVAL, TENTH, cny, running, with_promotions, within


@pytest.mark.parametrize(
    "changes",
    [
        {"lane": "shop"},
        {"items": within("ware")},
        {"audience": Audience(first_order=True)},
        {"coupon": True},
        {"active": False},
        {"schedule": Schedule()},
        {"schedule": Schedule(FESTIVAL.window, (WeeklyHours([], 0, 60),))},
        {"schedule": running("2026-11-21T00:00", "2026-11-23T00:00")},
        {"schedule": running("2026-10-21T00:00", "2026-11-01T00:00")},
    ],
)
def test_what_does_not_meet(changes: dict[str, Any]) -> None:
    assert has("schedules_overlap", with_promotions(evolve(TENTH, id="other")))
    assert not has("schedules_overlap", with_promotions(evolve(TENTH, id="other", **changes)))


@pytest.mark.parametrize(
    ("starts", "minutes"),
    [("00:01", "1"), ("00:00:01", "1"), ("03:00", "180"), ("03:01", None), ("00:00", None)],
)
def test_a_hole_of_some_minutes(starts: str, minutes: str | None) -> None:
    then = running(f"2026-11-21T{starts}", "2026-11-23T00:00")
    gaps = found("schedules_gap", with_promotions(evolve(TENTH, id="then", schedule=then)))
    assert [gap.details["minutes"] for gap in gaps] == ([minutes] if minutes else [])


def test_another_sort_of_benefit_is_no_next_phase() -> None:
    then = running("2026-11-21T00:30", "2026-11-23T00:00")
    other = evolve(TENTH, id="then", schedule=then, benefit=AmountOff(cny("5.00")))
    assert not has("schedules_gap", with_promotions(other))


def test_one_that_runs_on_leaves_no_hole() -> None:
    within_it = evolve(TENTH, id="day", schedule=running("2026-11-05T00:00", "2026-11-06T00:00"))
    then = evolve(TENTH, id="then", schedule=running("2026-11-06T00:30", "2026-11-07T00:00"))
    assert not has("schedules_gap", with_promotions(within_it, then))
