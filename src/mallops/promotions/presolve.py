"""What is settled before a search: which units of the first lane could go to which promotion.

Most carts of most days hold no riddle. Each unit goes to the promotion that takes most off it,
and any other choice costs more than could be won by it in the lanes that follow. The presolve
seats the units so, finds the best of the later lanes after it, and then asks of each other choice
whether the bound with it made is still below what was found. Where none is, the seating is proven
the best, without a search; otherwise the search is left with those choices alone. In the language
of integer programs this is reduced-cost fixing; `docs/choice.md` gives the argument.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import evolve, frozen

from mallops.promotions.group_bounds import MILLI
from mallops.promotions.improve import NONE, Neighbourhood
from mallops.promotions.outlook import Outlook, Standing
from mallops.promotions.rates import (
    half_of,
    is_additive,
    is_rated,
    most_off,
    rounding_of,
)
from mallops.promotions.search import Search
from mallops.promotions.seating import Bidder, Deal, Granted, Judge, State
from mallops.promotions.space import Space
from mallops.promotions.turns import turns_of
from mallops.rules.promotions import Seat

MOST_TRIED = 48
"""Where no more ways are left than that, they are tried one by one instead of searched."""

TRYING = 10
"""How many times the budget of the first seating's later lanes all those tries may take."""


@frozen
class Presolved:
    """A search of the later lanes, after the first lane's units were seated by what they lose.

    `complete` tells that its best seating is the best there is.
    """

    search: Search
    complete: bool
    _bidders: Sequence[Bidder]
    _bounds: Bounds | None
    _space: Space

    def bidders(self, objective: int) -> Sequence[Bidder]:
        """The bidders with the units that a seating as good as that could give them."""
        if self._bounds is None:
            return self._bidders
        return _keeping(self._bidders, self._bounds, objective)

    def climb(self, search: Search, until: int) -> None:
        """Make the best seating of a search better by moving some units of the first lane."""
        if self._bounds is not None:
            options = _options(self._bounds, search.best[0])
            neighbours = Neighbourhood(self._bidders, options, self._bounds.judge, self._space)
            neighbours.climb(search, until)


def presolve(
    bidders: Sequence[Bidder], judge: Judge, lanes: Sequence[Seat], budget: int
) -> Presolved:
    """Seat the first lane's units by what each can lose; `budget` bounds the nodes made.

    Only a unit lane that is the first with bidders is looked at.
    """
    first = min((bidder.rule.lane for bidder in bidders), default=0)
    if not bidders or lanes[first] is not Seat.UNIT:
        space = Space(bidders, judge, ())
        return Presolved(Search(space, space.root()), not bidders, bidders, None, space)
    here = [bidder for bidder in bidders if bidder.rule.lane == first]
    table = Table(here, judge)
    seating = _most_first(table, judge)
    turns = tuple(turns_of(bidders, judge.basket, judge.rounding, lanes, first + 1))
    space = Space(bidders, judge, turns)
    root = space.root(seating)
    search = Search(space, root)
    left = search.run(space, root, budget, deep=True)
    bounds = Bounds(table, space.outlook, judge)
    kept = bounds.kept(search.best[0])
    complete = left is None and not kept
    if kept and left is None:
        neighbours = Neighbourhood(bidders, _choices(bounds, kept), judge, space)
        complete = neighbours.exhaust(search, MOST_TRIED, TRYING * budget)
    return Presolved(search, complete, bidders, bounds, space)


class Table:
    """By line, what each of the lane's bidders takes off a unit at most, the most first.

    `rates` is in thousandths of a minor unit; lines that no bidder is open to are not in it.
    """

    def __init__(self, here: Sequence[Bidder], judge: Judge) -> None:
        basket = judge.basket
        self.bidders = {bidder.number: bidder for bidder in here}
        self.lines: dict[int, tuple[int, ...]] = {}
        rates: dict[int, list[tuple[int, int]]] = {}
        state = State.at_list_price(basket, ())
        for bidder in here:
            lines: list[int] = []
            units = judge.qualifying(bidder, 0, state)
            for line in dict.fromkeys([basket.line[unit] for unit in units]):
                unit = basket.lines[line].units[0]
                price, floor = basket.price[unit], basket.floor[unit]
                rate = most_off(bidder.rule, price, floor, judge.rounding)
                if rate or bidder.rule.sociable:
                    rates.setdefault(line, []).append((-rate, bidder.number))
                    lines.append(line)
            self.lines[bidder.number] = tuple(lines)
        self.rates = {
            line: [(-rate, number) for rate, number in sorted(found)]
            for line, found in rates.items()
        }


def _most_first(table: Table, judge: Judge) -> tuple[Granted, ...]:
    """A legal seating: each line's units with the promotion that takes most of them.

    What a promotion takes where it takes all that fits stands for rates that say too much.
    """
    state = State.at_list_price(judge.basket, table.bidders.values())
    worth = {n: _worth(bidder, table, state, judge) for n, bidder in table.bidders.items()}
    while True:
        units: dict[int, list[int]] = {}
        for line, found in sorted(table.rates.items()):
            offers = [(worth[n].get(line, rate), -n) for rate, n in found if n in worth]
            most, number = max(offers, default=(0, 0))
            if most > 0:
                units.setdefault(-number, []).extend(judge.basket.lines[line].units)
        deals = {
            n: judge.weigh(table.bidders[n], 0, state, found) for n, found in sorted(units.items())
        }
        if all(isinstance(deal, Deal) for deal in deals.values()):
            return tuple(
                Granted(table.bidders[n], 0, deal)
                for n, deal in deals.items()
                if isinstance(deal, Deal)
            )
        for number, deal in deals.items():
            if not isinstance(deal, Deal):
                del worth[number]


def _worth(bidder: Bidder, table: Table, state: State, judge: Judge) -> Mapping[int, int]:
    """What a bidder takes of a line's unit if all units are its own, where rates say too much."""
    if is_additive(bidder):
        return {}
    deal = judge.weigh(bidder, 0, state)
    if not isinstance(deal, Deal):
        return dict.fromkeys(table.lines[bidder.number], 0)
    taken: dict[int, int] = {}
    line = judge.basket.line
    for unit, share in zip(deal.units, deal.shares, strict=True):
        taken[line[unit]] = taken.get(line[unit], 0) + share
    lines = judge.basket.lines
    return {spot: off * MILLI // lines[spot].quantity for spot, off in taken.items()}


class Bounds:
    """The least objective of seatings in which a unit goes elsewhere than where it loses most."""

    def __init__(self, table: Table, outlook: Outlook, judge: Judge) -> None:
        basket = judge.basket
        self.judge = judge
        self.table = table
        self.outlook = outlook
        self.standing = Standing(sum(fee for _, fee in basket.parcels), 0)
        self.high = list(basket.totals)
        self.apart = outlook.apart[0] and len(basket.shops) > 1
        self.shop_of = [basket.shop[line.units[0]] if self.apart else 0 for line in basket.lines]
        self.low = [high * MILLI for high in self.high]
        if not self.apart:
            self.low = [sum(self.low)]
        for line, found in table.rates.items():
            self.low[self.shop_of[line]] -= found[0][0] * basket.lines[line].quantity
        self.pool = 0
        self.spared = self._spare()

    def kept(self, objective: int) -> set[tuple[int, int]]:
        """The other choices, as (line, bidder), that a seating as good as that could make.

        A line's first bidder stands for leaving a unit without any promotion.
        """
        by_shop: dict[int, list[tuple[int, int, int]]] = {}
        for line, found in self.table.rates.items():
            losses = by_shop.setdefault(self.shop_of[line], [])
            best, first = found[0]
            losses.append((best, line, first))
            for rate, number in found[1:]:
                losses.append((best - rate - self.spared.get(number, 0), line, number))
        return {
            (line, number)
            for shop, losses in by_shop.items()
            for _, line, number in self._within(shop, sorted(losses), objective)
        }

    def _within(
        self, shop: int, losses: list[tuple[int, int, int]], objective: int
    ) -> list[tuple[int, int, int]]:
        """Those of the losses, ascending, with which the bound is no higher than the objective."""
        first, last = 0, len(losses)
        probe = 0
        while first < last:
            if self._bound(shop, losses[probe][0]) > objective:
                last = probe
            else:
                first = probe + 1
            probe = (first + last) // 2
        return losses[:first]

    def _bound(self, shop: int, loss: int) -> int:
        low = list(self.low)
        low[shop] += loss
        if self.pool:
            lows, pool = [left // MILLI for left in low], -(-self.pool // MILLI)
        else:
            lows, pool = [max(0, -(-left // MILLI)) for left in low], 0
        if len(lows) == len(self.high):
            return self.outlook.of_shops(0, lows, self.high, self.standing, {}, pool)
        return self.outlook.of_order(0, lows[0] - pool, self.high, self.standing, {})

    def _spare(self) -> dict[int, int]:
        """Let off what rounding may add to rates; what of it each bidder's least loss makes good.

        A bidder that takes most of no line adds its rounding only where it also loses something:
        the one is set against the other, and only what is over comes off.
        """
        leaders = {found[0][1] for found in self.table.rates.values()}
        spared: dict[int, int] = {}
        for number, bidder in self.table.bidders.items():
            shops = {self.shop_of[line] for line in self.table.lines[number]}
            if not shops:
                continue
            extra = self._extra(bidder, len(shops) > 1)
            if not extra:
                continue
            if len(shops) > 1:
                self.pool += extra
                continue
            if number not in leaders:
                spared[number] = min(extra, self._least_loss(number))
                extra -= spared[number]
            self.low[min(shops)] -= extra
        return spared

    def _least_loss(self, number: int) -> int:
        return min(
            found[0][0] - rate
            for line in self.table.lines[number]
            for found in (self.table.rates[line],)
            for rate, other in found
            if other == number
        )

    def _extra(self, bidder: Bidder, spread: bool) -> int:
        """How much more than its rates a bidder may take: in all, or of one of several shops."""
        rule, basket = bidder.rule, self.judge.basket
        if rule.each:
            return 0
        lines = [basket.lines[line] for line in self.table.lines[bidder.number]]
        floored = any(line.sku.floor is not None for line in lines)
        if spread and not is_rated(rule, floored):
            return sum(line.price * line.quantity for line in lines) * MILLI
        if not spread:
            return rounding_of(rule, (line.price for line in lines), self.judge.rounding)
        units = sum(line.quantity for line in lines)
        allocations = 2 if bidder.rest is not None else 1
        return half_of(self.judge.rounding) + allocations * (units * MILLI // 4 + 1)


def _choices(bounds: Bounds, kept: set[tuple[int, int]]) -> dict[int, list[int]]:
    """By line, its leader and the other choices that are kept, to leave units out among them."""
    return {
        line: [
            found[0][1],
            *(number for _, number in found[1:] if (line, number) in kept),
            *([NONE] if (line, found[0][1]) in kept else []),
        ]
        for line, found in bounds.table.rates.items()
    }


def _options(bounds: Bounds, objective: int) -> dict[int, list[int]]:
    """By line, the bidders that a seating as good as that could give its units to."""
    kept = bounds.kept(objective)
    return {
        line: [number for _, number in found if number == found[0][1] or (line, number) in kept]
        for line, found in bounds.table.rates.items()
    }


def _keeping(bidders: Sequence[Bidder], bounds: Bounds, objective: int) -> list[Bidder]:
    """The bidders with those units alone that a seating as good as that could give them."""
    line, here = bounds.judge.basket.line, bounds.table.bidders
    options = _options(bounds, objective)
    return [
        evolve(
            bidder,
            seats=(
                tuple(
                    unit for unit in bidder.seats[0] if bidder.number in options.get(line[unit], ())
                ),
            ),
        )
        if bidder.number in here
        else bidder
        for bidder in bidders
    ]
