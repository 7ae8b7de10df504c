from __future__ import annotations

from mallops.catalog.model import PriceEntry
from tests.loopholes.asking import found, has
from tests.loopholes.mall import cny, running, with_entries


def test_other_customers_may_pay_more_for_more() -> None:
    few = PriceEntry("cup", cny("27.00"), min_quantity=3)
    falling = PriceEntry("cup", cny("26.00"), min_quantity=12)
    members = PriceEntry("cup", cny("28.00"), frozenset({"vip"}), min_quantity=12)
    later = running("2026-12-01T00:00", "2026-12-05T00:00").window
    next_month = PriceEntry("cup", cny("28.00"), min_quantity=12, window=later)
    for entry in (falling, members, next_month):
        assert not has("quantity_price_rises", catalog=with_entries(few, entry))


def test_the_entry_for_more_is_named() -> None:
    dozen = PriceEntry("cup", cny("28.00"), min_quantity=12)
    few = PriceEntry("cup", cny("27.00"), min_quantity=3)
    [rises] = found("quantity_price_rises", catalog=with_entries(dozen, few))
    assert rises.subjects[0].path == "$.prices[1].price"
