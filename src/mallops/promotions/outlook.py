"""What an order can still come to at least, from any turn on.

The outlook follows goods through the turns to come and joins them with freight and gifts.
Up to the first order lane each shop's goods are followed apart; from there on only the
order's. What is followed is a list of `Outcome`s, because a seat gives a discount or a gift
but not both: which of the two is better shows only at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import define, frozen

from mallops.money import Rounding
from mallops.promotions.basket import Basket
from mallops.promotions.bounds import MILLION
from mallops.promotions.turns import Turn
from mallops.rules.promotions import Seat

Outcome = tuple[int, int, int]
"""What goods come to at least and at most, and the worth of the gifts that come with it."""

MOST_OUTCOMES = 16
MOST_WAYS = 24

Shut = Mapping[int, Sequence[int]]
"""By lane and shop: what the units cost at least that the lane is certainly closed to."""


@define(slots=True)
class Standing:
    """Where a seating stands: what is left of freight, and the worth of its gifts."""

    shipping: int
    worth: int


@frozen
class Outlook:
    """The turns of a search, and the bounds from each of them on.

    `floors` is what each shop's goods cost at least, whatever is taken off them. `apart` tells,
    from each turn on, whether a shop's total is looked at before any of the order. `known` keeps
    what was found of single turns, for as long as the search lasts.
    """

    turns: tuple[Turn, ...]
    basket: Basket
    rounding: Rounding
    freight: tuple[tuple[int, int, tuple[tuple[int, int], ...]], ...]
    floors: tuple[int, ...]
    apart: tuple[bool, ...]
    known: dict[tuple[int, int, int, int, int], Sequence[tuple[int, int]]]

    @classmethod
    def over(cls, turns: Sequence[Turn], basket: Basket, rounding: Rounding) -> Outlook:
        """The outlook over these turns."""
        goods = [i for i, turn in enumerate(turns) if turn.seat is not Seat.PARCEL]
        parcels = [(i, turn) for i, turn in enumerate(turns) if turn.seat is Seat.PARCEL]
        # A threshold of goods can be held against what goods come to in the end only where
        # no later lane lowers them any more.
        final = not goods or all(i > goods[-1] for i, _ in parcels)
        freight = tuple(
            (
                i,
                turn.shop,
                tuple((bid.threshold if final else 0, bid.freight) for bid in turn.offers),
            )
            for i, turn in parcels
        )
        floors = tuple(
            sum([min(basket.price[unit], basket.floor[unit]) for unit in units])
            if basket.floored
            else 0
            for units in basket.members
        )
        return cls(tuple(turns), basket, rounding, freight, floors, tuple(_apart(turns)), {})

    def of_shops(
        self,
        start: int,
        low: Sequence[int],
        high: Sequence[int],
        standing: Standing,
        shut: Shut,
        pool: int = 0,
    ) -> int:
        """The least objective of any seating that continues from turn `start`.

        Each shop's goods come to `low` at least, less what of the `pool` comes off them, and
        to `high` at most.
        """
        if not self.apart[start]:
            order = [(sum(low) - pool, sum(high), 0)]
            return self._of_outcomes(start, order, high, standing, shut)
        shops: list[list[Outcome]] = [
            [(left, most if most > left else left, 0)] for left, most in zip(low, high, strict=True)
        ]
        spare = pool
        for turn in self.turns[start:]:
            if turn.seat is Seat.ORDER:
                break
            if turn.seat is Seat.UNIT:
                spare += turn.goods
            if turn.seat is Seat.SHOP:
                shop = turn.shop
                closed = shut[turn.lane][shop] if turn.lane in shut else 0
                found = self._after(turn, shops[shop], closed, spare)
                shops[shop] = _raised(found, self.floors[shop] - pool)
        return self._of_outcomes(start, _together(shops, -pool), high, standing, shut)

    def of_order(
        self,
        start: int,
        total: int,
        high: Sequence[int],
        standing: Standing,
        shut: Shut,
        most: int | None = None,
    ) -> int:
        """As `of_shops`, where only what all shops come to together is known.

        That is `total` at least, and `most` at most if it is given. A shop's lanes then take
        the most that they could take of its `high`, and all of them together no more than
        their rates allow of the total.
        """
        everything = sum(high) if most is None else most
        if not self.apart[start]:
            return self._of_outcomes(start, [(total, everything, 0)], high, standing, shut)
        offs: list[list[tuple[int, int]]] = [[(0, 0)] for _ in high]
        caps, rates, roundings = [0] * len(high), [0] * len(high), 0
        for turn in self.turns[start:]:
            if turn.seat is Seat.ORDER:
                break
            if turn.seat is Seat.SHOP:
                shop = turn.shop
                within = high[shop] - (shut[turn.lane][shop] if turn.lane in shut else 0)
                off = self._most_off(turn, within)
                offs[shop] = _with_off(turn, offs[shop], off, within)
                caps[shop] += off
                rates[shop] += turn.rate
                roundings += 1
        least = total - _most_of(total, caps, rates) - roundings
        order = [(max(total - off, least), everything, worth) for off, worth in _all_off(offs)]
        return self._of_outcomes(start, order, high, standing, shut)

    def _after(
        self, turn: Turn, outcomes: list[Outcome], closed: int, spare: int = 0
    ) -> list[Outcome]:
        """What one seat makes of each outcome: less to pay, or a gift.

        `closed` is what the units cost that are closed to the lane: they do not count. `spare`
        is what earlier seats may take that comes off the lows only later.
        """
        found = [
            (closed + after, closed + least, worth)
            for left, most, worth in outcomes
            for after, least in self._ways(turn, max(0, left - closed), most - closed, spare)
        ]
        if turn.gives:
            # A gift leaves the total at its threshold at least: there it was measured.
            found += [
                (max(left, bid.threshold + closed), most, worth + bid.worth)
                for bid in turn.offers
                if bid.worth
                for left, most, worth in outcomes
                if bid.threshold + closed <= most
            ]
        return found if len(found) == 1 else _undominated(found)

    def _ways(self, turn: Turn, low: int, high: int, spare: int) -> Sequence[tuple[int, int]]:
        """What the turn can leave of a total, as intervals; most are asked for again and again."""
        key = (turn.lane, turn.place, low, high, spare)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = turn.ways(low, high, spare, self.rounding)
        return found

    def _most_off(self, turn: Turn, total: int) -> int:
        return total - min(least for least, _ in self._ways(turn, total, total, 0))

    def _of_outcomes(
        self,
        start: int,
        order: list[Outcome],
        high: Sequence[int],
        standing: Standing,
        shut: Shut,
    ) -> int:
        """The least objective once the shops are taken together."""
        together, least = False, sum(self.floors)
        order = _raised(order, least)
        for turn in self.turns[start:]:
            seat = turn.seat
            if seat is Seat.ORDER:
                together = True
                closed = sum(shut[turn.lane]) if turn.lane in shut else 0
                order = _raised(self._after(turn, order, closed), least)
            elif seat is Seat.UNIT or (seat is Seat.SHOP and together):
                order = [
                    (left - turn.goods, most, gifts + turn.worth) for left, most, gifts in order
                ]
        found = [
            self._with_freight(start, left if left > 0 else 0, high, standing.shipping) - worth
            for left, _, worth in order
        ]
        return min(found) - standing.worth

    def steps(self, start: int) -> list[int]:
        """Totals near which lanes to come begin to take more, ascending.

        What a lane asks for is measured after what earlier lanes take, so a later threshold is
        carried back through those. They are only where to look closer: none has to be exact.
        """
        found: set[int] = set()
        back: list[tuple[int, int, int]] = [(1, 1, 0)]
        for turn in self.turns[start:]:
            if turn.seat is Seat.ORDER or (turn.seat is Seat.SHOP and len(self.basket.shops) == 1):
                steps = {step for piece in turn.pieces for step in piece.steps()}
                found.update(s * up // down + more for s in steps for up, down, more in back)
                before = (piece.before(each) for piece in turn.pieces for each in back)
                back = list(dict.fromkeys([*back, *before]))[:MOST_WAYS]
        return sorted(found)

    def _with_freight(self, start: int, goods: int, high: Sequence[int], shipping: int) -> int:
        """The least of goods plus freight, where freight may hang on a threshold of goods."""
        if shipping == 0 or not self.freight:
            return goods + shipping
        offs = [
            [(least, off) for least, off in found if least <= high[shop]]
            for turn, shop, found in self.freight
            if turn >= start
        ]
        best = goods + _left_of(shipping, offs, goods)
        for least in {least for found in offs for least, _ in found if least > goods}:
            best = min(best, least + _left_of(shipping, offs, least))
        return best


def _raised(outcomes: list[Outcome], least: int) -> list[Outcome]:
    """The outcomes, none of them below what goods cost at least."""
    if least <= 0 or all(left >= least for left, _, _ in outcomes):
        return outcomes
    return [
        (max(left, least), most if most > least else least, worth) for left, most, worth in outcomes
    ]


def _apart(turns: Sequence[Turn]) -> list[bool]:
    found = [False]
    for turn in reversed(turns):
        found.append(turn.seat is Seat.SHOP or (found[-1] and turn.seat is not Seat.ORDER))
    found.reverse()
    return found


def _most_of(total: int, most: Sequence[int], rates: Sequence[int]) -> int:
    """What shops take of a total at most, each no more than `most` nor its rate of its part.

    The parts are not known: the total is laid where the rates are highest.
    """
    taken = 0
    for rate, cap in sorted(zip(rates, most, strict=True), reverse=True):
        if total <= 0 or rate == 0:
            break
        within = min(rate, MILLION)
        part = min(total, -(-cap * MILLION // within))
        taken += min(cap, -(-part * within // MILLION))
        total -= part
    return taken


def _left_of(shipping: int, offs: Iterable[list[tuple[int, int]]], goods: int) -> int:
    """What is left of freight where goods come to so much."""
    for found in offs:
        most = 0
        for least, off in found:
            if least <= goods and off > most:
                most = off
        shipping -= most
    return shipping if shipping > 0 else 0


def _undominated(outcomes: list[Outcome]) -> list[Outcome]:
    """The outcomes that no other is as good as in all parts; vaguer ones where there are many."""
    outcomes.sort(key=_rank)
    kept: list[Outcome] = []
    for outcome in outcomes:
        _, most, worth = outcome
        for _, other_most, other_worth in kept:
            if other_most >= most and other_worth >= worth:
                break
        else:
            kept.append(outcome)
    if len(kept) > MOST_OUTCOMES:
        kept = _vaguer(kept)
    return kept


def _vaguer(outcomes: list[Outcome]) -> list[Outcome]:
    """Fewer outcomes that hold for all: how high a total may be is the first to be given up."""
    top = max(most for _, most, _ in outcomes)
    kept: list[Outcome] = []
    for left, _, worth in outcomes:
        if not kept or worth > kept[-1][2]:
            kept.append((left, top, worth))
    return kept if len(kept) <= MOST_OUTCOMES else [(kept[0][0], top, kept[-1][2])]


def _rank(outcome: Outcome) -> tuple[int, int, int]:
    return outcome[0], -outcome[1], -outcome[2]


def _together(shops: Sequence[list[Outcome]], more: int) -> list[Outcome]:
    """The outcomes of the whole order from those of its shops, and `more` on top."""
    found: list[Outcome] = [(more, 0, 0)]
    for outcomes in shops:
        found = [
            (left + plus, most + up, worth + gifts)
            for left, most, worth in found
            for plus, up, gifts in outcomes
        ]
        if len(outcomes) > 1:
            found = _undominated(found)
    return found


Off = tuple[int, int]
"""What is off goods at most, and the worth of gifts that come instead."""


def _with_off(turn: Turn, offs: list[Off], off: int, high: int) -> list[Off]:
    """What one seat takes off at most, or its gift."""
    found = [(before + off, worth) for before, worth in offs]
    found += [
        (before, worth + bid.worth)
        for bid in turn.offers
        if bid.worth and bid.threshold <= high
        for before, worth in offs
    ]
    return _greatest(found)


def _all_off(shops: Sequence[list[Off]]) -> list[Off]:
    found: list[Off] = [(0, 0)]
    for offs in shops:
        found = _greatest([(a + b, v + w) for a, v in found for b, w in offs])
    return found


def _greatest(offs: list[Off]) -> list[Off]:
    """Those that no other is as good as in both parts; one for all where they are many."""
    offs.sort(reverse=True)
    kept: list[Off] = []
    for off, worth in offs:
        if not kept or worth > kept[-1][1]:
            kept.append((off, worth))
    return kept if len(kept) <= MOST_OUTCOMES else [(kept[0][0], kept[-1][1])]
