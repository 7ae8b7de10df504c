"""Whether guards can hold, and never for two rows of one move."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from mallops.findings import Finding, Severity
from mallops.lifecycles.boxes import box_of, is_empty, meet, shown_facts
from mallops.lifecycles.machine import Machine


def values_outside(machine: Machine) -> Iterator[Finding]:
    """A value that a fact never has is a slip of the pen."""
    for i, row in enumerate(machine.rows):
        for j, guard in enumerate(row.guards):
            for value in sorted(guard.among - frozenset(machine.facts[guard.fact]), key=str):
                path = f"$.rows[{i}].guards[{j}].among"
                details = {"fact": guard.fact, "value": str(value)}
                yield Finding("outside_domain", Severity.WARNING, path, details)


def impossible_rows(machine: Machine) -> Iterator[Finding]:
    """A row whose guards cannot all hold is never taken."""
    for i, row in enumerate(machine.rows):
        if is_empty(box_of(machine, row)):
            details = {"state": row.source, "event": row.event}
            yield Finding("never_holds", Severity.WARNING, f"$.rows[{i}].guards", details)


def ambiguous_rows(machine: Machine) -> Iterator[Finding]:
    """One actor's event leads one way, whatever the facts."""
    numbers = {id(row): i for i, row in enumerate(machine.rows)}
    for rows in machine.moves.values():
        for row, other in combinations(rows, 2):
            both = meet(box_of(machine, row), box_of(machine, other))
            actors = sorted(row.actors & other.actors)
            if actors and not is_empty(both):
                facts = {fact: min(both[fact], key=str) for fact in sorted(both)}
                details = {
                    "state": row.source,
                    "event": row.event,
                    "actor": actors[0],
                    "facts": shown_facts(facts),
                }
                path = f"$.rows[{numbers[id(other)]}]"
                yield Finding("ambiguous_row", Severity.ERROR, path, details)
