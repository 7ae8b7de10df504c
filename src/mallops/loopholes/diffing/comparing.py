"""Quoting carts in two worlds: all that may differ where they are few, else the likely ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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

CLIMBS = 3
"""In so many visits carts are looked for around those that change most, each way."""

LEAST = 4
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


@define
class Compared:
    """What one visit came to.

    `known` are the changes of the carts that were quoted before any others were looked for around
    them. `exhausted` tells that no cart was left out.
    """

    pair: Pair
    likely: Likely
    exhausted: bool
    known: dict[Counts, int] = field(factory=dict)

    @property
    def visit(self) -> Visit:
        """Who came, and when."""
        return self.likely.contrast.visit

    @property
    def changes(self) -> dict[Counts, int]:
        """What each cart pays more."""
        return self.pair.changes


def compare_all(contrasts: Sequence[Contrast], bounds: Bounds) -> list[Compared]:
    """Quote carts of every visit in both worlds, within `bounds.quotes`.

    Each visit has an equal share of what is left. Where a share is too small for all carts, half
    of it is for the likely ones; the other half is for carts around those that change most, and
    for the visits alone that have these. A few carts are quoted however small the share is.
    """
    compared: list[Compared] = []
    left = bounds.quotes
    for number, contrast in enumerate(contrasts):
        share = max(0, left) // (len(contrasts) - number)
        compared.append(_compare(contrast, bounds, share))
        left -= len(compared[-1].changes) if compared[-1].exhausted else share
    sampled = [each for each in compared if each.known]
    left = max(0, bounds.quotes - sum(len(each.changes) for each in compared))
    for sign in (LESS, MORE):
        for each in sorted(sampled, key=partial(_most, sign))[:CLIMBS]:
            _climb(each, left // (2 * CLIMBS), sign)
    return compared


def _compare(contrast: Contrast, bounds: Bounds, quotes: int) -> Compared:
    """Quote all carts of a visit that may differ or, where they are too many, the likely ones."""
    likely = Likely(contrast, bounds)
    pair = pair_of(contrast.old.stock, contrast.new.stock, contrast.visit)
    goods = contrast.new.stock.goods
    if number_of_carts(len(goods), bounds) <= quotes * LOOKS:
        carts = [counts for counts in all_carts(goods, bounds) if likely.may_differ(counts)]
        if len(carts) <= quotes:
            for counts in carts:
                pair.change(counts)
            return Compared(pair, likely, not pair.uncertain)
    else:
        carts = list(likely.probes())
    _sample(pair, likely, carts, max(LEAST, quotes // 2))
    return Compared(pair, likely, exhausted=False, known=dict(pair.changes))


def pair_of(old: Stock, new: Stock, visit: Visit) -> Pair:
    """Tills that quote whatever they are asked."""
    return Pair(Till(old, visit, allowed=0), Till(new, visit, allowed=0))


def _sample(pair: Pair, likely: Likely, carts: Iterable[Counts], quotes: int) -> None:
    """Quote the carts that are guessed to change most, as many each way."""
    guesses = sorted((likely.guess(counts), counts) for counts in carts)
    falls = [counts for _, counts in guesses[: quotes // 2]]
    rises = [counts for _, counts in sorted(guesses, key=_dearest_first)[: quotes // 2]]
    for counts in (*falls, *rises):
        pair.change(counts)


def _dearest_first(guessed: tuple[int, Counts]) -> tuple[int, Counts]:
    return -guessed[0], guessed[1]


def _most(sign: int, compared: Compared) -> int:
    return -max(sign * change for change in compared.known.values())


def _climb(compared: Compared, quotes: int, sign: int) -> None:
    """Go on from the cart that changes most to those around it, as long as one changes more.

    It begins with what was known before any search, so that neither way depends on the other.
    """
    pair, likely, known = compared.pair, compared.likely, compared.known
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
