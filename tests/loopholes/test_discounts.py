from __future__ import annotations

from decimal import Decimal

import pytest

from mallops.loopholes.linting import lint
from mallops.loopholes.tolerance import Tolerance
from mallops.rules.benefits import AddOn, AmountOff, Benefit, Gift, NthUnit, PercentOff
from mallops.rules.promotions import Requires
from tests.loopholes.asking import found, has
from tests.loopholes.mall import AT, CATALOG, cny, named, offering


def test_the_share_and_the_goods_are_told() -> None:
    [deep] = found("deep_discount", offering(AmountOff(cny("29.00"))))
    # 29 of the cheapest, a cup of 30.
    assert (deep.details["share"], deep.details["sku"]) == ("96", "cup")


def test_the_tolerance_decides() -> None:
    book = offering(PercentOff(Decimal(40)), items=named("cup"))
    assert not has("deep_discount", book)
    strict = lint(book, CATALOG, AT, Tolerance(deepest=Decimal(39)))
    assert "deep_discount" in {each.code for each in strict}


def test_a_gift_that_is_said_to_be_worth_nothing_takes_nothing_off() -> None:
    assert has("deep_discount", offering(Gift("pot", 1)))
    assert not has("deep_discount", offering(Gift("pot", 1, cny("0.00"))))


@pytest.mark.parametrize(
    ("benefit", "requires"),
    [
        (PercentOff(Decimal(70)), Requires()),
        # Of two equal units one is free: half of what is bought.
        (NthUnit(2, Decimal(100)), Requires()),
        (AmountOff(cny("100.00")), Requires(cny("200.00"))),
        # A cup with a pot is a small part of all that is taken home.
        (Gift("cup", 1), Requires(cny("200.00"))),
        (AddOn("cup", cny("1.00"), 1), Requires(cny("200.00"))),
        # What has to be bought elsewhere counts as well.
        (AmountOff(cny("29.00")), Requires(cny("200.00"), items=named("pot"))),
        # A threshold that is reached is another finding.
        (AmountOff(cny("200.00")), Requires(cny("200.00"))),
    ],
)
def test_what_is_not_deep(benefit: Benefit, requires: Requires) -> None:
    assert not has("deep_discount", offering(benefit, requires=requires))
