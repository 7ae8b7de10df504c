"""Through a space along its bounds, leaving out what provably holds nothing better."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush

from mallops.promotions.seating import Granted
from mallops.promotions.space import Node, Space
from mallops.promotions.ties import Ties, objective_of

LONG = 400
"""After so many nodes a search asks which promotions are certain; it costs about as much."""


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

    def run(self, space: Space, root: Node, until: int) -> int | None:
        """Search under a root until so many nodes are made.

        From the open node of the least bound it goes down to a leaf, the most promising branch
        first, and leaves the others open: the least bound rises, and seatings come early. The
        least bound of what was not got to; None where nothing was left.
        """
        space.limit = self.best[0]
        made = 0
        opened: list[tuple[int, int, Node]] = [(root.bound, made, root)]
        while opened:
            if self.nodes >= until:
                return self._least_open(opened)
            node: Node | None = heappop(opened)[2]
            while node is not None and self.nodes < until:
                children = self._entered(space, node)
                self.nodes += len(children)
                for child in children[1:]:
                    made += 1
                    heappush(opened, (child.bound, -made, child))
                node = children[0] if children else None
            if node is not None:
                heappush(opened, (node.bound, -made - 1, node))
        return None

    def _least_open(self, opened: Sequence[tuple[int, int, Node]]) -> int | None:
        return min((bound for bound, _, node in opened if not self._hopeless(node)), default=None)

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
