"""Of a large catalogue the goods that are likely to tell two worlds apart."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from mallops.loopholes.carts.bounds import Bounds
from mallops.loopholes.carts.narrowing import likely_goods
from mallops.loopholes.carts.stock import Stock, traits_of
from mallops.loopholes.diffing.pricing import differing
from mallops.promotions.compiled import Rule

_OF_CHANGED = 2
"""One in so many goods is of those that changed themselves, if there are as many."""


def narrowed_both(old: Stock, new: Stock, bounds: Bounds) -> tuple[Stock, Stock]:
    """Both stocks with the same goods, at most `bounds.goods`, and the others in `aside`.

    Those stay that changed most, then those that the promotions of one world alone are likely to
    be tried with, then the dearest. Neither world is preferred. That loses carts, so nothing is
    proven by it.
    """
    if len(new.goods) <= bounds.goods:
        return old, new
    changed = _changed(old, new)
    kept = set(changed[: max(1, bounds.goods // _OF_CHANGED)])
    for sku in (*_likely(old, new), *changed, *_dearest(old, new)):
        if len(kept) == bounds.goods:
            break
        kept.add(sku)
    return _only(old, kept), _only(new, kept)


def _changed(old: Stock, new: Stock) -> list[str]:
    """Goods that are not the same in both, those first whose price moved most."""
    moved: list[tuple[int, str]] = []
    for was, now in zip(old.goods, new.goods, strict=True):
        before, after = ({*each.compiled.entries.get(now.sku, ())} for each in (old, new))
        if traits_of(was) != traits_of(now) or before != after:
            moved.append((-abs(_price(old, now.sku) - _price(new, now.sku)), now.sku))
    return [sku for _, sku in sorted(moved)]


def _likely(old: Stock, new: Stock) -> list[str]:
    """Goods that bear on promotions of which the other world has not the like."""
    ids = differing(old.compiled, new.compiled)
    ranks: dict[str, int] = {}
    for stock in (old, new):
        rules = [rule for rule in stock.compiled.rules if rule.id in ids]
        for rank, sku in enumerate(dict.fromkeys(_names(rules, stock))):
            ranks[sku] = min(rank, ranks.get(sku, rank))
    return sorted(ranks, key=lambda sku: (ranks[sku], sku))


def _names(rules: list[Rule], stock: Stock) -> Iterator[str]:
    return (sku.sku for sku in likely_goods(rules, stock.goods))


def _dearest(old: Stock, new: Stock) -> list[str]:
    names = [sku.sku for sku in new.goods]
    return sorted(names, key=lambda sku: (-max(_price(old, sku), _price(new, sku)), sku))


def _price(stock: Stock, sku: str) -> int:
    price = stock.compiled.skus[sku].price
    return 0 if price is None else price.minor


def _only(stock: Stock, kept: set[str]) -> Stock:
    return evolve(
        stock,
        goods=tuple(sku for sku in stock.goods if sku.sku in kept),
        aside=tuple(sku.sku for sku in stock.goods if sku.sku not in kept),
    )
