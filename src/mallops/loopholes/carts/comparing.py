"""Carts that are compared with others: all of them where they are few, else the likely ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mallops.catalog.model import Sku
from mallops.loopholes.carts.bids import places_of, priced_goods
from mallops.loopholes.carts.bounds import Bounds
from mallops.loopholes.carts.finds import Finds, look
from mallops.loopholes.carts.goals import CheaperSplit, CheaperWithMore
from mallops.loopholes.carts.probes import probes
from mallops.loopholes.carts.till import Counts, Till


def compare(till: Till, goal: CheaperWithMore | CheaperSplit, finds: Finds, bounds: Bounds) -> bool:
    """Judge carts beside others; whether nothing within the bounds was left out.

    Where neither a promotion nor a price for a quantity can be in it, a cart costs what its parts
    do, and nothing is quoted.
    """
    goods = till.stock.goods
    priced = priced_goods(till.compiled, till.visit, goods, bounds)
    if len(priced) == len(goods) and not places_of(till.compiled, till.visit, priced, bounds):
        return True
    few = _number(len(goods), bounds) <= till.allowed
    for counts in _all(goods, bounds) if few else probes(till.compiled, goods, bounds):
        if not till.can_quote(counts):
            break
        look(till, goal, finds, counts)
    return few and not till.short


def _number(goods: int, bounds: Bounds) -> int:
    """How many carts there are within the bounds."""
    ways = {(0, 0): 1}
    for _ in range(goods):
        more = dict(ways)
        for (distinct, units), number in ways.items():
            if distinct < bounds.distinct:
                for count in range(1, min(bounds.each, bounds.units - units) + 1):
                    key = distinct + 1, units + count
                    more[key] = more.get(key, 0) + number
        ways = more
    return sum(ways.values()) - 1


def _all(goods: Sequence[Sku], bounds: Bounds) -> Iterator[Counts]:
    """All carts within the bounds."""

    def grown(names: Sequence[str], counts: Counts, units: int) -> Iterator[Counts]:
        if counts:
            yield counts
        if len(counts) == bounds.distinct:
            return
        for place, name in enumerate(names):
            for count in range(1, min(bounds.each, units) + 1):
                yield from grown(names[place + 1 :], (*counts, (name, count)), units - count)

    yield from grown(sorted(sku.sku for sku in goods), (), bounds.units)
