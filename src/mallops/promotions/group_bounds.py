"""How much a group benefit can add in a unit lane, whichever units come to form its groups.

`nth_unit` and `bundle_price` look at their units dearest first, so what a set of units
saves is a sum over the sorted set, group after group. The best set is then found by one
walk over all units that could join, dearest first: each joins the group that is filling, or
stays out. A unit that joins gives up what it would have brought elsewhere. All amounts are
in thousandths of a minor unit, rounded towards a higher bound.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from mallops.money import Rounding
from mallops.promotions.seating import Bidder
from mallops.promotions.terms import Bundle, Nth

MILLI = 1000
HALF = 500

Bunch = tuple[int, int, int]
"""Units of one base: (base in minor units, what one brings elsewhere in milli, how many)."""

Bunches = Sequence[Bunch]

NEVER = -(10**30)
NOBODY = -1


@frozen
class GroupBound:
    """A group benefit as the walk sees it: what a unit saves by its place in the group."""

    size: int
    numerator: int
    denominator: int
    saving_from: int
    price: int

    def gain(self, sure: Sequence[Bunch], free: Sequence[Bunch]) -> int:
        """The most that the units `sure` to be seated and any of the `free` ones save.

        What the free ones that join would have brought elsewhere is taken off.
        """
        bunches = [(base, elsewhere, count, False) for base, elsewhere, count in free]
        bunches += [(base, 0, count, True) for base, _, count in sure]
        bunches.sort(key=lambda bunch: -bunch[0])
        filling = [0] + [NEVER] * (self.size - 1)
        over = 0
        for base, elsewhere, count, seated in bunches:
            saved = -(-base * self.numerator * MILLI // self.denominator)
            for _ in range(count):
                over = max(over, filling[0])
                filling = self._joined(filling, saved, elsewhere, seated)
        return max(over, filling[0], 0)

    def _joined(self, filling: list[int], saved: int, elsewhere: int, seated: bool) -> list[int]:
        """The best by number of units in the group that is filling, one more unit decided.

        A seated unit must join; once no further group will fill it stands over, which is
        what `over` in `gain` is for.
        """
        size, saving_from = self.size, self.saving_from
        joined = [NEVER] * size if seated else list(filling)
        for place, best in enumerate(filling):
            if best == NEVER:
                continue
            value = best - elsewhere + (saved if place >= saving_from else 0)
            following = place + 1
            if following == size:
                following, value = 0, value - self.price
            if value > joined[following]:
                joined[following] = value
        return joined

    def joiners(self, free: Bunches) -> list[int]:
        """How many units of each bunch are in the best set of `gain`, none being sure."""
        # Each set is a chain: its last unit's bunch, and where in `chain` the others are.
        chain: list[tuple[int, int]] = []
        filling = [(NEVER, NOBODY)] * self.size
        filling[0] = over = (0, NOBODY)
        negated = [-base for base, _, _ in free]
        for number in sorted(range(len(free)), key=negated.__getitem__):
            base, elsewhere, count = free[number]
            saved = -(-base * self.numerator * MILLI // self.denominator)
            for _ in range(count):
                over = max(over, filling[0], key=_value)
                joined = list(filling)
                for place, (best, last) in enumerate(filling):
                    value = best - elsewhere + (saved if place >= self.saving_from else 0)
                    following = (place + 1) % self.size
                    value -= 0 if following else self.price
                    if best != NEVER and value > joined[following][0]:
                        joined[following] = (value, len(chain))
                        chain.append((number, last))
                filling = joined
        used = [0] * len(free)
        last = max(over, filling[0], key=_value)[1]
        while last != NOBODY:
            number, last = chain[last]
            used[number] += 1
        return used


def _value(reached: tuple[int, int]) -> int:
    return reached[0]


def group_bound(bidder: Bidder, rounding: Rounding) -> GroupBound | None:
    """The bound of a bidder whose benefit is one group benefit; None for any other."""
    steps = bidder.rule.steps
    if len(steps) != 1:
        return None
    term = steps[0].term
    if isinstance(term, Nth):
        half = 0 if rounding is Rounding.DOWN else HALF
        # Rounding may add half a minor unit to what each group saves.
        saving_from = term.size - term.units
        return GroupBound(term.size, term.numerator, term.denominator, saving_from, -half)
    if isinstance(term, Bundle):
        return GroupBound(term.size, 1, 1, 0, term.price * MILLI)
    return None
