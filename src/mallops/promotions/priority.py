"""Choice by priority: lane by lane, each promotion in turn takes every free seat it can."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mallops.promotions.seating import Bidder, Deal, Granted, Judge, State, settle
from mallops.rules.promotions import Seat


def by_priority(bidders: Sequence[Bidder], judge: Judge, lanes: int) -> tuple[Granted, ...]:
    """The seating by (higher priority, smaller id); `bidders` are in order of id."""
    order = sorted(bidders, key=lambda bidder: -bidder.rule.promotion.priority)
    return in_turn(order, judge, lanes)


def in_turn(order: Sequence[Bidder], judge: Judge, lanes: int) -> tuple[Granted, ...]:
    """The seating where, lane by lane, each bidder in this order takes all the seats it can."""
    state = State.at_list_price(judge.basket, order)
    seating: list[Granted] = []
    for lane in range(lanes):
        state.begin_lane()
        sitting = [bidder for bidder in order if bidder.rule.lane == lane]
        if not sitting:
            continue
        seats = _units if sitting[0].rule.seat is Seat.UNIT else _seats
        seating.extend(seats(sitting, judge, state))
    return tuple(seating)


def _seats(bidders: Sequence[Bidder], judge: Judge, state: State) -> Iterator[Granted]:
    free = set(range(len(bidders[0].seats)))
    for bidder in bidders:
        for seat in sorted(free):
            deal = judge.weigh(bidder, seat, state)
            if isinstance(deal, Deal):
                settle(bidder, seat, deal, state)
                free.discard(seat)
                yield Granted(bidder, seat, deal)


def _units(bidders: Sequence[Bidder], judge: Judge, state: State) -> Iterator[Granted]:
    free = set(range(len(state.base)))
    for bidder in bidders:
        qualifying = judge.qualifying(bidder, 0, state)
        units = tuple(u for u in judge.open_units(bidder, qualifying, state) if u in free)
        if not units:
            continue
        deal = judge.weigh(bidder, 0, state, units)
        if isinstance(deal, Deal):
            settle(bidder, 0, deal, state)
            free.difference_update(units)
            yield Granted(bidder, 0, deal)
