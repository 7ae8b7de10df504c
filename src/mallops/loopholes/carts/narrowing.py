"""Of a large catalogue the goods that a search can afford: what is left aside, it tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from attrs import evolve

from mallops.catalog.model import Sku
from mallops.loopholes.carts.bounds import Bounds
from mallops.loopholes.carts.probes import margin_of, nearest, others
from mallops.loopholes.carts.stock import Stock
from mallops.promotions.compiled import Rule

_OF_ALL = 3
"""One in so many goods is of those that leave least of all, whatever is about them."""


def narrowed(stock: Stock, bounds: Bounds) -> Stock:
    """The stock with at most `bounds.goods` goods, the others in `aside`.

    Those stay that leave least of their price, then for one promotion after the other the goods
    that thresholds are likely to be tried with. That loses carts, so nothing is proven by it.
    """
    if len(stock.goods) <= bounds.goods:
        return stock
    by_margin = sorted(stock.goods, key=margin_of)
    kept = {sku.sku for sku in by_margin[: max(1, bounds.goods // _OF_ALL)]}
    for sku in chain(likely_goods(stock.compiled.rules, stock.goods), by_margin):
        if len(kept) == bounds.goods:
            break
        kept.add(sku.sku)
    return evolve(
        stock,
        goods=tuple(sku for sku in stock.goods if sku.sku in kept),
        aside=tuple(sku.sku for sku in stock.goods if sku.sku not in kept),
    )


def likely_goods(rules: Sequence[Rule], goods: Sequence[Sku]) -> Iterator[Sku]:
    """The goods that bear on each promotion; of promotions about the same goods, the first."""
    seen: set[object] = set()
    for rule in rules:
        about = rule.promotion.items, rule.promotion.requires.items, rule.add_ons
        if about not in seen:
            seen.add(about)
            yield from nearest(rule, goods)
            yield from others(rule, goods)
