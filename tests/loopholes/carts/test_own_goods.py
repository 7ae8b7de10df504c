"""A shop that is paid more for its goods than they sell for may buy them itself."""

from __future__ import annotations

from typing import Any

import pytest

from mallops.loopholes.carts.own_goods import own_goods
from mallops.loopholes.model import Kind
from mallops.loopholes.searches import carted
from mallops.loopholes.tolerance import USUAL
from mallops.money import Currency, Money
from mallops.promotions.compiled import Compiled
from tests.loopholes.carts.malls import AT, compiled

PIZZA: dict[str, Any] = {"sku": "PIZZA", "price": "16.00", "cost": "24.00", "shop": "oven"}
TWIN = {**PIZZA, "sku": "TWIN", "shop": "other"}


def mall(*products: dict[str, Any], promotions: tuple[dict[str, Any], ...] = ()) -> Compiled:
    return compiled(
        {"currency": "CNY", "promotions": list(promotions)}, {"products": list(products)}
    )


def codes(rules: Compiled) -> list[str]:
    return [each.code for each in carted(rules, AT, USUAL).loopholes]


def test_it_earns_what_the_mall_loses() -> None:
    found = carted(mall(PIZZA), AT, USUAL).loopholes
    [own] = [each for each in found if each.code == "shop_buys_from_itself"]
    assert (own.kind, own.loss) == (Kind.CONVERSION, Money(800, Currency.of("CNY")))
    assert own.details["shop"] == "oven"
    assert own.witness is not None


@pytest.mark.parametrize("shop", ["", "oven"])
def test_the_malls_own_goods_are_nobody_elses(shop: str) -> None:
    found = codes(mall({**PIZZA, "shop": shop}))
    assert ("shop_buys_from_itself" in found) is (shop != "")
    assert ("supplier_buys_back" in found) is (shop == "")


def test_a_promotion_is_not_for_whoever_supplies_the_goods() -> None:
    half = {"id": "h", "lane": "item", "benefit": {"kind": "percent_off", "percent": "50"}}
    found = codes(mall({**PIZZA, "price": "30.00", "shop": ""}, promotions=(half,)))
    assert "cart_below_cost" in found
    assert "supplier_buys_back" not in found


def test_a_dear_gift_is_no_sale_of_the_shops() -> None:
    fair = {**PIZZA, "price": "26.00"}
    bowl = {"sku": "BOWL", "price": "40.00", "cost": "30.00", "shop": "kiln", "status": "delisted"}
    gift = {"id": "g", "lane": "shop", "benefit": {"kind": "gift", "sku": "BOWL", "quantity": 1}}
    found = codes(mall(fair, bowl, promotions=(gift,)))
    assert "cart_below_cost" in found
    assert "shop_buys_from_itself" not in found


def test_nothing_of_nothing() -> None:
    assert list(own_goods(mall(PIZZA), [])) == []


def test_what_is_without_end_is_tried_in_large_carts() -> None:
    """Three of it are paid for by what it asks for; four are not."""
    endless = {"sku": "ENDLESS", "price": "20.00", "cost": "6.00"}
    plate = {"sku": "PLATE", "price": "11.00", "cost": "4.20"}
    free = {
        "id": "free",
        "lane": "item",
        "items": {"sku": ["PLATE"]},
        "requires": {"items": {"sku": ["ENDLESS"]}},
        "benefit": {"kind": "fixed_price", "price": "0.00"},
    }
    [cart] = [
        each.details["cart"]
        for each in carted(mall(endless, plate, promotions=(free,)), AT, USUAL).loopholes
        if each.code == "cart_below_cost"
    ]
    assert cart == "1 ENDLESS, 4 PLATE"
    ends = {**free, "at_most_units": 3}
    assert "cart_below_cost" not in codes(mall(endless, plate, promotions=(ends,)))
