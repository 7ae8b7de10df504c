from __future__ import annotations

from decimal import Decimal

from mallops.rules.benefits import AmountOff, PercentOff, Tier, Tiers
from mallops.rules.promotions import Requires
from tests.loopholes.asking import found, has
from tests.loopholes.broken import by_amount
from tests.loopholes.mall import cny, named, offering


def test_rising_tiers_are_fine() -> None:
    assert not has("tier_gives_less", offering(by_amount(("200.00", "20.00"), ("500.00", "60.00"))))
    # 10% of 300 is 30, as much as the amount gives.
    even = Tiers(
        (Tier(PercentOff(Decimal(10)), cny("100.00")), Tier(AmountOff(cny("60.00")), cny("500.00")))
    )
    assert not has("tier_gives_less", offering(even))


def test_the_tier_is_named() -> None:
    [less] = found("tier_gives_less", offering(by_amount(("200.00", "30.00"), ("500.00", "20.00"))))
    assert less.details["tier"] == "tiers[1]"
    assert less.subjects[0].path == "$.promotions[2].benefit.tiers[1]"


def test_a_requirement_on_other_goods_or_below_the_next_tier_leaves_all_tiers() -> None:
    tiers = by_amount(("200.00", "20.00"), ("500.00", "60.00"))
    for requires in (Requires(cny("499.99")), Requires(cny("500.00"), items=named("pot"))):
        assert not has("tier_unreachable", offering(tiers, requires=requires))
    [past] = found("tier_unreachable", offering(tiers, requires=Requires(cny("500.00"))))
    assert past.details["tier"] == "tiers[0]"
