"""Whether a case can get anywhere, gets to an end, and stays there."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.findings import Finding, Severity
from mallops.lifecycles.machine import Machine
from mallops.lifecycles.places import MAX_PLACES, Place, Survey, endless, survey


def too_many_places(machine: Machine) -> Iterator[Finding]:
    """A machine whose ways nobody can go through cannot be verified."""
    if not survey(machine).complete:
        yield Finding("too_many_places", Severity.ERROR, "$.rows", {"most": str(MAX_PLACES)})


def unreachable_states(machine: Machine) -> Iterator[Finding]:
    """A state that no case gets into is a forgotten row, or one state too many."""
    reached = survey(machine).states
    for i, state in enumerate(machine.states):
        if state.id not in reached:
            yield Finding(
                "unreachable_state", Severity.WARNING, f"$.states[{i}]", {"state": state.id}
            )


def dead_ends(machine: Machine) -> Iterator[Finding]:
    """From wherever a case can be, some way leads to a final state.

    Told once for a state, with the events of a shortest way into the trap.
    """
    return dead_ends_of(machine, survey(machine))


def dead_ends_of(machine: Machine, found: Survey) -> Iterator[Finding]:
    """The dead ends among the places that a survey has found."""
    trapped: dict[str, Place] = {}
    for place in endless(machine, found):
        trapped.setdefault(place.state, place)
    for i, state in enumerate(machine.states):
        if state.id in trapped:
            after = ", ".join(found.events_to(trapped[state.id]))
            details = {"state": state.id, "after": after}
            yield Finding("dead_end", Severity.ERROR, f"$.states[{i}]", details)


def left_finals(machine: Machine) -> Iterator[Finding]:
    """What is over stays over."""
    final = {state.id for state in machine.states if state.final}
    for i, row in enumerate(machine.rows):
        if row.source in final:
            details = {"state": row.source, "event": row.event}
            yield Finding("leaves_final", Severity.ERROR, f"$.rows[{i}]", details)
