"""What a story gained: what was given by the mall is no part of it."""

from __future__ import annotations

from mallops.cart import Cart, Line, Shopper
from mallops.loopholes.model import Witness
from mallops.loopholes.replay import replay
from mallops.money import Money
from mallops.stories.model import GrantCoupon, GrantPoints, Look, Opening, PlaceOrder, Step
from tests.loopholes.malls import AT, COUPON, mall

MALL = mall(COUPON)
CNY = MALL.rulebook.currency


def gain(*steps: Step, **opening: Opening) -> Money:
    return replay(MALL, Witness(steps, opening)).gain


def test_what_is_granted_is_no_gain() -> None:
    assert gain(Step(AT, GrantPoints(500), "c1")) == Money.zero(CNY)
    assert gain(Step(AT, GrantCoupon("TEN"), "c1")) == Money.zero(CNY)
    assert gain(Step(AT, Look(), "c1"), c1=Opening(500, ("TEN",))) == Money.zero(CNY)


def test_what_is_granted_and_spent_is_not_lost() -> None:
    cart = Cart(Shopper("c1"), (Line("1", "TEA", 1),), coupons=("TEN",), points=500)
    bought = gain(
        Step(AT, GrantPoints(500), "c1"),
        Step(AT, GrantCoupon("TEN"), "c1"),
        Step(AT, PlaceOrder("o1", cart), "c1"),
    )
    assert bought == Money(-6000, CNY)
