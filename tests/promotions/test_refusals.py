"""Refusal codes: the first that holds both alone and at the chosen bases, seat by seat."""

from __future__ import annotations

from typing import Any

from mallops import (
    compile_rulebook,
    decode_cart,
    decode_catalog,
    decode_rulebook,
    encode_quote,
    instant,
    quote,
)
from mallops.testing.oracle import quote_all

AT = "2026-11-11T12:00:00+08:00"
PRODUCTS: list[dict[str, Any]] = [
    {"sku": "A", "price": "60.00"},
    {"sku": "B", "price": "40.00"},
    {"sku": "F", "price": "60.00", "floor": "60.00"},
]
SIXTY = {"id": "q", "lane": "item", "benefit": {"kind": "percent_off", "percent": "60"}}
HALF = {"kind": "percent_off", "percent": "50"}
TENTH = {"kind": "percent_off", "percent": "10"}


def refused(promotions: list[dict[str, Any]], **quantities: int) -> dict[str, Any]:
    """The codes of the engine's quote, which has to be one of the oracle's."""
    document = {"currency": "CNY", "promotions": promotions}
    lines = [{"id": sku, "sku": sku, "quantity": count} for sku, count in quantities.items()]
    rulebook = decode_rulebook(document)
    catalog = decode_catalog({"products": PRODUCTS}, rulebook.currency)
    cart = decode_cart({"lines": lines}, rulebook.currency)
    found = quote(compile_rulebook(rulebook, catalog), cart, instant(AT))
    encoded = encode_quote(found)
    naive = quote_all({"products": PRODUCTS}, document, {"lines": lines}, AT)
    assert {key: encoded[key] for key in naive[0]} in naive
    return {name: (refusal.code, dict(refusal.details)) for name, refusal in found.refused.items()}


def test_a_code_that_is_not_the_first_here_but_holds_in_both() -> None:
    closing = {"id": "i", "lane": "item", "items": {"sku": ["A"]}, "blocks": ["shop"]}
    asking = {"id": "p", "lane": "shop", "requires": {"quantity": 2, "amount": "500.00"}}
    found = refused([closing | {"benefit": HALF}, asking | {"benefit": TENTH}], A=1, B=1)
    # With A closed to the shop's lane there are too few units as well, but alone there are not.
    numbers = {"required": "500.00", "reached": "40.00", "missing": "460.00"}
    assert found == {"p": ("below_amount", numbers)}


def test_alone_is_on_all_that_qualifies() -> None:
    """On B it would have an effect; of all units it takes the dearest, which is at its floor."""
    one = {"id": "p", "lane": "item", "at_most_units": 1, "benefit": HALF}
    assert refused([one, SIXTY], F=1, B=1) == {"p": ("no_effect", {})}


def test_no_effect_on_any_unit() -> None:
    nothing = {"id": "p", "lane": "item", "benefit": {"kind": "fixed_price", "price": "99.00"}}
    assert refused([nothing, SIXTY], A=2) == {"p": ("no_effect", {})}


def test_closed_by_its_hours() -> None:
    weekly = [
        {"days": ["sat", "sun"], "from": "20:00", "to": "22:00"},
        {"days": ["fri"], "from": "22:00", "to": "02:00"},
    ]
    for listed in (weekly, weekly[::-1]):
        evening = {"id": "p", "lane": "item", "benefit": TENTH, "schedule": {"weekly": listed}}
        hours = {"hours": "fri 22:00-02:00, sat sun 20:00-22:00"}
        assert refused([evening], A=1) == {"p": ("not_scheduled", hours)}
