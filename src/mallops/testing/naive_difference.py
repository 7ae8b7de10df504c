"""Every cart within tiny bounds, quoted in two worlds: what a difference has to agree with.

It shares nothing with `mallops.loopholes.diffing` but the bounds that it is asked with: it knows
of no rule which it is about, and quotes each cart twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from attrs import frozen
from pendulum import DateTime

from mallops.cart import Cart, Line
from mallops.catalog.model import Listing
from mallops.loopholes.carts.bounds import Bounds, Visitor
from mallops.promotions.compiled import Compiled
from mallops.promotions.engine import quote


@frozen
class Extremes:
    """By how much a cart pays less at most, and more at most, in minor units; 0 where none does."""

    less: int
    more: int


def extremes_of_all(
    old: Compiled,
    new: Compiled,
    bounds: Bounds,
    instants: Sequence[DateTime],
    lines: Mapping[str, str],
) -> Extremes:
    """All carts of what both sell, for the visitors of the bounds at these instants.

    `lines` are the ids of lines, by SKU: where units tie for a minor unit, the smaller has it.
    """
    changes = [
        _paid(new, cart, at) - _paid(old, cart, at)
        for at in instants
        for visitor in bounds.visitors
        for cart in _carts(old, new, visitor, bounds, lines)
    ]
    return Extremes(less=-min((0, *changes)), more=max((0, *changes)))


def _paid(compiled: Compiled, cart: Cart, at: DateTime) -> int:
    return quote(compiled, cart, at).payable.minor


def _carts(
    old: Compiled, new: Compiled, visitor: Visitor, bounds: Bounds, lines: Mapping[str, str]
) -> Iterator[Cart]:
    shared = sorted(_sold(old) & _sold(new))
    for counts in product(range(bounds.each + 1), repeat=len(shared)):
        held = {sku: count for sku, count in zip(shared, counts, strict=True) if count}
        if 0 < len(held) <= bounds.distinct and sum(counts) <= bounds.units:
            shops = {new.skus[sku].shop for sku in held}
            yield Cart(
                shopper=visitor.shopper,
                lines=tuple(Line(lines[sku], sku, count) for sku, count in held.items()),
                shipping=tuple(fee for fee in bounds.fees if fee.shop in shops),
                coupons=visitor.coupons,
                channel=visitor.channel,
            )


def _sold(compiled: Compiled) -> set[str]:
    skus = compiled.catalog.skus
    return {each.sku for each in skus if each.listing is Listing.LISTED and each.price is not None}
