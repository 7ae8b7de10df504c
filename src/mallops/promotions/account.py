"""A seating carried out: what each unit and fee goes through, lane by lane."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from mallops.promotions.seating import Bidder, Granted, Judge, State, settle


@frozen
class Account:
    """The deals in lane order, the state at the start of each lane, and the final one."""

    granted: tuple[Granted, ...]
    lanes: tuple[State, ...]
    final: State


def carry_out(
    seating: Sequence[Granted], bidders: Sequence[Bidder], judge: Judge, lanes: int
) -> Account:
    """Every deal of the seating, which is in lane order, written into the state."""
    state = State.at_list_price(judge.basket, bidders)
    starts: list[State] = []
    for lane in range(lanes):
        state.begin_lane()
        starts.append(state.copy())
        for granted in seating:
            if granted.bidder.rule.lane == lane:
                settle(granted.bidder, granted.seat, granted.deal, state)
    return Account(tuple(seating), tuple(starts), state)
