"""Goods, rules and orders to store: quoted and returned for real, with every field in use."""

from __future__ import annotations

from attrs import evolve
from pendulum import DateTime

from mallops.aftersales.order import Order, Protected, Rewards, receive
from mallops.aftersales.payments import (
    Capture,
    Payments,
    RefundState,
    ask_refund,
    conclude_refund,
)
from mallops.aftersales.returning import Return, return_units
from mallops.cart import Cart, Line, ShippingFee, Shopper, Usage
from mallops.catalog.model import Catalog, Listing
from mallops.money import Currency, Money
from mallops.points.counts import Count
from mallops.points.earning import Earned
from mallops.promotions.compiled import compile_rulebook
from mallops.promotions.engine import quote
from mallops.repositories import Purchase
from mallops.rulebook import decode_catalog, decode_rulebook
from mallops.rules.book import Rulebook
from mallops.testing.contracts.samples import MANY, START

CNY = Currency.of("CNY")
POINTS = Currency("POINTS", 0)

PRODUCTS = [
    {
        "sku": "TEA",
        "price": "60.00",
        "shop": "s1",
        "category": "food/tea",
        "brand": "b 'q'",
        "tags": ["new", "祝贺"],
        "cost": "30.05",
        "floor": "0.01",
        "product": "tea",
        "title": {"en": 'tea "round"\n', "zh-CN": "茶 🍵"},
        "variant": {"size": "M"},
        "pictures": ["b.png", "a.png"],
    },
    {"sku": "CUP", "price": "40.00", "shop": "s2", "category": "home"},
    {"sku": "MUG", "price": "25.00", "shop": "s2", "category": "home"},
    {"sku": "tea", "price": "90071992547409.93", "shop": "s1"},
]
PRICES = [
    {"sku": "TEA", "price": "50.00", "groups": ["vip"], "min_quantity": 3, "channels": ["app"]},
    {"sku": "TEA", "price": "55.00", "starts": "2026-11-01T00:00", "ends": "2026-11-30T00:00"},
    {"sku": "CUP", "price": "39.99"},
]
# What a file has no word for.
LISTINGS = {"CUP": Listing.DELISTED, "MUG": Listing.DRAFT}
BOOK = {
    "id": "mall",
    "version": "2026-11-11.1",
    "currency": "CNY",
    "title": {"zh-CN": "双十一 🎉"},
    "promotions": [
        {
            "id": "off",
            "lane": "item",
            "benefit": {"kind": "percent_off", "percent": "12.5"},
            "limits": {"per_customer": 2, "total": 9, "budget": "90071992547409.93"},
            "audience": {"groups": ["vip"]},
            "funding": {"shop": "33.30", "mall": "66.7"},
            "schedule": {
                "starts": "2026-11-01T00:00",
                "ends": "2026-12-01T00:00",
                "weekly": [{"days": ["wed"], "from": "00:00", "to": "24:00"}],
            },
        },
        {
            "id": "gift",
            "lane": "shop",
            "items": {"shop": ["s1"]},
            "benefit": {
                "kind": "tiers",
                "tiers": [
                    {"amount": "100", "benefit": {"kind": "gift", "sku": "MUG", "quantity": 2}}
                ],
            },
        },
        {"id": "more", "lane": "platform", "benefit": {"kind": "reward", "coupon": "C-5"}},
        {
            "id": "C-5",
            "lane": "platform-coupon",
            "coupon": True,
            "benefit": {"kind": "amount_off", "amount": "5.00"},
            "requires": {"amount": "50"},
        },
        {"id": "free", "lane": "shipping", "benefit": {"kind": "shipping_off", "amount": "2.00"}},
        {"id": "not", "lane": "platform", "benefit": {"kind": "reward", "points": 7}},
    ],
    "points": {"worth": {"points": 100, "money": "1.00"}, "earn": {"per": "1.00", "points": 1}},
}


def rulebook(version: str = "2026-11-11.1") -> Rulebook:
    """Rules of every lane; another version may have the same content."""
    return decode_rulebook({**BOOK, "version": version})


def goods() -> Catalog:
    """SKUs of every listing, one of them without anything but its price, and price entries."""
    found = decode_catalog({"products": PRODUCTS, "prices": PRICES}, CNY)
    skus = (evolve(each, listing=LISTINGS.get(each.sku, each.listing)) for each in found.skus)
    return evolve(found, skus=tuple(skus))


def plain(
    order: str, settles: DateTime | None = None, customer: str = "anna", version: int = 1
) -> Purchase:
    """An order of one unit, of which nothing has come yet."""
    placed = evolve(_ONE, id=order)
    return Purchase(customer, placed, goods(), settles=settles, version=version)


def full(order: str) -> Purchase:
    """An order of which much has come: it was protected, a unit came back, one refund failed."""
    compiled = compile_rulebook(rulebook(), goods())
    before = receive(
        evolve(
            _quoted(order, _cart()),
            usage={"off": Usage(3, 1, Money(MANY, CNY)), "gift": Usage()},
            earned=Earned(MANY, "c", 5, {"orders/day": Count("2026-11-11", 70)}),
            protected={("1", 2): Protected(3, 4)},
            settled=START.add(days=9),
            granted=Rewards(70, ("C-5", "C-5")),
        ),
        START.add(days=2, microseconds=1),
    )
    assert isinstance(before, Order)
    found = return_units(compiled, before, {"1": 1}, START.add(days=3), ["MUG"])
    assert isinstance(found, Return)
    payments = _payments(before.quote.payable)
    after = evolve(found.order, owed=3, undone=frozenset({"more", "é"}), refunded_shipping=1)
    return Purchase("anna", after, goods(), payments, START.add(days=9), payload="0f" * 32)


def bare(order: str) -> Purchase:
    """An order in which as much as can be is missing."""
    return Purchase("", evolve(_ONE, id=order), Catalog())


def _cart() -> Cart:
    return Cart(
        Shopper("anna", frozenset({"vip"}), first_order=True),
        (Line("1", "TEA", 2), Line("é 'q'", "TEA", 1)),
        (ShippingFee("s1", Money(800, CNY)),),
        ("C-5", "unknown"),
        123,
        "app",
    )


def _quoted(order: str, cart: Cart) -> Order:
    return Order(order, cart, quote(compile_rulebook(rulebook(), goods()), cart, START))


def _payments(payable: Money) -> Payments:
    captures = (
        Capture("card 'x'", "card", payable),
        Capture("b", "points", Money(MANY, POINTS)),
    )
    payments = Payments(captures)
    for place, state in enumerate((RefundState.FAILED, RefundState.DONE, None)):
        asked = ask_refund(payments, f"r{place}", Money(7, CNY))
        assert isinstance(asked, Payments)
        payments = asked
        if state is not None:
            concluded = conclude_refund(payments, f"r{place}", "card 'x'", state)
            assert isinstance(concluded, Payments)
            payments = concluded
    asked = ask_refund(payments, "points", Money(MANY - 1, POINTS))
    assert isinstance(asked, Payments)
    return asked


_ONE = _quoted("", Cart(lines=(Line("1", "TEA", 1),)))
