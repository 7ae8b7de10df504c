"""Through a space along its bounds, leaving out what provably holds nothing better."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush

from mallops.promotions.seating import Granted
from mallops.promotions.space import Node, Space
from mallops.promotions.ties import Ties, objective_of

LONG = 400
"""After so many nodes a search asks which promotions are certain; it costs about as much."""

LOOKS = 2
"""How many bounds of single totals count as a node of the budget."""

ASKED = 5
"""How many nodes of the budget it costs to ask whether a promotion is certain."""


class Search:
    """The best seating found so far, and the nodes that it took."""

    def __init__(self, space: Space, first: Node, nodes: int = 0) -> None:
        self.space = space
        self.ties = Ties(space)
        self.nodes = nodes
        self.seating = first.trail
        self.best = self.ties.key(first)

    def begin(self, seating: Sequence[Granted]) -> None:
        """Begin with a legal seating found elsewhere, if it is better than what is there."""
        self._keep(self.space.root(seating))

    def run(self, space: Space, root: Node, until: int, *, deep: bool) -> int | None:
        """Search under a root until so many nodes are made.

        It goes down to a leaf, the most promising branch first, and on from the open node that is
        deepest, or else of the least bound: then the least bound rises as it goes. The least bound
        of what was not got to; None where nothing was left.
        """
        self.space, self.ties = space, Ties(space)
        space.limit = self.best[0]
        made = 0
        opened: list[tuple[int, int, Node]] = [(0, 0, root)]
        while opened:
            if self.nodes >= until:
                return self._least_open(opened)
            node: Node | None = heappop(opened)[2]
            while node is not None and self.nodes < until:
                children = self._entered(space, node)
                self.nodes += len(children) + space.looks // LOOKS + ASKED * self.ties.asked
                space.looks, self.ties.asked = space.looks % LOOKS, 0
                # Of equals the newest goes first, so the most promising is to be the newest.
                for child in reversed(children[1:]):
                    made += 1
                    heappush(opened, (0 if deep else child.bound, -made, child))
                node = children[0] if children else None
            if node is not None:
                heappush(opened, (node.bound, -made - 1, node))
        return None

    def _least_open(self, opened: Sequence[tuple[int, int, Node]]) -> int | None:
        left = (node.bound for _, _, node in opened if not self._hopeless(node))
        return min(left, default=None)

    def _entered(self, space: Space, node: Node) -> list[Node]:
        """A node's branches that are not hopeless; a leaf is kept if it is the best yet."""
        if self._hopeless(node) or not space.enter(node) or self._hopeless(node):
            return []
        if node.turn < len(space.turns):
            return [child for child in space.children(node) if not self._hopeless(child)]
        self._keep(node)
        space.limit = self.best[0]
        return []

    def _keep(self, node: Node) -> None:
        if objective_of(node) > self.best[0]:
            return
        key = self.ties.key(node)
        if key < self.best:
            self.best, self.seating = key, node.trail

    def _hopeless(self, node: Node) -> bool:
        """Whether nothing under the node can come before the best, ties included."""
        objective = self.best[0]
        if node.bound != objective:
            return node.bound > objective
        return self.ties.least(node, objective, self.nodes > LONG) >= self.best[1:]
