"""What carts are made of: the goods of a catalogue, and of like goods only as many as matter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from attrs import frozen

from mallops.cart import ShippingFee
from mallops.catalog.model import Listing, Sku
from mallops.loopholes.carts.bounds import Bounds
from mallops.loopholes.carts.goals import BelowCost, BelowMargin, Goal
from mallops.loopholes.carts.sums import cost_of
from mallops.promotions.compiled import Compiled
from mallops.rules.benefits import AddOn
from mallops.rules.kinds import benefits_in
from mallops.rules.promotions import Selector

Traits: TypeAlias = tuple[object, ...]


@frozen
class Stock:
    """Goods to fill carts with, and the fee of each shop's parcel.

    `lines` are the ids of lines, by SKU: those of like goods follow each other, so that one may
    stand in for another without a rounding going elsewhere. `left_out` are SKUs that others stand
    in for.
    """

    compiled: Compiled
    goods: tuple[Sku, ...]
    lines: Mapping[str, str]
    left_out: tuple[str, ...]
    fees: tuple[ShippingFee, ...]


def stock_of(compiled: Compiled, goal: Goal, bounds: Bounds) -> Stock:
    """All that is listed and priced, without what can make no cart worse.

    Of goods that nothing tells apart a cart has no more than `bounds.distinct`, and of these it is
    no better for the mall if they are those that cost most.
    """
    listed = (sku for sku in compiled.skus.values() if sku.listing is Listing.LISTED)
    goods = sorted((sku for sku in listed if sku.price is not None), key=lambda sku: sku.sku)
    named = frozenset(_named(compiled))
    alike: dict[Traits, list[Sku]] = {}
    for sku in goods:
        alike.setdefault(_traits(sku, named), []).append(sku)
    ordered = [sku.sku for group in alike.values() for sku in group]
    width = len(str(len(ordered)))
    kept: set[str] = set()
    for group in alike.values():
        matters = isinstance(goal, BelowCost | BelowMargin)
        by_cost = sorted(group, key=lambda sku: -cost_of(sku) if matters else 0)
        kept |= {sku.sku for sku in by_cost[: bounds.distinct]}
    return Stock(
        compiled=compiled,
        goods=tuple(sku for sku in goods if sku.sku in kept),
        lines={sku: str(place).zfill(width) for place, sku in enumerate(ordered, 1)},
        left_out=tuple(sku.sku for sku in goods if sku.sku not in kept),
        fees=bounds.fees,
    )


def _traits(sku: Sku, named: frozenset[str]) -> Traits:
    """All that a quote can tell a SKU by; the SKU itself, where it is called by its name."""
    if sku.sku in named:
        return (sku.sku,)
    return sku.price, sku.shop, sku.category, sku.brand, sku.tags, sku.floor


def _named(compiled: Compiled) -> Iterator[str]:
    """The SKUs that a promotion or a price entry names."""
    yield from compiled.entries
    for promotion in compiled.rulebook.promotions:
        for items in (promotion.items, promotion.requires.items or Selector()):
            for criteria in (items.include, items.exclude):
                yield from criteria.skus if criteria is not None else ()
        for _, benefit in benefits_in(promotion.benefit, ""):
            if isinstance(benefit, AddOn):
                yield benefit.sku
    earn = compiled.rulebook.earn
    for factor in earn.items if earn is not None else ():
        for criteria in (factor.items.include, factor.items.exclude):
            yield from criteria.skus if criteria is not None else ()
