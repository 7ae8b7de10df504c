"""Goods that never arrived: refunded like returned ones, without a receipt and a window."""

from __future__ import annotations

from typing import Any

import pytest

from mallops.aftersales.order import Order, receive, ship
from mallops.aftersales.returning import Return, cancel, refund_undelivered
from mallops.aftersales.standing import Stated
from mallops.errors import InputError
from tests.aftersales.shop import FRIDAY, cart, code, placed, returned, shop, yuan

SAVE: dict[str, Any] = {
    "id": "save",
    "lane": "shop",
    "coupon": True,
    "requires": {"amount": "100.00"},
    "benefit": {"kind": "amount_off", "amount": "30.00"},
}
MUG: dict[str, Any] = {
    "id": "mug",
    "lane": "platform",
    "requires": {"amount": "70.00"},
    "benefit": {"kind": "gift", "sku": "MUG", "quantity": 1},
}
SHOP = shop(SAVE, MUG, after_sales={"excluded": {"category": ["food"]}})
BOUGHT = placed(SHOP, cart(("TEA", 2), shipping="8.00", coupons=("save",)))


def missing(before: Order, units: dict[str, int], stated: Stated | None = None) -> Return:
    found = refund_undelivered(SHOP, before, units, stated)
    assert isinstance(found, Return), found
    return found


def test_what_never_arrived_is_refunded_whatever_returns_are_refused_for() -> None:
    shipped = ship(BOUGHT, FRIDAY)
    assert isinstance(shipped, Order)
    first = missing(shipped, {"1": 1})
    assert (first.refund, first.goods, first.shipping) == (yuan("45.00"), yuan("45.00"), yuan("0"))
    assert [(gift.sku, gift.kept) for gift in first.gifts] == [("MUG", False)]
    assert first.coupons == ()
    second = missing(first.order, {"1": 1})
    assert (second.refund, second.shipping) == (yuan("53.00"), yuan("8.00"))
    assert (second.coupons, sorted(second.usage)) == (("save",), ["mug", "save"])
    both = missing(shipped, {"1": 2})
    assert both.refund == first.refund + second.refund == BOUGHT.quote.payable


def test_freight_of_an_order_of_which_something_arrived_stays_with_the_policy() -> None:
    first = missing(BOUGHT, {"1": 1})
    received = receive(first.order, FRIDAY)
    assert isinstance(received, Order)
    assert missing(received, {"1": 1}).shipping == yuan("0")


def test_it_is_refused_like_a_return_of_the_same_units() -> None:
    first = missing(BOUGHT, {"1": 1})
    assert code(refund_undelivered(SHOP, first.order, {"1": 2})) == "too_many"
    assert code(refund_undelivered(SHOP, missing(BOUGHT, {"1": 2}).order, {"1": 1})) == (
        "already_returned"
    )
    pending = Stated(pending=frozenset({("1", 1), ("1", 2)}))
    assert code(refund_undelivered(SHOP, BOUGHT, {"1": 1}, pending)) == "in_another_case"
    cancelled = cancel(BOUGHT, FRIDAY)
    assert isinstance(cancelled, Return)
    assert code(refund_undelivered(SHOP, cancelled.order, {"1": 1})) == "cancelled"
    with pytest.raises(InputError, match=r"\$\.units"):
        refund_undelivered(SHOP, BOUGHT, {"9": 1})


def test_cancelling_gives_back_what_is_left() -> None:
    first = missing(BOUGHT, {"1": 1})
    rest = cancel(first.order, FRIDAY)
    assert isinstance(rest, Return)
    assert rest.refund == yuan("53.00")
    assert (rest.units, rest.gifts, rest.coupons) == ((("1", 2),), (), ("save",))
    assert first.refund + rest.refund == BOUGHT.quote.payable
    whole = missing(BOUGHT, {"1": 2})
    nothing = cancel(whole.order, FRIDAY)
    assert isinstance(nothing, Return)
    assert (nothing.refund, nothing.coupons, nothing.usage) == (yuan("0"), (), {})


def test_units_that_never_arrived_do_not_come_back() -> None:
    open_shop = shop(SAVE, MUG)
    first = refund_undelivered(open_shop, BOUGHT, {"1": 1})
    assert isinstance(first, Return)
    received = receive(first.order, FRIDAY)
    assert isinstance(received, Order)
    assert returned(open_shop, received, {"1": 1}).units == (("1", 2),)
