"""Small malls for searches of stories: one that is safe, and ways to make it unsafe."""

from __future__ import annotations

from typing import Any

from mallops import compile_rulebook, decode_catalog, decode_rulebook, instant
from mallops.promotions.compiled import Compiled

Doc = dict[str, Any]

AT = instant("2026-11-11T10:00:00+08:00")

PRODUCTS = [
    {"sku": "TEA", "price": "60.00", "shop": "s"},
    {"sku": "CUP", "price": "50.00", "shop": "s"},
    {"sku": "JAM", "price": "8.00", "shop": "s"},
    {"sku": "TIN", "price": "20.00", "shop": "s"},
]

FULL: Doc = {
    "id": "full",
    "lane": "platform",
    "requires": {"amount": "100.00"},
    "benefit": {"kind": "amount_off", "amount": "20.00"},
}
TIN: Doc = {
    "id": "tin",
    "lane": "shop",
    "requires": {"amount": "100.00"},
    "benefit": {"kind": "gift", "sku": "TIN", "quantity": 1},
}
COUPON: Doc = {
    "id": "TEN",
    "lane": "platform-coupon",
    "coupon": True,
    "benefit": {"kind": "amount_off", "amount": "10.00"},
}
HALF: Doc = {
    "id": "HALF",
    "lane": "platform-coupon",
    "coupon": True,
    "benefit": {"kind": "percent_off", "percent": "50"},
}
THANKS: Doc = {"id": "thanks", "lane": "platform", "benefit": {"kind": "reward", "coupon": "HALF"}}
TRIPLE: Doc = {
    "id": "triple",
    "lane": "platform",
    "benefit": {"kind": "reward", "multiplier": "3"},
}


def mall(
    *promotions: Doc, earn: Doc | None = None, points: Doc | None = None, **policy: Any
) -> Compiled:
    """A rulebook with these promotions, safe but for what is given of points and of returns."""
    earning: Doc = {"per": "1.00", "points": 1, **(earn or {})}
    terms: Doc = {"earn": earning, **(points or {})}
    returns: Doc = {"lost_threshold": "reprice", **policy}
    rulebook = decode_rulebook(
        {
            "currency": "CNY",
            "promotions": list(promotions),
            "points": terms,
            "after_sales": returns,
        }
    )
    return compile_rulebook(rulebook, decode_catalog({"products": PRODUCTS}, rulebook.currency))
