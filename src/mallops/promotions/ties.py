"""What decides between seatings of one objective, and what a branch could still win by it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from mallops.promotions.seating import Bidder
from mallops.promotions.space import Node, Space
from mallops.promotions.turns import Turn

TieKey = tuple[int, int, int, tuple[str, ...]]
Key = tuple[int, int, int, int, tuple[str, ...]]

MOST_ASKED = 80
"""Of more promotions it takes too long to ask of each whether it is certain."""


class Ties:
    """The keys by which seatings of a space are compared; smaller is better."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.bidders = space.bidders
        self.turns = space.turns
        self._facts: tuple[int, int, int] | None = None
        # How many bounds of whole spaces that took, each of them work of many nodes.
        self.asked = 0

    @cached_property
    def gains_left(self) -> list[dict[int, int]]:
        """What each bidder can still gain at most, from each turn on."""
        found: list[dict[int, int]] = [{}]
        for turn in reversed(self.turns):
            gains = dict(found[-1])
            for number, bid in zip(turn.bidders, turn.offers, strict=True):
                gains[number] = gains.get(number, 0) + bid.goods + bid.freight + bid.worth
            found.append(gains)
        found.reverse()
        return found

    @cached_property
    def bringing_left(self) -> list[int]:
        """The bidders that can still bring a gift or a reward, from each turn on, as a mask."""
        found = [0]
        for turn in reversed(self.turns):
            brings = sum(
                bid.brings << number for number, bid in zip(turn.bidders, turn.offers, strict=True)
            )
            found.append(found[-1] | brings)
        found.reverse()
        return found

    def key(self, node: Node) -> Key:
        """What the choice minimises, in order; see "Choice" in the law."""
        others = node.others & ~node.bringing
        chosen = self._chosen(node.bringing | node.others)
        return (
            objective_of(node),
            -node.bringing.bit_count(),
            others.bit_count(),
            -sum(bidder.rule.promotion.priority for bidder in chosen),
            tuple(bidder.rule.id for bidder in chosen),
        )

    def _chosen(self, mask: int) -> list[Bidder]:
        found: list[Bidder] = []
        while mask:
            found.append(self.bidders[(mask & -mask).bit_length() - 1])
            mask &= mask - 1
        return found

    def least(self, node: Node, objective: int, thorough: bool) -> TieKey:
        """The least tie-break that a seating under the node could have at its bound.

        `objective` is that of the best found, which the node's bound equals. `thorough` asks
        first which promotions are certain at that objective: worth it in a long search.
        """
        thorough = thorough and len(self.gains_left[0]) <= MOST_ASKED
        essential, impossible = self._certain(objective) if thorough else (0, 0)
        taken = node.bringing | node.others | essential
        may_bring = self.bringing_left[node.turn] & ~node.bringing & ~impossible
        bringing = (node.bringing | may_bring).bit_count()
        others = taken & ~node.bringing & ~may_bring
        needed, joining = self._needed(node, taken, may_bring)
        sure = others.bit_count() + needed
        if may_bring:
            # More gifts may come, in any number: only the count of others is certain.
            return (-bringing, sure, -(10**30), ())
        # Nothing at all may join at this count but what is needed; more would be more others.
        chosen = self._chosen(taken)
        priorities = sorted((b.rule.promotion.priority for b in joining), reverse=True)[:needed]
        priority = sum(b.rule.promotion.priority for b in chosen) + sum(priorities)
        ids = sorted(b.rule.id for b in joining)[:needed]
        least = tuple(sorted([*ids, *(b.rule.id for b in chosen)]))
        return (-bringing, sure, -priority, least)

    def _needed(self, node: Node, taken: int, may_bring: int) -> tuple[int, list[Bidder]]:
        """How many more promotions it takes at least to come to the bound, and which may."""
        missing = sum(node.totals) + node.shipping - node.worth - node.bound
        if node.joining is not None:
            missing -= node.joining.gain
        fresh: list[int] = []
        joining: list[Bidder] = []
        for number, gain in self.gains_left[node.turn].items():
            if (taken | may_bring) >> number & 1:
                missing -= gain
            else:
                fresh.append(gain)
                joining.append(self.bidders[number])
        fresh.sort(reverse=True)
        needed = 0
        while missing > 0 and needed < len(fresh):
            missing -= fresh[needed]
            needed += 1
        return needed, joining

    def _certain(self, objective: int) -> tuple[int, int]:
        """The promotions that every seating as cheap as this applies, and that none does."""
        if self._facts is None or self._facts[0] != objective:
            essential, impossible = 0, 0
            for number in range(len(self.bidders)):
                bit = 1 << number
                if self.bringing_left[0] & bit:
                    impossible |= bit if self._impossible(number, objective) else 0
                elif self._least(_without(self.turns, number)) > objective:
                    essential |= bit
            self._facts = (objective, essential, impossible)
        return self._facts[1:]

    def _impossible(self, number: int, objective: int) -> bool:
        """Whether each of its seats, were it to take it alone, leaves too much to pay."""
        return all(
            self._least(_alone(self.turns, place, number)) > objective
            for place, turn in enumerate(self.turns)
            if number in turn.bidders
        )

    def _least(self, turns: Iterator[Turn]) -> int:
        self.asked += 1
        return Space(self.bidders, self.space.judge, tuple(turns)).least()


def objective_of(node: Node) -> int:
    """What is to pay, less the worth of gifts."""
    return sum(node.totals) + node.shipping - node.worth


def _without(turns: Sequence[Turn], number: int) -> Iterator[Turn]:
    return (turn.keeping(n for n in turn.bidders if n != number) for turn in turns)


def _alone(turns: Sequence[Turn], place: int, number: int) -> Iterator[Turn]:
    return (
        turn.keeping((number,)) if position == place else turn
        for position, turn in enumerate(turns)
    )
