"""Whether deadlines run where they are needed, are answered, and lead somewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mallops.findings import Finding, Severity
from mallops.lifecycles.boxes import box_of, gap, shown_facts
from mallops.lifecycles.machine import TIMER, Calendar, Deadline, Machine, Row
from mallops.lifecycles.places import survey


def impossible_terms(machine: Machine) -> Iterator[Finding]:
    """A deadline has a term, of some length, and one only for a day; an effect has its hours."""
    for i, deadline in enumerate(machine.deadlines):
        path = f"$.deadlines[{i}].terms"
        begun = [term.since for term in deadline.terms]
        if not begun or len(set(begun)) < len(begun):
            yield Finding("impossible_term", Severity.ERROR, path, {"of": deadline.id})
        for j, term in enumerate(deadline.terms):
            # No midnights more is the next midnight; no hours are no time at all.
            if term.length < (term.calendar in {Calendar.MINUTES, Calendar.HOURS, Calendar.DAYS}):
                found = f"{path}[{j}].length"
                yield Finding("impossible_term", Severity.ERROR, found, {"of": deadline.id})
    for i, effect in enumerate(machine.effects):
        if effect.within < 1:
            path = f"$.effects[{i}].within"
            yield Finding("impossible_term", Severity.ERROR, path, {"of": effect.id})


def unhandled_deadlines(machine: Machine) -> Iterator[Finding]:
    """Wherever a deadline runs, its event leads on, whatever the facts.

    Where it does not, the case is stuck: once a deadline is past, its event has to come first.
    """
    reached = survey(machine).states
    for i, deadline in enumerate(machine.deadlines):
        for state in sorted(deadline.states & reached):
            missing = gap(
                machine, (box_of(machine, row) for row in fired(machine, deadline, state))
            )
            if missing is not None:
                details = {
                    "deadline": deadline.id,
                    "state": state,
                    "event": deadline.event,
                    "facts": shown_facts(missing),
                }
                yield Finding("unhandled_deadline", Severity.ERROR, f"$.deadlines[{i}]", details)


def missing_deadlines(machine: Machine) -> Iterator[Finding]:
    """Where somebody has to act, something fires if they do not, or the state says why not.

    Where nobody can, it is a dead end.
    """
    found = survey(machine)
    waiting = {place.state for place, ways in found.ways.items() if ways and not place.awaited}
    for i, state in enumerate(machine.states):
        if state.id in waiting and not (
            state.final or state.patient or machine.begins.get(state.id)
        ):
            yield Finding("no_deadline", Severity.ERROR, f"$.states[{i}]", {"state": state.id})


def needless_patience(machine: Machine) -> Iterator[Finding]:
    """What has an end or a deadline does not wait for ever."""
    for i, state in enumerate(machine.states):
        if state.patient and (state.final or machine.begins.get(state.id)):
            path = f"$.states[{i}].patient"
            yield Finding("needless_patience", Severity.WARNING, path, {"state": state.id})


def deadline_cycles(machine: Machine) -> Iterator[Finding]:
    """Deadlines alone bring a case to an end: they do not send it round in a circle.

    A circle is states which fire into each other, or into themselves, whatever the facts, while
    no other deadline runs through them all and leads out.
    """
    reached = survey(machine).states
    numbers = {state.id: i for i, state in enumerate(machine.states)}
    for circle in _circles(_kept_going(machine, reached)):
        if not any(_leads_out(machine, deadline, set(circle)) for deadline in machine.deadlines):
            path = f"$.states[{min(numbers[state] for state in circle)}]"
            yield Finding("deadline_cycle", Severity.ERROR, path, {"states": ", ".join(circle)})


def fired(machine: Machine, deadline: Deadline, state: str) -> tuple[Row, ...]:
    """The rows by which the timer brings a deadline's event in a state."""
    return tuple(
        row for row in machine.moves.get((state, deadline.event), ()) if TIMER in row.actors
    )


def _targets(machine: Machine, deadline: Deadline, state: str) -> frozenset[str]:
    return frozenset(row.target for row in fired(machine, deadline, state))


def _kept_going(machine: Machine, states: frozenset[str]) -> Mapping[str, frozenset[str]]:
    """The states in which some deadline leads, whatever the facts, to another such state."""
    while True:
        leads = {state: _inside(machine, state, states) for state in states}
        left = frozenset(state for state in states if leads[state])
        if left == states:
            return leads
        states = left


def _inside(machine: Machine, state: str, states: frozenset[str]) -> frozenset[str]:
    leads: frozenset[str] = frozenset()
    for deadline in machine.begins.get(state, ()):
        targets = _targets(machine, deadline, state)
        if targets <= states:
            leads |= targets
    return leads


def _leads_out(machine: Machine, deadline: Deadline, circle: set[str]) -> bool:
    return circle <= deadline.states and all(
        not _targets(machine, deadline, state) & circle for state in circle
    )


def _circles(leads: Mapping[str, frozenset[str]]) -> list[tuple[str, ...]]:
    """The states that lead to each other, and to themselves, in groups."""
    beyond = {state: _reach(leads, state) for state in leads}
    groups = {
        tuple(sorted(other for other in beyond[state] if state in beyond[other]))
        for state in leads
        if state in beyond[state]
    }
    return sorted(groups)


def _reach(leads: Mapping[str, frozenset[str]], state: str) -> frozenset[str]:
    reached: set[str] = set()
    ahead = list(leads[state])
    while ahead:
        next_one = ahead.pop()
        if next_one not in reached:
            reached.add(next_one)
            ahead.extend(leads[next_one])
    return frozenset(reached)
