"""A machine: what states a case can be in, who may move it where, and what is due when.

It is a value. Nothing in it runs: `mallops.lifecycles.stepping` moves cases by it,
`mallops.lifecycles.verifying` looks for its dead ends, and diagrams and permissions are made
of it. A change of it is a new version.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any

from attrs import field, frozen

Value = bool | str
"""What a fact can be."""

TIMER = "timer"
"""The actor of events that a deadline fires."""

PROVIDER = "provider"
"""The actor of events that tell how an effect came out."""


class Calendar(Enum):
    """How a deadline's length is counted."""

    MINUTES = "minutes"
    """Minutes of the clock."""
    HOURS = "hours"
    """Hours of the clock."""
    DAYS = "days"
    """Local days, to the same time of day."""
    MIDNIGHTS = "midnights"
    """Whole local days: to the first local midnight strictly after, and so many days more."""
    WORKDAYS = "workdays"
    """As midnights, of days on which people work."""


@frozen
class Term:
    """How long a deadline is for what begins on `since` (a local day; None: ever) or later."""

    length: int
    calendar: Calendar
    since: date | None = None


@frozen
class Deadline:
    """While a case is in one of `states`: after its term, `event` fires, to somebody's benefit.

    The term is the last one whose `since` is not after the day on which the state was entered;
    going from one of the states to another does not begin it anew, unless it is the deadline
    itself that leads there.
    """

    id: str
    states: frozenset[str]
    terms: tuple[Term, ...]
    event: str
    benefits: str


@frozen
class Guard:
    """A move is allowed only where a fact is one of `among`; else `code` is the reason."""

    code: str
    fact: str
    among: frozenset[Value]


@frozen
class Effect:
    """Something that has to be done outside, and the events by which it comes back.

    `within` hours without an answer, `timed_out` fires. `money` names the money that it moves,
    such as `refund`, and is empty where it moves none: what has one name must move only once.
    """

    id: str
    succeeded: str
    failed: str
    timed_out: str
    within: int
    money: str = ""


@frozen
class Row:
    """In `source`, `event` by one of `actors` leads to `target` if every guard holds.

    `effects` are then to be performed. `approves` names the actor whose request is granted.
    """

    source: str
    event: str
    target: str
    actors: frozenset[str]
    guards: tuple[Guard, ...] = ()
    effects: tuple[str, ...] = ()
    approves: str = ""


@frozen
class State:
    """Where a case can be. `axes` tells it apart by what differs, such as money and parcel.

    `patient` is the reason, if there is one, why a case may wait here for people for ever.
    """

    id: str
    final: bool = False
    axes: Mapping[str, str] = field(factory=dict)
    patient: str = ""


def _derived() -> Any:
    """What is worked out of the rest once, so that a step looks up and never searches."""
    return field(init=False, eq=False, repr=False)


@frozen
class Machine:
    """A process as data. The first state is where cases begin.

    `facts` are the finite domains of what guards ask. `timezone` is where its days begin;
    `holidays` and `workdays` are the days that are, against the week, no workdays or some.
    `wording` is by locale, then by `state.ID`, `event.ID`, `actor.ID`, `guard.CODE`,
    `deadline.ID` or `effect.ID`. `moves` are the rows by state and event, `begins` the deadlines
    by the states in which they run, `answers` the effects by the events that come back from them.
    """

    id: str
    version: str
    states: tuple[State, ...]
    events: tuple[str, ...]
    actors: tuple[str, ...]
    rows: tuple[Row, ...]
    facts: Mapping[str, tuple[Value, ...]] = field(factory=dict)
    deadlines: tuple[Deadline, ...] = ()
    effects: tuple[Effect, ...] = ()
    wording: Mapping[str, Mapping[str, str]] = field(factory=dict)
    timezone: str = "Asia/Shanghai"
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()
    moves: Mapping[tuple[str, str], tuple[Row, ...]] = _derived()
    begins: Mapping[str, tuple[Deadline, ...]] = _derived()
    answers: Mapping[str, frozenset[str]] = _derived()
    _deadline_of: Mapping[str, Deadline] = _derived()
    _effect_of: Mapping[str, Effect] = _derived()

    @moves.default
    def _moves(self) -> Mapping[tuple[str, str], tuple[Row, ...]]:
        found: dict[tuple[str, str], tuple[Row, ...]] = {}
        for row in self.rows:
            key = (row.source, row.event)
            found[key] = (*found.get(key, ()), row)
        return found

    @begins.default
    def _begins(self) -> Mapping[str, tuple[Deadline, ...]]:
        found: dict[str, tuple[Deadline, ...]] = {}
        for deadline in self.deadlines:
            for state in sorted(deadline.states):
                found[state] = (*found.get(state, ()), deadline)
        return found

    @answers.default
    def _answers(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for effect in self.effects:
            for event in (effect.succeeded, effect.failed, effect.timed_out):
                found[event] = found.get(event, frozenset()) | {effect.id}
        return found

    @_deadline_of.default
    def _by_deadline(self) -> Mapping[str, Deadline]:
        return {deadline.id: deadline for deadline in self.deadlines}

    @_effect_of.default
    def _by_effect(self) -> Mapping[str, Effect]:
        return {effect.id: effect for effect in self.effects}

    def deadline(self, name: str) -> Deadline:
        """The deadline of that name."""
        return self._deadline_of[name]

    def effect(self, name: str) -> Effect:
        """The effect of that name."""
        return self._effect_of[name]
