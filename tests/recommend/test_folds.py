"""Nothing of a fold's window, nor of what follows it, is known before it."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pendulum import DateTime, timezone

from mallops.errors import InputError
from mallops.recommend.evaluation.folds import Aim, Fold, folds, starts_before
from mallops.recommend.events import Event, EventKind
from mallops.testing.naive_recommend import naive_kept
from mallops.time import instant

MAY = instant("2026-05-01T00:00Z")
CUSTOMERS, SKUS, ORDERS = ("anna", "bo", "cy"), ("cup", "pot", "tea"), ("", "o1", "o2")


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    drawn = st.builds(
        Event,
        id=st.just("e"),
        customer=st.sampled_from(CUSTOMERS),
        sku=st.sampled_from(SKUS),
        kind=st.sampled_from(
            [*EventKind, EventKind.BUY, EventKind.BUY, EventKind.BUY, EventKind.RETURN]
        ),
        at=st.integers(0, 40).map(lambda quarter: MAY.add(hours=6 * quarter)),
        quantity=st.integers(1, 3),
        order=st.sampled_from(ORDERS),
    )
    return [
        attrs.evolve(one, id=f"e{n}") for n, one in enumerate(draw(st.lists(drawn, max_size=25)))
    ]


def two_folds(events: list[Event], gap_days: int = 0) -> tuple[Fold, ...]:
    return folds(events, [MAY.add(days=4), MAY.add(days=7)], days=3, gap_days=gap_days)


def event(
    n: int, kind: EventKind, hours: int, *, sku: str = "tea", quantity: int = 1, order: str = ""
) -> Event:
    return Event(f"e{n}", "anna", sku, kind, MAY.add(hours=hours), quantity, order)


@given(histories(), st.integers(0, 2))
def test_no_event_of_the_history_is_at_the_windows_start_or_after(
    events: list[Event], gap_days: int
) -> None:
    for fold in two_folds(events, gap_days):
        end = fold.truth.starts - timedelta(days=gap_days)
        assert set(fold.history.events) == {one for one in events if one.at < end}
        assert fold.history.at == end


@given(histories(), histories(), st.integers(0, 2))
def test_a_history_is_the_same_whatever_comes_after(
    events: list[Event], later: list[Event], gap_days: int
) -> None:
    for number, fold in enumerate(two_folds(events, gap_days)):
        after = [
            attrs.evolve(one, id=f"l{one.id}", at=one.at + (fold.history.at - MAY)) for one in later
        ]
        before = [one for one in events if one.at < fold.history.at]
        assert two_folds(before + after, gap_days)[number].history == fold.history


@given(histories(), st.data())
def test_the_order_in_which_events_are_told_does_not_matter(
    events: list[Event], data: st.DataObject
) -> None:
    told = data.draw(st.permutations(events))
    assert two_folds([*told, *told[:3]]) == two_folds(events)


@given(histories())
def test_what_is_kept_is_what_counting_unit_by_unit_finds(events: list[Event]) -> None:
    for fold in two_folds(events):
        starts, ends = fold.truth.starts, fold.truth.ends
        kept = naive_kept(events, starts, ends)
        known = {one.customer for one in events if one.kind == "buy" and one.at < starts}
        assert fold.truth.kept == {who: skus for who, skus in kept.items() if who in known}
        assert fold.truth.cold == len(kept.keys() - known)


@given(histories())
def test_repeat_and_discovery_are_all(events: list[Event]) -> None:
    for fold in two_folds(events):
        for customer in CUSTOMERS:
            repeat, new = (fold.relevant(customer, aim) for aim in (Aim.REPEAT, Aim.DISCOVERY))
            assert not repeat & new
            assert repeat | new == fold.relevant(customer, Aim.ALL)


@pytest.mark.parametrize(
    ("later", "kept"),
    [
        pytest.param([], {"tea"}, id="kept"),
        pytest.param([event(2, EventKind.RETURN, 50, quantity=2)], set(), id="all came back"),
        pytest.param([event(2, EventKind.RETURN, 50)], {"tea"}, id="one of two came back"),
        pytest.param([event(2, EventKind.REFUND, 50, quantity=2)], {"tea"}, id="refunded, kept"),
        pytest.param(
            [event(2, EventKind.RETURN, 50, quantity=2, order="old")], {"tea"}, id="of another"
        ),
        pytest.param([event(2, EventKind.RETURN, 99, quantity=2)], {"tea"}, id="after the window"),
        pytest.param(
            [event(2, EventKind.CANCEL, 48, quantity=2, order="o1")], set(), id="called off at once"
        ),
        pytest.param([event(2, EventKind.RETURN, 47, quantity=2)], {"tea"}, id="before the window"),
    ],
)
def test_what_comes_back_within_the_window_is_not_kept(later: list[Event], kept: set[str]) -> None:
    bought = [
        event(0, EventKind.BUY, 0, quantity=5, order="old"),
        event(1, EventKind.BUY, 48, quantity=2, order="o1"),
    ]
    (fold,) = folds([*later, *bought], [MAY.add(days=2)], days=2)
    assert fold.relevant("anna", Aim.ALL) == kept


def test_what_came_back_before_was_bought_all_the_same() -> None:
    told = [event(0, EventKind.BUY, 0), event(1, EventKind.RETURN, 1), event(2, EventKind.BUY, 24)]
    (fold,) = folds(told, [MAY.add(days=1)], days=1)
    assert fold.relevant("anna", Aim.REPEAT) == {"tea"}


def test_windows_stand_side_by_side() -> None:
    starts = starts_before(MAY, days=28, count=3)
    assert [MAY.diff(start).in_days() for start in starts] == [84, 56, 28]
    assert len(folds([], starts, days=28)) == 3


@pytest.mark.parametrize(
    ("starts", "days", "gap_days", "path"),
    [
        ([MAY], 0, 0, "$.days"),
        ([MAY], 1, -1, "$.gap_days"),
        ([MAY, MAY.add(hours=23)], 1, 0, "$.starts"),
    ],
)
def test_windows_that_judge_nothing_are_refused(
    starts: list[object], days: int, gap_days: int, path: str
) -> None:
    with pytest.raises(InputError) as refused:
        folds([], starts, days, gap_days)  # type: ignore[arg-type]  # parametrised
    assert [problem.path for problem in refused.value.problems] == [path]


def test_two_events_of_one_id_are_refused() -> None:
    with pytest.raises(InputError, match="one event of each id"):
        folds([event(0, EventKind.BUY, 0), event(0, EventKind.BUY, 1)], [MAY], 1)


def test_instants_of_the_hour_that_a_clock_shows_twice_are_told_apart() -> None:
    zone = timezone("America/New_York")
    start = DateTime(2026, 10, 31, tzinfo=zone)
    early = DateTime(2026, 11, 1, 1, 50, tzinfo=zone, fold=0)
    late = DateTime(2026, 11, 1, 1, 10, tzinfo=zone, fold=1)
    known = Event("e0", "anna", "pot", EventKind.BUY, start.subtract(days=3))
    bought = Event("e1", "anna", "tea", EventKind.BUY, early)
    back = Event("e2", "anna", "tea", EventKind.RETURN, late)
    (fold,) = folds([known, bought, back], [start], days=5)
    assert fold.truth.kept == {}
    (fold,) = folds([known, bought], [late], days=1)
    assert [one.id for one in fold.history.events] == ["e0", "e1"]
    assert fold.truth.kept == {}
    (fold,) = folds([bought, attrs.evolve(bought, at=early.in_timezone("UTC"))], [late], days=1)
    assert [one.id for one in fold.history.events] == ["e1"]
    with pytest.raises(InputError):
        folds([bought, attrs.evolve(bought, at=early.replace(fold=1))], [late], days=1)
