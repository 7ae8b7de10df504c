"""Hints: against the naive twin, against the oracle, and case by case."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mallops.promotions.hint import Hint, Hints
from mallops.promotions.hints import hints
from mallops.rules.book import Rulebook
from mallops.testing.near_misses import NearMiss, near_misses
from mallops.testing.strategies import Doc, Size, scenarios
from tests.promotions.drawn import Drawn, decoded

# Each example is quoted a hundred times over, so few have to do.
SIZE = Size(products=3, prices=2, lines=2, units=4, promotions=4)
EVERYTHING = 10**6


def coupons_of(rulebook: Rulebook) -> list[str]:
    return [promotion.id for promotion in rulebook.promotions if promotion.coupon]


def as_near_miss(hint: Hint) -> NearMiss:
    change = hint.change
    return NearMiss(
        goods=tuple((added.sku, added.quantity) for added in change.goods),
        coupon="".join(change.coupons),
        instead_of="".join(change.instead_of),
        less=hint.less.minor,
        gain=hint.gain.minor,
        brings=frozenset(hint.brings),
        cheaper=frozenset(hint.cheaper),
    )


def told(drawn: Drawn, **options: Any) -> Hints:
    return hints(drawn.compiled, drawn.cart, drawn.at, drawn.usage, **options)


@settings(max_examples=60)
@given(scenarios(SIZE), st.data())
def test_the_hints_are_all_near_misses_that_there_are(scenario: Doc, data: st.DataObject) -> None:
    drawn = decoded(scenario)
    obtainable = data.draw(
        st.sets(st.sampled_from([*coupons_of(drawn.compiled.rulebook), "other"]))
    )
    budget = 2_000
    found = told(
        drawn,
        obtainable=obtainable,
        most=100,
        requotes=EVERYTHING,
        most_units=2,
        search_budget=budget,
    )
    expected = near_misses(
        drawn.compiled,
        drawn.cart,
        drawn.at,
        drawn.usage,
        obtainable=obtainable,
        most_units=2,
        search_budget=budget,
    )
    assert found.untried == 0
    assert [as_near_miss(hint) for hint in found.hints] == expected
