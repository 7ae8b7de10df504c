"""The best legal seating over all lanes together: branch and bound, exact or honest.

The search goes through `mallops.promotions.space` depth first. A branch is left out only
where a bound proves that it holds nothing better, ties included. The search counts the nodes
it makes and stops at its budget; it then reports how much better an unseen seating could be.
The proof obligations are written out in `docs/choice.md`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from mallops.promotions.account import carry_out
from mallops.promotions.priority import by_priority, in_turn
from mallops.promotions.seating import Bidder, Judge, Seated
from mallops.promotions.space import Node, Space, Trail
from mallops.promotions.ties import Ties
from mallops.promotions.turns import turns_of
from mallops.promotions.unit_lane import Order
from mallops.rules.promotions import Seat


@frozen
class Choice:
    """The seating found, in lane order, and how much lower the objective could yet be.

    `gap` is 0 and `complete` True where the whole space was searched or excluded by proof.
    """

    seating: tuple[Seated, ...]
    gap: int
    complete: bool
    nodes: int


Key = tuple[int, int, int, int, tuple[str, ...]]

ORDERS = ((Order.KNOWN, 20), (Order.DEAREST, 10), (Order.KNOWN, 2), (Order.DEAREST, 1))
"""The orders in which a search goes through unit lanes, and what part of the budget is gone
when it turns to the next. What is slow in one order is often quick in the other, and a search
that begins again knows a better seating to beat."""

LONG = 400
"""After so many nodes a search asks which promotions are certain; it costs about as much."""


MOST_UNITS = 2_000
"""Of more units only the seatings that the search begins with are looked at."""


def best_choice(
    bidders: Sequence[Bidder], judge: Judge, lanes: Sequence[Seat], budget: int
) -> Choice:
    """The best seating of the bidders in lanes of these seats; `budget` bounds the nodes made.

    Never worse than the seating by priority, nor than that by what each bidder could take.
    """
    turns = tuple(turns_of(bidders, judge.basket, judge.rounding, lanes))
    search = Search(Space(bidders, judge, turns))
    search.begin(by_priority(bidders, judge, len(lanes)), len(lanes))
    gains = search.ties.gains_left[0]
    by_gain = sorted(bidders, key=lambda bidder: -gains.get(bidder.number, 0))
    search.begin(in_turn(by_gain, judge, len(lanes)), len(lanes))
    most = 0 if len(judge.basket.price) > MOST_UNITS else budget
    least: int | None = None
    for order, share in ORDERS:
        unseen = search.run(Space(bidders, judge, turns, order), most // share)
        if unseen is None:
            return Choice(search.seating, 0, True, search.nodes)
        least = unseen if least is None else max(least, unseen)
    assert least is not None
    return Choice(search.seating, max(0, search.best[0] - least), False, search.nodes)


class Search:
    """The best seating found so far, and the nodes that it took."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.ties = Ties(space)
        self.nodes = 0
        self.seating: tuple[Seated, ...] = ()
        self.best: Key = self.ties.key(space.root())

    def begin(self, seating: tuple[Seated, ...], lanes: int) -> None:
        """Begin with a legal seating found elsewhere, if it is better than what is there."""
        node = self.space.root()
        for granted in carry_out(seating, self.space.bidders, self.space.judge, lanes).granted:
            self.space.count_in(node, granted.bidder, granted.deal)
        self._keep(node, seating)

    def run(self, space: Space, until: int) -> int | None:
        """Search depth first, the most promising branch first, until so many nodes are made.

        The least bound of what was not got to; None where nothing was left.
        """
        unseen: int | None = None
        stack: list[Iterator[Node]] = [iter((space.root(),))]
        while stack:
            node = next(stack[-1], None)
            if node is None:
                stack.pop()
            elif self._hopeless(node):
                continue
            elif self.nodes >= until:
                unseen = node.bound if unseen is None else min(unseen, node.bound)
            else:
                space.enter(node)
                if node.turn == len(space.turns):
                    self._keep(node, _in_order(node.trail))
                else:
                    children = space.children(node)
                    self.nodes += len(children)
                    stack.append(iter(children))
        return unseen

    def _keep(self, node: Node, seating: tuple[Seated, ...]) -> None:
        key = self.ties.key(node)
        if key < self.best:
            self.best, self.seating = key, seating

    def _hopeless(self, node: Node) -> bool:
        """Whether nothing under the node can come before the best, ties included."""
        objective = self.best[0]
        if node.bound != objective:
            return node.bound > objective
        return self.ties.least(node, objective, self.nodes > LONG) >= self.best[1:]


def _in_order(trail: Trail) -> tuple[Seated, ...]:
    found: list[Seated] = []
    while trail is not None:
        seated_, trail = trail
        found.append(seated_)
    return tuple(reversed(found))
