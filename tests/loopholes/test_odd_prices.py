from __future__ import annotations

from decimal import Decimal

import pytest
from attrs import evolve

from mallops.catalog.model import Catalog, PriceEntry
from mallops.findings import Severity
from mallops.loopholes.linting import lint
from mallops.loopholes.tolerance import Tolerance
from tests.loopholes.asking import found, has
from tests.loopholes.mall import AT, BOOK, cny, running, sku, with_skus

PAST = running("2026-10-01T00:00", "2026-10-05T00:00").window


def lens(own: str, *entries: PriceEntry) -> Catalog:
    return evolve(with_skus(sku("lens", own, None, "lenses")), prices=entries)


@pytest.mark.parametrize(
    ("price", "severity"),
    [
        ("2600.01", None),
        ("2600.00", Severity.WARNING),
        ("520.01", Severity.WARNING),
        ("520.00", Severity.ERROR),
        ("94.48", Severity.ERROR),
    ],
)
def test_how_far_below(price: str, severity: Severity | None) -> None:
    goods = lens("13000.00", PriceEntry("lens", cny(price)))
    odd = found("price_far_below_others", catalog=goods)
    assert [each.severity for each in odd] == ([severity] if severity else [])


def test_history_tells_of_the_own_price() -> None:
    history = tuple(PriceEntry("lens", cny(price), window=PAST) for price in ("129.00", "125.00"))
    [odd] = found("price_far_below_others", catalog=lens("1.29", *history))
    assert odd.subjects[0].path == "$.products[4].price"
    assert odd.details["usual"] == "125.00"
    # What is over sells nothing any more.
    assert not has(
        "price_far_below_others",
        catalog=lens("129.00", PriceEntry("lens", cny("1.00"), window=PAST)),
    )


def test_times_of_cost() -> None:
    for price, told in (("49.99", False), ("50.00", True)):
        goods = with_skus(sku("mug", price, "10.00", "mugs"))
        assert has("price_far_above_cost", catalog=goods) is told
    goods = with_skus(sku("mug", "50.00", "10.00", "mugs"))
    generous = lint(BOOK, goods, AT, Tolerance(odd_price=Decimal(6)))
    assert generous == ()


def test_times_below_cost() -> None:
    """The own price alone is judged: what is sold for a while below cost is a loss leader."""
    for price, told in (("2.00", True), ("2.01", False), ("0.00", False)):
        goods = with_skus(sku("mug", price, "10.00", "mugs"))
        assert has("price_far_below_cost", catalog=goods) is told


@pytest.mark.parametrize(
    ("price", "others", "told"),
    [
        ("4.80", 3, True),
        ("4.81", 3, False),
        ("4.80", 2, False),
        # What is free is told as such.
        ("0.00", 3, False),
    ],
)
def test_far_below_the_middle_of_its_category(price: str, others: int, told: bool) -> None:
    lamps = [sku(f"lamp-{i}", "120.00", None, "lamps") for i in range(others)]
    goods = with_skus(sku("odd", price, None, "lamps"), *lamps)
    assert has("price_far_below_category", catalog=goods) is told


def test_what_has_a_cost_is_not_judged_by_its_category() -> None:
    """Bags for a vacuum cleaner are cheap, and cost little."""
    lamps = [sku(f"lamp-{i}", "120.00", None, "lamps") for i in range(3)]
    # A download costs nothing, which is known of it.
    for cost, told in ((None, True), ("1.80", False), ("0.00", False)):
        goods = with_skus(sku("bulb", "4.80", cost, "lamps"), *lamps)
        assert has("price_far_below_category", catalog=goods) is told


def test_goods_without_a_category_are_not_alike() -> None:
    goods = with_skus(
        *(sku(f"any-{i}", p, None, "") for i, p in enumerate(("1.00", *["99.00"] * 5)))
    )
    assert not has("price_far_below_category", catalog=goods)
