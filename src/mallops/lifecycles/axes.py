"""Machines out of small axes: what differs is said once, and the flat states follow.

An after-sales case has an acceptance, a parcel on its way back, money on its way back. Each is
an axis of a few values, and a change is a row over conditions on axes: "where the parcel is on
the way, the carrier may lose it". `compose` walks from the first value of every axis and writes
out a flat `Machine` of the combinations that can be reached, and of no others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import evolve, field, frozen

from mallops.errors import InputError, Problem, shown
from mallops.lifecycles.machine import (
    Deadline,
    Effect,
    Guard,
    Machine,
    Row,
    State,
    Term,
    Value,
)

NONE = "none"
"""The value of an axis that has nothing to say yet. It is left out of states' ids."""

Where = Mapping[str, str | tuple[str, ...]]
"""Conditions: by axis, the value or the values that it must have. An absent axis is `NONE`."""

_Place = dict[str, str]


@frozen
class Said:
    """One thing's wording in both languages."""

    zh_CN: str  # noqa: N815
    en: str


@frozen
class Axis:
    """Something that differs by itself. Cases begin with its first value.

    Every value has its wording; it is empty where the other axes say enough.
    """

    id: str
    values: Mapping[str, Said]


@frozen
class To:
    """Where a change leads: the axes that it sets, and what is then to be performed."""

    axes: Mapping[str, str]
    effects: tuple[str, ...] = ()

    def also(self, **axes: str) -> To:
        """The same, with further axes set; they win."""
        return evolve(self, axes={**self.axes, **axes})


@frozen
class Change:
    """Rows over axes: wherever the conditions hold, `event` by one of `actors` leads on."""

    event: str
    actors: tuple[str, ...]
    where: Where
    to: To
    guards: tuple[Guard, ...] = ()
    approves: str = ""


@frozen
class Limit:
    """A deadline over axes: it runs wherever the conditions hold."""

    id: str
    where: Where
    terms: tuple[Term, ...]
    event: str
    benefits: str


@frozen
class Part:
    """Axes with all that moves along them, to be put together with others.

    `words` are by `event.ID`, `actor.ID`, `guard.CODE`, `deadline.ID` or `effect.ID`.
    """

    axes: tuple[Axis, ...] = ()
    changes: tuple[Change, ...] = ()
    limits: tuple[Limit, ...] = ()
    effects: tuple[Effect, ...] = ()
    facts: Mapping[str, tuple[Value, ...]] = field(factory=dict)
    words: Mapping[str, Said] = field(factory=dict)


def compose(id: str, version: str, parts: Iterable[Part], ends: Iterable[Where]) -> Machine:  # noqa: A002
    """A flat machine of the combinations that can be reached; it ends where one of `ends` holds.

    What no row of it uses is left out: parts are shared, and not every flow needs all of one.
    Raises `InputError` for a value that its axis does not have, an axis that is set and not
    there, two axes of one id, combinations that share an id, and whatever has no wording.

    >>> light = Axis("light", {"off": Said("熄灭", "off"), "on": Said("亮起", "on")})
    >>> press = Change("press", ("owner",), {"light": "off"}, To({"light": "on"}))
    >>> words = {"event.press": Said("按下", "press"), "actor.owner": Said("主人", "owner")}
    >>> lamp = compose("lamp", "1", [Part((light,), (press,), words=words)], [{"light": "on"}])
    >>> [(row.source, row.event, row.target) for row in lamp.rows]
    [('off', 'press', 'on')]
    """
    whole = _joined(parts)
    ends = tuple(ends)
    _check_values(whole, ends)
    places = _reached(whole, ends)
    rows = tuple(_rows(whole, places, ends))
    used = {name for row in rows for name in row.effects}
    effects = tuple(effect for effect in whole.effects if effect.id in used)
    deadlines = tuple(_deadlines(whole, places, ends))
    asked = {guard.fact for row in rows for guard in row.guards}
    actors = [actor for change in whole.changes for actor in change.actors]
    events = tuple(dict.fromkeys(row.event for row in rows))
    acting = {actor for row in rows for actor in row.actors} | {
        deadline.benefits for deadline in deadlines
    }
    machine = Machine(
        id=id,
        version=version,
        states=tuple(State(name, _ended(at, ends), at) for name, at in places.items()),
        events=events,
        actors=tuple(actor for actor in dict.fromkeys(actors) if actor in acting),
        rows=rows,
        facts={name: domain for name, domain in whole.facts.items() if name in asked},
        deadlines=deadlines,
        effects=effects,
    )
    return evolve(machine, wording=_wording(whole, machine))


def along(machine: Machine, *axes: str) -> Machine:
    """A composed machine seen along some of its axes only, to be drawn: no case runs on it.

    Its states are the combinations of those axes, called by their values; what moves other axes
    alone is left out. One is final where every case that is there has ended. Raises `InputError`
    for an axis that no state has.
    """
    unknown = [axis for axis in axes if axis not in machine.states[0].axes]
    if unknown:
        known = ", ".join(machine.states[0].axes)
        raise InputError([Problem("$.axes", ", ".join(unknown), f"axes among {known}")])
    seen = {
        state.id: _name({axis: state.axes[axis] for axis in axes}) or NONE
        for state in machine.states
    }
    running = {seen[state.id] for state in machine.states if not state.final}
    states = tuple(State(name, name not in running) for name in dict.fromkeys(seen.values()))
    rows: dict[tuple[str, str, str, tuple[Guard, ...]], Row] = {}
    for row in machine.rows:
        source, target = seen[row.source], seen[row.target]
        if source == target:
            continue
        key = (source, row.event, target, row.guards)
        first = rows.setdefault(key, evolve(row, source=source, target=target))
        rows[key] = evolve(first, actors=first.actors | row.actors)
    return evolve(
        machine,
        states=states,
        rows=tuple(rows.values()),
        deadlines=tuple(
            evolve(deadline, states=frozenset(seen[state] for state in deadline.states))
            for deadline in machine.deadlines
        ),
        wording={
            locale: {name: said for name, said in words.items() if not name.startswith("state.")}
            for locale, words in machine.wording.items()
        },
    )


def _joined(parts: Iterable[Part]) -> Part:
    parts = tuple(parts)
    axes = tuple(axis for part in parts for axis in part.axes)
    names = [axis.id for axis in axes]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError([Problem("$.axes", ", ".join(twice), "each axis once")])
    return Part(
        axes,
        tuple(change for part in parts for change in part.changes),
        tuple(limit for part in parts for limit in part.limits),
        tuple(effect for part in parts for effect in part.effects),
        {name: domain for part in parts for name, domain in part.facts.items()},
        {name: said for part in parts for name, said in part.words.items()},
    )


def among(values: str | tuple[str, ...]) -> tuple[str, ...]:
    """A condition's values, be it one or several."""
    return (values,) if isinstance(values, str) else values


def _holds(where: Where, at: _Place) -> bool:
    return all(at.get(axis, NONE) in among(values) for axis, values in where.items())


def _ended(at: _Place, ends: tuple[Where, ...]) -> bool:
    return any(_holds(end, at) for end in ends)


def _led(change: Change, at: _Place) -> _Place:
    absent = [axis for axis, value in change.to.axes.items() if axis not in at and value != NONE]
    if absent:
        path = f"$.changes.{change.event}.to"
        raise InputError([Problem(path, ", ".join(absent), f"axes among {', '.join(at)}")])
    return {axis: change.to.axes.get(axis, value) for axis, value in at.items()}


def _reached(whole: Part, ends: tuple[Where, ...]) -> dict[str, _Place]:
    """The combinations that can be reached, by id, the first first."""
    first = {axis.id: next(iter(axis.values)) for axis in whole.axes}
    found = {_name(first): first}
    queue = [first]
    for at in queue:
        if _ended(at, ends):
            continue
        for change in whole.changes:
            if not _holds(change.where, at):
                continue
            led = _led(change, at)
            known = found.setdefault(_name(led), led)
            if known is led:
                queue.append(led)
            elif known != led:
                raise InputError([Problem("$.axes", shown(_name(led)), "one combination")])
    return found


def _name(at: _Place) -> str:
    return "_".join(value for value in at.values() if value != NONE)


def _rows(whole: Part, places: Mapping[str, _Place], ends: tuple[Where, ...]) -> Iterator[Row]:
    for name, at in places.items():
        if _ended(at, ends):
            continue
        for change in whole.changes:
            if _holds(change.where, at):
                yield Row(
                    name,
                    change.event,
                    _name(_led(change, at)),
                    frozenset(change.actors),
                    change.guards,
                    change.to.effects,
                    change.approves,
                )


def _deadlines(
    whole: Part, places: Mapping[str, _Place], ends: tuple[Where, ...]
) -> Iterator[Deadline]:
    for limit in whole.limits:
        states = frozenset(
            name for name, at in places.items() if not _ended(at, ends) and _holds(limit.where, at)
        )
        if states:
            yield Deadline(limit.id, states, limit.terms, limit.event, limit.benefits)


def _wording(whole: Part, machine: Machine) -> dict[str, dict[str, str]]:
    said = {f"state.{state.id}": _said(whole, state.axes) for state in machine.states}
    named = [
        *(f"event.{event}" for event in machine.events),
        *(f"actor.{actor}" for actor in machine.actors),
        *(f"guard.{guard.code}" for row in machine.rows for guard in row.guards),
        *(f"deadline.{deadline.id}" for deadline in machine.deadlines),
        *(f"effect.{effect.id}" for effect in machine.effects),
    ]
    for name in named:
        said[name] = whole.words.get(name, Said("", ""))
    mute = [name for name, words in said.items() if not (words.zh_CN and words.en)]
    if mute:
        raise InputError([Problem("$.words", ", ".join(mute), "wording in zh_CN and en for each")])
    return {
        "zh_CN": {name: words.zh_CN for name, words in said.items()},
        "en": {name: words.en for name, words in said.items()},
    }


def _said(whole: Part, at: Mapping[str, str]) -> Said:
    """A combination's wording: that of its values, one after the other."""
    parts = [axis.values[at[axis.id]] for axis in whole.axes]
    return Said(
        "，".join(said.zh_CN for said in parts if said.zh_CN),
        ", ".join(said.en for said in parts if said.en),
    )


def _check_values(whole: Part, ends: tuple[Where, ...]) -> None:
    values = {axis.id: axis.values for axis in whole.axes}
    asked: list[tuple[str, Where]] = [
        *((f"$.changes.{change.event}.where", change.where) for change in whole.changes),
        *((f"$.changes.{change.event}.to", change.to.axes) for change in whole.changes),
        *((f"$.limits.{limit.id}.where", limit.where) for limit in whole.limits),
        *(("$.ends", end) for end in ends),
    ]
    problems = [
        Problem(f"{path}.{axis}", shown(value), f"one of {', '.join(values[axis])}")
        for path, where in asked
        for axis, wanted in where.items()
        if axis in values
        for value in among(wanted)
        if value not in values[axis]
    ]
    if problems:
        raise InputError(problems)
