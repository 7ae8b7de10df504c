"""The best legal seating over all lanes together: branch and bound, exact or honest.

The search goes through `mallops.promotions.space` depth first. A branch is left out only
where a bound proves that it holds nothing better, ties included. The search counts the nodes
it makes and stops at its budget; it then reports how much better an unseen seating could be.
The proof obligations are written out in `docs/choice.md`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import evolve, frozen

from mallops.promotions.account import carry_out
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

ORDERS = ((Order.KNOWN, 2), (Order.DEAREST, 1))
"""The orders in which a search goes through unit lanes, and what part of the budget is gone
when it turns to the next: what is slow in one order is often quick in the other."""

LONG = 400
"""After so many nodes a search asks which promotions are certain; it costs about as much."""


def best_choice(
    bidders: Sequence[Bidder],
    judge: Judge,
    lanes: Sequence[Seat],
    budget: int,
    start: tuple[Seated, ...],
) -> Choice:
    """The best seating of the bidders in lanes of these seats, at least as good as `start`.

    `budget` is how many nodes may be made.
    """
    turns = tuple(turns_of(bidders, judge.basket, judge.rounding, lanes))
    found = Choice(start, 0, False, 0)
    least: int | None = None
    for order, share in ORDERS:
        space = Space(bidders, judge, turns, order)
        worth = _worth_of(found.seating, space, len(lanes))
        search = Search(space, budget // share - found.nodes, found.seating, worth)
        search.run()
        found = Choice(search.seating, 0, search.unseen is None, found.nodes + search.nodes)
        if search.unseen is None:
            return found
        least = search.unseen if least is None else max(least, search.unseen)
    assert least is not None
    return evolve(found, gap=max(0, search.best[0] - least))


def _worth_of(seating: Sequence[Seated], space: Space, lanes: int) -> Node:
    node = space.root()
    for granted in carry_out(seating, space.bidders, space.judge, lanes).granted:
        space.count_in(node, granted.bidder, granted.deal)
    return node


class Search:
    """One search in one order; `unseen` is the least bound of what it did not get to."""

    def __init__(self, space: Space, budget: int, start: tuple[Seated, ...], worth: Node) -> None:
        self.space = space
        self.ties = Ties(space)
        self.budget = budget
        self.nodes = 0
        self.seating = start
        self.best: Key = self.ties.key(worth)
        self.unseen: int | None = None

    def run(self) -> None:
        """Search depth first, the most promising branch first, until done or out of budget."""
        space = self.space
        stack: list[Iterator[Node]] = [iter((space.root(),))]
        while stack:
            node = next(stack[-1], None)
            if node is None:
                stack.pop()
            elif self._hopeless(node):
                continue
            elif self.nodes >= self.budget:
                self.unseen = node.bound if self.unseen is None else min(self.unseen, node.bound)
            else:
                space.enter(node)
                if node.turn == len(space.turns):
                    self._finish(node)
                else:
                    children = space.children(node)
                    self.nodes += len(children)
                    stack.append(iter(children))

    def _finish(self, node: Node) -> None:
        key = self.ties.key(node)
        if key < self.best:
            self.best, self.seating = key, _in_order(node.trail)

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
