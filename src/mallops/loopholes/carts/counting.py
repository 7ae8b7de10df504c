"""All carts within bounds: how many there are, and which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mallops.catalog.model import Sku
from mallops.loopholes.carts.bounds import Bounds
from mallops.loopholes.carts.till import Counts


def number_of_carts(goods: int, bounds: Bounds) -> int:
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


def all_carts(goods: Sequence[Sku], bounds: Bounds) -> Iterator[Counts]:
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
