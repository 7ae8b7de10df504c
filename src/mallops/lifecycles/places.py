"""Every place where a case of a machine can be: its state, and what is still to come back.

How long deadlines are plays no part: whatever runs may be the first to fire.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping

from attrs import field, frozen

from mallops.lifecycles.boxes import box_of, is_empty
from mallops.lifecycles.machine import TIMER, Machine, Row

MAX_PLACES = 5_000
"""How many places are looked at. A machine of more sends out very many effects at a time."""

_MANY = 3
"""So many of one effect, awaited at once, stand for more."""


def _many(awaited: Iterable[str]) -> tuple[str, ...]:
    """The effects in their order, of each no more than are told apart."""
    names = tuple(awaited)
    kinds = sorted(set(names))
    return tuple(kind for kind in kinds for _ in range(min(names.count(kind), _MANY)))


@frozen
class Place:
    """Where a case can be: what effects are awaited, by id, and what money has moved, by name."""

    state: str
    awaited: tuple[str, ...] = field(default=(), converter=_many)
    moved: frozenset[str] = frozenset()


@frozen
class Way:
    """A row, by its number, that can be taken at a place, and the place to which it leads.

    `between` is what is awaited once the row's event has come, before its own effects go out.
    """

    row: int
    between: Place
    place: Place


@frozen
class Survey:
    """The places, nearest to the beginning first, each with the ways that lead on from it.

    `came` tells from which place, and by which event, a place is first reached.
    """

    ways: Mapping[Place, tuple[Way, ...]]
    came: Mapping[Place, tuple[Place, str]]
    complete: bool

    @property
    def states(self) -> frozenset[str]:
        """The states that can be reached."""
        return frozenset(place.state for place in self.ways)

    def events_to(self, place: Place) -> tuple[str, ...]:
        """The events of a shortest way to a place."""
        events = []
        while place in self.came:
            place, event = self.came[place]
            events.append(event)
        return tuple(reversed(events))


def survey(machine: Machine, begin: Iterable[Place] = ()) -> Survey:
    """Every place that can be reached, of a machine that names only what it has.

    `begin` are the places to begin at, where that is not the machine's first state. Takes time
    in proportion to places and rows; after `MAX_PLACES` it is left incomplete.
    """
    numbered: dict[str, list[tuple[int, Row]]] = {}
    for number, row in enumerate(machine.rows):
        if not is_empty(box_of(machine, row)):
            numbered.setdefault(row.source, []).append((number, row))
    ahead = deque(dict.fromkeys(begin) or [Place(machine.states[0].id)])
    ways: dict[Place, tuple[Way, ...]] = {}
    came: dict[Place, tuple[Place, str]] = {}
    seen = set(ahead)
    while ahead and len(ways) < MAX_PLACES:
        place = ahead.popleft()
        ways[place] = tuple(_ways(machine, place, numbered.get(place.state, ())))
        for way in ways[place]:
            if way.place not in seen:
                seen.add(way.place)
                came[way.place] = (place, machine.rows[way.row].event)
                ahead.append(way.place)
    return Survey(ways, came, not ahead)


def endless(machine: Machine, found: Survey) -> tuple[Place, ...]:
    """The places from which no way leads to a final state."""
    final = {state.id for state in machine.states if state.final}
    ending = _leading_to(found, (place for place in found.ways if place.state in final))
    return tuple(place for place in found.ways if place not in ending)


def _leading_to(found: Survey, goals: Iterable[Place]) -> frozenset[Place]:
    """The places from which one of the goals can be reached, the goals among them."""
    before: dict[Place, list[Place]] = {}
    for place, ways in found.ways.items():
        for way in ways:
            before.setdefault(way.place, []).append(place)
    reached = set(goals)
    ahead = deque(reached)
    while ahead:
        for place in before.get(ahead.popleft(), ()):
            if place not in reached:
                reached.add(place)
                ahead.append(place)
    return frozenset(reached)


def _ways(machine: Machine, place: Place, rows: Iterable[tuple[int, Row]]) -> Iterator[Way]:
    for number, row in rows:
        for between in _after_event(machine, place, row):
            awaited = between.awaited + row.effects
            yield Way(number, between, Place(row.target, awaited, between.moved))


def _after_event(machine: Machine, place: Place, row: Row) -> Iterator[Place]:
    """What the row's event leaves awaited, for each effect that it can be the answer of."""
    by_others = bool(row.actors - {TIMER})
    fired = TIMER in row.actors and fires(machine, place.state, row.event)
    if fired or (by_others and row.event not in machine.answers):
        yield place
    for name in dict.fromkeys(place.awaited):
        effect = machine.effect(name)
        if row.event not in (effect.succeeded, effect.failed, effect.timed_out):
            continue
        if not by_others and (TIMER not in row.actors or row.event != effect.timed_out):
            continue
        moved = place.moved
        if effect.money and row.event == effect.succeeded:
            moved |= {effect.money}
        for awaited in _without(place.awaited, name):
            yield Place(place.state, awaited, moved)


def fires(machine: Machine, state: str, event: str) -> bool:
    """Whether a deadline that runs in the state fires the event.

    >>> fires(Machine("m", "1", (), (), (), ()), "applied", "lapse")
    False
    """
    return any(deadline.event == event for deadline in machine.begins.get(state, ()))


def _without(awaited: tuple[str, ...], name: str) -> Iterator[tuple[str, ...]]:
    if awaited.count(name) == _MANY:
        yield awaited
    at = awaited.index(name)
    yield awaited[:at] + awaited[at + 1 :]
