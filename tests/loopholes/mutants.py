"""The safe malls, each broken in one place, with the code of lint that has to tell of it.

A place is a path into the documents of `safe.py`, where promotions and products go by their ids
and other lists by position. None as the value takes away what is there.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from attrs import frozen

from tests.loopholes.safe import SAFE
from tests.loopholes.safe.writing import (
    NOVEMBER,
    Document,
    add_on,
    amount,
    bundle,
    entry,
    fixed,
    gift,
    nth,
    percent,
    promotion,
)


@frozen
class Mutant:
    """One fault in a mall of `SAFE`, and what it is called."""

    trade: str
    place: str
    value: object
    code: str


def documents(mutant: Mutant) -> tuple[Document, Document]:
    """The rulebook and the catalogue with the fault in them."""
    book, catalog = deepcopy(SAFE[mutant.trade])
    changed(book, catalog, mutant.place, mutant.value)
    return book, catalog


def changed(book: Document, catalog: Document, place: str, value: object) -> None:
    """Put a value to a place of the documents, or take away what is there."""
    *way, last = place.split("/")
    at: Any = catalog if way and way[0] in {"products", "prices"} else book
    for key in way:
        at = _step(at, key)
    if isinstance(at, list):
        at.append(value)
    elif value is None:
        del at[last]
    else:
        at[last] = value


def _step(at: Any, key: str) -> Any:
    if not isinstance(at, list):
        return at.setdefault(key, {})
    if key.isdecimal():
        return at[int(key)]
    return next(each for each in at if key in {each.get("id"), each.get("sku")})


ONCE_A_MONTH = {"starts": "2026-11-01T00:00", "ends": "2026-11-30T00:00"}
BACKWARDS = {"starts": "2026-12-02T00:00", "ends": "2026-11-01T00:00"}
PAST = {"starts": "2025-11-01T00:00", "ends": "2025-12-02T00:00"}
MINUTE = {"starts": "2026-11-01T00:00", "ends": "2026-12-01T23:59"}
WEEK = {"starts": "2026-11-16T00:00", "ends": "2026-11-20T00:00"}
HOURS = {"weekly": [{"days": ["sat", "sun"], "from": "07:00", "to": "10:00"}]}
SKIN = {"items": {"category": ["care/skin"]}}
AGAIN = promotion("skin-again", "item", percent("8"), **SKIN)
LATER = AGAIN | {"schedule": {"starts": "2026-12-02T00:30", "ends": "2026-12-09T00:00"}}
# It asks for nothing and has no limits, so that what is beside it never wins.
ALWAYS = {
    "id": "freight-always",
    "lane": "shipping",
    "schedule": NOVEMBER,
    "funding": {"platform": "100"},
    "benefit": {"kind": "shipping_off", "percent": "100"},
}
DOZEN = entry("toner", "125.00", min_quantity=12)
OVER = entry("toner", "109.00", ends="2026-10-31T00:00")
BARE = {"sku": "sample", "price": "5.00"}

POLICIES = (
    Mutant("members", "after_sales/earned_points", "keep", "points_kept_after_return"),
    Mutant("cosmetics", "after_sales/gift", "keep", "gift_kept_after_return"),
    Mutant("shops", "after_sales/lost_threshold", "keep", "threshold_kept_after_return"),
    Mutant("books", "after_sales/shipping", "last", "freight_never_paid"),
    Mutant("groceries", "after_sales/window_days", 365, "return_window_odd"),
    Mutant("electronics", "after_sales/window_days", 0, "return_window_odd"),
    Mutant("groceries", "after_sales/excluded", {"sku": ["bowl"]}, "gift_not_returnable"),
    Mutant("cosmetics", "points/earn/settles", "paid", "points_settle_early"),
    Mutant("electronics", "points/earn/settles", "received", "reward_settles_early"),
    Mutant("books", "points/expire/revive_days", 900, "revival_outlives_points"),
)
"""Each policy, turned to the side that leaves a benefit behind."""

POINTS = (
    Mutant("cosmetics", "points/worth", {"points": 1, "money": "1.00"}, "points_rate_high"),
    Mutant("cosmetics", "points/worth/points", 10, "points_rate_high"),
    Mutant("groceries", "points/earn/per", "0.01", "points_rate_high"),
    Mutant("books", "points/earn/points", 100, "points_rate_high"),
    Mutant("members", "points/earn/groups/black", "20", "points_rate_high"),
    Mutant("electronics", "points/earn/items/0/multiplier", "50", "points_rate_high"),
    Mutant("electronics", "points/earn/campaigns/0/multiplier", "20", "points_rate_high"),
    Mutant("cosmetics", "promotions/double-points/benefit/multiplier", "20", "points_rate_high"),
    Mutant("members", "points/transfer/at_most_per_day", None, "transfer_unbounded"),
    Mutant("groceries", "points/actions/sign_in/times", None, "action_unbounded"),
    Mutant("groceries", "points/actions/sign_in/points", 2000, "actions_pay_for_goods"),
    Mutant("groceries", "points/actions/sign_in/streak/0/points", 20_000, "actions_pay_for_goods"),
    Mutant(
        "books",
        "points/earn/campaigns",
        [{"id": "triple", "multiplier": "3"}],
        "campaign_unbounded",
    ),
    Mutant("members", "promotions/bonus/benefit/points", 30_000, "reward_near_cost"),
    Mutant("electronics", "promotions/points-500/benefit/points", 90_000, "reward_near_cost"),
    Mutant("pharmacy", "points/earn/items", None, "licensed_earns_points"),
)
"""Rates, worths and bounds of points, each of them ten times or a hundred times out."""

LIMITS = (
    Mutant("cosmetics", "promotions/c-30/limits", None, "grant_unbounded"),
    Mutant("cosmetics", "promotions/luna-pouch/limits", None, "grant_unbounded"),
    Mutant("members", "promotions/bonus/limits", None, "grant_unbounded"),
    Mutant("members", "promotions/c-welcome/limits", None, "grant_bounded_by_account"),
    Mutant(
        "electronics", "promotions/c-100/limits", {"per_customer": 1}, "grant_bounded_by_account"
    ),
    Mutant("groceries", "promotions/c-8/limits/per_customer", None, "coupon_without_owner"),
    Mutant("fresh", "promotions/milk/limits/budget", "1.29", "budget_below_one_use"),
    Mutant("fresh", "promotions/c-new/limits/budget", "2.70", "budget_below_one_use"),
    Mutant("fresh", "promotions/c-6/limits/total", 0, "never_any_effect"),
    Mutant(
        "shops",
        "promotions/c-kiln/limits",
        {"per_customer": 100, "total": 1},
        "total_below_customer",
    ),
)
"""Each limit, gone or in the wrong unit."""

BENEFITS = (
    Mutant("cosmetics", "promotions/skin-tenth/benefit/percent", "90", "deep_discount"),
    Mutant("shops", "promotions/double11/benefit/amount", "500.00", "off_reaches_threshold"),
    Mutant("cosmetics", "promotions/c-30/requires", None, "coupon_resale"),
    Mutant("pharmacy", "promotions/c-10/requires/amount", "12.00", "coupon_resale"),
    Mutant("electronics", "promotions/old-price/benefit", fixed("139.90"), "deep_discount"),
    Mutant("electronics", "promotions/old-price/benefit", fixed("13990.00"), "never_any_effect"),
    Mutant("cosmetics", "promotions/hair-pair/benefit", nth(1, "95"), "deep_discount"),
    Mutant("cosmetics", "promotions/lips-two/benefit", bundle(2, "19.90"), "deep_discount"),
    Mutant("cosmetics", "promotions/lips-two/benefit", bundle(2, "1990.00"), "never_any_effect"),
    Mutant("groceries", "promotions/oil-pair/benefit", nth(2, "0"), "never_any_effect"),
    Mutant(
        "cosmetics", "promotions/mirror-add/benefit", add_on("mirror", "190.00"), "never_any_effect"
    ),
    Mutant(
        "electronics", "promotions/case-add/benefit", add_on("cases", "49.00"), "brings_unlisted"
    ),
    Mutant("members", "promotions/socks/benefit", gift("socks", "0.00"), "gift_undervalued"),
    Mutant("members", "promotions/socks/benefit", gift("coat-3"), "gift_dearer_than_goods"),
    Mutant("fresh", "promotions/milk/benefit", gift("milk", quantity=100), "deep_discount"),
    Mutant(
        "groceries", "promotions/from-99/benefit/tiers/2/benefit/amount", "2.00", "tier_gives_less"
    ),
    Mutant("members", "promotions/from-600/requires", {"amount": "1000.00"}, "tier_unreachable"),
    Mutant("electronics", "promotions/c-next/active", False, "brings_dead_coupon"),
    Mutant(
        "electronics",
        "promotions/phone-200/benefit",
        amount("3600.00", per="unit"),
        "deep_discount",
    ),
    Mutant("pharmacy", "promotions/box/benefit", gift("ibuprofen"), "licensed_given"),
    Mutant("books", "promotions/ship-6/benefit/amount", "0.00", "never_any_effect"),
)
"""Each kind of benefit."""

SELECTORS = (
    Mutant("pharmacy", "promotions/from-150/items", None, "licensed_promoted"),
    Mutant("pharmacy", "promotions/care-less/items", {"category": ["cares"]}, "no_goods_fit"),
    Mutant(
        "members", "promotions/level-gold/audience", {"groups": ["Gold"]}, "group_spelled_otherwise"
    ),
    Mutant("shops", "promotions/kiln-tenth/items", None, "funding_of_others"),
    Mutant("shops", "promotions/double11/funding/shop", "4", "funding_not_whole"),
    Mutant(
        "shops",
        "promotions/weekend/funding",
        {"platform": "60", "shops": "40"},
        "funding_unknown_party",
    ),
    Mutant("shops", "promotions/weekend/funding", None, "funding_missing"),
    Mutant(
        "shops",
        "promotions/weekend/funding",
        {"platform": "100", "shop": "0"},
        "funding_empty_share",
    ),
    Mutant("cosmetics", "promotions/every-300/schedule", BACKWARDS, "window_empty"),
    Mutant("cosmetics", "promotions/every-300/schedule", PAST, "promotion_over"),
    Mutant("cosmetics", "promotions/every-300/schedule", MINUTE, "ends_before_midnight"),
    Mutant("cosmetics", "promotions/every-300/schedule", ONCE_A_MONTH, "ends_as_day_begins"),
    Mutant("fresh", "promotions/dairy-morning/schedule", WEEK | HOURS, "hours_never_open"),
    Mutant("cosmetics", "promotions/+", AGAIN, "schedules_overlap"),
    Mutant("cosmetics", "promotions/+", LATER, "schedules_gap"),
    Mutant("cosmetics", "promotions/+", ALWAYS, "never_wins"),
    Mutant("books", "promotions/pens/requires", {"distinct": 3}, "too_few_goods"),
    Mutant("shops", "promotions/weekend/title", {"en": "We match any price"}, "price_set_outside"),
    Mutant("cosmetics", "promotions/skin-tenth/title", {"zh-CN": "测试"}, "test_object_live"),
)
"""Who, what, when, and who pays."""

GOODS = (
    Mutant("groceries", "products/rice-1kg/price", "7.60", "unit_price_odd"),
    Mutant("groceries", "products/nuts/price", "20.00", "price_below_cost"),
    Mutant("electronics", "products/phone-m/price", "39990.00", "price_far_above_cost"),
    Mutant("electronics", "products/phone-s/floor", "0.01", "floor_too_low"),
    Mutant("electronics", "products/phone-s/floor", None, "floor_missing"),
    Mutant("electronics", "products/phone-s/floor", "3500.00", "floor_above_price"),
    Mutant("members", "products/belt-0/price", "0.00", "price_zero"),
    Mutant("members", "prices/0/price", "5.69", "price_far_below_others"),
    Mutant("shops", "prices/0/groups", ["price-match"], "price_set_outside"),
    Mutant("fresh", "prices/0/price", "119.00", "entry_never_wins"),
    Mutant("cosmetics", "prices/+", DOZEN, "quantity_price_rises"),
    Mutant("cosmetics", "prices/+", OVER, "entry_over"),
    Mutant("members", "prices/0/price", "200.00", "entry_below_cost"),
    Mutant("cosmetics", "products/+", BARE, "price_unguarded"),
)
"""Prices, costs and floors."""

MUTANTS = (*POLICIES, *POINTS, *LIMITS, *BENEFITS, *SELECTORS, *GOODS)
