"""What holds of every scorer: it is its naive twin, in order, in numbers that add up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import fsum
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gamma

from mallops.catalog.model import Sku
from mallops.money import Currency, Money
from mallops.recommend.events import Event, EventKind
from mallops.recommend.fitting import fit
from mallops.recommend.fitting.batch import batch, best_of
from mallops.recommend.likeness import Likeness
from mallops.recommend.scored import Scored
from mallops.recommend.scorers.basket import bought_together
from mallops.recommend.scorers.blend import Blend, blend, ready
from mallops.recommend.scorers.content import content
from mallops.recommend.scorers.hot import hot
from mallops.recommend.scorers.joining import joined
from mallops.recommend.scorers.neighbours import neighbours
from mallops.recommend.scorers.personal import bought, personal
from mallops.recommend.scorers.popularity import popularity
from mallops.recommend.scorers.replenishment import replenishment, usual_gaps
from mallops.recommend.scorers.trend import trend
from mallops.recommend.state import Settings, State
from mallops.recommend.storing import dumps
from mallops.recommend.traits import Traits
from mallops.recommend.updating import update
from mallops.recommend.weighing import UNIT, Weights
from mallops.testing.naive_scores import (
    naive_basket,
    naive_blend,
    naive_content,
    naive_hot,
    naive_neighbours,
    naive_replenishment,
    naive_taken,
    naive_trend,
)
from mallops.testing.naive_states import naive_counted
from tests.recommend.event_strategies import START, events, flags, likenesses

AT = START.add(days=45)
CUSTOMERS = "abcd"
GOODS = {
    name: Sku(
        name,
        Money(100 * (1 + n % 3), Currency.of("CNY")),
        category=("food/tea", "food/rice", "ink")[n % 3],
        brand=("leaf", "", "quill", "oak")[n % 4],
        tags=frozenset(("green", "new")[: n % 3]),
    )
    for n, name in enumerate("stuvwx")
}
shares = st.sampled_from([0.0, 0.001, 0.6, 1.0])


def agree(found: Sequence[Scored], expected: Mapping[str, Fraction] | Mapping[str, float]) -> None:
    """The same SKUs, the same scores but for rounding, the best first."""
    assert {one.sku: one.score for one in found} == pytest.approx(
        {sku: float(amount) for sku, amount in expected.items()}, rel=1e-9, abs=0
    )
    assert list(found) == sorted(found, key=lambda one: (-one.score, one.sku))


def plain(likeness: Likeness) -> Likeness:
    return Likeness(likeness.measure, likeness.size, likeness.damping)


@given(events(), likenesses, flags, st.sampled_from([None, 2, 7, 180]))
@settings(max_examples=60, deadline=None)
def test_each_scorer_is_its_naive_twin(
    stream: list[Event], likeness: Likeness, flagged: frozenset[str], half_life: int | None
) -> None:
    by = plain(likeness)
    half = len(stream) // 2
    state = update(fit(stream[:half], Settings(customers=by, orders=by), flagged), stream[half:])
    counted, weights = naive_counted(stream, flagged), Weights.bought(half_life)
    everyone = naive_taken(counted, AT, half_life)
    agree(popularity(state, AT, weights), {sku: of / UNIT for sku, of in everyone.items()})
    northern = [one for one in counted if one[0].region == "north"]
    agree(
        popularity(state, AT, weights, region="north", among="stu"),
        {
            sku: of / UNIT
            for sku, of in naive_taken(northern, AT, half_life).items()
            if sku in "stu"
        },
    )
    agree(bought_together(state, "st"), naive_basket(counted, by, "st"))
    usual = usual_gaps(state, AT)
    for customer in CUSTOMERS:
        mine = naive_taken(counted, AT, half_life, customer)
        agree(personal(state, customer, AT, weights), {sku: of / UNIT for sku, of in mine.items()})
        agree(neighbours(state, customer, AT), naive_neighbours(counted, by, customer, AT))
        agree(trend(state, customer, AT), naive_trend(counted, by, customer, AT))
        agree(
            content(state, customer, AT, "stuvwxyz", GOODS),
            naive_content(counted, customer, AT, "stuvwxyz", GOODS, Traits()),
        )
        agree(replenishment(state, customer, AT, usual), naive_replenishment(counted, customer, AT))


@given(events(), flags, st.sampled_from([2, 7]), st.sampled_from([0.1, 0.5]))
@settings(max_examples=30, deadline=None)
def test_hot_sellers_are_those_of_their_naive_twin(
    stream: list[Event], flagged: frozenset[str], half_life: int, share: float
) -> None:
    expected = naive_hot(naive_counted(stream, flagged), AT, half_life, share, gamma.ppf)
    agree(hot(fit(stream, None, flagged), AT, half_life, share), expected)


@given(events(), likenesses, flags, st.tuples(shares, shares, shares))
@settings(max_examples=50, deadline=None)
def test_the_blend_is_that_of_its_naive_twin(
    stream: list[Event],
    likeness: Likeness,
    flagged: frozenset[str],
    of: tuple[float, float, float],
) -> None:
    by = plain(likeness)
    shelf = ready(fit(stream, Settings(customers=by), flagged), AT, Blend(*of))
    counted = naive_counted(stream, flagged)
    for customer in CUSTOMERS:
        found = [(one.sku, one.score) for one in blend(shelf, customer, 99)]
        assert found == naive_blend(counted, by, customer, AT, of)


def every(state: State) -> Iterator[Scored]:
    """All that any scorer says of anyone."""
    shelf, usual = ready(state, AT), usual_gaps(state, AT)
    yield from popularity(state, AT)
    yield from hot(state, AT)
    yield from bought_together(state, "st")
    for customer in CUSTOMERS:
        mine, new = personal(state, customer, AT), trend(state, customer, AT)
        yield from mine
        yield from new
        yield from replenishment(state, customer, AT, usual)
        yield from neighbours(state, customer, AT)
        yield from content(state, customer, AT, "stuvwxyz", GOODS)
        yield from blend(shelf, customer, 99)
        yield from joined(mine, new, bought(state, customer, AT))


@given(events(), likenesses)
@settings(max_examples=25, deadline=None)
def test_parts_sum_to_scores_and_reasons_to_parts(stream: list[Event], likeness: Likeness) -> None:
    by = plain(likeness)
    for scored in every(fit(stream, Settings(customers=by, orders=by))):
        assert scored.score == fsum(part.amount for part in scored.parts)
        assert all(part.amount > 0 for part in scored.parts)
        for part in scored.parts:
            if part.because:
                told = fsum(amount for _, amount in part.because)
                assert told <= part.amount * (1 + 1e-12)
                if len(part.because) < 5:
                    assert told == pytest.approx(part.amount, rel=1e-12)


def crowd() -> list[Event]:
    """So many customers and SKUs that each thread has some."""
    random = Random(8)
    return [
        Event(
            f"{n}",
            f"c{random.randrange(600)}",
            f"s{int(700 * random.random() ** 2)}",
            EventKind.BUY if n % 9 else EventKind.RETURN,
            START.add(days=random.randrange(45)),
            order=f"o{n // 3}",
        )
        for n in range(6_000)
    ]


def test_two_threads_find_what_one_does() -> None:
    stream = crowd()
    made = Settings(orders=Likeness())
    state = fit(stream, made)
    assert len(state.packed.skus) > 2 * 256
    assert dumps(fit(stream, made, threads=2)) == dumps(state)
    many = batch(ready(state, AT))
    assert len(many.customers) > 2 * 256
    one, two = (best_of(many, many.customers, 10, threads=threads) for threads in (1, 2))
    assert one.places.tolist() == two.places.tolist()
    assert one.scores.tolist() == two.scores.tolist()
