from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from mallops.rules.benefits import AmountOff, Per, PercentOff
from mallops.rules.book import Choice, Rulebook
from mallops.rules.promotions import Limits, Promotion, Requires
from tests.loopholes.asking import has
from tests.loopholes.mall import CATALOG, CNY, cny

BARE = evolve(CATALOG, skus=tuple(evolve(each, floor=None) for each in CATALOG.skus))
FIRST = Promotion("first", "item", PercentOff(Decimal(5)), blocks=("shop",))
SECOND = Promotion("second", "shop", PercentOff(Decimal(20)))


def blocked(first: Promotion = FIRST, *others: Promotion, **fields: Any) -> bool:
    book = Rulebook(
        CNY, **{"choice": Choice.PRIORITY, "promotions": (first, *others, SECOND), **fields}
    )
    return has("always_blocked", book, BARE)


def test_amounts_off_each_unit_block_too() -> None:
    assert blocked()
    assert blocked(evolve(FIRST, benefit=AmountOff(cny("1.00"), per=Per.UNIT)))


@pytest.mark.parametrize(
    "changes",
    [
        {"limits": Limits(total=1)},
        {"coupon": True},
        {"requires": Requires(quantity=2)},
        {"at_most_units": 1},
        {"blocks": ("shipping",)},
        # Shared over many units it may leave some as they are.
        {"benefit": AmountOff(cny("1.00"))},
        {"benefit": PercentOff(Decimal(5), cny("1.00"))},
        # A hundredth of a per cent of a cup rounds to nothing.
        {"benefit": PercentOff(Decimal("0.01"))},
    ],
)
def test_what_may_leave_units_open_blocks_nothing_for_sure(changes: dict[str, Any]) -> None:
    assert not blocked(evolve(FIRST, **changes))


def test_the_best_is_free_to_leave_it_out_and_another_may_come_first() -> None:
    assert not blocked(choice=Choice.BEST)
    assert not blocked(FIRST, evolve(FIRST, id="before", blocks=()))
    assert not has(
        "always_blocked", Rulebook(CNY, choice=Choice.PRIORITY, promotions=(FIRST, SECOND))
    )
