"""Depth first through a space, leaving out what provably holds nothing better."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mallops.promotions.seating import Granted
from mallops.promotions.space import Node, Space, Trail
from mallops.promotions.ties import Ties

LONG = 400
"""After so many nodes a search asks which promotions are certain; it costs about as much."""


class Search:
    """The best seating found so far, and the nodes that it took."""

    def __init__(self, space: Space, first: Node, nodes: int = 0) -> None:
        self.space = space
        self.ties = Ties(space)
        self.nodes = nodes
        self.seating = _in_order(first.trail)
        self.best = self.ties.key(first)

    def begin(self, seating: Sequence[Granted]) -> None:
        """Begin with a legal seating found elsewhere, if it is better than what is there."""
        self._keep(self.space.root(seating))

    def run(self, space: Space, root: Node, until: int) -> int | None:
        """Search depth first under a root, the most promising branch first, until so many nodes.

        The least bound of what was not got to; None where nothing was left.
        """
        unseen: int | None = None
        space.limit = self.best[0]
        stack: list[Iterator[Node]] = [iter((root,))]
        while stack:
            node = next(stack[-1], None)
            if node is None:
                stack.pop()
            elif self._hopeless(node):
                continue
            elif self.nodes >= until:
                unseen = node.bound if unseen is None else min(unseen, node.bound)
            elif not space.enter(node) or self._hopeless(node):
                continue
            elif node.turn == len(space.turns):
                self._keep(node)
                space.limit = self.best[0]
            else:
                children = space.children(node)
                self.nodes += len(children)
                stack.append(iter(children))
        return unseen

    def _keep(self, node: Node) -> None:
        key = self.ties.key(node)
        if key < self.best:
            self.best, self.seating = key, _in_order(node.trail)

    def _hopeless(self, node: Node) -> bool:
        """Whether nothing under the node can come before the best, ties included."""
        objective = self.best[0]
        if node.bound != objective:
            return node.bound > objective
        return self.ties.least(node, objective, self.nodes > LONG) >= self.best[1:]


def _in_order(trail: Trail) -> tuple[Granted, ...]:
    found: list[Granted] = []
    while trail is not None:
        granted, trail = trail
        found.append(granted)
    return tuple(reversed(found))
