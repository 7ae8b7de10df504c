"""Whether somebody can bring each event, and nobody grants what they asked for themselves."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.findings import Finding, Severity
from mallops.lifecycles.boxes import box_of, is_empty
from mallops.lifecycles.machine import Machine
from mallops.lifecycles.places import survey


def nobody_acts(machine: Machine) -> Iterator[Finding]:
    """A row is taken by somebody: it has actors, and one of them can come to bring its event.

    The timer brings what a deadline of the state fires, or an effect's time-out; an answer comes
    where its effect is awaited.
    """
    found = survey(machine)
    taken = {way.row for ways in found.ways.values() for way in ways}
    for i, row in enumerate(machine.rows):
        told_elsewhere = row.source not in found.states or is_empty(box_of(machine, row))
        if i not in taken and not told_elsewhere:
            details = {"state": row.source, "event": row.event}
            yield Finding("nobody_acts", Severity.WARNING, f"$.rows[{i}].actors", details)


def own_approvals(machine: Machine) -> Iterator[Finding]:
    """Who asks for something is not who grants it."""
    for i, row in enumerate(machine.rows):
        if row.approves in row.actors:
            details = {"actor": row.approves, "state": row.source, "event": row.event}
            yield Finding("own_approval", Severity.ERROR, f"$.rows[{i}].approves", details)
