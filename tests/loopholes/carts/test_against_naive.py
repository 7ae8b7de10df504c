"""The search against every cart within tiny bounds."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations

import pytest
from attrs import evolve
from hypothesis import assume, given, settings

from mallops.cart import Shopper
from mallops.loopholes.carts.bounds import Visitor
from mallops.loopholes.carts.finding import find_carts
from mallops.loopholes.carts.goals import (
    BelowCost,
    BelowMargin,
    CheaperSplit,
    CheaperWithMore,
    DeepDiscount,
    Free,
    Goal,
)
from mallops.loopholes.carts.stock import stock_of
from mallops.testing.naive_carts import worst_of_all
from mallops.testing.strategies import Size
from tests.loopholes.carts.drawn import Drawn, malls

GOALS: dict[str, Goal] = {
    "cost": BelowCost(),
    "margin": BelowMargin(Decimal("12.5")),
    "free": Free(),
    "discount": DeepDiscount(Decimal(60)),
    "more": CheaperWithMore(),
    "split": CheaperSplit(),
}


@pytest.mark.parametrize("name", GOALS)
@settings(max_examples=max(200, settings().max_examples))
@given(drawn=malls())
def test_what_is_proven_to_be_the_worst_is(name: str, drawn: Drawn) -> None:
    goal = GOALS[name]
    found = find_carts(drawn.compiled, drawn.at, goal, drawn.bounds)
    lines = stock_of(drawn.compiled, goal, drawn.bounds).lines
    worst = worst_of_all(drawn.compiled, goal, found.bounds, found.instants, lines)
    assert found.worst >= worst, "it is the engine that says what carts cost"
    if found.proven:
        assert found.worst == worst


def _everybody(drawn: Drawn) -> tuple[Visitor, ...]:
    """All groups, coupons and channels in all combinations."""
    book, catalog = drawn.compiled.rulebook, drawn.compiled.catalog
    asked = [each.audience.groups for each in book.promotions]
    asked += [each.groups for each in catalog.prices]
    channels = {channel for each in catalog.prices for channel in each.channels}
    coupons = [each.id for each in book.promotions if each.coupon]
    return tuple(
        Visitor(Shopper("shopper", frozenset(groups), first_order), held, channel)
        for groups in _subsets(sorted({group for groups in asked for group in groups}))
        for held in _subsets(sorted(coupons))
        for first_order in (False, True)
        for channel in ("", *sorted(channels))
    )


def _subsets(names: list[str]) -> list[tuple[str, ...]]:
    return [some for count in range(len(names) + 1) for some in combinations(names, count)]


@pytest.mark.parametrize("name", ["cost", "discount"])
@settings(max_examples=max(60, settings().max_examples // 2))
@given(drawn=malls(Size(products=2, prices=2, lines=2, units=3, promotions=4)))
def test_nobody_has_a_worse_cart_than_the_visitors_that_are_told_apart(
    name: str, drawn: Drawn
) -> None:
    goal, bounds = GOALS[name], evolve(drawn.bounds, units=min(3, drawn.bounds.units), instants=1)
    everybody = _everybody(drawn)
    coupons = [each for each in drawn.compiled.rulebook.promotions if each.coupon]
    assume(len(everybody) <= 64 and len(coupons) <= 3)
    found = find_carts(drawn.compiled, drawn.at, goal, bounds)
    lines = stock_of(drawn.compiled, goal, bounds).lines
    every = evolve(found.bounds, visitors=everybody)
    worst = worst_of_all(drawn.compiled, goal, every, found.instants, lines)
    assert found.worst == worst or not found.proven
