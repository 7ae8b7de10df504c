"""Better seatings near one that is known: some units of a line, or all of a promotion, elsewhere.

A search proves a price by its bounds, but it is the best seating so far that they are held against.
Before it begins, the units of the first lane are moved about, as long as a move lowers the total
with the later lanes chosen anew. Nothing is proven here, and nothing needs to be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations_with_replacement, product
from math import comb, prod

from mallops.promotions.search import Search
from mallops.promotions.seating import Bidder, Deal, Granted, Judge, State
from mallops.promotions.space import Space
from mallops.promotions.terms import Bundle, Nth

NONE = -1

Spread = Mapping[int, Mapping[int, int]]
"""By line, how many of its units are with each bidder, or with `NONE`."""

LATER = 200
"""How many nodes the later lanes of one seating may take."""


class Neighbourhood:
    """The seatings of a lane's units that differ a little from one another.

    `options` are the bidders that each line's units may go to (`NONE` for no bidder), and `space`
    is that of the lanes after it.
    """

    def __init__(
        self,
        bidders: Sequence[Bidder],
        options: Mapping[int, Sequence[int]],
        judge: Judge,
        space: Space,
    ) -> None:
        self.bidders = bidders
        self.options = options
        self.judge = judge
        self.space = space
        self.state = State.at_list_price(judge.basket, bidders)
        self._deals: dict[tuple[int, tuple[int, ...]], Deal | str] = {}

    def climb(self, search: Search, until: int) -> None:
        """Move on from the search's best seating while that gets better; a try is a node."""
        spread = self._spread(search.seating)
        improved = True
        while improved:
            improved = False
            for other in self._near(spread):
                if search.nodes >= until:
                    return
                search.nodes += 1
                if self._is_better(other, search, until):
                    spread, improved = other, True
                    break

    def exhaust(self, search: Search, most: int, until: int) -> bool:
        """Try every way to spread the units over their options, if there are no more than `most`.

        Whether that was all there is to try, later lanes included.
        """
        lines = sorted(self.options)
        quantities = [self.judge.basket.lines[line].quantity for line in lines]
        ways = prod(
            comb(quantity + len(self.options[line]) - 1, quantity)
            for line, quantity in zip(lines, quantities, strict=True)
        )
        if ways > most:
            return False
        spreads = [
            [Counter(chosen) for chosen in combinations_with_replacement(self.options[line], count)]
            for line, count in zip(lines, quantities, strict=True)
        ]
        for spread in product(*spreads):
            search.nodes += 1
            granted = self._granted(dict(zip(lines, spread, strict=True)))
            if granted is None:
                continue
            if search.run(self.space, self.space.root(granted), until, deep=True) is not None:
                return False
        return True

    def _is_better(self, spread: Spread, search: Search, until: int) -> bool:
        granted = self._granted(spread)
        if granted is None:
            return False
        root = self.space.root(granted)
        before = search.best[0]
        if root.bound < before:
            search.run(self.space, root, min(until, search.nodes + LATER), deep=True)
        return search.best[0] < before

    def _granted(self, spread: Spread) -> list[Granted] | None:
        """The deals of a spread; None where one of them is not legal."""
        seated: dict[int, list[int]] = {}
        for line in sorted(spread):
            units = iter(self.judge.basket.lines[line].units)
            for number in sorted(n for n in spread[line] if n != NONE):
                found = seated.setdefault(number, [])
                found.extend(next(units) for _ in range(spread[line][number]))
        granted: list[Granted] = []
        for number, taken in sorted(seated.items()):
            key = (number, tuple(taken))
            if key not in self._deals:
                self._deals[key] = self.judge.weigh(self.bidders[number], 0, self.state, taken)
            deal = self._deals[key]
            if not isinstance(deal, Deal):
                return None
            granted.append(Granted(self.bidders[number], 0, deal))
        return granted

    def _spread(self, seating: Sequence[Granted]) -> Spread:
        basket = self.judge.basket
        found = {line: {NONE: basket.lines[line].quantity} for line in self.options}
        for granted in seating:
            number = granted.bidder.number
            for unit in granted.deal.units:
                line = basket.line[unit]
                if number in self.options.get(line, ()):
                    found[line][NONE] -= 1
                    found[line][number] = found[line].get(number, 0) + 1
        return found

    def _near(self, spread: Spread) -> Iterator[Spread]:
        numbers = {n for options in self.options.values() for n in options if n != NONE}
        for number in sorted(numbers):
            yield self._all_to(spread, number)
            yield self._none_to(spread, number)
        for line, options in sorted(self.options.items()):
            for source, there in sorted(spread[line].items()):
                for target in dict.fromkeys((*options, NONE)):
                    if there and target != source:
                        for count in self._counts(target, there):
                            yield _moved(spread, line, source, target, count)

    def _counts(self, target: int, there: int) -> list[int]:
        """One, all, and the whole groups that the target could form of them."""
        counts = {1, there}
        term = None if target == NONE else self.bidders[target].rule.steps[0].term
        if isinstance(term, Nth | Bundle) and there >= term.size:
            counts |= {term.size, there // term.size * term.size}
        return sorted(counts)

    def _all_to(self, spread: Spread, number: int) -> Spread:
        return {
            line: {number: sum(counts.values())} if number in self.options[line] else counts
            for line, counts in spread.items()
        }

    def _none_to(self, spread: Spread, number: int) -> Spread:
        """All that a bidder has goes to the next of each line's bidders."""
        found: dict[int, Mapping[int, int]] = {}
        for line, counts in spread.items():
            had = counts.get(number, 0)
            others = [other for other in self.options[line] if other != number]
            target = others[0] if others else NONE
            if had:
                found[line] = _moved(spread, line, number, target, had)[line]
            else:
                found[line] = counts
        return found


def _moved(spread: Spread, line: int, source: int, target: int, count: int) -> Spread:
    counts = dict(spread[line])
    counts[source] -= count
    counts[target] = counts.get(target, 0) + count
    return {**spread, line: counts}
