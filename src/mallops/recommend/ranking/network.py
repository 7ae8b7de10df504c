"""A maximum flow in whole units, by augmenting paths."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from attrs import define, field


@define
class Network:
    """Edges with what they can still take; each has a twin the other way, for what flows."""

    heads: list[Hashable] = field(factory=list)
    left: list[int] = field(factory=list)
    leaving: dict[Hashable, list[int]] = field(factory=dict)

    def add(self, tail: Hashable, head: Hashable, capacity: int) -> int:
        """A new edge; its number."""
        number = len(self.heads)
        self.heads += [head, tail]
        self.left += [capacity, 0]
        self.leaving.setdefault(tail, []).append(number)
        self.leaving.setdefault(head, []).append(number + 1)
        return number

    def flowing(self, edge: int) -> int:
        """How much flows through an edge."""
        return self.left[edge ^ 1]

    def push(self, path: Iterable[int], amount: int) -> None:
        """Let so much more flow through each edge of a path."""
        for edge in path:
            self.left[edge] -= amount
            self.left[edge ^ 1] += amount

    def push_most(self, source: Hashable, sink: Hashable, wanted: int) -> int:
        """Let as much flow as there can, up to `wanted`; how much it is.

        >>> network = Network()
        >>> edges = [network.add("s", "a", 2), network.add("a", "t", 1), network.add("s", "t", 1)]
        >>> network.push_most("s", "t", 9)
        2
        """
        pushed = 0
        while pushed < wanted and (path := self._path(source, sink)):
            amount = min(wanted - pushed, *(self.left[edge] for edge in path))
            self.push(path, amount)
            pushed += amount
        return pushed

    def _path(self, source: Hashable, sink: Hashable) -> list[int]:
        """The edges of a shortest way that can take more, none if there is no way."""
        reached: dict[Hashable, int] = {source: -1}
        front = [source]
        while front and sink not in reached:
            further: list[Hashable] = []
            for node in front:
                for edge in self.leaving.get(node, ()):
                    head = self.heads[edge]
                    if self.left[edge] and head not in reached:
                        reached[head] = edge
                        further.append(head)
            front = further
        path: list[int] = []
        node = sink
        while node in reached and (edge := reached[node]) >= 0:
            path.append(edge)
            node = self.heads[edge ^ 1]
        return path
