from __future__ import annotations

import pytest

from mallops.loopholes.linting import lint
from mallops.rules.promotions import Schedule
from mallops.time import WeeklyHours
from tests.loopholes.asking import has
from tests.loopholes.mall import CATALOG, TENTH, changed, running

OVER = running("2026-10-01T00:00", "2026-10-05T00:00")


def test_without_an_instant_nothing_is_over() -> None:
    book = changed(TENTH, schedule=OVER)
    assert has("promotion_over", book)
    assert lint(book, CATALOG) == ()
    assert not has("promotion_over", changed(TENTH, schedule=OVER, active=False))


@pytest.mark.parametrize(
    ("days", "starts", "ends", "opens"),
    [
        (["sat"], "2026-11-16T00:00", "2026-11-21T00:00", False),
        (["sat"], "2026-11-16T00:00", "2026-11-21T20:00", False),
        (["sat"], "2026-11-16T00:00", "2026-11-21T20:01", True),
        (["sat"], "2026-11-16T00:00", "2026-11-24T00:00", True),
        # Saturday's night lasts until two on Sunday.
        (["sat"], "2026-11-22T01:00", "2026-11-22T12:00", True),
        (["sat"], "2026-11-22T02:00", "2026-11-22T12:00", False),
        ([], "2026-11-18T19:00", "2026-11-18T20:01", True),
        ([], "2026-11-18T19:00", "2026-11-18T20:00", False),
    ],
)
def test_hours_of_the_night_within_some_days(
    days: list[str], starts: str, ends: str, opens: bool
) -> None:
    hours = WeeklyHours(days, 20 * 60, 2 * 60)
    schedule = Schedule(running(starts, ends).window, (hours,))
    assert has("hours_never_open", changed(TENTH, schedule=schedule)) is not opens
