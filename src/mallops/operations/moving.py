"""Moving a case, and all that comes of it, in one unit of work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping

from attrs import evolve, field, frozen

from mallops.aftersales.payments import Capture
from mallops.errors import MallopsError
from mallops.lifecycles.case import Moved, Refused, Step
from mallops.lifecycles.machine import PROVIDER, TIMER, Row, Value
from mallops.lifecycles.parts.people import BUYER
from mallops.lifecycles.stepping import due, step
from mallops.operations.asking import key_reused
from mallops.operations.desk import Desk
from mallops.operations.facts import facts_for
from mallops.operations.mall import Mall
from mallops.operations.order_steps import follow, forget_points
from mallops.operations.repaying import ask, conclude, look_up
from mallops.operations.running import answered, in_unit
from mallops.repositories import Filed, Logged, Message, Unit

_NOTHING: Mapping[str, Value] = {}


@frozen
class Said:
    """What happened, who says so, and what is known besides.

    `answers` is the key of the effect that it comes back from, `captures` what was paid
    for the order, `done` the captures at which a refund that failed was paid all the same.
    """

    event: str
    actor: str
    facts: Mapping[str, Value] = field(factory=dict)
    answers: str = ""
    captures: tuple[Capture, ...] = ()
    done: Collection[str] = ()
    key: str = ""
    payload: str = ""


class TooLate(MallopsError):
    """What a move needs is gone: nothing of its unit of work may stay. Caught by operations."""

    def __init__(self, refused: Refused) -> None:
        self.refused = refused
        super().__init__(", ".join(refused.codes))


async def known_move(unit: Unit, case: str, said: Said) -> Moved | Refused | None:
    """The answer of the first time, if this was asked before under its key."""
    logged = await answered(unit.cases.logged(case, said.key))
    if logged is None:
        return None
    same = logged.payload == said.payload
    return logged.moved if same else Refused((key_reused(said.key),))


async def once(
    mall: Mall, case: str, said: Said, work: Callable[[Unit], Awaitable[Moved | Refused]]
) -> Moved | Refused:
    """What the work comes to in a unit of its own, or the answer of the first time."""

    async def answer(unit: Unit) -> Moved | Refused:
        found = await known_move(unit, case, said) or await work(unit)
        if isinstance(found, Refused):
            # An equal call may have come in between, and have what this one lacked.
            return await known_move(unit, case, said) or found
        return found

    try:
        return await in_unit(mall.store, answer)
    except TooLate as late:
        known = await in_unit(mall.store, lambda unit: known_move(unit, case, said))
        return known or late.refused


async def catch_up(desk: Desk) -> None:
    """What is due comes first, in its order, however late it is."""
    while found := due(desk.machine, [desk.filed.case], desk.at):
        late = found[0]
        refused = await move(desk, Said(late.event, TIMER))
        assert refused is None, "what is due is refused by nothing"


async def move(desk: Desk, said: Said) -> Refused | None:
    """One move, with its consequences, on the desk; refused, it has changed nothing.

    Raises `TooLate` where a consequence is not possible any more.
    """
    facts, reason = await facts_for(desk, said.event, said.facts)
    found = step(
        desk.machine, desk.filed.case, said.event, said.actor, desk.at, facts, said.answers
    )
    if isinstance(found, Refused):
        return Refused((*found.reasons, reason)) if reason is not None else found
    desk.filed = evolve(desk.filed, case=found.case)
    desk.log.append(Logged(found.log, said.key, said.payload))
    await _followed(desk, found, said)
    return None


async def _followed(desk: Desk, found: Step, said: Said) -> None:
    """What comes of a step: for the order, for money on its way, and to be performed."""
    desk.filed = _granted(desk.filed, found.row)
    if desk.of_order:
        refusal = await follow(desk, found, said.captures)
        if refusal is not None:
            raise TooLate(Refused((refusal,)))
    conclude(desk, found, said.done)
    before, after = desk.axes(found)
    if after.get("money") == "paid_by_hand" != before.get("money"):
        # Nobody has to be told: it counts as a refund, pending until the buyer confirms it.
        await ask(desk, f"{found.case.id}/{found.case.steps}/by_hand")
    for awaited in found.perform:
        await _perform(desk, awaited.key, awaited.effect)
    if desk.state(desk.filed.case.state).final:
        await forget_points(desk)


def _granted(filed: Filed, row: Row) -> Filed:
    """The case once it is settled what becomes of units that did not pass inspection.

    Whoever grants the buyer's own request grants all of it.
    """
    if filed.passed is None or not row.approves:
        return filed
    units = filed.units if row.approves == BUYER else filed.passed
    return evolve(filed, units=units, passed=None)


async def _perform(desk: Desk, key: str, effect: str) -> None:
    """Put an effect into the outbox; a refund of nothing has succeeded at once."""
    if effect != "refund":
        message = Message(key, desk.filed.case.id, desk.filed.order, effect, desk.at)
        desk.messages.append(look_up(desk, message) if effect == "ask_refund" else message)
        return
    messages = await ask(desk, key)
    desk.messages += messages
    if not messages:
        done = Said(desk.machine.effect(effect).succeeded, PROVIDER, answers=key)
        refused = await move(desk, done)
        assert refused is None, "what was just asked for is awaited"
