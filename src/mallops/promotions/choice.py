"""The best legal seating over all lanes together: branch and bound, exact or honest.

The search goes through `mallops.promotions.space` depth first. A branch is left out only
where a bound proves that it holds nothing better, ties included. The search counts the nodes
it makes and stops at its budget; it then reports how much better an unseen seating could be.
The proof obligations are written out in `docs/choice.md`.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve, frozen

from mallops.promotions.presolve import Presolved, presolve
from mallops.promotions.priority import by_priority, in_turn
from mallops.promotions.search import Search
from mallops.promotions.seating import Bidder, Granted, Judge
from mallops.promotions.space import Space
from mallops.promotions.turns import turns_of
from mallops.promotions.unit_lane import Order
from mallops.rules.promotions import Seat


@frozen
class Choice:
    """The seating found, in lane order, and how much lower the objective could yet be.

    `gap` is 0 and `complete` True where the whole space was searched or excluded by proof.
    """

    seating: tuple[Granted, ...]
    gap: int
    complete: bool
    nodes: int


FIRST = 200
"""What part of the budget goes into a first search, before the best seating is made better."""

CLIMBING = 10
"""What part of the budget is gone, at most, when the best seating has been made better."""

ORDERS = (
    (Order.KNOWN, True, 20),
    (Order.DEAREST, True, 10),
    (Order.KNOWN, False, 2),
    (Order.DEAREST, False, 1),
)
"""The orders in which a search goes through unit lanes, whether it goes on from the deepest open
node, and what part of the budget is gone when it turns to the next. What is slow in one order is
often quick in another, and a search that begins again knows a better seating to beat."""

MOST_UNITS = 2_000
"""Of more units only the seatings that the search begins with are looked at."""


def best_choice(
    bidders: Sequence[Bidder], judge: Judge, lanes: Sequence[Seat], budget: int
) -> Choice:
    """The best seating of the bidders in lanes of these seats; `budget` bounds the nodes made.

    Never worse than the seating by priority, nor than that by what each bidder could take.
    """
    most = 0 if len(judge.basket.price) > MOST_UNITS else budget
    before = presolve(bidders, judge, lanes, most // FIRST)
    if before.complete:
        return Choice(before.search.seating, 0, True, before.search.nodes)
    found = _searched(before, bidders, judge, lanes, most)
    # A search may have known fewer units of a bidder than the bidder could take.
    whole = tuple(evolve(each, bidder=bidders[each.bidder.number]) for each in found.seating)
    return evolve(found, seating=whole)


def _searched(
    before: Presolved, bidders: Sequence[Bidder], judge: Judge, lanes: Sequence[Seat], most: int
) -> Choice:
    left = before.bidders(before.search.best[0])
    turns = tuple(turns_of(left, judge.basket, judge.rounding, lanes))
    space = Space(left, judge, turns)
    search = Search(space, space.root(before.search.seating), before.search.nodes)
    search.begin(by_priority(bidders, judge, len(lanes)))
    gains = search.ties.gains_left[0]
    by_gain = sorted(bidders, key=lambda bidder: -gains.get(bidder.number, 0))
    search.begin(in_turn(by_gain, judge, len(lanes)))
    unseen = search.run(space, space.root(), search.nodes + most // FIRST, deep=True)
    if unseen is None:
        return Choice(search.seating, 0, True, search.nodes)
    before.climb(search, most // CLIMBING)
    left = before.bidders(search.best[0])
    turns = tuple(turns_of(left, judge.basket, judge.rounding, lanes))
    least = unseen
    for order, deep, share in ORDERS:
        space = Space(left, judge, turns, order)
        unseen = search.run(space, space.root(), most // share, deep=deep)
        if unseen is None:
            return Choice(search.seating, 0, True, search.nodes)
        least = max(least, unseen)
    return Choice(search.seating, max(0, search.best[0] - least), False, search.nodes)
