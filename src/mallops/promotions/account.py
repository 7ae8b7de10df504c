"""A seating carried out: what each unit and fee has gone through."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from mallops.promotions.seating import Bidder, Granted, Judge, State, settle


@frozen
class Account:
    """The deals in lane order, and what is left after them."""

    granted: tuple[Granted, ...]
    final: State


def carry_out(seating: Sequence[Granted], bidders: Sequence[Bidder], judge: Judge) -> Account:
    """Every deal of the seating, which is in lane order, written into the state."""
    state = State.at_list_price(judge.basket, bidders)
    for granted in seating:
        settle(granted.bidder, granted.seat, granted.deal, state)
    return Account(tuple(seating), state)


def lane_starts(granted: Sequence[Granted], judge: Judge, lanes: int) -> list[State]:
    """What the units cost, and what was closed to them, at the start of each lane."""
    state = State.at_list_price(judge.basket, ())
    starts: list[State] = []
    for lane in range(lanes):
        state.begin_lane()
        starts.append(state.copy())
        for each in granted:
            if each.bidder.rule.lane == lane:
                settle(each.bidder, each.seat, each.deal, state)
    return starts
