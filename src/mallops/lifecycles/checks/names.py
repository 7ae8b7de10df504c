"""Whether all that a machine names exists, and exists once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mallops.findings import Finding, Severity
from mallops.lifecycles.machine import Machine, Row


def no_states(machine: Machine) -> Iterator[Finding]:
    """A machine without states has no place for a case to begin."""
    if not machine.states:
        yield Finding("no_states", Severity.ERROR, "$.states")


def unknown_states(machine: Machine) -> Iterator[Finding]:
    """Rows and deadlines are of states that there are."""
    known = {state.id for state in machine.states}
    for path, name in _states_named(machine):
        if name not in known:
            yield Finding("unknown_state", Severity.ERROR, path, {"state": name})


def unknown_events(machine: Machine) -> Iterator[Finding]:
    """Rows, deadlines and effects bring events that there are."""
    for path, name in _events_named(machine):
        if name not in machine.events:
            yield Finding("unknown_event", Severity.ERROR, path, {"event": name})


def unknown_actors(machine: Machine) -> Iterator[Finding]:
    """Rows and deadlines are of actors that there are."""
    for path, name in _actors_named(machine):
        if name not in machine.actors:
            yield Finding("unknown_actor", Severity.ERROR, path, {"actor": name})


def unknown_facts(machine: Machine) -> Iterator[Finding]:
    """Guards ask for facts that are declared."""
    for i, row in enumerate(machine.rows):
        for j, guard in enumerate(row.guards):
            if guard.fact not in machine.facts:
                path = f"$.rows[{i}].guards[{j}].fact"
                yield Finding("unknown_fact", Severity.ERROR, path, {"fact": guard.fact})


def unknown_effects(machine: Machine) -> Iterator[Finding]:
    """Rows send out effects that there are."""
    known = {effect.id for effect in machine.effects}
    for i, row in enumerate(machine.rows):
        for j, name in enumerate(row.effects):
            if name not in known:
                path = f"$.rows[{i}].effects[{j}]"
                yield Finding("unknown_effect", Severity.ERROR, path, {"effect": name})


def duplicate_ids(machine: Machine) -> Iterator[Finding]:
    """Of two things with one id nobody knows which is meant."""
    named: tuple[tuple[str, Iterable[str], str], ...] = (
        ("$.states", (state.id for state in machine.states), ".id"),
        ("$.events", machine.events, ""),
        ("$.actors", machine.actors, ""),
        ("$.deadlines", (deadline.id for deadline in machine.deadlines), ".id"),
        ("$.effects", (effect.id for effect in machine.effects), ".id"),
    )
    for path, names, key in named:
        seen = set()
        for i, name in enumerate(names):
            if name in seen:
                yield Finding("duplicate_id", Severity.ERROR, f"{path}[{i}]{key}", {"id": name})
            seen.add(name)


def _states_named(machine: Machine) -> Iterator[tuple[str, str]]:
    for i, row in enumerate(machine.rows):
        yield f"$.rows[{i}].source", row.source
        yield f"$.rows[{i}].target", row.target
    for i, deadline in enumerate(machine.deadlines):
        for j, name in enumerate(sorted(deadline.states)):
            yield f"$.deadlines[{i}].states[{j}]", name


def _events_named(machine: Machine) -> Iterator[tuple[str, str]]:
    for i, row in enumerate(machine.rows):
        yield f"$.rows[{i}].event", row.event
    for i, deadline in enumerate(machine.deadlines):
        yield f"$.deadlines[{i}].event", deadline.event
    for i, effect in enumerate(machine.effects):
        yield f"$.effects[{i}].succeeded", effect.succeeded
        yield f"$.effects[{i}].failed", effect.failed
        yield f"$.effects[{i}].timed_out", effect.timed_out


def _actors_named(machine: Machine) -> Iterator[tuple[str, str]]:
    for i, row in enumerate(machine.rows):
        for j, name in enumerate(sorted(row.actors)):
            yield f"$.rows[{i}].actors[{j}]", name
        yield from _approves(i, row)
    for i, deadline in enumerate(machine.deadlines):
        yield f"$.deadlines[{i}].benefits", deadline.benefits


def _approves(number: int, row: Row) -> Iterator[tuple[str, str]]:
    if row.approves:
        yield f"$.rows[{number}].approves", row.approves
