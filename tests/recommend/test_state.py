"""A state: the same from a fit and from updates, in any order, packed, written and read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from random import Random

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from pendulum import UTC, DateTime, naive, timezone

from mallops.errors import InputError
from mallops.recommend.columns import Coded, Columns
from mallops.recommend.events import Event, EventKind
from mallops.recommend.fitting import fit
from mallops.recommend.likeness import Likeness, Measure
from mallops.recommend.linking import taken_by_customer
from mallops.recommend.packing import pack
from mallops.recommend.scorers.blend import blend, ready
from mallops.recommend.state import Settings, State
from mallops.recommend.storing import dumps, loads
from mallops.recommend.updating import empty, flagging, update
from mallops.recommend.weighing import Entry, Weight, Weights, kept
from mallops.testing.naive_states import naive_counted, naive_nearest
from tests.recommend.event_strategies import START, events, flags, settings_of_states

AT = START.add(days=45)


def bought(number: int, customer: str = "ann", sku: str = "tea", **more: object) -> Event:
    given = {"id": f"{number}", "kind": EventKind.BUY, "at": START.add(days=number), **more}
    return Event(customer=customer, sku=sku, **given)  # type: ignore[arg-type]


def scores(state: State) -> list[object]:
    shelf = ready(state, AT)
    return [blend(shelf, customer, 9) for customer in "abcd"]


@given(events(), settings_of_states(), flags, st.randoms(use_true_random=False), st.integers(1, 2))
@settings(max_examples=80, deadline=None)
def test_an_updated_state_is_that_of_a_refit_whatever_comes_when(
    stream: list[Event], made: Settings, flagged: frozenset[str], random: Random, threads: int
) -> None:
    whole = fit(stream, made, flagged, threads)
    shuffled = random.sample(stream, len(stream))
    cut = random.randint(0, len(stream))
    state = fit(shuffled[:cut], made)
    if random.random() < 0.3:
        state = loads(dumps(state))
    late = shuffled[cut:] + random.sample(stream, min(3, len(stream)))
    half = len(late) // 2
    for event in late[:half]:
        state = update(state, [event])
    state = flagging(update(flagging(state, flagged), late[half:]), flagged)
    assert dumps(state) == dumps(whole)
    # What is not packed is read another way.
    assert scores(state) == scores(whole) == scores(pack(state))


@given(events(), settings_of_states(), flags)
@settings(max_examples=40, deadline=None)
def test_a_state_is_that_of_its_naive_twin(
    stream: list[Event], made: Settings, flagged: frozenset[str]
) -> None:
    state = fit(stream, made, flagged)
    counted = naive_counted(stream, flagged, made.since)
    for customer in "abcd":
        expected = [(event.id, parts) for event, parts in counted if event.customer == customer]
        assert [(entry.id, parts) for entry, parts in state.history(customer)] == expected
    held = {customer: taken_by_customer(made, state.history(customer)) for customer in "abcd"}
    for sku in "stuvwxyz":
        assert list(state.links.row(sku)) == naive_nearest(held, made.customers, sku)


@given(events(), settings_of_states(), flags)
@settings(max_examples=20, deadline=None)
def test_a_state_is_written_and_read_unchanged(
    stream: list[Event], made: Settings, flagged: frozenset[str]
) -> None:
    state = fit(stream, made, flagged)
    again = loads(dumps(state))
    assert dumps(again) == dumps(state)
    assert scores(again) == scores(state)
    assert again.settings == made


def kept_of(*entries: tuple[int, EventKind, int, str], flagged: Sequence[str] = ()) -> list[int]:
    kinds = list(EventKind)
    return kept(
        [
            Entry("tea", at, str(n), kinds.index(kind), quantity, order, "")
            for n, (at, kind, quantity, order) in enumerate(entries)
        ],
        flagged,
    )


BUY, BACK = EventKind.BUY, EventKind.RETURN


def test_what_comes_back_undoes_the_latest_purchase_before_it() -> None:
    assert kept_of((1, BUY, 4, ""), (2, BUY, 2, ""), (3, BACK, 3, "")) == [48, 0, 0]
    assert kept_of((1, BUY, 4, ""), (2, BACK, 1, ""), (3, BUY, 2, "")) == [48, 0, 64]


def test_more_comes_back_than_was_bought_and_nothing_falls_below_zero() -> None:
    assert kept_of((1, BUY, 1, ""), (2, BACK, 9, ""), (3, BUY, 1, "")) == [0, 0, 64]
    assert kept_of((1, BACK, 9, ""), (2, BUY, 1, "")) == [0, 64]


def test_what_comes_back_of_an_order_undoes_that_order_alone() -> None:
    assert kept_of((1, BUY, 1, "o1"), (2, BUY, 1, "o2"), (3, BACK, 1, "o1")) == [0, 64, 0]
    assert kept_of((1, BUY, 1, "o1"), (2, BUY, 1, "o2"), (3, BACK, 1, "o9")) == [64, 64, 0]
    assert kept_of((1, BACK, 1, "o1"), (2, BUY, 1, "o1")) == [0, 0]


def test_a_flagged_order_counts_nothing_and_undoes_nothing() -> None:
    both = (1, BUY, 1, "o1"), (2, BUY, 1, "o2"), (3, BACK, 1, "o2")
    assert kept_of(*both, flagged=["o2"]) == [64, 0, 0]


def test_a_known_id_changes_nothing_unless_it_is_of_another_event() -> None:
    state = fit([bought(1)])
    assert dumps(update(state, [bought(1)])) == dumps(state)
    with pytest.raises(InputError):
        update(state, [bought(1, sku="cup")])
    with pytest.raises(InputError):
        fit([bought(1), bought(1, sku="cup")])
    added = update(state, [bought(2)])
    with pytest.raises(InputError):
        update(added, [bought(2, quantity=2)])


def test_an_event_before_the_beginning_is_left_out_whenever_it_comes() -> None:
    made = Settings(since=START.add(days=5))
    late = fit([bought(6), bought(4)], made)
    assert [entry.id for entry, _ in late.history("ann")] == ["6"]
    assert dumps(update(fit([bought(6)], made), [bought(4)])) == dumps(late)


def test_a_day_begins_at_the_hour_of_the_epoch() -> None:
    china = Settings(epoch=DateTime(2026, 1, 1, tzinfo=UTC).subtract(hours=8))
    late = DateTime(2026, 1, 1, 16, tzinfo=UTC)
    assert china.day(late) == china.day(late.subtract(seconds=1)) + 1
    assert Settings().day(late) == Settings().day(late.subtract(seconds=1))


def test_columns_of_unequal_lengths_are_refused() -> None:
    names = Coded(["a"], [0])
    with pytest.raises(InputError, match="ats"):
        Columns(["1"], names, names, [0], [], [1], names, names)


def test_a_state_of_no_events_takes_the_first() -> None:
    made = Settings(orders=Likeness())
    assert dumps(update(empty(made), [bought(1, order="o1")])) == dumps(
        fit([bought(1, order="o1")], made)
    )


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"format": "other"}, "$.format"),
        ({"version": 2}, "$.version"),
        ({"events": {}}, "$.events.ids"),
        ({"settings": {}}, "$"),
        ({"links": None}, "$.links"),
    ],
)
def test_another_document_is_refused(change: dict[str, object], path: str) -> None:
    document = {**json.loads(dumps(fit([bought(1)]))), **change}
    with pytest.raises(InputError) as refused:
        loads(json.dumps(document))
    assert [problem.path for problem in refused.value.problems] == [path]


def test_what_is_no_json_is_refused() -> None:
    for text in ("", "{", "[]"):
        with pytest.raises(InputError):
            loads(text)


def test_settings_that_mean_nothing_are_refused() -> None:
    for make in (
        lambda: Likeness(size=0),
        lambda: Likeness(damping=0),
        lambda: Likeness(half_life=0),
        lambda: Settings(customers=Likeness(half_life=7)),
        lambda: Weight(-1, 7),
        lambda: Weight(1, 0),
        lambda: Weights({EventKind.RETURN: Weight(1, 7)}),
    ):
        with pytest.raises(InputError):
            make()


def test_many_updates_of_one_state_leave_it_as_it_was() -> None:
    state = fit([bought(1, "a", "t"), bought(2, "b", "t"), bought(3, "b", "u")])
    before = dumps(state)
    update(state, [bought(9, customer="a", sku="u"), bought(8, customer="c", sku="t")])
    assert dumps(state) == before


@pytest.mark.parametrize("measure", Measure)
def test_neighbours_of_many_customers_stay_those_of_a_refit(measure: Measure) -> None:
    random = Random(8)
    stream = [bought(n, f"c{random.randrange(30)}", f"s{random.randrange(40)}") for n in range(150)]
    made = Settings(customers=Likeness(measure, size=3, damping=5))
    state = fit(stream[:60], made)
    for event in stream[60:]:
        state = update(state, [event])
    back = [
        evolve(event, id=f"back {event.id}", kind=BACK, order="", at=event.at.add(days=1))
        for event in stream[::3]
    ]
    for event in back:
        state = update(state, [event])
    assert dumps(state) == dumps(fit([*stream, *back], made))


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"id": ""}, "$.id"),
        ({"customer": ""}, "$.customer"),
        ({"sku": ""}, "$.sku"),
        ({"kind": "buy"}, "$.kind"),
        ({"kind": "bogus"}, "$.kind"),
        ({"at": naive(2026, 1, 1)}, "$.at"),
        ({"quantity": 0}, "$.quantity"),
        ({"quantity": 2**70}, "$.quantity"),
    ],
)
def test_an_event_that_says_nothing_is_refused(change: dict[str, object], path: str) -> None:
    with pytest.raises(InputError) as refused:
        evolve(bought(1), **change)  # type: ignore[arg-type]
    assert [problem.path for problem in refused.value.problems] == [path]


def test_orders_and_customers_of_odd_names_are_told_apart() -> None:
    stream = [
        bought(1, "c", "cup", order="a\nb"),
        bought(2, "b\nc", "tea", order="a"),
        bought(3, "b\nc", "pot", order="a"),
        bought(4, "c", "jar", order="a\\nb"),
    ]
    made = Settings(orders=Likeness(Measure.COSINE))
    state = fit(stream, made)
    assert dumps(update(empty(made), stream)) == dumps(state)
    assert state.order_links is not None
    assert [sku for sku, _ in state.order_links.row("cup")] == ["cup"]


def test_settings_are_written_as_instants_whatever_their_time_zone() -> None:
    shanghai = timezone("Asia/Shanghai")
    # Clocks there were 8:05:43 ahead then.
    odd = DateTime(1900, 1, 1, tzinfo=shanghai)
    text = dumps(fit([bought(1)], Settings(epoch=odd)))
    assert dumps(loads(text)) == text
    assert dumps(fit([bought(1)], Settings(epoch=odd.in_timezone(UTC)))) == text
    with pytest.raises(InputError, match="epoch"):
        Settings(epoch=naive(2026, 1, 1))


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("customers",), "ab", "$.customers"),
        (("customers",), ["b", "a"], "$.customers"),
        (("customers",), [1, 2], "$.customers"),
        (("customers",), ["a"], "$.events.starts"),
        (("flagged",), "o", "$.flagged"),
        (("events", "skus"), [0, 0, -1], "$.events.skus[2]"),
        (("events", "skus"), [0, 0, 7], "$.events.skus[2]"),
        (("events", "kinds"), [99, 2, 2], "$.events.kinds[0]"),
        (("events", "kinds"), [True, 2, 2], "$.events.kinds"),
        (("events", "quantities"), [0, 1, 1], "$.events.quantities[0]"),
        (("events", "quantities"), [1], "$.events.quantities"),
        (("events", "kept"), [65, 64, 64], "$.events.kept[0]"),
        (("events", "starts"), [0, 5, 3], "$.events.starts"),
        (("events", "ids"), ["1", "1", "1"], "$.events.ids"),
        (("events", "ids"), "123", "$.events.ids"),
        (("settings", "customers", "size"), 1.5, "$"),
        (("settings", "epoch"), "soon", "$.settings.epoch"),
        (("links", "holders"), ["b", "a"], "$.links.holders"),
        (("links", "held", "skus"), [0, 0, 9], "$.links.held.skus[2]"),
        (("links", "held", "strengths"), [-5, 1, 1], "$.links.held.strengths[0]"),
        (("links", "nearest", "starts"), [0], "$.links.nearest.starts"),
        (("links", "nearest", "skus"), [0, 1, -1, 0], "$.links.nearest.skus[2]"),
        (("links", "nearest", "likeness"), [1, 1, 1, 0], "$.links.nearest.likeness[3]"),
        (("order_links",), None, "$.order_links"),
    ],
)
def test_columns_that_no_state_has_are_refused(
    path: tuple[str, ...], value: object, told: str
) -> None:
    pairs = (("a", "t"), ("b", "t"), ("b", "u"))
    stream = [bought(n, who, what, order="o") for n, (who, what) in enumerate(pairs)]
    document = json.loads(dumps(fit(stream, Settings(orders=Likeness()))))
    part = document
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = value
    with pytest.raises(InputError) as refused:
        loads(json.dumps(document))
    assert refused.value.problems[0].path == told


def test_a_document_of_too_many_levels_is_refused() -> None:
    with pytest.raises(InputError, match="JSON"):
        loads("[" * 200_000)
