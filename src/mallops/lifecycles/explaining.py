"""What an actor may do with a case now, why not, and who waits for whom until when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen
from pendulum import DateTime

from mallops.findings import Refusal
from mallops.lifecycles.case import Case
from mallops.lifecycles.machine import PROVIDER, TIMER, Machine, Row, Value
from mallops.lifecycles.stepping import (
    NOT_YOURS,
    Due,
    check_case,
    check_known,
    expected,
    overdue_refusal,
)


@frozen
class Move:
    """An event that the actor could bring; `against` is empty where it may."""

    event: str
    target: str
    against: tuple[Refusal, ...]


@frozen
class Waiting:
    """Somebody of `actors` has to act by `until`, or `event` fires to the good of `benefits`."""

    actors: tuple[str, ...]
    until: DateTime
    event: str
    benefits: str


@frozen
class Outlook:
    """Every move of the actor out of the case's state, and what runs meanwhile."""

    state: str
    moves: tuple[Move, ...]
    waiting: tuple[Waiting, ...]


def explain(
    machine: Machine,
    case: Case,
    actor: str,
    at: DateTime,
    facts: Mapping[str, Value] | None = None,
) -> Outlook:
    """What an actor may do with a case at an instant, and what the case is waiting for.

    Facts that are not given count against a move that asks for them, under the guard's code.
    Raises `InputError` for an actor that the machine does not know.
    """
    check_case(machine, case)
    check_known(machine, actor)
    known = facts or {}
    late = sorted(each for each in expected(machine, case) if each.at <= at)
    moves = tuple(
        Move(row.event, row.target, tuple(_against(machine, row, actor, known, late)))
        for row in machine.rows
        if row.source == case.state and not row.actors <= {TIMER, PROVIDER}
    )
    return Outlook(case.state, moves, tuple(_waiting(machine, case)))


def _against(
    machine: Machine, row: Row, actor: str, facts: Mapping[str, Value], late: list[Due]
) -> Iterator[Refusal]:
    if actor not in row.actors:
        yield Refusal(NOT_YOURS, {"actor": actor, "actors": ", ".join(sorted(row.actors))})
    if late:
        yield overdue_refusal(machine, late[0])
    for guard in row.guards:
        if facts.get(guard.fact) not in guard.among:
            yield Refusal(guard.code, {"fact": guard.fact, "value": str(facts.get(guard.fact))})


def _waiting(machine: Machine, case: Case) -> Iterator[Waiting]:
    people = sorted(
        {
            actor
            for row in machine.rows
            if row.source == case.state
            for actor in row.actors - {TIMER, PROVIDER}
        }
    )
    for running in case.deadlines:
        deadline = machine.deadline(running.deadline)
        # Who gains by the deadline is not who is waited for.
        actors = tuple(actor for actor in people if actor != deadline.benefits)
        yield Waiting(actors, running.at, deadline.event, deadline.benefits)
    for awaited in case.awaited:
        yield Waiting((PROVIDER,), awaited.until, machine.effect(awaited.effect).timed_out, "")
