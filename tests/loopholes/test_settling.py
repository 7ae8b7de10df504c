from __future__ import annotations

from decimal import Decimal

from attrs import evolve

from mallops.findings import Severity
from mallops.rules.aftersales import EarnedPoints
from mallops.rules.benefits import Reward
from mallops.rules.points import Settles
from mallops.rules.promotions import Criteria
from tests.loopholes.asking import found, has
from tests.loopholes.mall import BOOK, earning, offering

PAID = earning(settles=Settles.PAID)


def test_it_is_worse_where_nothing_is_clawed_back() -> None:
    [debt] = found("points_settle_early", PAID)
    keeps = evolve(BOOK.after_sales, earned_points=EarnedPoints.KEEP)
    [gone] = found("points_settle_early", evolve(PAID, after_sales=keeps))
    assert (debt.severity, gone.severity) == (Severity.WARNING, Severity.ERROR)


def test_goods_that_never_come_back_may_settle_at_once() -> None:
    everything = Criteria(categories=frozenset({"tea", "ware"}))
    final = evolve(BOOK.after_sales, excluded=everything)
    assert not has("points_settle_early", evolve(PAID, after_sales=final))
    assert not has("points_settle_early", BOOK)


def test_a_multiplier_is_no_reward_of_its_own() -> None:
    for reward, early in ((Reward(points=50), True), (Reward(multiplier=Decimal(2)), False)):
        promotions = offering(reward).promotions
        assert has("reward_settles_early", evolve(PAID, promotions=promotions)) is early
    assert not has("reward_settles_early", offering(Reward(points=50)))
