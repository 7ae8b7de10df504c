"""Malls to be checked: goods of three shops, promotions and coupons, points, and returns."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from mallops.promotions.compiled import Compiled, compile_rulebook
from mallops.rulebook.book import decode_rulebook
from mallops.rulebook.catalog import decode_catalog
from mallops.time import instant

Doc = dict[str, Any]

AT = instant("2026-11-10T12:00:00+08:00")
SEED = 20261111
CATEGORIES = ("care/skin", "care/hair", "food", "home")
SHOPS = 3
BRANDS = 5

LIMITS: Doc = {"per_customer": 5, "total": 20_000, "budget": "200000.00"}
ONCE: Doc = {"per_customer": 1, "total": 10_000, "budget": "200000.00"}

POINTS: Doc = {
    "worth": {"points": 100, "money": "1.00"},
    "at_most_percent": "50",
    "step": 100,
    "earn": {"per": "1.00", "points": 1, "at_most_per_day": 5000, "settles": "window_closed"},
    "expire": {"after_days": 365, "revive_days": 30},
}

AFTER_SALES: Doc = {
    "lost_threshold": "reprice",
    "earned_points": "claw_back",
    "gift": "return_or_pay",
    "coupon": "forfeit",
    "shipping": "never",
}


def yuan(cents: int) -> str:
    """Minor units as a document has them."""
    return f"{cents // 100}.{cents % 100:02}"


def catalog(skus: int, cost: int = 50, *, usual_prices: bool = False) -> Doc:
    """So many SKUs, each of a cost that is so many hundredths of its price.

    With `usual_prices` they have the usual forty prices of a mall, so that many are alike.
    """
    random = Random(SEED)
    usual = [1990 + 1000 * step for step in range(40)]
    products = []
    for number in range(skus):
        cents = random.choice(usual) if usual_prices else random.randint(1290, 39990)
        price = cents if number else 1290
        products.append(
            {
                "sku": f"S{number:04}",
                "price": yuan(price),
                "cost": yuan(price * cost // 100),
                "shop": f"s{number % SHOPS}",
                "category": CATEGORIES[number % len(CATEGORIES)],
                "brand": f"b{number % BRANDS}",
            }
        )
    return {"products": products}


def off(amount: str, **more: str) -> Doc:
    """An amount off."""
    return {"kind": "amount_off", "amount": amount, **more}


def percent(number: str, **more: str) -> Doc:
    """A percentage off."""
    return {"kind": "percent_off", "percent": number, **more}


def _promotion(id_: str, lane: str, benefit: Doc, **fields: Any) -> Doc:
    usual = {"limits": LIMITS, "funding": {"platform": "100"}}
    return {"id": id_, "lane": lane, "benefit": benefit, **usual, **fields}


def _coupon(id_: str, lane: str, benefit: Doc, amount: str, **fields: Any) -> Doc:
    asked = {"coupon": True, "requires": {"amount": amount}, "limits": ONCE}
    return _promotion(id_, lane, benefit, **asked, **fields)


def _tier(amount: str, benefit: Doc) -> Doc:
    return {"amount": amount, "benefit": benefit}


def _shop(name: str) -> Doc:
    return {"items": {"shop": [name]}}


PROMOTIONS: tuple[Doc, ...] = (
    _promotion("skin", "item", percent("10"), items={"category": ["care/skin"]}),
    _promotion(
        "second",
        "item",
        {"kind": "nth_unit", "n": 2, "percent": "30"},
        items={"category": ["food"]},
    ),
    _promotion("three", "item", percent("12"), items={"brand": ["b1"]}, requires={"quantity": 3}),
    _promotion("each", "item", off("5.00", per="unit"), items={"price": {"at_least": "100.00"}}),
    _promotion(
        "box",
        "item",
        {"kind": "bundle_price", "size": 3, "price": "900.00"},
        items={"category": ["home"]},
    ),
    _promotion("shop0", "shop", off("15.00"), requires={"amount": "200.00"}, **_shop("s0")),
    _promotion(
        "shop1",
        "shop",
        {
            "kind": "tiers",
            "tiers": [_tier("200.00", off("15.00")), _tier("500.00", off("45.00"))],
        },
        **_shop("s1"),
    ),
    _promotion(
        "shop2", "shop", percent("6", at_most="40.00"), requires={"quantity": 2}, **_shop("s2")
    ),
    _promotion(
        "gift",
        "platform-coupon",
        {"kind": "gift", "sku": "S0000", "quantity": 1},
        requires={"amount": "600.00"},
    ),
    _coupon("coupon0", "shop-coupon", off("10.00"), "160.00", **_shop("s0")),
    _coupon("coupon1", "shop-coupon", percent("5"), "100.00", **_shop("s1")),
    _coupon("coupon2", "shop-coupon", off("8.00"), "120.00", **_shop("s2")),
    _promotion("every", "platform", off("30.00", every="300.00")),
    _promotion("vip", "platform", percent("5"), audience={"groups": ["vip"]}),
    _coupon("big", "platform-coupon", off("20.00"), "260.00"),
    _coupon("new", "platform-coupon", off("6.00"), "99.00", audience={"first_order": True}),
    _promotion(
        "hundred",
        "platform-coupon",
        {"kind": "reward", "points": 100},
        requires={"amount": "400.00"},
    ),
    _promotion(
        "freight",
        "shipping",
        {"kind": "shipping_off", "percent": "100"},
        requires={"amount": "99.00"},
    ),
)
"""The 18 of a realistic rulebook: five of them are coupons."""


def promotions(count: int, skus: int) -> list[Doc]:
    """So many: the 18, and like ones for a few SKUs each, on some days of the month."""
    random = Random(SEED)
    found = []
    for number in range(count):
        like = PROMOTIONS[number % len(PROMOTIONS)]
        if number < len(PROMOTIONS):
            found.append(like)
            continue
        first = random.randint(1, 20)
        days = {
            "starts": f"2026-11-{first:02}T10:00",
            "ends": f"2026-11-{first + random.randint(1, 8):02}T10:00",
        }
        about = {"sku": sorted({f"S{random.randrange(skus):04}" for _ in range(5)})}
        id_ = f"{like['id']}-{number}"
        found.append({**like, "id": id_, "schedule": days, "items": about})
    return found


def rulebook(count: int = len(PROMOTIONS), skus: int = 30, **after_sales: Any) -> Doc:
    """A rulebook of so many promotions, with points and returns that leave nothing behind."""
    return {
        "id": "mall",
        "currency": "CNY",
        "promotions": promotions(count, skus),
        "points": POINTS,
        "after_sales": {**AFTER_SALES, **after_sales},
    }


def compiled(book: Mapping[str, Any], goods: Mapping[str, Any]) -> Compiled:
    """Both documents, checked and compiled."""
    rules = decode_rulebook(book)
    return compile_rulebook(rules, decode_catalog(goods, rules.currency, rules.timezone))
