from __future__ import annotations

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
