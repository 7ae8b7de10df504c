"""A shop of four goods, and what may change in it."""

from __future__ import annotations

from typing import Any

from mallops.promotions.compiled import Compiled, compile_rulebook
from mallops.rulebook.book import decode_rulebook
from mallops.rulebook.catalog import decode_catalog
from mallops.time import instant

Doc = dict[str, Any]

AT = instant("2026-11-11T10:00:00+08:00")

GOODS: tuple[Doc, ...] = (
    {"sku": "OOLONG", "price": "128.00", "category": "tea"},
    {"sku": "GREEN", "price": "88.00", "category": "tea"},
    {"sku": "CUP", "price": "50.00", "category": "ware"},
    {"sku": "TIN", "price": "20.00", "category": "ware"},
)
TENTH: Doc = {
    "id": "tenth",
    "lane": "item",
    "items": {"category": ["tea"]},
    "benefit": {"kind": "percent_off", "percent": "10"},
}
FULL: Doc = {
    "id": "full",
    "lane": "platform",
    "requires": {"amount": "200.00"},
    "benefit": {"kind": "amount_off", "amount": "20.00"},
}
GIFT: Doc = {
    "id": "tin",
    "lane": "shop",
    "requires": {"amount": "100.00"},
    "benefit": {"kind": "gift", "sku": "TIN", "quantity": 1},
    "limits": {"per_customer": 1, "total": 500},
}
COUPON: Doc = {
    "id": "sent",
    "lane": "platform-coupon",
    "coupon": True,
    "benefit": {"kind": "amount_off", "amount": "5.00"},
}


def document(*promotions: Doc, **more: Any) -> Doc:
    return {
        "id": "tea",
        "currency": "CNY",
        "promotions": list(promotions),
        "after_sales": {"lost_threshold": "reprice"},
        **more,
    }


def shop(*promotions: Doc, goods: tuple[Doc, ...] = GOODS, **more: Any) -> Compiled:
    book = decode_rulebook(document(*promotions, **more))
    shelf = decode_catalog({"products": list(goods)}, book.currency, book.timezone)
    return compile_rulebook(book, shelf)
