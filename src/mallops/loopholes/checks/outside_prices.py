"""Prices that others can set: rivals', matched ones, those of a listing that anybody writes."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.findings import Severity
from mallops.loopholes.examined import Examined, span_of
from mallops.loopholes.goods import Priced
from mallops.loopholes.handouts import is_counted
from mallops.loopholes.model import Kind, Loophole
from mallops.loopholes.words import pattern_of
from mallops.rules.promotions import Promotion


def check(examined: Examined) -> Iterator[Loophole]:
    """Goods that nothing holds up, and entries and promotions that are named after a match.

    Where a price came from is not in the rules, so they cannot decide whether it is true: they can
    only say what a false one may cost. A fake listing at one fen takes whatever floors and costs
    leave open, and price protection repays that to all who bought before.
    """
    bare = [each for each in examined.shelves.all if each.cost is None and each.sku.floor is None]
    if bare:
        subject = examined.at_sku(bare[0].id)
        details = {"sku": bare[0].id, "count": str(len(bare))}
        kind, severity = Kind.OUTSIDE_PRICE, Severity.NOTE
        yield Loophole("price_unguarded", kind, severity, (subject,), details)
    yield from _entries(examined)
    yield from _promotions(examined)


def _entries(examined: Examined) -> Iterator[Loophole]:
    word = pattern_of(examined.tolerance.outside_words)
    for place, entry in enumerate(examined.catalog.prices):
        names = sorted(entry.groups | entry.channels)
        named = word is not None and any(word.search(name) for name in names)
        priced = examined.priced.get(entry.sku)
        if named and priced is not None and examined.is_to_come(span_of(entry.window)):
            held = _least(priced) <= entry.price.minor and _least(priced) > 0
            subject = examined.at_entry(place, ".price")
            severity = Severity.NOTE if held else Severity.WARNING
            details = {"name": entry.sku}
            kind = Kind.OUTSIDE_PRICE
            yield Loophole("price_set_outside", kind, severity, (subject,), details)


def _least(priced: Priced) -> int:
    return max(priced.floor, priced.cost or 0)


def _promotions(examined: Examined) -> Iterator[Loophole]:
    word = pattern_of(examined.tolerance.outside_words)
    for promotion in examined.live:
        names = (promotion.id, *promotion.title.values())
        if word is not None and any(word.search(name) for name in names):
            subject = examined.at_promotion(promotion.id)
            held = is_counted(promotion) and _are_floored(examined, promotion)
            severity = Severity.NOTE if held else Severity.WARNING
            details = {"name": promotion.id}
            kind = Kind.OUTSIDE_PRICE
            yield Loophole("price_set_outside", kind, severity, (subject,), details)


def _are_floored(examined: Examined, promotion: Promotion) -> bool:
    return all(each.floor for each in examined.goods(promotion.items).skus)
