"""A realistic mall: goods of three shops, and 18 promotions and coupons that leave a margin."""

from __future__ import annotations

from random import Random
from typing import Any

from mallops.promotions.compiled import Compiled, compile_rulebook
from mallops.rulebook.book import decode_rulebook
from mallops.rulebook.catalog import decode_catalog
from mallops.time import instant

Doc = dict[str, Any]

AT = instant("2026-11-11T00:00:00+08:00")


def yuan(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def catalog(goods: int, cost: int, seed: int = 1) -> Doc:
    """So many goods, each of a cost that is so many hundredths of its price."""
    random = Random(seed)
    products = []
    for number in range(goods):
        cents = random.randint(20, 390) * 100 + random.choice((0, 90)) if number else 1290
        products.append(
            {
                "sku": f"S{number:02}",
                "price": yuan(cents),
                "shop": f"s{number % 3}",
                "category": ("care/skin", "care/hair", "food", "home")[number % 4],
                "brand": f"b{number % 5}",
                "cost": yuan(cents * cost // 100),
            }
        )
    return {"products": products}


def off(amount: str, **more: str) -> Doc:
    return {"kind": "amount_off", "amount": amount, **more}


def percent(rate: str, **more: str) -> Doc:
    return {"kind": "percent_off", "percent": rate, **more}


def tier(amount: str, benefit: Doc) -> Doc:
    return {"amount": amount, "benefit": benefit}


PROMOTIONS: list[Doc] = [
    {"id": "skin", "lane": "item", "benefit": percent("10"), "items": {"category": ["care/skin"]}},
    {
        "id": "second",
        "lane": "item",
        "benefit": {"kind": "nth_unit", "n": 2, "percent": "30"},
        "items": {"category": ["food"]},
    },
    {
        "id": "three",
        "lane": "item",
        "benefit": percent("12"),
        "items": {"brand": ["b1"]},
        "requires": {"quantity": 3},
    },
    {
        "id": "each",
        "lane": "item",
        "benefit": off("5.00", per="unit"),
        "items": {"price": {"at_least": "100.00"}},
    },
    {
        "id": "box",
        "lane": "item",
        "benefit": {"kind": "bundle_price", "size": 3, "price": "900.00"},
        "items": {"category": ["home"]},
    },
    {
        "id": "shop0",
        "lane": "shop",
        "benefit": off("15.00"),
        "items": {"shop": ["s0"]},
        "requires": {"amount": "200.00"},
    },
    {
        "id": "shop1",
        "lane": "shop",
        "benefit": {
            "kind": "tiers",
            "tiers": [tier("200.00", off("15.00")), tier("500.00", off("45.00"))],
        },
        "items": {"shop": ["s1"]},
    },
    {
        "id": "shop2",
        "lane": "shop",
        "benefit": percent("6", at_most="40.00"),
        "items": {"shop": ["s2"]},
        "requires": {"quantity": 2},
    },
    {
        "id": "gift",
        "lane": "shop",
        "benefit": {"kind": "gift", "sku": "S00", "quantity": 1},
        "items": {"shop": ["s1"]},
        "requires": {"amount": "600.00"},
    },
    {
        "id": "coupon0",
        "lane": "shop-coupon",
        "coupon": True,
        "benefit": off("10.00"),
        "items": {"shop": ["s0"]},
        "requires": {"amount": "160.00"},
    },
    {
        "id": "coupon1",
        "lane": "shop-coupon",
        "coupon": True,
        "benefit": percent("5"),
        "items": {"shop": ["s1"]},
    },
    {
        "id": "coupon2",
        "lane": "shop-coupon",
        "coupon": True,
        "benefit": off("8.00"),
        "items": {"shop": ["s2"]},
        "requires": {"amount": "120.00"},
    },
    {"id": "every", "lane": "platform", "benefit": off("30.00", every="300.00")},
    {
        "id": "vip",
        "lane": "platform",
        "benefit": percent("5"),
        "audience": {"groups": ["vip"]},
    },
    {
        "id": "big",
        "lane": "platform-coupon",
        "coupon": True,
        "benefit": off("20.00"),
        "requires": {"amount": "260.00"},
    },
    {
        "id": "new",
        "lane": "platform-coupon",
        "coupon": True,
        "benefit": off("6.00"),
        "requires": {"amount": "99.00"},
        "audience": {"first_order": True},
    },
    {
        "id": "points",
        "lane": "platform-coupon",
        "benefit": {"kind": "reward", "points": 100},
        "requires": {"amount": "400.00"},
    },
    {
        "id": "freight",
        "lane": "shipping",
        "benefit": {"kind": "shipping_off", "percent": "100"},
        "requires": {"amount": "99.00"},
    },
]


def rulebook(promotions: list[Doc] | None = None) -> Doc:
    return {"currency": "CNY", "promotions": PROMOTIONS if promotions is None else promotions}


def compiled(book: Doc, goods: Doc) -> Compiled:
    rules = decode_rulebook(book)
    return compile_rulebook(rules, decode_catalog(goods, rules.currency, rules.timezone))
