"""Moving a case by its machine: pure, with every reason where it is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import frozen
from pendulum import DateTime

from mallops.errors import InputError, Problem, shown
from mallops.findings import Refusal
from mallops.lifecycles.calendars import due_at, hours_after
from mallops.lifecycles.case import Awaited, Case, Refused, Running, Step
from mallops.lifecycles.machine import TIMER, Guard, Machine, Row, Value

NOT_HERE = "not_here"
NOT_YOURS = "not_yours"
OVERDUE = "overdue"
NOT_DUE = "not_due"
NOT_AWAITED = "not_awaited"

_NOTHING: Mapping[str, Value] = {}


def begin(machine: Machine, case: str, at: DateTime) -> Case:
    """A new case in the machine's first state, with the deadlines of that state running."""
    first = machine.states[0].id
    running = _begun(machine, first, (), at)
    return Case(case, machine.id, machine.version, first, at, deadlines=running)


def step(
    machine: Machine,
    case: Case,
    event: str,
    actor: str,
    at: DateTime,
    facts: Mapping[str, Value] = _NOTHING,
    answers: str = "",
) -> Step | Refused:
    """Move a case by an event, or tell everything that is against it.

    `facts` are what guards ask; `answers` is the key of the effect that the event comes back
    from. Refused: `not_here` (no such move in this state), `not_yours` (only others may),
    a guard's own code, `overdue` (a deadline is past, and its event has to come first),
    `not_due` (the timer is early), `not_awaited` (an answer to nothing, or one more). Where it is
    time or an answer that is against it, guards are told of as far as `facts` has what they ask.
    An instant before the case's own counts as that one. Raises `InputError` for a case of
    another machine, an event or actor that the machine does not know, and a fact that a guard
    asks for and that is missing or not in its domain.
    """
    if case.machine != machine.id or case.version != machine.version:
        check_case(machine, case)
    rows = machine.moves.get((case.state, event))
    if at < case.since:
        at = case.since
    if rows is None:
        check_known(machine, actor, event)
        return Refused((Refusal(NOT_HERE, {"state": case.state, "event": event}),))
    running, awaited = case.deadlines, case.awaited
    if running or awaited or event in machine.answers or actor == TIMER:
        found = _timely(machine, case, event, actor, at, answers)
        if isinstance(found, Refusal):
            check_known(machine, actor)
            return Refused((found, *_besides(machine, rows, actor, facts)))
        running, awaited = found
    for row in rows:
        if actor in row.actors and _holds(machine, row.guards, facts):
            return Step(case, _moved(machine, case, row, at, running, awaited), row, actor)
    return Refused(tuple(_against(machine, rows, actor, facts)))


def _holds(machine: Machine, guards: tuple[Guard, ...], facts: Mapping[str, Value]) -> bool:
    for guard in guards:
        value = facts.get(guard.fact)
        if value not in guard.among:
            _fact(machine, facts, guard.fact)
            return False
    return True


def _moved(
    machine: Machine,
    case: Case,
    row: Row,
    at: DateTime,
    running: tuple[Running, ...],
    awaited: tuple[Awaited, ...],
) -> Case:
    number, target = case.steps + 1, row.target
    if row.effects:
        awaited += tuple(
            Awaited(
                f"{case.id}/{number}/{name}", name, hours_after(at, machine.effect(name).within)
            )
            for name in row.effects
        )
    if running:
        running = tuple([run for run in running if target in machine.deadline(run.deadline).states])
    if target in machine.begins:
        running += _begun(machine, target, running, at)
    return Case(case.id, case.machine, case.version, target, at, number, running, awaited)


def _timely(
    machine: Machine, case: Case, event: str, actor: str, at: DateTime, answers: str
) -> tuple[tuple[Running, ...], tuple[Awaited, ...]] | Refusal:
    """What still runs and is awaited once the event has come, or why it cannot come now."""
    running, awaited = case.deadlines, case.awaited
    overdue = _overdue(machine, case, at)
    if overdue is not None and (overdue.event != event or actor != TIMER):
        return overdue_refusal(machine, overdue)
    if overdue is None and actor == TIMER:
        return Refusal(NOT_DUE, {"event": event})
    key = overdue.key if overdue is not None else answers
    if overdue is not None:
        # It has done its work: if its state stays, it begins anew.
        running = tuple([run for run in running if run.deadline != key])
    if event in machine.answers:
        answered = machine.answers[event]
        left = [each for each in awaited if each.key != key or each.effect not in answered]
        if len(left) == len(awaited) and running == case.deadlines:
            return Refusal(NOT_AWAITED, {"event": event})
        awaited = tuple(left)
    return running, awaited


def _overdue(machine: Machine, case: Case, at: DateTime) -> Due | None:
    """The first event that should have come by an instant and did not."""
    late = [run for run in case.deadlines if run.at <= at]
    late_answers = [each for each in case.awaited if each.until <= at]
    if not late and not late_answers:
        return None
    return min(each for each in expected(machine, case) if each.at <= at)


@frozen(order=True)
class Due:
    """An event that the timer has to bring: of a deadline, or of an effect that did not answer.

    `key` is the deadline's id, or the effect's key.
    """

    at: DateTime
    case: str
    event: str
    key: str


def expected(machine: Machine, case: Case) -> Iterator[Due]:
    """What the timer will bring to a case if nothing else happens."""
    for running in case.deadlines:
        event = machine.deadline(running.deadline).event
        yield Due(running.at, case.id, event, running.deadline)
    for awaited in case.awaited:
        yield Due(awaited.until, case.id, machine.effect(awaited.effect).timed_out, awaited.key)


def overdue_refusal(machine: Machine, late: Due) -> Refusal:
    """Why nothing else can happen before an event that is late."""
    at = late.at.in_timezone(machine.timezone).format("YYYY-MM-DDTHH:mm:ss")
    return Refusal(OVERDUE, {"event": late.event, "at": at})


def due(machine: Machine, cases: Iterable[Case], at: DateTime) -> tuple[Due, ...]:
    """The timer's events that are due by an instant, in their order; each is to be stepped.

    Only the first of a case is given: what comes after it hangs on where it leads. Raises
    `InputError` for a case of another machine.
    """
    found = []
    for case in cases:
        check_case(machine, case)
        first = min(expected(machine, case), default=None)
        if first is not None and first.at <= at:
            found.append(first)
    return tuple(sorted(found))


def _against(
    machine: Machine, rows: Iterable[Row], actor: str, facts: Mapping[str, Value]
) -> Iterator[Refusal]:
    """Every reason against the rows, each once: whose move it is, or what does not hold."""
    mine = [row for row in rows if actor in row.actors]
    if not mine:
        others = sorted({other for row in rows for other in row.actors})
        check_known(machine, actor)
        yield Refusal(NOT_YOURS, {"actor": actor, "actors": ", ".join(others)})
        return
    seen: set[str] = set()
    for guard in (guard for row in mine for guard in row.guards):
        value = _fact(machine, facts, guard.fact)
        if value not in guard.among and guard.code not in seen:
            seen.add(guard.code)
            yield Refusal(guard.code, {"fact": guard.fact, "value": str(value)})


def _besides(
    machine: Machine, rows: tuple[Row, ...], actor: str, facts: Mapping[str, Value]
) -> Iterator[Refusal]:
    """What would be against the rows in time too, unless a row may hold for all that is known."""
    mine = [row for row in rows if actor in row.actors]
    for row in mine:
        told = all(guard.fact in facts for guard in row.guards)
        if not told or _holds(machine, row.guards, facts):
            return
    yield from _against(machine, rows, actor, facts)


def _fact(machine: Machine, facts: Mapping[str, Value], name: str) -> Value:
    value = facts.get(name)
    if value is None or value not in machine.facts[name]:
        domain = ", ".join(map(str, machine.facts[name]))
        raise InputError([Problem(f"$.facts.{name}", shown(value), f"one of {domain}")])
    return value


def check_case(machine: Machine, case: Case) -> None:
    """Raise `InputError` for a case of another machine or version."""
    if (case.machine, case.version) != (machine.id, machine.version):
        got, expected = f"{case.machine}/{case.version}", f"{machine.id}/{machine.version}"
        raise InputError([Problem("$.case.version", shown(got), f"a case of {expected}")])


def check_known(machine: Machine, actor: str, event: str | None = None) -> None:
    """Raise `InputError` for an actor or an event that the machine does not have."""
    problems = []
    if event is not None and event not in machine.events:
        problems.append(Problem("$.event", shown(event), f"one of {', '.join(machine.events)}"))
    if actor not in machine.actors:
        problems.append(Problem("$.actor", shown(actor), f"one of {', '.join(machine.actors)}"))
    if problems:
        raise InputError(problems)


def _begun(
    machine: Machine, state: str, going: tuple[Running, ...], at: DateTime
) -> tuple[Running, ...]:
    """The deadlines that begin to run in a state, where they are not going already."""
    begins = machine.begins.get(state, ())
    if going:
        names = [run.deadline for run in going]
        begins = tuple([deadline for deadline in begins if deadline.id not in names])
    return tuple([Running(deadline.id, due_at(deadline, at, machine)) for deadline in begins])
