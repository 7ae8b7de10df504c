"""The search against every cart within tiny bounds."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings

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
