from __future__ import annotations

import pytest

from mallops.findings import Severity
from mallops.loopholes.linting import lint
from mallops.rules.benefits import AmountOff, Benefit, Tier, Tiers
from mallops.rules.book import Rulebook
from mallops.rules.promotions import Requires
from tests.loopholes.mall import AT, cny, named, offering, sku, with_skus

BAG = with_skus(sku("bag", "50.00", "1.00", "bags"))


def severities(book: Rulebook) -> list[Severity]:
    found = [each for each in lint(book, BAG, AT) if each.code == "off_reaches_threshold"]
    return [each.severity for each in found]


def off(amount: str, **fields: object) -> Benefit:
    return AmountOff(cny(amount), **fields)  # type: ignore[arg-type]


def test_the_free_cart_is_named() -> None:
    book = offering(off("120.00"), requires=Requires(cny("120.00")))
    [found] = [each for each in lint(book, BAG, AT) if each.code == "off_reaches_threshold"]
    # 120 is two units of green, which has a floor, and no whole number of bags.
    assert found.severity is Severity.WARNING
    book = offering(off("150.00"), requires=Requires(cny("120.00")))
    [found] = [each for each in lint(book, BAG, AT) if each.code == "off_reaches_threshold"]
    assert found.severity is Severity.ERROR
    assert (found.details["sku"], found.details["units"]) == ("bag", "3")
    assert found.subjects[0].path == "$.promotions[2].benefit.amount"


@pytest.mark.parametrize(
    ("benefit", "requires"),
    [
        (off("50.00", every=cny("50.00")), Requires()),
        (Tiers((Tier(off("50.00"), cny("50.00")),)), Requires()),  # type: ignore[arg-type]
        (off("50.00"), Requires(cny("50.00"), quantity=1)),
    ],
)
def test_each_sort_of_threshold(benefit: Benefit, requires: Requires) -> None:
    assert severities(offering(benefit, requires=requires)) == [Severity.ERROR]


@pytest.mark.parametrize(
    ("benefit", "requires"),
    [
        (off("49.99"), Requires(cny("50.00"))),
        (off("50.00"), Requires()),
        # What has to be bought is paid for, and is something else.
        (off("50.00"), Requires(cny("50.00"), items=named("pot"))),
        # The higher of two thresholds counts.
        (off("50.00", every=cny("50.00")), Requires(cny("51.00"))),
    ],
)
def test_what_is_no_such_loophole(benefit: Benefit, requires: Requires) -> None:
    assert severities(offering(benefit, requires=requires)) == []


def test_a_cart_that_does_not_come_to_it_is_no_error() -> None:
    distinct = offering(off("50.00"), requires=Requires(cny("50.00"), distinct=2))
    assert severities(distinct) == [Severity.WARNING]
    few = offering(off("100.00"), requires=Requires(cny("100.00")), at_most_units=1)
    assert severities(few) == [Severity.WARNING]
