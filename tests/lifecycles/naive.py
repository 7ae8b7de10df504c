"""A naive twin of `verify`: it moves cases by the kernel, under every combination of facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from attrs import define, evolve, field, frozen

from mallops.lifecycles.case import Awaited, Case, Running, Step
from mallops.lifecycles.machine import PROVIDER, TIMER, Deadline, Machine, Row, Value
from mallops.lifecycles.stepping import step
from mallops.time import instant

NOW = instant("2026-11-11T00:00:00+08:00")
MOST = 4

Spot = tuple[str, tuple[str, ...], frozenset[str]]
"""A state, the effects that are awaited, at most four of a kind, and the money that has moved."""


@frozen
class Attempt:
    """An event as somebody brings it to a case."""

    case: Case
    event: str
    actor: str
    answers: str = ""


@define
class Found:
    """What is wrong, by code: the states, rows and events that it is about."""

    unreachable_state: set[str] = field(factory=set)
    dead_end: set[str] = field(factory=set)
    no_deadline: set[str] = field(factory=set)
    ambiguous_row: set[tuple[str, str]] = field(factory=set)
    unhandled_deadline: set[tuple[str, str]] = field(factory=set)
    unanswered_effect: set[tuple[str, str, str]] = field(factory=set)
    moved_twice: set[str] = field(factory=set)
    nobody_acts: set[str] = field(factory=set)


def naive(machine: Machine) -> Found:
    """What every way of a case through the machine brings to light."""
    found = Found()
    combinations = list(all_facts(machine))
    alone = [evolve(machine, rows=(row,)) for row in machine.rows]
    ways: dict[Spot, set[Spot]] = {}
    taken: set[int] = set()
    ahead: list[Spot] = [(machine.states[0].id, (), frozenset())]
    while ahead:
        spot = ahead.pop()
        if spot in ways:
            continue
        ways[spot] = set()
        stuck_events(machine, spot, combinations, found)
        for number, only in enumerate(alone):
            for attempt in attempts(only, spot, machine.rows[number].event):
                steps = [moved(only, attempt, facts) for facts in combinations]
                for made in steps:
                    if made is not None:
                        taken.add(number)
                        after, twice = arrived(machine, spot, made, attempt)
                        ways[spot].add(after)
                        if twice:
                            found.moved_twice.add(f"$.rows[{number}].effects")
        ahead.extend(ways[spot])
    judge(machine, ways, found)
    found.ambiguous_row = {
        (row.source, row.event)
        for row in machine.rows
        if any(rivals(machine, row, facts) for facts in combinations)
    }
    reached = {spot[0] for spot in ways}
    for number, row in enumerate(machine.rows):
        possible = any(holds(row, facts) for facts in combinations)
        if number not in taken and row.source in reached and possible:
            found.nobody_acts.add(f"$.rows[{number}].actors")
    return found


def all_facts(machine: Machine) -> Iterator[Mapping[str, Value]]:
    for values in product(*machine.facts.values()):
        yield dict(zip(machine.facts, values, strict=True))


def holds(row: Row, facts: Mapping[str, Value]) -> bool:
    return all(facts[guard.fact] in guard.among for guard in row.guards)


def rivals(machine: Machine, row: Row, facts: Mapping[str, Value]) -> bool:
    for actor in row.actors:
        able = [
            other
            for other in machine.rows
            if (other.source, other.event) == (row.source, row.event)
            and actor in other.actors
            and holds(other, facts)
        ]
        if holds(row, facts) and len(able) > 1:
            return True
    return False


def case_at(machine: Machine, spot: Spot) -> Case:
    """A case to which nothing is overdue."""
    state, awaited, _ = spot
    return Case(
        "c",
        machine.id,
        machine.version,
        state,
        NOW,
        awaited=tuple(
            Awaited(f"k{i}", name, NOW.add(hours=machine.effect(name).within))
            for i, name in enumerate(awaited)
        ),
    )


def late_deadline(case: Case, deadline: Deadline) -> Attempt:
    """The timer with a deadline that is due, while nothing else is."""
    running = (Running(deadline.id, NOW),)
    return Attempt(evolve(case, deadlines=running), deadline.event, TIMER)


def late_effect(machine: Machine, case: Case, number: int) -> Attempt:
    """The timer with an effect that is due, while nothing else is."""
    awaited = list(case.awaited)
    late = awaited[number]
    awaited[number] = evolve(late, until=NOW)
    event = machine.effect(late.effect).timed_out
    return Attempt(evolve(case, awaited=tuple(awaited)), event, TIMER, late.key)


def attempts(machine: Machine, spot: Spot, event: str) -> Iterator[Attempt]:
    """Whoever may bring an event, as an answer to whatever is awaited."""
    case = case_at(machine, spot)
    for actor in machine.actors:
        for answers in ("", *(each.key for each in case.awaited)):
            if actor != TIMER:
                yield Attempt(case, event, actor, answers)
    for deadline in machine.deadlines:
        if spot[0] in deadline.states:
            yield late_deadline(case, deadline)
    for number in range(len(case.awaited)):
        yield late_effect(machine, case, number)


def moved(machine: Machine, attempt: Attempt, facts: Mapping[str, Value]) -> Step | None:
    made = step(machine, attempt.case, attempt.event, attempt.actor, NOW, facts, attempt.answers)
    return made if isinstance(made, Step) else None


def arrived(machine: Machine, spot: Spot, made: Step, attempt: Attempt) -> tuple[Spot, bool]:
    """Where a step leads, and whether it sends money out that is gone already."""
    keys = {each.key for each in made.case.awaited}
    back = [each for each in made.before.awaited if each.key not in keys]
    moved = set(spot[2])
    for each in back:
        effect = machine.effect(each.effect)
        if effect.money and attempt.event == effect.succeeded:
            moved.add(effect.money)
    old = {each.key for each in made.before.awaited}
    gone = moved | {
        machine.effect(each.effect).money for each in made.case.awaited if each.key in old
    }
    twice = False
    for each in made.case.awaited:
        money = machine.effect(each.effect).money
        if each.key not in old and money:
            twice |= money in gone
            gone.add(money)
    names = sorted(each.effect for each in made.case.awaited)
    few = [name for i, name in enumerate(names) if names[:i].count(name) < MOST]
    return (made.case.state, tuple(few), frozenset(moved)), twice


def stuck_events(
    machine: Machine, spot: Spot, combinations: list[Mapping[str, Value]], found: Found
) -> None:
    """Events that are certain to come, and lead nowhere under some facts."""
    case = case_at(machine, spot)

    def leads(attempt: Attempt) -> bool:
        return all(moved(machine, attempt, facts) is not None for facts in combinations)

    for deadline in machine.deadlines:
        if spot[0] in deadline.states and not leads(late_deadline(case, deadline)):
            found.unhandled_deadline.add((deadline.id, spot[0]))
    for number, awaited in enumerate(case.awaited):
        effect = machine.effect(awaited.effect)
        for event in (effect.succeeded, effect.failed):
            if not leads(Attempt(case, event, PROVIDER, awaited.key)):
                found.unanswered_effect.add((effect.id, spot[0], event))
        if not leads(late_effect(machine, case, number)):
            found.unanswered_effect.add((effect.id, spot[0], effect.timed_out))


def judge(machine: Machine, ways: Mapping[Spot, set[Spot]], found: Found) -> None:
    states = {state.id: state for state in machine.states}
    found.unreachable_state = states.keys() - {spot[0] for spot in ways}
    for spot, onward in ways.items():
        state = states[spot[0]]
        if not any(states[other[0]].final for other in beyond(ways, spot)):
            found.dead_end.add(state.id)
        runs = spot[1] or any(state.id in deadline.states for deadline in machine.deadlines)
        if onward and not (runs or state.final or state.patient):
            found.no_deadline.add(state.id)


def beyond(ways: Mapping[Spot, set[Spot]], spot: Spot) -> set[Spot]:
    """All spots that a spot leads to, itself among them."""
    seen: set[Spot] = set()
    ahead = [spot]
    while ahead:
        one = ahead.pop()
        if one not in seen:
            seen.add(one)
            ahead.extend(ways[one])
    return seen
