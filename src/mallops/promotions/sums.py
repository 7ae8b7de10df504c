"""Which totals a unit lane can come to, once all that is open adds up unit by unit.

A threshold of a later lane asks for a total just above it, and an interval of totals says that
there may be one. Where each open choice takes a known amount off a unit, the totals that can come
are a set of numbers, kept as the bits of one integer: taking a choice shifts it. Whether any of
thousands of seatings reaches a threshold is then one look at a bit. All amounts are in thousandths
of a minor unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import gcd

MOST_BITS = 500_000
"""Of more totals the grid is made coarser: what is lost to it is let off as slack."""

MOST_WORK = 400_000_000
"""Bits to shift in all: beyond, an interval has to do."""


class Sums:
    """By how much a lane can fall short of its best rates, from any move on.

    `sizes` are the units of each class, `rates` what each option takes of one at most, `best` the
    best of those from each option on. From class `first` on, every option takes its rate exactly,
    but for the `slack` that rounding brings.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        rates: Sequence[Sequence[int]],
        best: Sequence[Sequence[int]],
        first: int,
        slack: int,
    ) -> None:
        self.sizes, self.rates, self.best, self.first = sizes, rates, best, first
        spots = range(first, len(sizes))
        most = sum(best[spot][0] * sizes[spot] for spot in spots)
        exact = gcd(*(rate for spot in spots for rate in rates[spot])) or 1
        self.grid = exact * -(-most // (exact * MOST_BITS)) or 1
        self.slack = slack
        if self.grid != exact:
            self.slack += self.grid * sum(sizes[first:])
        shifts = sum(len(rates[spot]) * sizes[spot] for spot in spots)
        if most // self.grid * shifts > MOST_WORK:
            self.first = len(sizes)
        self._known: dict[tuple[int, int, int], int] = {}

    def known_at(self, spot: int) -> bool:
        """Whether the losses from this class on are known."""
        return self.first <= spot < len(self.sizes)

    def losses(self, spot: int, option: int, left: int) -> int:
        """A bit for each loss, in steps of the grid, with `left` units of a class yet to decide.

        They can go to the options from `option` on, or to none.
        """
        if spot == len(self.sizes):
            return 1
        key = (spot, option, left)
        found = self._known.get(key)
        if found is None:
            if left == 0:
                found = self._from(spot + 1)
            else:
                fewer = self.losses(spot, option, left - 1)
                best = self.best[spot][option]
                found = fewer << best // self.grid
                for rate in set(self.rates[spot][option:]):
                    found |= fewer << (best - rate) // self.grid
            self._known[key] = found
        return found

    def ways(self, loss: int, turn: int) -> list[tuple[int, int, int]] | None:
        """Choices that come to a loss of all classes: (class, option, how many); one of several.

        A unit left out is option -1. Which of the ways is taken hangs on the `turn`.
        """
        if not self.losses(0, 0, self.sizes[0]) >> loss & 1:
            return None
        found: dict[tuple[int, int], int] = {}
        for spot, size in enumerate(self.sizes):
            rates = [(option, self.best[spot][0] - r) for option, r in enumerate(self.rates[spot])]
            choices = [*rates, (-1, self.best[spot][0])]
            for left in range(size, 0, -1):
                after = self.losses(spot, 0, left - 1)
                shifted = choices[(turn + left) % len(choices) :] + choices
                option, step = next(
                    (option, lost // self.grid)
                    for option, lost in shifted
                    if lost // self.grid <= loss and after >> (loss - lost // self.grid) & 1
                )
                loss -= step
                found[spot, option] = found.get((spot, option), 0) + 1
        return [(spot, option, count) for (spot, option), count in found.items()]

    def _from(self, spot: int) -> int:
        return 1 if spot == len(self.sizes) else self.losses(spot, 0, self.sizes[spot])


def stretches(bits: int, steps: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and last bit set in each of the stretches that the ascending steps part off.

    >>> list(stretches(0b1001011, [2, 5]))
    [(0, 1), (3, 3), (6, 6)]
    """
    start = 0
    for step in (*steps, bits.bit_length()):
        part = (bits >> start) & ((1 << max(0, step - start)) - 1)
        if part:
            yield start + (part & -part).bit_length() - 1, start + part.bit_length() - 1
        start = max(start, step)
