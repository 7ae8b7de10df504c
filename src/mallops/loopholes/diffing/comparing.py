"""Quoting carts in two worlds: all that may differ where they are few, else the likely ones."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from attrs import define, evolve, field, frozen

from mallops.loopholes.carts.bounds import Bounds, Visitor
from mallops.loopholes.carts.counting import all_carts, number_of_carts
from mallops.loopholes.carts.shrinking import shrunk
from mallops.loopholes.carts.stock import Stock
from mallops.loopholes.carts.till import Counts, Till, Visit
from mallops.loopholes.diffing.likely import Likely
from mallops.loopholes.diffing.visits import Contrast

LOOKS = 40
"""So many carts are looked at, without a quote, for each that may be quoted."""

NEIGHBOURS = 6
"""So many carts around the one that changes most are quoted at a time."""

LEAST = 8
"""So many carts are quoted for each visit, however many visits there are."""

LESS, MORE = -1, 1


@frozen
class Extreme:
    """The cart that changes by most of those quoted, and for whom."""

    change: int
    visit: Visit
    counts: Counts


@define
class Pair:
    """A till in each world for one visit."""

    old: Till
    new: Till
    changes: dict[Counts, int] = field(factory=dict)

    def change(self, counts: Counts) -> int:
        """What a cart pays more in the new world, in minor units; it is quoted at most once."""
        if counts not in self.changes:
            was, now = (till.quote(counts).payable.minor for till in (self.old, self.new))
            self.changes[counts] = now - was
        return self.changes[counts]

    @property
    def uncertain(self) -> bool:
        """Whether the engine did not find the best of a cart."""
        return self.old.uncertain or self.new.uncertain


@frozen
class Compared:
    """What one visit came to: its change for each cart, and whether no cart was left out."""

    visit: Visit
    changes: dict[Counts, int]
    exhausted: bool


def compare(contrast: Contrast, bounds: Bounds, quotes: int) -> Compared:
    """Quote at most so many carts in both worlds; a few more where there are very few to spend."""
    likely = Likely(contrast, bounds)
    pair = pair_of(contrast.old.stock, contrast.new.stock, contrast.visit)
    goods = contrast.new.stock.goods
    if number_of_carts(len(goods), bounds) <= quotes * LOOKS:
        carts = [counts for counts in all_carts(goods, bounds) if likely.may_differ(counts)]
        if len(carts) <= quotes:
            for counts in carts:
                pair.change(counts)
            return Compared(contrast.visit, pair.changes, not pair.uncertain)
    else:
        carts = list(likely.probes())
    _sample(pair, likely, carts, max(LEAST, quotes))
    return Compared(contrast.visit, pair.changes, exhausted=False)


def pair_of(old: Stock, new: Stock, visit: Visit) -> Pair:
    """Tills that quote whatever they are asked."""
    return Pair(Till(old, visit, allowed=0), Till(new, visit, allowed=0))


def _sample(pair: Pair, likely: Likely, carts: Iterable[Counts], quotes: int) -> None:
    """Half of the quotes for the carts that are guessed to change most, half for those around."""
    guesses = sorted((likely.guess(counts), counts) for counts in carts)
    each = quotes // 4
    falls = [counts for guess, counts in guesses[:each]]
    rises = [counts for guess, counts in sorted(guesses, key=_dearest_first)[:each]]
    for counts in (*falls, *rises):
        pair.change(counts)
    # Looked for from the same carts, so that neither way depends on the other.
    known = dict(pair.changes)
    for sign in (LESS, MORE):
        _climb(pair, likely, known, each, sign)


def _dearest_first(guessed: tuple[int, Counts]) -> tuple[int, Counts]:
    return -guessed[0], guessed[1]


def _climb(pair: Pair, likely: Likely, known: dict[Counts, int], quotes: int, sign: int) -> None:
    """Go on from the cart that changes most to those around it, as long as one changes more."""
    best = min(known, key=lambda counts: (-sign * known[counts], counts), default=None)
    while best is not None and quotes > 0:
        least = sign * pair.change(best)
        around = sorted(
            set(likely.around(best)), key=lambda counts: (-sign * likely.guess(counts), counts)
        )
        tried = {counts: sign * pair.change(counts) for counts in around[: min(NEIGHBOURS, quotes)]}
        quotes -= len(tried)
        further = {counts: change for counts, change in tried.items() if change > least}
        best = min(further, key=lambda counts: (-further[counts], counts), default=None)


def extreme(compared: Iterable[Compared], sign: int) -> Extreme | None:
    """The cart that changes most one way; of several one with least in it, of the first visit."""
    found = (
        Extreme(change, each.visit, counts)
        for each in compared
        for counts, change in each.changes.items()
        if change * sign > 0
    )
    return min(found, key=partial(_rank, sign), default=None)


def _rank(sign: int, found: Extreme) -> tuple[int, int, int, Counts]:
    units = sum(count for _, count in found.counts)
    return -sign * found.change, len(found.counts), units, found.counts


def smallest(old: Stock, new: Stock, found: Extreme) -> Extreme:
    """The smallest cart, for whoever has least, that changes by as much."""
    sign = MORE if found.change > 0 else LESS

    def change(visitor: Visitor, counts: Counts) -> int:
        return pair_of(old, new, evolve(found.visit, visitor=visitor)).change(counts)

    visitor, counts = shrunk(
        found.visit.visitor,
        found.counts,
        lambda *each: sign * change(*each) >= sign * found.change,
    )
    visit = evolve(found.visit, visitor=visitor)
    return Extreme(change(visitor, counts), visit, counts)
