from __future__ import annotations

import pytest
from attrs import evolve

from mallops.catalog.model import Listing, PriceEntry
from tests.loopholes.asking import found, has
from tests.loopholes.mall import CATALOG, cny, running, sku, with_skus

MUG = sku("mug", "0.00", None, "gifts")


def test_a_delisted_gift_may_have_no_price() -> None:
    assert has("price_zero", catalog=with_skus(MUG))
    assert not has("price_zero", catalog=with_skus(evolve(MUG, listing=Listing.DELISTED)))


def test_an_entry_is_named_while_it_is_to_come() -> None:
    free = PriceEntry(
        "cup", cny("0.00"), window=running("2026-12-01T00:00", "2026-12-02T00:00").window
    )
    [zero] = found("price_zero", catalog=evolve(CATALOG, prices=(free,)))
    assert zero.subjects[0].path == "$.prices[0].price"
    over = evolve(free, window=running("2026-10-01T00:00", "2026-10-02T00:00").window)
    assert not has("price_zero", catalog=evolve(CATALOG, prices=(over,)))


@pytest.mark.parametrize(
    ("price", "cost", "told"),
    [("0.01", None, True), ("0.02", None, False), ("0.01", "0.00", False), ("0.01", "9.00", False)],
)
def test_the_least_that_a_price_can_be(price: str, cost: str | None, told: bool) -> None:
    """What has a cost is judged by that."""
    assert has("price_least", catalog=with_skus(sku("mug", price, cost, "gifts"))) is told


def test_a_penny_for_a_while_is_meant() -> None:
    penny = PriceEntry("cup", cny("0.01"))
    assert not has("price_least", catalog=evolve(CATALOG, prices=(penny,)))
