"""A seating carried out: what each unit and fee goes through, lane by lane."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from mallops.promotions.seating import Bidder, Deal, Judge, Seated, State, settle


@frozen
class Granted:
    """A bidder's deal on one seat."""

    bidder: Bidder
    seat: int
    deal: Deal


@frozen
class Account:
    """The deals in lane order, the state at the start of each lane, and the final one."""

    granted: tuple[Granted, ...]
    lanes: tuple[State, ...]
    final: State


def carry_out(
    seating: Sequence[Seated], bidders: Sequence[Bidder], judge: Judge, lanes: int
) -> Account:
    """Every deal of the seating, each weighed again at its own lane's base."""
    state = State.at_list_price(judge.basket, bidders)
    granted: list[Granted] = []
    starts: list[State] = []
    for lane in range(lanes):
        state.begin_lane()
        starts.append(state.copy())
        for seated in seating:
            bidder = bidders[seated.bidder]
            if bidder.rule.lane != lane:
                continue
            deal = judge.weigh(bidder, seated.seat, state, seated.units)
            assert isinstance(deal, Deal), "only legal seats are ever chosen"
            settle(bidder, seated.seat, deal, state)
            granted.append(Granted(bidder, seated.seat, deal))
    return Account(tuple(granted), tuple(starts), state)
