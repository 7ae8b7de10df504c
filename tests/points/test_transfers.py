"""How much may still be given away, one transfer after the other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mallops.points.counts import Count
from mallops.points.transfers import after_transfer, transferable
from mallops.rules.points import Transfer
from mallops.time import instant

ZONE = "Asia/Shanghai"
NOON = instant("2026-11-11T12:00:00+08:00")


def test_nothing_is_given_where_nobody_said_so() -> None:
    assert transferable(Transfer(), NOON, ZONE, {}) == 0
    assert transferable(Transfer(at_most_per_day=100), NOON, ZONE, {}) == 0


def test_without_a_bound_nothing_is_counted() -> None:
    assert transferable(Transfer(True), NOON, ZONE, {}) is None
    assert after_transfer(Transfer(True), 100, NOON, ZONE, {}) == {}


def test_a_lower_bound_than_what_was_given_leaves_nothing() -> None:
    given_away = {"transfers/day": Count("2026-11-11", 500)}
    assert transferable(Transfer(True, at_most_per_day=100), NOON, ZONE, given_away) == 0


@given(st.integers(0, 100), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 60))))
def test_a_day_never_gives_more_than_its_bound(cap: int, wanted: list[tuple[int, int]]) -> None:
    transfer, at = Transfer(True, at_most_per_day=cap), NOON
    counts: dict[str, Count] = {}
    by_day: dict[str, int] = {}
    for hours, points in wanted:
        at = at.add(hours=hours)
        given_away = min(points, transferable(transfer, at, ZONE, counts) or 0)
        counts |= after_transfer(transfer, given_away, at, ZONE, counts)
        day = at.in_timezone(ZONE).to_date_string()
        by_day[day] = by_day.get(day, 0) + given_away
    assert all(gone <= cap for gone in by_day.values())
