"""Goods that would fill what a promotion lacks, the cheapest first."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from heapq import nsmallest

from attrs import frozen

from mallops.catalog.fitting import fits
from mallops.catalog.model import Sku
from mallops.promotions.hint import Added
from mallops.promotions.shortfalls import Aim, Measure


@frozen
class FillUp:
    """Goods to add, and what they cost at list price."""

    cost: int
    units: int
    goods: tuple[tuple[str, int], ...]

    def added(self) -> tuple[Added, ...]:
        """The goods, sorted by SKU."""
        return tuple(Added(sku, quantity) for sku, quantity in sorted(self.goods))


@frozen
class Offer:
    """A SKU with the list price that the next unit of it would have."""

    price: int
    sku: str


def fill_ups(
    aim: Aim, prices: Mapping[str, int], skus: Mapping[str, Sku], most_units: int, most: int
) -> list[FillUp]:
    """The cheapest goods at list price that fill the aim: several of a SKU, or one of each of two.

    Whether they do fill it is for a quote to say: an earlier lane may take money off them.
    """
    need = aim.need
    offers = [
        Offer(price, sku)
        for sku, price in prices.items()
        if need.shop in (None, skus[sku].shop) and any(fits(need.items, skus[sku], price))
    ]
    offers.sort(key=lambda offer: (offer.price, offer.sku))
    counted = frozenset(unit.sku.sku for unit in need.counting)
    found = list(_of_one(aim.missing, counted, offers, most_units))
    if most_units > 1:
        found.extend(_of_two(aim.missing, counted, offers))
    return nsmallest(most, found, key=lambda each: (each.cost, each.units, each.goods))


def _of_one(
    missing: Measure, counted: frozenset[str], offers: Sequence[Offer], most_units: int
) -> Iterator[FillUp]:
    """For each SKU, the fewest units that fill the aim."""
    for offer in offers:
        units = max(1, missing.quantity)
        if missing.distinct > (offer.sku not in counted):
            continue
        if missing.amount:
            if not offer.price:
                continue
            units = max(units, -(-missing.amount // offer.price))
        if units <= most_units:
            yield FillUp(offer.price * units, units, ((offer.sku, units),))


def _of_two(missing: Measure, counted: frozenset[str], offers: Sequence[Offer]) -> Iterator[FillUp]:
    """For each SKU, the cheapest other one with which it fills the aim."""
    if missing.quantity > 2 or missing.distinct > 2:
        return
    news = [offer.sku not in counted for offer in offers]
    prices = [offer.price for offer in offers]
    for place, offer in enumerate(offers):
        start = bisect_left(prices, missing.amount - offer.price, lo=place + 1)
        for other in range(start, len(offers)):
            if news[place] + news[other] >= missing.distinct:
                partner = offers[other]
                goods = ((offer.sku, 1), (partner.sku, 1))
                yield FillUp(offer.price + partner.price, 2, goods)
                break
