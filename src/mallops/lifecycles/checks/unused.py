"""Whether all that a machine declares is used."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.findings import Finding, Severity
from mallops.lifecycles.machine import Machine
from mallops.lifecycles.places import survey
from mallops.rules.paths import at_key


def unused_events(machine: Machine) -> Iterator[Finding]:
    """An event is brought in some row, or fired by a deadline or an effect."""
    used = {row.event for row in machine.rows} | machine.answers.keys()
    used |= {deadline.event for deadline in machine.deadlines}
    for i, event in enumerate(machine.events):
        if event not in used:
            yield Finding("unused_event", Severity.WARNING, f"$.events[{i}]", {"event": event})


def unused_actors(machine: Machine) -> Iterator[Finding]:
    """An actor acts in some row, or has something granted or falling to it."""
    used = {actor for row in machine.rows for actor in (*row.actors, row.approves)}
    used |= {deadline.benefits for deadline in machine.deadlines}
    for i, actor in enumerate(machine.actors):
        if actor not in used:
            yield Finding("unused_actor", Severity.WARNING, f"$.actors[{i}]", {"actor": actor})


def unused_facts(machine: Machine) -> Iterator[Finding]:
    """A fact is asked for by some guard."""
    used = {guard.fact for row in machine.rows for guard in row.guards}
    for fact in machine.facts:
        if fact not in used:
            yield Finding("unused_fact", Severity.WARNING, at_key("$.facts", fact), {"fact": fact})


def unused_effects(machine: Machine) -> Iterator[Finding]:
    """An effect is sent out by some row."""
    used = {effect for row in machine.rows for effect in row.effects}
    for i, effect in enumerate(machine.effects):
        if effect.id not in used:
            path = f"$.effects[{i}]"
            yield Finding("unused_effect", Severity.WARNING, path, {"effect": effect.id})


def unused_deadlines(machine: Machine) -> Iterator[Finding]:
    """A deadline runs in some state that a case gets into."""
    reached = survey(machine).states
    for i, deadline in enumerate(machine.deadlines):
        if not deadline.states & reached:
            path = f"$.deadlines[{i}]"
            yield Finding("unused_deadline", Severity.WARNING, path, {"deadline": deadline.id})
