"""A price that is many times away from what the same goods cost elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from mallops.findings import Severity
from mallops.loopholes.examined import Examined, span_of
from mallops.loopholes.goods import Priced
from mallops.loopholes.model import Kind, Loophole, Subject
from mallops.money import Money

_FEWEST = 4


def check(examined: Examined) -> Iterator[Loophole]:
    """Prices far from cost, and prices far below the others of the SKU or of its category.

    The others are its own price and its entries, those that are over too: they are its history.
    Twice as odd (25 times, where 5 times is odd) is an error: a digit or two are missing, and
    customers find that within minutes. The goods of a category differ, so that only what is twice
    as odd is told of them, and only of what has no cost to be judged by.
    """
    by_category: dict[str, list[Priced]] = {}
    for priced in examined.shelves.all:
        yield from _from_cost(examined, priced)
        yield from _below_others(examined, priced)
        by_category.setdefault(priced.sku.category, []).append(priced)
    for category, shelf in by_category.items():
        if category:
            yield from _below_category(examined, category, shelf)


def _from_cost(examined: Examined, priced: Priced) -> Iterator[Loophole]:
    own, cost, odd = priced.sku.price, priced.sku.cost, examined.tolerance.odd_price
    if not own or not cost:
        return
    details = {"sku": priced.id, "price": str(own), "cost": str(cost)}
    subjects = (examined.at_sku(priced.id, ".price"), examined.at_sku(priced.id, ".cost"))
    kind, severity = Kind.CONFIGURATION, Severity.WARNING
    if own.minor >= cost.minor * odd:
        yield Loophole("price_far_above_cost", kind, severity, subjects, details)
    elif own.minor * odd <= cost.minor:
        yield Loophole("price_far_below_cost", kind, severity, subjects, details)


def _below_category(
    examined: Examined, category: str, shelf: Sequence[Priced]
) -> Iterator[Loophole]:
    """Own prices far below the middle one; of a few goods nobody can say what is usual."""
    odd, prices = examined.tolerance.odd_price, [each.sku.price for each in shelf]
    usual = _middle(sorted(price.minor for price in prices if price is not None))
    for priced in shelf if len(shelf) >= _FEWEST else ():
        own = priced.sku.price
        if own and priced.cost is None and own.minor * odd * odd <= usual:
            details = {
                "sku": priced.id,
                "price": str(own),
                "category": category,
                "usual": str(Money(usual, own.currency)),
            }
            subjects = (examined.at_sku(priced.id, ".price"),)
            kind, severity = Kind.CONFIGURATION, Severity.WARNING
            yield Loophole("price_far_below_category", kind, severity, subjects, details)


_Seen = tuple[Money, Subject, bool]
"""A price, where it stands, and whether it may still be paid."""


def _below_others(examined: Examined, priced: Priced) -> Iterator[Loophole]:
    entries = examined.entries.get(priced.id, ())
    own = priced.sku.price
    assert own is not None, "a listed SKU without a price is refused before"
    seen: list[_Seen] = [(own, examined.at_sku(priced.id, ".price"), True)]
    for place, entry in entries:
        to_come = examined.is_to_come(span_of(entry.window))
        seen.append((entry.price, examined.at_entry(place, ".price"), to_come))
    if len(seen) == 1:
        return
    odd = examined.tolerance.odd_price
    usual = _middle(sorted(price.minor for price, _, _ in seen))
    for price, subject, counts in seen:
        if counts and price and price.minor * odd <= usual:
            severity = _severity(price.minor, usual, odd)
            details = {
                "sku": priced.id,
                "price": str(price),
                "usual": str(Money(usual, price.currency)),
            }
            kind = Kind.CONFIGURATION
            yield Loophole("price_far_below_others", kind, severity, (subject,), details)


def _severity(price: int, usual: int, odd: Decimal) -> Severity:
    return Severity.ERROR if price * odd * odd <= usual else Severity.WARNING


def _middle(prices: Sequence[int]) -> int:
    """Of an even number the upper one: two prices are judged by the dearer."""
    return prices[len(prices) // 2]
