from __future__ import annotations

from typing import Any

from attrs import evolve

from mallops.findings import Severity
from mallops.rules.benefits import AmountOff, Reward
from mallops.rules.book import Rulebook
from mallops.rules.promotions import Limits, Promotion, Requires
from tests.loopholes.asking import found, has
from tests.loopholes.mall import BOOK, cny, offering, sku, with_promotions, with_skus

ENDLESS = Limits()
BAG = with_skus(sku("bag", "20.00", "8.00", "bags"))
NEXT = Promotion("next", "platform-coupon", AmountOff(cny("25.00")), coupon=True)


def rewarding(coupon: Promotion, **fields: Any) -> Rulebook:
    own = Promotion("more", "shop", Reward(coupon="next"))
    return with_promotions(evolve(own, **fields), coupon)


def test_points_that_are_worth_the_goods_are_an_error_where_nothing_bounds_them() -> None:
    # The cheapest is a cup of 30.00.
    [pays] = found("reward_near_cost", offering(Reward(points=3100), limits=ENDLESS))
    assert (pays.severity, pays.loss) == (Severity.ERROR, cny("1.00"))
    [once] = found("reward_near_cost", offering(Reward(points=3100)))
    assert once.severity is Severity.WARNING
    [nearly] = found("reward_near_cost", offering(Reward(points=2200), limits=ENDLESS))
    assert nearly.severity is Severity.WARNING
    assert not has("reward_near_cost", offering(Reward(points=2000), limits=ENDLESS))


def test_points_that_pay_for_nothing_are_worth_nothing() -> None:
    book = offering(Reward(points=3100), limits=ENDLESS)
    assert not has("reward_near_cost", evolve(book, points=None))


def test_a_threshold_makes_up_for_a_reward() -> None:
    from_300 = Requires(cny("300.00"))
    assert not has("reward_near_cost", offering(Reward(points=3100), requires=from_300))


def test_a_coupon_is_money_only_without_a_threshold() -> None:
    dear = evolve(NEXT, benefit=AmountOff(cny("40.00")))
    [money] = found("reward_near_cost", rewarding(dear))
    asking = evolve(dear, requires=Requires(cny("200.00")))
    [paper] = found("reward_near_cost", rewarding(asking))
    assert (money.severity, paper.severity) == (Severity.ERROR, Severity.WARNING)


def test_a_loop_is_worse_where_the_coupon_asks_for_nothing() -> None:
    [bare] = found("reward_loop", rewarding(NEXT))
    assert (bare.severity, bare.loss) == (Severity.WARNING, cny("25.00"))
    far = evolve(NEXT, requires=Requires(cny("100.00")))
    [usual] = found("reward_loop", rewarding(far))
    assert usual.severity is Severity.NOTE


def test_what_is_no_loop() -> None:
    for coupon in (
        evolve(NEXT, active=False),
        evolve(NEXT, lane="shop"),
        evolve(NEXT, limits=Limits(per_customer=2)),
    ):
        assert not has("reward_loop", rewarding(coupon), BAG)
    assert not has("reward_loop", rewarding(NEXT, limits=Limits(per_customer=1)), BAG)
    assert not has("reward_loop", with_promotions(NEXT, book=BOOK), BAG)
