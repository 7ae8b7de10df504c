"""What carts are made of: the goods of a catalogue, and of like goods only as many as matter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
    in for, `aside` those that a search had no room for.
    """

    compiled: Compiled
    goods: tuple[Sku, ...]
    lines: Mapping[str, str]
    left_out: tuple[str, ...]
    fees: tuple[ShippingFee, ...]
    aside: tuple[str, ...] = ()


def stock_of(compiled: Compiled, goal: Goal, bounds: Bounds) -> Stock:
    """All that is listed and priced, without what can make no cart worse.

    Of goods that nothing tells apart a cart has no more than `bounds.distinct`, and of these it is
    no better for the mall if they are those that cost most.
    """
    goods = [compiled.skus[name] for name in sorted(sellable(compiled))]
    alike = _grouped(goods, (compiled,))
    kept: set[str] = set()
    for group in alike:
        matters = isinstance(goal, BelowCost | BelowMargin)
        by_cost = sorted(group, key=lambda sku: -cost_of(sku) if matters else 0)
        kept |= {sku.sku for sku in by_cost[: bounds.distinct]}
    return Stock(
        compiled=compiled,
        goods=tuple(sku for sku in goods if sku.sku in kept),
        lines=_lines(alike),
        left_out=tuple(sku.sku for sku in goods if sku.sku not in kept),
        fees=bounds.fees,
    )


def stocks_of(old: Compiled, new: Compiled, bounds: Bounds) -> tuple[Stock, Stock]:
    """The goods that two worlds both sell, without those that others stand in for in both.

    A cart of them has the same lines in both worlds.
    """
    shared = sorted(sellable(old) & sellable(new))
    alike = _grouped([new.skus[name] for name in shared], (old, new))
    kept = {sku.sku for group in alike for sku in group[: bounds.distinct]}
    lines = _lines(alike)

    def stock(compiled: Compiled) -> Stock:
        return Stock(
            compiled=compiled,
            goods=tuple(compiled.skus[name] for name in shared if name in kept),
            lines=lines,
            left_out=tuple(name for name in shared if name not in kept),
            fees=bounds.fees,
        )

    return stock(old), stock(new)


def sellable(compiled: Compiled) -> frozenset[str]:
    """The SKUs that are listed and have a price."""
    return frozenset(
        sku.sku
        for sku in compiled.skus.values()
        if sku.listing is Listing.LISTED and sku.price is not None
    )


def _grouped(goods: Sequence[Sku], worlds: Sequence[Compiled]) -> list[list[Sku]]:
    """Goods by what a quote of any of these worlds can tell them by."""
    named = [frozenset(_named(each)) for each in worlds]
    alike: dict[Traits, list[Sku]] = {}
    for sku in goods:
        traits = tuple(
            traits_of(each.skus[sku.sku], names) for each, names in zip(worlds, named, strict=True)
        )
        alike.setdefault(traits, []).append(sku)
    return list(alike.values())


def _lines(alike: Sequence[Sequence[Sku]]) -> dict[str, str]:
    """An id of a line for each SKU: those of like goods follow each other."""
    ordered = [sku.sku for group in alike for sku in group]
    width = len(str(len(ordered)))
    return {sku: str(place).zfill(width) for place, sku in enumerate(ordered, 1)}


def traits_of(sku: Sku, named: frozenset[str] = frozenset()) -> Traits:
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
