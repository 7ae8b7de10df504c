"""What the bounds say of a cart is never more than what the engine says of it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from mallops.errors import InputError
from mallops.loopholes.carts.bids import places_of
from mallops.loopholes.carts.bounds import Bounds, Visitor
from mallops.loopholes.carts.goals import BelowCost, BelowMargin, DeepDiscount, Free, SingleGoal
from mallops.loopholes.carts.measuring import excess
from mallops.loopholes.carts.needs import priced_goods
from mallops.loopholes.carts.relaxing import MILLI, Scene, aim_at, forms_of, least_of
from mallops.loopholes.carts.stock import stock_of
from mallops.loopholes.carts.sums import share
from mallops.loopholes.carts.till import Till, Visit, counts_of, within
from mallops.loopholes.carts.visitors import visitors_of
from tests.loopholes.carts.drawn import Drawn, malls
from tests.loopholes.carts.malls import AT
from tests.loopholes.carts.malls import compiled as compiled_of

GOALS: dict[str, SingleGoal] = {
    "cost": BelowCost(),
    "margin": BelowMargin(Decimal("12.5")),
    "free": Free(),
    "discount": DeepDiscount(Decimal(60)),
}


@pytest.mark.parametrize("name", GOALS)
@settings(max_examples=max(150, settings().max_examples))
@given(drawn=malls(), data=st.data())
def test_no_cart_comes_to_less_than_a_bound_says(
    name: str, drawn: Drawn, data: st.DataObject
) -> None:
    goal, compiled, bounds = GOALS[name], drawn.compiled, drawn.bounds
    stock = stock_of(compiled, goal, bounds)
    visitor = data.draw(st.sampled_from(visitors_of(compiled, drawn.at)))
    till = Till(stock, Visit(visitor, drawn.at), 10**6)
    priced = priced_goods(compiled, till.visit, stock.goods, bounds)
    scene = Scene(priced, len(stock.goods), aim_at(goal, priced, Fraction(0)), bounds)
    places = places_of(compiled, till.visit, priced, bounds)
    forms = forms_of(scene, places, (False,) * len(places))
    least = forms[0].least(bounds)
    for quantities in product(range(bounds.each + 1), repeat=len(stock.goods)):
        held = {good: count for good, count in enumerate(quantities) if count}
        counts = counts_of({stock.goods[good].sku: count for good, count in held.items()})
        if not counts or not within(bounds, counts):
            continue
        sums = till.sums(counts)
        if isinstance(goal, DeepDiscount):
            value = sums.goods - (1 - share(goal.percent)) * sums.listed
        elif isinstance(goal, Free):
            value = Fraction(sums.paid)
        else:
            value = excess(goal, sums)
        assert max(form.of(held.items()) for form in forms) <= value * MILLI
        for enough in (scene.aim.rhs, MILLI**9):
            assert least_of(scene, places, held, enough) <= value * MILLI
        assert least <= value * MILLI


HALVES = (
    {"kind": "nth_unit", "n": 2, "percent": "50"},
    {"kind": "nth_unit", "n": 3, "percent": "50"},
    {"kind": "percent_off", "percent": "50"},
)


@pytest.mark.parametrize("lane", ["item", "shop", "platform"])
@pytest.mark.parametrize("benefit", HALVES, ids=str)
@pytest.mark.parametrize("units", [1, 2, 7, 24])
def test_each_group_of_many_units_is_rounded_by_itself(
    benefit: dict[str, str], lane: str, units: int
) -> None:
    price = "1.01"
    amount = f"{101 * units // 100}.{101 * units % 100:02}"
    promotion = {"id": "half", "lane": lane, "benefit": benefit, "requires": {"amount": amount}}
    goods = {"products": [{"sku": "A", "price": price, "cost": "0.10", "shop": "s"}]}
    compiled = compiled_of({"id": "r", "currency": "CNY", "promotions": [promotion]}, goods)
    bounds = Bounds(units=units, each=units)
    stock = stock_of(compiled, BelowCost(), bounds)
    till = Till(stock, Visit(Visitor(), AT), 10)
    priced = priced_goods(compiled, till.visit, stock.goods, bounds)
    scene = Scene(priced, 1, aim_at(BelowCost(), priced, Fraction(0)), bounds)
    places = places_of(compiled, till.visit, priced, bounds)
    sums = till.sums(counts_of({"A": units}))
    # What goods leave alone, with no form good enough to be the only one.
    scene = evolve(scene, aim=evolve(scene.aim, weights=(0,), rhs=MILLI**9))
    forms = forms_of(scene, places, (True,) * len(places))
    assert max(form.of([(0, units)]) for form in forms) <= sums.goods * MILLI


def test_impossible_bounds_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        Bounds(units=0, quotes=-1)
    assert [problem.path for problem in caught.value.problems] == ["$.units", "$.quotes"]
