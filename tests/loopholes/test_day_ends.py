from __future__ import annotations

import pytest
from attrs import evolve

from mallops.rules.points import Campaign, Earn, PointsRules
from tests.loopholes.asking import found, has
from tests.loopholes.mall import BOOK, TENTH, changed, cny, running, with_promotions


@pytest.mark.parametrize(
    ("starts", "ends", "told"),
    [
        ("2026-11-01T00:00", "2026-11-11T00:00", True),
        ("2026-11-01T00:00", "2026-11-30T00:00", True),
        ("2026-11-01T00:00", "2026-12-12T00:00", True),
        ("2026-11-01T00:00", "2026-11-12T00:00", False),
        ("2026-11-01T00:00", "2026-12-01T00:00", False),
        ("2026-11-01T00:00", "2027-01-01T00:00", False),
        ("2026-11-01T00:00", "2026-11-11T20:00", False),
        # It ran for the day before.
        ("2026-11-10T00:00", "2026-11-11T00:00", False),
    ],
)
def test_a_festivals_own_day(starts: str, ends: str, told: bool) -> None:
    assert has("ends_as_day_begins", changed(TENTH, schedule=running(starts, ends))) is told


def test_what_makes_room_for_the_next_is_meant() -> None:
    before = evolve(TENTH, id="before", schedule=running("2026-11-01T00:00", "2026-11-11T00:00"))
    assert has("ends_as_day_begins", with_promotions(before))
    main = evolve(TENTH, id="main", schedule=running("2026-11-11T00:00", "2026-11-12T00:00"))
    assert not has("ends_as_day_begins", with_promotions(before, main))


def test_the_day_is_that_of_the_rulebooks_zone() -> None:
    # 23:59 in Shanghai is 15:59 in London.
    late = changed(TENTH, schedule=running("2026-11-01T00:00", "2026-11-20T23:59"))
    assert has("ends_before_midnight", late)
    assert not has("ends_before_midnight", evolve(late, timezone="Europe/London"))


def test_campaigns_of_points_end_too() -> None:
    window = running("2026-11-01T00:00", "2026-11-20T23:59")
    double = Campaign("double", evolve(TENTH).funding["platform"], window)
    points = PointsRules(earn=Earn(cny("1.00"), 1, campaigns=(double,)))
    [late] = found("ends_before_midnight", evolve(BOOK, points=points))
    assert late.subjects[0].path == "$.points.earn.campaigns[0].schedule.ends"
