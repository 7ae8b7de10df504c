"""Which candidate gets which place: the best that leaves a way to fill the rest.

First places are filled with what still fits. Where that gets to N, nothing else would have been
chosen by looking ahead, as each choice left a way: the very list. Where it does not, it is
reckoned how many places can be filled at all, and all is done again, now looking ahead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from attrs import define, evolve, field, frozen

from mallops.catalog.model import Sku
from mallops.recommend.ranking.capping import Counter, Type
from mallops.recommend.ranking.diversifying import penalty
from mallops.recommend.ranking.packing import Budget, fill
from mallops.recommend.ranking.rules import Diversity
from mallops.recommend.resemblance import resemblance
from mallops.recommend.scored import Part, Scored

__all__ = ["Candidate", "Reserved", "Room", "Seated", "seated"]


@frozen
class Candidate:
    """A score that nothing is against so far, its SKU, and the counters it takes places of."""

    scored: Scored
    sku: Sku
    type: Type


@frozen
class Seated:
    """Who has a place: pins by theirs, the others in their order.

    Of those who have none, `passed` were better than one who has, and `waiting` were not.
    """

    pins: Mapping[int, Candidate]
    others: Sequence[Candidate]
    passed: Sequence[Candidate]
    waiting: Sequence[Candidate]

    @property
    def all(self) -> tuple[Candidate, ...]:
        """The pins by place, then the others."""
        return (*(self.pins[place] for place in sorted(self.pins)), *self.others)


@define
class Room:
    """What room the counters have left."""

    left: dict[Counter, int]

    def takes(self, type_: Type) -> bool:
        """Whether one more of a type fits."""
        return all(self.left[counter] for counter in type_)

    def take(self, type_: Type) -> None:
        """Take a place of each counter of a type; ask `takes` first."""
        for counter in type_:
            self.left[counter] -= 1


@define
class Reserved(Room):
    """Room that keeps a way to fill all places that are still wanted.

    `available` are the candidates without a place, by type, and `way` is which of them could
    take the places. `beaten` are the types of which one more would leave no way; that only gets
    worse with each place, so it is asked once.
    """

    available: dict[Type, int]
    way: dict[Type, int]
    budget: Budget
    beaten: set[Type] = field(factory=set)

    def takes(self, type_: Type) -> bool:
        """Whether one more of a type fits and leaves a way."""
        if type_ in self.beaten or not super().takes(type_) or not self.way:
            return False
        if type_ in self.way:
            return True
        way = self._swapped(type_) or self._found(type_)
        if way is None:
            self.beaten.add(type_)
            return False
        self.way = {**way, type_: way.get(type_, 0) + 1}
        return True

    def take(self, type_: Type) -> None:
        """Take a place; ask `takes` first, which found the way that has this type."""
        super().take(type_)
        for units in (self.available, self.way):
            units[type_] -= 1
            if not units[type_]:
                del units[type_]

    def _swapped(self, type_: Type) -> dict[Type, int] | None:
        """The way less one that gives up all counters that would be too full."""
        load = {
            counter: sum(n for other, n in self.way.items() if counter in other)
            for counter in type_
        }
        full = {counter for counter, n in load.items() if n >= self.left[counter]}
        for other in sorted(self.way, key=sorted):
            if full <= other:
                return {t: n - (t == other) for t, n in self.way.items() if n > (t == other)}
        return None

    def _found(self, type_: Type) -> dict[Type, int] | None:
        room = {counter: left - (counter in type_) for counter, left in self.left.items()}
        available = {t: n - (t == type_) for t, n in self.available.items()}
        return fill(available, room, sum(self.way.values()) - 1, self.way, self.budget)


def seated(
    candidates: Iterable[Candidate],
    pinned: Mapping[int, Candidate],
    n: int,
    room: Room,
    rule: Diversity | None,
    admits: Callable[[str], bool],
) -> Seated:
    """Who gets the `n` places.

    Pins come first, in order of place, so that the others are kept apart from them; a pin that
    `room` does not take has no place. Of the others each place takes the highest score, and of
    equal ones the first SKU; what it is like on the list is then a part of its score. `admits` is
    asked of a SKU only when it would have a place.
    """
    apart = _Apart.of(candidates, rule)
    at_place: dict[int, Candidate] = {}
    for place in sorted(pinned):
        name = pinned[place].sku.sku
        if room.takes(pinned[place].type):
            room.take(pinned[place].type)
            at_place[place] = apart.seat(name)
    others: list[Candidate] = []

    def fits(candidate: Candidate) -> bool:
        return room.takes(candidate.type) and admits(candidate.sku.sku)

    while len(at_place) + len(others) < n:
        best = apart.best(fits)
        if best is None:
            break
        room.take(apart.waiting[best].type)
        others.append(apart.seat(best))
    passed, waiting = ([apart.waiting[name] for name in s] for s in (apart.passed, apart.order))
    return Seated(at_place, others, passed, waiting)


@define
class _Apart:
    """The candidates without a place, best first, and what each is most like on the list."""

    rule: Diversity | None
    waiting: dict[str, Candidate]
    order: list[str]
    nearest: dict[str, tuple[float, str]] = field(factory=dict)
    passed: list[str] = field(factory=list)

    @classmethod
    def of(cls, candidates: Iterable[Candidate], rule: Diversity | None) -> _Apart:
        """All candidates, before any has a place."""
        waiting = {candidate.sku.sku: candidate for candidate in candidates}
        apart = cls(rule, waiting, [*waiting])
        apart.order.sort(key=apart._rank)
        return apart

    def best(self, fits: Callable[[Candidate], bool]) -> str | None:
        """The best that fits; those that do not will not fit later, and are given up."""
        best = next((name for name in self.order if fits(self.waiting[name])), None)
        given_up = len(self.order) if best is None else self.order.index(best)
        self.passed += self.order[:given_up]
        del self.order[:given_up]
        return best

    def seat(self, name: str) -> Candidate:
        """Take one off the waiting, with its penalty as a part."""
        self.order.remove(name)
        candidate = self.waiting.pop(name)
        candidate = evolve(candidate, scored=evolve(candidate.scored, parts=self._parts(candidate)))
        if self.rule is not None:
            self._compare(candidate.sku, self.rule)
        return candidate

    def _compare(self, seated: Sku, rule: Diversity) -> None:
        for name in self.order:
            alike = resemblance(self.waiting[name].sku, seated, rule.traits)
            # Of two that it is as much like, the one that came first.
            if alike > self.nearest.get(name, (0.0, ""))[0]:
                self.nearest[name] = (alike, seated.sku)
        self.order.sort(key=self._rank)

    def _parts(self, candidate: Candidate) -> tuple[Part, ...]:
        parts, near = candidate.scored.parts, self.nearest.get(candidate.sku.sku)
        if near is None or self.rule is None:
            return parts
        return (*parts, penalty(self.rule, *near))

    def _rank(self, name: str) -> tuple[float, str]:
        candidate = self.waiting[name]
        return -Scored(name, self._parts(candidate)).score, name
