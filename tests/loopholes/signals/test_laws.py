from __future__ import annotations

from itertools import groupby
from random import Random

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from mallops.adapters.documents import from_json, to_json
from mallops.loopholes.signals.counting import Kept
from mallops.loopholes.signals.events import Act, Event
from mallops.loopholes.signals.observing import Outcome, keys_of, observe
from mallops.loopholes.signals.scoring import signals
from mallops.loopholes.signals.tracking import Tracker
from mallops.loopholes.signals.windows import Mark, Members, Row, Tally
from mallops.messages import locales, message
from mallops.testing.naive_signals import NaiveSignals, naive_signals
from tests.loopholes.signals.streams import SLOW, TINY, after, drawn, event, events, slowed


@given(stream=events())
@settings(max_examples=500)
def test_a_tracker_agrees_with_recounting_all(stream: list[Event]) -> None:
    tracker, naive = Tracker(TINY), NaiveSignals(TINY)
    for each in stream:
        found, (outcome, suspicions) = tracker.observe(each), naive.observe(each)
        assert found.outcome == outcome
        assert sorted(found.suspicions, key=repr) == sorted(suspicions, key=repr)


@given(stream=events())
@settings(max_examples=100)
def test_what_is_dropped_would_not_have_counted(stream: list[Event]) -> None:
    tracker, naive = Tracker(SLOW), NaiveSignals(SLOW)
    for each in slowed(stream):
        found, (outcome, suspicions) = tracker.observe(each), naive.observe(each)
        assert found.outcome == outcome
        assert sorted(found.suspicions, key=repr) == sorted(suspicions, key=repr)


@given(stream=events())
@settings(max_examples=50)
def test_all_at_once_agrees_with_recounting_all(stream: list[Event]) -> None:
    found = signals(stream, TINY)
    assert found == naive_signals(stream, TINY)
    for each in (each for score in found.values() for each in score.suspicions):
        assert all(message(each.code, locale, each.details) for locale in locales())


@given(stream=events(), seed=st.integers(0, 1000))
@settings(max_examples=50)
def test_the_order_of_a_batch_plays_no_part(stream: list[Event], seed: int) -> None:
    mixed = Random(seed).sample(stream, len(stream))
    assert list(signals(stream, TINY).items()) == list(signals(mixed, TINY).items())


@given(stream=events(), seed=st.integers(0, 1000))
@settings(max_examples=50)
def test_the_order_of_one_instant_leaves_no_trace(stream: list[Event], seed: int) -> None:
    random, ordered = Random(seed), sorted(stream, key=lambda each: each.at)
    one, other = Tracker(TINY), Tracker(TINY)
    for _, group in groupby(ordered, key=lambda each: each.at):
        same = list(group)
        for each in same:
            one.observe(each)
        for each in random.sample(same, len(same)):
            other.observe(each)
        assert one.rows == other.rows


@given(stream=events())
@settings(max_examples=50)
def test_late_events_leave_what_they_would_have_left_in_time(stream: list[Event]) -> None:
    patient = evolve(TINY, lateness=1_000)
    one, other = Tracker(patient), Tracker(patient)
    for each in stream:
        one.observe(each)
    for each in sorted(stream, key=lambda each: each.at):
        other.observe(each)
    assert one.rows == other.rows


@given(stream=events(), cut=st.integers(0, 30))
@settings(max_examples=50)
def test_a_stored_tracker_goes_on_as_if_it_had_never_stopped(stream: list[Event], cut: int) -> None:
    one = Tracker(TINY)
    for each in stream[:cut]:
        one.observe(each)
    stored = [to_json(each) for each in one.kept()]
    two = Tracker(TINY, [from_json(text, Kept) for text in stored])
    for each in stream[cut:]:
        assert one.observe(each) == two.observe(each)


@given(stream=events())
@settings(max_examples=50)
def test_a_store_that_fetches_only_the_keys_of_an_event_is_enough(stream: list[Event]) -> None:
    tracker = Tracker(TINY)
    kept: dict[tuple[str, ...], Row] = {}
    for each in stream:
        fetched = {key: kept[key] for key in keys_of(each, TINY) if key in kept}
        found = observe(fetched, each, TINY)
        assert found == tracker.observe(each)
        assert found.rows.keys() <= set(keys_of(each, TINY))
        kept |= found.rows


@given(stream=events(most=20), seed=st.integers(0, 2**32))
@settings(max_examples=50)
def test_more_evidence_at_an_instant_never_lowers_a_score(stream: list[Event], seed: int) -> None:
    # A paid order is evidence for its customer, and a name too many drives another one out.
    wide = evolve(TINY, most_names=50)
    latest = max(each.at for each in stream)
    more = evolve(drawn(seed, len(stream)), id="more", at=latest)
    if more.act is Act.ORDER:
        more = evolve(more, amount=None)
    before, then = signals(stream, wide), signals([*stream, more], wide)
    for account, score in before.items():
        assert then[account].score >= score.score


@given(stream=events())
@settings(max_examples=50)
def test_what_is_kept_is_bounded(stream: list[Event]) -> None:
    tracker = Tracker(TINY, most_rows=12)
    for each in stream:
        tracker.observe(each)
        rows = tracker.rows.values()
        assert sum(not isinstance(row, Mark) for row in rows) <= 12
        for row in rows:
            match row:
                case Tally():
                    assert len(row.steps) == len(row.counts) <= 5
                case Members():
                    assert len(row.steps) == len(row.names) <= TINY.most_names
                case Mark():
                    pass


def test_what_no_event_can_count_any_more_is_dropped() -> None:
    tracker = Tracker(TINY)
    # A quarter of an hour is how long a row may wait for its turn.
    longest = TINY.longest + TINY.lateness + 2 * 900
    most = 0
    for number in range(4000):
        one = newcomer(number)
        assert tracker.observe(one).outcome is Outcome.COUNTED
        now = one.second
        assert all(row.until > now - 2 * 900 for row in tracker.rows.values())
        most = max(most, len(tracker.rows))
    assert most <= (longest // 10 + 2) * 6 + 1


def newcomer(number: int) -> Event:
    """An event of nobody who was there before, ten seconds after the last."""
    return event(
        f"e{number}",
        f"c{number}",
        Act.ORDER,
        after(10 * number),
        address=f"a{number}",
        device=f"d{number}",
        payment=f"p{number}",
        sellers=("shop",),
    )
