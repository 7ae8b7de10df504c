"""How many places can be filled, and how many of them by repeats and by discoveries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import evolve, frozen

from mallops.findings import Refusal
from mallops.recommend.ranking.capping import KIND, Counter, Type
from mallops.recommend.ranking.packing import Budget, fill
from mallops.recommend.ranking.rules import Kind, Rules

REPEAT: Counter = (KIND, Kind.REPEAT.value)
DISCOVERY: Counter = (KIND, Kind.DISCOVERY.value)


@frozen
class Target:
    """How many places to fill, with the room and a way to do it.

    `proven` says that there is no way to fill more.
    """

    places: int
    room: Mapping[Counter, int]
    way: Mapping[Type, int]
    proven: bool = True

    def is_kept_by(self, taken: Mapping[Type, int]) -> bool:
        """Whether these fill as many places, within the room."""
        kinds = ((kind, _of(kind, taken)) for kind in (REPEAT, DISCOVERY))
        roomy = all(count <= self.room.get(kind, 0) for kind, count in kinds)
        return roomy and sum(taken.values()) == self.places


def reachable(
    available: Mapping[Type, int],
    room: Mapping[Counter, int],
    n: int,
    rules: Rules,
    at_sight: Mapping[Type, int],
    budget: Budget,
) -> Target:
    """The most places up to `n`, and of the ways to fill so many one that misses least.

    `at_sight` is one way to fill some. What is missed is counted over both quotas: a repeat too
    few, a discovery too few. Of two ways that miss as much, the one that has more repeats.
    """
    way, n = at_sight, min(n, sum(available.values()))
    places = sum(way.values())
    while places < n:
        more = fill(available, room, places + 1, way, budget)
        if more is None:
            break
        way, places = more, places + 1
    target = Target(places, room, way, proven=places == n or not budget.spent)
    return _missing_least(available, target, rules, budget)


def _of(counter: Counter, taken: Mapping[Type, int]) -> int:
    return sum(count for type_, count in taken.items() if counter in type_)


def missed(kinds: Iterable[Kind], rules: Rules) -> tuple[Refusal, ...]:
    """`quota_missed` for each kind that has fewer places than were asked for."""
    seated = list(kinds)
    quotas = {Kind.REPEAT: rules.repeat, Kind.DISCOVERY: rules.discovery}
    return tuple(
        Refusal(
            "quota_missed",
            {"kind": kind.value, "required": str(quota.least), "found": str(seated.count(kind))},
        )
        for kind, quota in quotas.items()
        if seated.count(kind) < quota.least
    )


def _missing_least(
    available: Mapping[Type, int], target: Target, rules: Rules, budget: Budget
) -> Target:
    for repeats, discoveries in _leasts(rules, target.places):
        # So many places and no others: at least so many repeats is at most so many others.
        room = target.room
        tight = {
            **room,
            DISCOVERY: min(room.get(DISCOVERY, 0), target.places - repeats),
            REPEAT: min(room.get(REPEAT, 0), target.places - discoveries),
        }
        if (way := fill(available, tight, target.places, target.way, budget)) is not None:
            return evolve(target, room=tight, way=way)
        if budget.spent:
            break
    return target


def _leasts(rules: Rules, places: int) -> Iterator[tuple[int, int]]:
    """How many repeats and discoveries to insist on, from what is asked for downwards."""
    repeats, discoveries = rules.repeat.least, rules.discovery.least
    for missing in range(repeats + discoveries + 1):
        for fewer in range(missing + 1):
            asked = repeats - fewer, discoveries - (missing - fewer)
            if min(asked) >= 0 and sum(asked) <= places:
                yield asked
