"""A seating that the solver proposes, priced by the oracle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mallops.testing.exact_model.mall import units_by_line
from mallops.testing.oracle import (
    Case,
    Grant,
    Seating,
    State,
    after,
    choice_key,
    judge_units,
    seat_grants,
    seats_of,
)

Doc = dict[str, Any]
Counts = Mapping[tuple[int, str], int]
"""How many units of a line a promotion of the unit lane takes."""
Seats = Mapping[tuple[str, int], str]
"""Which promotion has a seat, by lane and number of the seat."""


def objective_of(case: Case, counts: Counts, seats: Seats) -> int | None:
    """What the law charges for a seating, gifts taken off; None if it is not legal."""
    seating = Seating((case.start,), ())
    for lane in case.lanes:
        state = seating.states[-1]
        if lane["seat"] == "unit":
            grants = of_units(case, lane, state, counts)
        else:
            grants = of_seats(case, lane, state, seats)
        if grants is None:
            return None
        states = (*seating.states, after(case, state, grants))
        seating = Seating(states, seating.grants + grants)
    return choice_key(case, seating)[0]


def of_units(case: Case, lane: Doc, state: State, counts: Counts) -> tuple[Grant, ...] | None:
    """Of each line, the promotion with the smaller id takes the lower numbers."""
    taken: dict[str, list[int]] = {promotion["id"]: [] for promotion in case.candidates(lane)}
    for line, units in enumerate(units_by_line(case)):
        left = iter(units)
        for name, own in taken.items():
            own += [next(left) for _ in range(counts.get((line, name), 0))]
    judged = [
        judge_units(case, name, tuple(units), state) for name, units in taken.items() if units
    ]
    legal = tuple(grant for grant in judged if isinstance(grant, Grant))
    return legal if len(legal) == len(judged) else None


def of_seats(case: Case, lane: Doc, state: State, chosen: Seats) -> tuple[Grant, ...] | None:
    """Each shop, order or parcel with its promotion."""
    seats = [
        (seat, case.promotions.get(chosen.get((lane["id"], number), "")))
        for number, seat in enumerate(seats_of(case, lane))
    ]
    return seat_grants(case, seats, state)
