from __future__ import annotations

import pytest
from attrs import evolve

from mallops.findings import Severity
from mallops.rules.points import Expire, ExpireByAge, ExpireInactive, ExpireYearly
from tests.loopholes.asking import found, has
from tests.loopholes.mall import BOOK, POINTS


def test_windows_of_days_are_usual() -> None:
    for days in (1, 7, 60):
        after_sales = evolve(BOOK.after_sales, window_days=days)
        assert not has("return_window_odd", evolve(BOOK, after_sales=after_sales))


def test_months_are_worse_than_none() -> None:
    severities = []
    for days in (0, 61):
        after_sales = evolve(BOOK.after_sales, window_days=days)
        [odd] = found("return_window_odd", evolve(BOOK, after_sales=after_sales))
        severities.append(odd.severity)
    assert severities == [Severity.NOTE, Severity.WARNING]


@pytest.mark.parametrize(
    "expire", [None, ExpireByAge(365), ExpireYearly(12, 31), ExpireInactive(365)]
)
def test_points_that_go_in_time(expire: Expire | None) -> None:
    book = evolve(BOOK, points=evolve(POINTS, expire=expire))
    assert not has("revival_outlives_points", book)
