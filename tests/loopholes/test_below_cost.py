from __future__ import annotations

from decimal import Decimal

from attrs import evolve

from mallops.catalog.model import Catalog
from mallops.loopholes.linting import lint
from mallops.loopholes.model import Loophole
from mallops.loopholes.tolerance import Tolerance
from mallops.rules.benefits import AmountOff, NthUnit, Per, PercentOff
from mallops.rules.book import Rulebook
from mallops.rules.promotions import Requires
from tests.loopholes import asking
from tests.loopholes.mall import AT, cny, named, offering, sku, with_skus, within

BAG = with_skus(sku("bag", "50.00", "45.00", "bags"))


def found(code: str, book: Rulebook, catalog: Catalog) -> list[Loophole]:
    """Without what the mall's own promotions take off a bag."""
    those = asking.found(code, book, catalog)
    return [each for each in those if each.details["promotion"] == "more"]


def has(code: str, book: Rulebook, catalog: Catalog) -> bool:
    return bool(found(code, book, catalog))


def test_the_loss_is_told_as_the_engine_would_count_it() -> None:
    book = offering(NthUnit(3, Decimal(50)), items=named("bag"))
    [loss] = found("promotion_below_cost", book, BAG)
    assert loss.details["units"] == "3"
    assert (loss.details["left"], loss.details["cost"]) == ("125.00", "135.00")


def test_a_floor_holds_and_a_threshold_makes_up_for_it() -> None:
    book = offering(PercentOff(Decimal(20)), items=named("bag"))
    floored = with_skus(evolve(BAG.skus[-1], floor=cny("45.00")))
    assert not has("promotion_below_cost", book, floored)
    ten_off = offering(
        AmountOff(cny("10.00")), items=named("bag"), requires=Requires(cny("100.00"))
    )
    assert not has("promotion_below_cost", ten_off, BAG)


def test_a_margin_may_be_asked_for() -> None:
    book = offering(PercentOff(Decimal(5)), items=named("bag"))
    assert not has("promotion_below_cost", book, BAG)
    asked = lint(book, BAG, AT, Tolerance(least_margin=Decimal(8)))
    assert ("promotion_below_cost", "more") in {
        (each.code, each.details["promotion"]) for each in asked
    }


def test_goods_below_cost_are_not_the_promotions_fault() -> None:
    cheap = with_skus(sku("bag", "40.00", "45.00", "bags"))
    book = offering(PercentOff(Decimal(20)), items=named("bag"))
    assert not has("promotion_below_cost", book, cheap)


def test_goods_without_a_cost_hide_none_that_have_one() -> None:
    """A pen is the cheapest, and a safe the dearest, of which nobody said what they cost."""
    unknown = (sku("pen", "1.00", None, "bags"), sku("safe", "999.00", None, "bags"))
    thin = sku("trunk", "300.00", "270.00", "bags")
    cheap = sku("purse", "10.00", "5.00", "bags")
    book = offering(AmountOff(cny("6.00"), per=Per.UNIT), lane="item", items=within("bags"))
    [loss] = found("promotion_below_cost", book, with_skus(thin, cheap, *unknown))
    assert loss.details["sku"] == "purse"
