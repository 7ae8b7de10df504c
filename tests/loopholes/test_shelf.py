from __future__ import annotations

from attrs import evolve

from mallops.catalog.model import Listing, PriceEntry
from mallops.loopholes.model import Kind
from tests.loopholes.asking import found, has
from tests.loopholes.mall import cny, running, sku, with_entries, with_skus


def test_what_the_catalogue_says_is_passed_on() -> None:
    [below] = found("price_below_cost", catalog=with_skus(sku("bag", "50.00", "60.00", "bags")))
    assert below.kind is Kind.BELOW_COST
    assert below.subjects[0].path == "$.products[4].price"


def test_what_nobody_can_buy_is_left_alone() -> None:
    draft = evolve(sku("bag", "50.00", "60.00", "bags"), listing=Listing.DRAFT)
    assert not has("price_below_cost", catalog=with_skus(draft))
    over = running("2026-10-01T00:00", "2026-10-05T00:00").window
    entry = PriceEntry("pot", cny("100.00"), window=over)
    assert not has("entry_below_cost", catalog=with_entries(entry))
    assert has(
        "entry_below_cost",
        catalog=with_entries(
            evolve(
                entry,
                groups=frozenset({"vip"}),
                window=running("2026-11-01T00:00", "2026-12-05T00:00").window,
            )
        ),
    )


def test_what_costs_no_money_is_the_catalogues_own_business() -> None:
    bare = sku("bare", "50.00", None, "")
    assert not has("missing_cost", catalog=with_skus(bare))
