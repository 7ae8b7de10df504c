from __future__ import annotations

from decimal import Decimal

import pytest

from mallops.rules.benefits import AmountOff, Benefit, PercentOff, Reward, Tier, Tiers
from mallops.rules.promotions import Limits, Requires
from tests.loopholes.asking import has
from tests.loopholes.mall import cny, offering

FROM_500 = Requires(cny("500.00"))


@pytest.mark.parametrize(
    ("benefit", "budget"),
    [
        (AmountOff(cny("30.00")), "30.00"),
        # Of how much a percentage is, the rules do not say.
        (PercentOff(Decimal(5)), "1.00"),
        # The lowest tier still fits.
        (
            Tiers(
                (
                    Tier(AmountOff(cny("30.00")), cny("300.00")),
                    Tier(AmountOff(cny("80.00")), cny("600.00")),
                )
            ),
            "50.00",
        ),
        (Reward(points=5000), "30.00"),
    ],
)
def test_a_budget_that_holds_one_use(benefit: Benefit, budget: str) -> None:
    limits = Limits(per_customer=1, budget=cny(budget))
    assert not has("budget_below_one_use", offering(benefit, requires=FROM_500, limits=limits))


def test_a_total_may_be_what_one_customer_may_have() -> None:
    off = AmountOff(cny("5.00"))
    assert not has("total_below_customer", offering(off, limits=Limits(5, 5)))
    assert has("total_below_customer", offering(off, limits=Limits(6, 5)))
