"""Every policy, benefit and limit of a safe mall broken in one way each, worse for the mall.

Nobody picks what is broken: it goes through the documents. What is worse is told by the field: more
comes off, less is asked for, a bound is gone, more is given back or kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal
from random import Random

from attrs import frozen

from mallops.money import Currency
from tests.loopholes.mutants import changed
from tests.loopholes.safe import SAFE
from tests.loopholes.safe.writing import Document


@frozen
class Broken:
    """One thing worse in a mall, and what part of it that is; `bare` ones have no floors."""

    trade: str
    part: str
    place: str
    value: object
    bare: bool = False


def documents_of(broken: Broken) -> tuple[Document, Document]:
    """The rulebook and the catalogue with the fault in them."""
    book, catalog = bare(broken.trade) if broken.bare else deepcopy(SAFE[broken.trade])
    changed(book, catalog, broken.place, deepcopy(broken.value))
    return book, catalog


def bare(trade: str) -> tuple[Document, Document]:
    """A mall whose floors nobody filled in."""
    book, catalog = deepcopy(SAFE[trade])
    for product in catalog["products"]:
        del product["floor"]
    return book, catalog


def drawn(seed: int, most: int) -> tuple[Broken, ...]:
    """So many of each part of every mall, drawn from a seed."""
    random = Random(seed)
    found: list[Broken] = []
    for trade in SAFE:
        every = list(all_of(trade))
        for part in dict.fromkeys(each.part for each in every):
            some = [each for each in every if each.part == part]
            found += random.sample(some, min(most, len(some)))
    return tuple(found)


def all_of(trade: str) -> Iterator[Broken]:
    """All ways to break a mall."""
    book, catalog = SAFE[trade]
    for place, value in _policies(book):
        yield Broken(trade, "policy", place, value)
    for promotion in book["promotions"]:
        benefit, at = promotion["benefit"], f"promotions/{promotion['id']}"
        for place, value in _benefit(f"{at}/benefit", benefit, book["currency"]):
            # A floor at cost makes every discount harmless: these are tried without.
            yield Broken(trade, "benefit", place, value, bare=True)
        if "requires" in promotion:
            yield Broken(trade, "requirement", f"{at}/requires", None, bare=True)
        if promotion.get("coupon") or benefit["kind"] in {"gift", "reward"}:
            yield Broken(trade, "limit", f"{at}/limits", None)
            yield Broken(trade, "limit", f"{at}/limits", {"per_customer": 1})
        if "audience" in promotion:
            yield Broken(trade, "audience", f"{at}/audience", None)
    for product in catalog["products"]:
        at, price = f"products/{product['sku']}", Decimal(product["price"])
        yield Broken(trade, "price", f"{at}/price", _money(price / 10, book))


def _policies(book: Document) -> Iterator[tuple[str, object]]:
    policy = book["after_sales"]
    worse = {"lost_threshold": "keep", "shipping": "last", "window_days": 400}
    if any(each["benefit"]["kind"] == "gift" for each in book["promotions"]):
        worse["gift"] = "keep"
    if "points" in book:
        worse["earned_points"] = "keep"
    for name, value in worse.items():
        if policy.get(name) != value:
            yield f"after_sales/{name}", value
    if "points" not in book:
        return
    yield "points/earn/settles", "paid"
    yield "points/earn/settles", "received"
    yield "points/earn/points", book["points"]["earn"]["points"] * 100
    worth = Decimal(book["points"]["worth"]["money"])
    yield "points/worth/money", _money(worth * 100, book)
    for action in book["points"].get("actions", []):
        yield f"points/actions/{action['id']}/times", None
        yield f"points/actions/{action['id']}/points", action["points"] * 1000
    if book["points"].get("transfer", {}).get("allowed"):
        yield "points/transfer/at_most_per_day", None


def _benefit(at: str, benefit: Document, currency: str) -> Iterator[tuple[str, object]]:
    book = {"currency": currency}
    for name in ("amount", "percent", "price", "quantity", "points", "multiplier", "n"):
        if name not in benefit or (name == "percent" and benefit["percent"] == "100"):
            continue
        value = benefit[name]
        if name == "percent":
            yield f"{at}/percent", "95"
        elif name == "n":
            yield f"{at}/n", 1
        elif name == "price":
            yield f"{at}/price", _money(Decimal(value) / 10, book)
        elif isinstance(value, str):
            more = Decimal(value) * 10
            yield f"{at}/{name}", str(more) if name == "multiplier" else _money(more, book)
        else:
            yield f"{at}/{name}", value * 100
    for name in ("at_most", "at_most_times"):
        if name in benefit:
            yield f"{at}/{name}", None
    for place, tier in enumerate(benefit.get("tiers", [])):
        yield from _benefit(f"{at}/tiers/{place}/benefit", tier["benefit"], currency)


def _money(amount: Decimal, book: Document) -> str:
    return str(round(amount, Currency.of(book["currency"]).exponent))
