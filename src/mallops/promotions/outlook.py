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
from mallops.promotions.bounds import MILLION, least_left
from mallops.promotions.turns import Turn
from mallops.rules.promotions import Seat

Outcome = tuple[int, int]
"""What goods come to at least, and the worth of the gifts that come with it."""

MOST_OUTCOMES = 8

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
    known: dict[tuple[int, int, int, int], int]

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
            return self._of_outcomes(start, [(sum(low) - pool, 0)], high, standing, shut)
        shops: list[list[Outcome]] = [[(left, 0)] for left in low]
        for turn in self.turns[start:]:
            if turn.seat is Seat.ORDER:
                break
            if turn.seat is Seat.SHOP:
                shop = turn.shop
                closed = shut[turn.lane][shop] if turn.lane in shut else 0
                found = self._after(turn, shops[shop], high[shop], closed)
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
        if not self.apart[start]:
            return self._of_outcomes(start, [(total, 0)], high, standing, shut, most)
        shops: list[list[Outcome]] = [[(0, 0)] for _ in high]
        caps, rates, roundings = [0] * len(high), [0] * len(high), 0
        for turn in self.turns[start:]:
            if turn.seat is Seat.ORDER:
                break
            if turn.seat is Seat.SHOP:
                shop = turn.shop
                within = high[shop] - (shut[turn.lane][shop] if turn.lane in shut else 0)
                shops[shop] = self._off(turn, shops[shop], within)
                caps[shop] += within - self._least_left(turn, within, within)
                rates[shop] += turn.rate
                roundings += 1
        least = total - _most_of(total, caps, rates) - roundings
        order = [(max(left, least), worth) for left, worth in _together(shops, total)]
        return self._of_outcomes(start, order, high, standing, shut, most)

    def _after(self, turn: Turn, outcomes: list[Outcome], high: int, closed: int) -> list[Outcome]:
        """What one seat makes of each outcome: less to pay, or a gift.

        `closed` is what the units cost that are closed to the lane: they do not count.
        """
        found = [
            (closed + self._least_left(turn, max(0, left - closed), high - closed), worth)
            for left, worth in outcomes
        ]
        if not turn.gives:
            return found
        # A gift leaves the total at its threshold at least: there it was measured.
        for bid in turn.offers:
            least = bid.threshold + closed
            if bid.worth and least <= high:
                found += [(max(left, least), worth + bid.worth) for left, worth in outcomes]
        return _undominated(found)

    def _least_left(self, turn: Turn, low: int, high: int) -> int:
        """What the turn leaves at least; a move changes one shop, so most is asked again."""
        key = (turn.lane, turn.place, low, high)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = least_left(turn.pieces, low, high, self.rounding)
        return found

    def _off(self, turn: Turn, outcomes: list[Outcome], high: int) -> list[Outcome]:
        """What one seat takes off at most, as less than nothing, or its gift."""
        most = high - self._least_left(turn, high, high)
        found = [(left - most, worth) for left, worth in outcomes]
        if not turn.gives:
            return found
        for bid in turn.offers:
            if bid.worth and bid.threshold <= high:
                found += [(left, worth + bid.worth) for left, worth in outcomes]
        return _undominated(found)

    def _of_outcomes(
        self,
        start: int,
        order: list[Outcome],
        high: Sequence[int],
        standing: Standing,
        shut: Shut,
        most: int | None = None,
    ) -> int:
        """The least objective once the shops are taken together."""
        everything, together = sum(high) if most is None else most, False
        least = sum(self.floors)
        order = _raised(order, least)
        for turn in self.turns[start:]:
            seat = turn.seat
            if seat is Seat.ORDER:
                together = True
                closed = sum(shut[turn.lane]) if turn.lane in shut else 0
                order = _raised(self._after(turn, order, everything, closed), least)
            elif seat is Seat.UNIT or (seat is Seat.SHOP and together):
                order = [(left - turn.goods, worth + turn.worth) for left, worth in order]
        found = [
            self._with_freight(start, left if left > 0 else 0, high, standing.shipping) - worth
            for left, worth in order
        ]
        return min(found) - standing.worth

    def steps(self, start: int) -> list[int]:
        """The totals at which a lane to come begins to take more, ascending."""
        found: set[int] = set()
        for turn in self.turns[start:]:
            if turn.seat is Seat.ORDER or (turn.seat is Seat.SHOP and len(self.basket.shops) == 1):
                found.update(step for piece in turn.pieces for step in piece.steps())
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
    if least <= 0 or all(left >= least for left, _ in outcomes):
        return outcomes
    return [(left if left > least else least, worth) for left, worth in outcomes]


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
    """The outcomes that no other is as good as in both parts; merged where they are many."""
    outcomes.sort(key=_rank)
    kept: list[Outcome] = []
    for left, worth in outcomes:
        if not kept or worth > kept[-1][1]:
            kept.append((left, worth))
    if len(kept) > MOST_OUTCOMES:
        return [(kept[0][0], kept[-1][1])]
    return kept


def _rank(outcome: Outcome) -> tuple[int, int]:
    return outcome[0], -outcome[1]


def _together(shops: Sequence[list[Outcome]], more: int) -> list[Outcome]:
    """The outcomes of the whole order from those of its shops, and `more` on top."""
    found: list[Outcome] = [(more, 0)]
    for outcomes in shops:
        if len(outcomes) == 1:
            plus, gifts = outcomes[0]
            found = [(left + plus, worth + gifts) for left, worth in found]
        else:
            found = _undominated(
                [(left + plus, worth + gifts) for left, worth in found for plus, gifts in outcomes]
            )
    return found
