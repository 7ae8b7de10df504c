from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from mallops.rules.benefits import PercentOff
from mallops.rules.promotions import Limits, Requires
from tests.loopholes.asking import has
from tests.loopholes.mall import CATALOG, cny, named, offering, sku, with_skus

BAG = with_skus(sku("bag", "50.00", "1.00", "bags"))
UNLIMITED = {"limits": Limits()}


@pytest.mark.parametrize(
    "fields",
    [
        {"limits": Limits(total=100)},
        {"limits": Limits(budget=cny("100.00"))},
        {**UNLIMITED, "requires": Requires(items=named("pot"))},
        # All others have floors.
        {**UNLIMITED, "items": named("pot")},
        {**UNLIMITED, "benefit": PercentOff(Decimal(99))},
        {**UNLIMITED, "benefit": PercentOff(Decimal(100), cny("5.00"))},
        {**UNLIMITED, "active": False},
    ],
)
def test_what_is_bounded(fields: dict[str, Any]) -> None:
    benefit = fields.pop("benefit", PercentOff(Decimal(100)))
    assert not has("everything_free", offering(benefit, **fields), BAG)


def test_floors_of_all_goods_are_a_bound() -> None:
    everything = offering(PercentOff(Decimal(100)), limits=Limits())
    assert has("everything_free", everything, BAG)
    assert not has("everything_free", everything, CATALOG)
