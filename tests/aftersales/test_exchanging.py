"""Exchanges: a return under the order's rulebook, a sale under the current one."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from benchmarks.confluence import RETURNED, bought, drawn_cart, mall
from mallops.aftersales.exchanging import Exchange, exchange
from mallops.aftersales.order import Order
from mallops.aftersales.returning import return_units, uses
from mallops.aftersales.telling import exchange_text
from mallops.cart import Cart, Usage
from mallops.findings import Refusal
from mallops.promotions.compiled import Compiled
from mallops.promotions.engine import quote
from tests.aftersales.shop import FRIDAY, cart, order, shop, yuan

HALF = {
    "id": "half",
    "lane": "shop",
    "limits": {"per_customer": 1, "budget": "30.00"},
    "benefit": {"kind": "percent_off", "percent": "50"},
}


def swapped(
    compiled: Compiled,
    before: Order,
    units: dict[str, int],
    current: Compiled,
    replacement: Cart,
    **more: Any,
) -> Exchange:
    found = exchange(compiled, before, units, FRIDAY, current, replacement, **more)
    assert isinstance(found, Exchange), found
    return found


@pytest.mark.parametrize(
    ("sku", "difference", "who"),
    [("TEA", "30.00", "the customer pays"), ("DISC", "0.00", "nobody pays anything")],
)
def test_the_difference_has_a_sign(sku: str, difference: str, who: str) -> None:
    compiled, current = shop(HALF, id="mall", version="1"), shop(id="mall", version="2")
    found = swapped(compiled, order(compiled, ("TEA", 1)), {"1": 1}, current, cart((sku, 1)))
    assert (found.returned.refund, found.difference) == (yuan("30.00"), yuan(difference))
    assert who in exchange_text(found, compiled.rulebook, "en")


def test_the_customer_may_be_paid() -> None:
    compiled = shop(points={})
    found = swapped(
        compiled,
        order(compiled, ("TEA", 2), points=500),
        {"1": 1},
        shop(prices={"CUP": "35.00"}, points={}),
        cart(("CUP", 1), shipping="6.00", points=300),
    )
    assert found.difference == yuan("41.00") - yuan("3.00") - yuan("57.50")
    assert found.points == 300 - 250
    assert exchange_text(found, compiled.rulebook, "en") == (
        "Exchange for order o1, 2026-11-20 18:00:00\n\n"
        "line 1, unit 1: TEA   57.50\n"
        "  list price 60.00\n"
        "  paid by points: -2.50\n"
        "refund                57.50\n"
        "points returned: 250\n\n"
        "replacement           38.00\n"
        "  CUP × 1: 32.00\n"
        "  shipping: 6.00\n"
        "the customer is paid  19.50"
    )
    assert "退还顾客差价" in exchange_text(found, compiled.rulebook)


def test_what_the_return_gives_back_of_limits_is_free_for_the_sale() -> None:
    compiled = shop(HALF)
    before = order(compiled, ("TEA", 1))
    usage = uses(before)
    assert quote(compiled, before.cart, FRIDAY, usage).payable == yuan("60.00")
    again = swapped(compiled, before, {"1": 1}, compiled, cart(("TEA", 1)), usage=usage)
    assert (again.sale.payable, again.difference) == (yuan("30.00"), yuan("0.00"))
    used_up = {"half": Usage(3, 2, yuan("30.00"))}
    other = swapped(compiled, before, {"1": 1}, compiled, cart(("TEA", 1)), usage=used_up)
    assert other.sale.payable == yuan("60.00")
    # Another rulebook's promotions may have the same ids, and have nothing to do with these.
    another = shop(HALF, id="other")
    other = swapped(compiled, before, {"1": 1}, another, cart(("TEA", 1)), usage=usage)
    assert other.sale.payable == yuan("60.00")


def test_what_cannot_come_back_is_not_exchanged() -> None:
    compiled = shop()
    found = exchange(
        compiled, order(compiled, ("TEA", 1)), {"1": 2}, FRIDAY, compiled, cart(("CUP", 1))
    )
    assert found == Refusal("too_many", {"line": "1", "left": "1"})


@pytest.mark.parametrize("seed", range(10))
def test_an_exchange_is_a_return_and_a_quote(seed: int) -> None:
    chance = Random(seed)
    compiled, current = mall(chance), mall(chance)
    before, replacement = (
        bought(compiled, drawn_cart(compiled, chance)),
        drawn_cart(current, chance),
    )
    units = {before.quote.lines[0].id: 1}
    found = exchange(compiled, before, units, RETURNED, current, replacement)
    assert isinstance(found, Exchange)
    assert found.returned == return_units(compiled, before, units, RETURNED)
    assert found.sale == quote(current, replacement, RETURNED)
    assert found.difference == found.sale.payable - found.returned.refund
