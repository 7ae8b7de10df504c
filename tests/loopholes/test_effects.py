from __future__ import annotations

from decimal import Decimal

import pytest

from mallops.rules.benefits import AddOn, Benefit, BundlePrice, FixedPrice, Gift, PercentOff
from mallops.rules.promotions import Limits
from tests.loopholes.asking import found, has
from tests.loopholes.mall import cny, offering


@pytest.mark.parametrize(
    "benefit",
    [
        FixedPrice(cny("199.99")),
        BundlePrice(2, cny("399.99")),
        AddOn("pot", cny("199.99"), 1),
        PercentOff(Decimal("0.1")),
        Gift("cup", 1),
    ],
)
def test_what_does_something_at_the_dearest_goods(benefit: Benefit) -> None:
    assert not has("never_any_effect", offering(benefit))


def test_the_limit_is_named() -> None:
    [none] = found("never_any_effect", offering(PercentOff(Decimal(10)), limits=Limits(total=0)))
    assert none.details["field"] == "limits.total"
    assert none.subjects[0].path == "$.promotions[2].limits.total"
