"""A small shop, and orders of it: by hand, and out of random stories."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import frozen
from pendulum import DateTime

from mallops.aftersales.order import Order, receive
from mallops.aftersales.returning import Return, return_units
from mallops.cart import Cart, Line, ShippingFee, Shopper
from mallops.findings import Refusal
from mallops.money import Currency, Money
from mallops.points.earning import Goods, earned
from mallops.promotions.compiled import Compiled, compile_rulebook
from mallops.promotions.engine import quote
from mallops.rulebook import decode_catalog, decode_rulebook, decode_scenarios
from mallops.rulebook.playing import Played, play_scenario
from mallops.stories.model import Opening, SendBack
from mallops.stories.playing import begin, play
from mallops.time import instant

Doc = dict[str, Any]

CNY = Currency.of("CNY")
ORDERED = instant("2026-11-11T10:00+08:00")
FRIDAY = instant("2026-11-20T18:00+08:00")
CLOSED = instant("2026-11-21T00:00+08:00")
PRODUCTS: dict[str, Doc] = {
    "TEA": {"price": "60.00", "category": "food/tea"},
    "CUP": {"price": "40.00", "category": "home"},
    "DISC": {"price": "30.00", "category": "media", "tags": ["near-expiry"]},
    "MUG": {"price": "25.00", "category": "home"},
}


def yuan(text: str) -> Money:
    return Money.parse_signed(text, CNY)


def shop(*promotions: Doc, prices: dict[str, str] | None = None, **sections: Any) -> Compiled:
    """The shop's rulebook with these promotions and sections, at these prices."""
    book = decode_rulebook({"currency": "CNY", "promotions": list(promotions), **sections})
    products = [
        {"sku": sku, **facts, "price": (prices or {}).get(sku, facts["price"])}
        for sku, facts in PRODUCTS.items()
    ]
    return compile_rulebook(book, decode_catalog({"products": products}, CNY))


def cart(*lines: tuple[str, int], shipping: str = "", **fields: Any) -> Cart:
    fees = (ShippingFee("", yuan(shipping)),) if shipping else ()
    return Cart(
        Shopper("c1"),
        tuple(Line(str(number), *line) for number, line in enumerate(lines, 1)),
        fees,
        **fields,
    )


def placed(compiled: Compiled, bought: Cart) -> Order:
    """An order, paid."""
    found, rulebook = quote(compiled, bought, ORDERED), compiled.rulebook
    goods = [Goods(compiled.skus[line.sku], line.net.minor) for line in found.lines]
    points = earned(rulebook.earn, goods, frozenset(), ORDERED, rulebook.timezone)
    return Order("o1", bought, found, earned=points)


def order(compiled: Compiled, *lines: tuple[str, int], **fields: Any) -> Order:
    """An order, received on the 13th, so that its window closes with the 20th."""
    received = receive(placed(compiled, cart(*lines, **fields)), instant("2026-11-13T10:00+08:00"))
    assert isinstance(received, Order)
    return received


def returned(compiled: Compiled, before: Order, units: dict[str, int], **more: Any) -> Return:
    found = return_units(compiled, before, units, FRIDAY, **more)
    assert isinstance(found, Return), found
    return found


def code(found: object) -> str:
    assert isinstance(found, Refusal), found
    return found.code


@frozen
class Asked:
    """A return that a story asks for, and the order before it."""

    compiled: Compiled
    order: Order
    deed: SendBack
    at: DateTime


def asked_for(story: Doc) -> Iterator[Asked]:
    """The returns of a story, of orders that there are."""
    book = decode_rulebook(story["rulebook"])
    catalog = decode_catalog(story["catalog"], book.currency, book.timezone)
    compiled = compile_rulebook(book, catalog)
    [decoded] = decode_scenarios({"scenarios": [story]})
    told = play_scenario(decoded)
    assert isinstance(told, Played)
    steps = [each.step for each in told.steps]
    world = begin(compiled, openings(story, steps[0].customer), steps[0].at)
    for step in steps:
        before = world
        world, _ = play(compiled, world, step)
        if isinstance(step.deed, SendBack) and step.deed.order in before.orders:
            yield Asked(compiled, before.orders[step.deed.order].order, step.deed, step.at)


def openings(story: Doc, customer: str) -> dict[str, Opening]:
    given = story.get("opening", {})
    by_customer = {customer: given} if {"points", "coupons"} & given.keys() else given
    return {
        name: Opening(each.get("points", 0), tuple(each.get("coupons", ())))
        for name, each in by_customer.items()
    }
