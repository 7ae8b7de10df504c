"""Naive twins: the rules again, as plainly as they can be written."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from pendulum import DateTime

from mallops.catalog.model import Catalog, PriceEntry, Sku


def fits(
    entry: PriceEntry, groups: frozenset[str], channel: str, quantity: int, at: DateTime
) -> bool:
    starts, ends = entry.window.starts, entry.window.ends
    return (
        (entry.groups == frozenset() or any(group in groups for group in entry.groups))
        and (entry.channels == frozenset() or any(channel == one for one in entry.channels))
        and entry.min_quantity <= quantity
        and (starts is None or starts <= at)
        and (ends is None or at < ends)
    )


def list_price(
    catalog: Catalog, sku: str, groups: frozenset[str], channel: str, quantity: int, at: DateTime
) -> int:
    [own] = [known.price for known in catalog.skus if known.sku == sku]
    assert own is not None
    candidates = [
        entry.price.minor
        for entry in catalog.prices
        if entry.sku == sku and fits(entry, groups, channel, quantity, at)
    ]
    return min([own.minor, *candidates])


def least(sku: Sku, at_least: Decimal | None) -> Fraction:
    """The exact bound, in minor units; no rounding."""
    bounds = [Fraction(0)]
    if sku.floor is not None:
        bounds.append(Fraction(sku.floor.minor))
    if sku.cost is not None and at_least is not None:
        bounds.append(sku.cost.minor * (1 + Fraction(at_least) / 100))
    return max(bounds)
