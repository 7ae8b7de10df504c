"""Which carts are told, what is proven of the others, and on what grounds."""

from __future__ import annotations

from typing import Any

import pytest

from mallops.loopholes.carts.bounds import DEFAULT_BOUNDS, Bounds
from mallops.loopholes.diffing.carts import diff_carts
from mallops.loopholes.diffing.model import CartDifference, Direction, Proof
from mallops.promotions.compiled import Compiled
from tests.loopholes.carts import malls
from tests.loopholes.diffing.shops import AT, COUPON, FULL, GIFT, GOODS, TENTH, shop


def found(old: Compiled, new: Compiled, bounds: Bounds = DEFAULT_BOUNDS) -> CartDifference:
    return diff_carts(old, new, AT, bounds)


def test_the_cart_that_pays_less_is_small_and_told_with_both_prices() -> None:
    told = found(shop(TENTH, FULL), shop(TENTH, FULL | {"requires": {"amount": "90.00"}}))
    most = told.cheaper.most
    assert most is not None
    assert most.cart == (("OOLONG", 1),)
    assert (str(most.before.payable), str(most.after.payable)) == ("115.20", "95.20")
    assert (most.before.promotions, most.after.promotions) == (("tenth",), ("full", "tenth"))
    assert told.cheaper.proof is Proof.EXHAUSTED
    assert told.dearer == Direction(None, Proof.TIGHTENED)


def test_a_coupon_that_is_new_is_held_by_whoever_pays_less() -> None:
    told = found(shop(TENTH), shop(TENTH, COUPON))
    most = told.cheaper.most
    assert most is not None
    assert most.visitor.coupons == ("sent",)
    assert most.before.witness.opening["shopper"].coupons == ()
    assert most.after.witness.opening["shopper"].coupons == ("sent",)


def test_the_shopper_without_a_coupon_is_tried_though_all_of_them_are_cheapest() -> None:
    """With the coupon both pay the same: the lane takes one promotion alone."""
    free = {**COUPON, "id": "free", "coupon": False}
    told = found(shop(COUPON), shop(COUPON, free))
    assert told.cheaper.most is not None
    assert told.cheaper.most.visitor.coupons == ()
    assert told.cheaper.most.change.minor == -500


def test_a_change_that_begins_later_is_told_at_its_instant() -> None:
    later = {**FULL, "schedule": {"starts": "2026-12-01T00:00:00"}}
    told = found(shop(TENTH), shop(TENTH, later))
    assert told.cheaper.most is not None
    assert told.cheaper.most.at.month == 12
    assert told.instants == (told.cheaper.most.at,)


def test_a_price_that_rises_may_make_a_cart_cheaper() -> None:
    """It reaches a threshold that it fell short of."""
    dear = tuple({**each, "price": "101.00"} if each["sku"] == "CUP" else each for each in GOODS)
    told = found(shop(FULL, goods=_cup("99.00")), shop(FULL, goods=dear))
    assert told.cheaper.most is not None
    assert told.cheaper.most.cart == (("CUP", 2),)
    assert told.cheaper.most.change.minor == 400 - 2000
    assert told.dearer.most is not None


def _cup(price: str) -> tuple[dict[str, Any], ...]:
    return tuple({**each, "price": price} if each["sku"] == "CUP" else each for each in GOODS)


def test_goods_of_one_world_are_told_and_are_in_no_cart() -> None:
    pot = {"sku": "POT", "price": "1.00", "category": "ware"}
    told = found(shop(TENTH), shop(TENTH, goods=(*GOODS[1:], pot)))
    assert (told.gone, told.added) == (("OOLONG",), ("POT",))
    assert (told.cheaper, told.dearer) == (Direction(None, Proof.SAME),) * 2


@pytest.mark.parametrize(
    "tighter",
    [
        {"active": False},
        {"requires": {"amount": "300.00"}},
        {"requires": {"amount": "200.00", "quantity": 3}},
        {"coupon": True},
        {"audience": {"first_order": True}},
        {"audience": {"groups": ["vip"]}},
        {"schedule": {"starts": "2026-11-11T00:00:00", "ends": "2026-11-12T00:00:00"}},
    ],
)
def test_what_only_asks_for_more_needs_no_search(tighter: dict[str, Any]) -> None:
    old, new = shop(TENTH, FULL), shop(TENTH, FULL | tighter)
    one_cart = Bounds(quotes=1)
    assert found(old, new, one_cart).cheaper == Direction(None, Proof.TIGHTENED)
    assert found(new, old, one_cart).dearer == Direction(None, Proof.TIGHTENED)


@pytest.mark.parametrize(
    ("promotions", "changed"),
    [
        ((TENTH, FULL), {"benefit": {"kind": "percent_off", "percent": "5"}}),
        ((TENTH, FULL, GIFT), {"active": False}),
        ((TENTH, FULL), {"items": {"sku": ["GREEN"]}}),
        ((TENTH, FULL, COUPON), {"blocks": ["platform"]}),
    ],
)
def test_what_may_make_another_promotion_apply_is_not_taken_for_tighter(
    promotions: tuple[dict[str, Any], ...], changed: dict[str, Any]
) -> None:
    first, *rest = promotions
    told = found(shop(*promotions), shop(first | changed, *rest), Bounds(quotes=1))
    assert told.cheaper.proof is not Proof.TIGHTENED


def test_a_smaller_discount_may_make_a_cart_cheaper() -> None:
    least = FULL | {
        "requires": {"amount": "119.00"},
        "benefit": {**FULL["benefit"], "amount": "60.00"},
    }
    deep = TENTH | {"benefit": {"kind": "percent_off", "percent": "10"}}
    slight = TENTH | {"benefit": {"kind": "percent_off", "percent": "1"}}
    told = found(shop(deep, least, choice="priority"), shop(slight, least, choice="priority"))
    assert told.cheaper.most is not None


def test_under_priority_less_to_choose_from_may_be_cheaper() -> None:
    small = {
        **FULL,
        "id": "small",
        "priority": 1,
        "benefit": {"kind": "amount_off", "amount": "1.00"},
    }
    told = found(shop(FULL, small, choice="priority"), shop(FULL, choice="priority"))
    assert told.cheaper.most is not None
    assert told.cheaper.most.change.minor == 100 - 2000


def test_titles_funding_and_what_comes_after_the_sale_decide_no_price() -> None:
    other = {**FULL, "title": {"en": "Full"}, "funding": {"mall": "100"}}
    told = found(shop(TENTH, FULL), shop(TENTH, other, after_sales={"gift": "keep"}, id="other"))
    assert told.cheaper == told.dearer == Direction(None, Proof.SAME)


def test_a_limit_that_nobody_has_used_makes_no_cart_differ() -> None:
    limited = {**FULL, "limits": {"total": 10}}
    told = found(shop(FULL), shop(limited))
    assert told.cheaper == told.dearer == Direction(None, Proof.SAME)
    assert told.quoted == 0


def test_without_enough_quotes_nothing_is_proven() -> None:
    told = found(shop(FULL), shop(FULL | {"requires": {"amount": "90.00"}}), Bounds(quotes=8))
    assert told.cheaper.most is not None
    assert told.cheaper.proof is None
    assert told.quoted <= 8


def test_in_a_large_mall_the_search_goes_on_from_what_it_guesses() -> None:
    """The best of some hundred of ten thousands of carts, at thresholds and around them."""
    goods = malls.catalog(30, 60)
    deeper = [
        {**each, "benefit": {**each["benefit"], "amount": "45.00"}}
        if each["id"] == "every"
        else each
        for each in malls.PROMOTIONS
    ]
    old = malls.compiled(malls.rulebook(), goods)
    new = malls.compiled(malls.rulebook(deeper), goods)
    bounds = Bounds(units=3, quotes=160)
    told = diff_carts(old, new, malls.AT, bounds)
    assert told.cheaper.most is not None
    # 15.00 more off each 300.00; three of the dearest come to more than 900.00.
    assert told.cheaper.most.change.minor <= -4500
    assert told.cheaper.proof is None
    assert told.quoted <= 160


def test_of_a_large_catalogue_the_goods_that_changed_are_tried_and_nothing_is_proven() -> None:
    goods = malls.catalog(90, 60)
    dear = max(goods["products"], key=lambda each: float(each["price"]))
    cut = [
        {**each, "price": "12.90", "cost": "5.00"} if each is dear else each
        for each in goods["products"]
    ]
    old = malls.compiled(malls.rulebook(), goods)
    new = malls.compiled(malls.rulebook(), {"products": cut})
    told = diff_carts(old, new, malls.AT, Bounds(units=2, goods=12, quotes=60))
    assert told.cheaper.most is not None
    assert dear["sku"] in dict(told.cheaper.most.cart)
    assert told.cheaper.proof is None
    assert len(told.aside) == 90 - 12


def test_visitors_for_whom_there_is_no_room_are_told() -> None:
    book = [{**FULL, "id": f"f{n}", "audience": {"groups": [f"g{n}"]}} for n in range(3)]
    told = found(shop(), shop(*book), Bounds(quotes=16))
    assert told.is_partial
    assert told.cheaper.proof is None
    assert not found(shop(), shop(*book)).is_partial
