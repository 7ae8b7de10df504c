"""The outbox: what is to be done outside is done, and the answer moves the case on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypeAlias

from attrs import frozen
from pendulum import DateTime

from mallops.aftersales.payments import Capture
from mallops.errors import InputError, Problem, shown
from mallops.lifecycles.case import Moved, Refused
from mallops.lifecycles.machine import PROVIDER
from mallops.operations.asking import OWN, fingerprint
from mallops.operations.desk import desk_of
from mallops.operations.mall import Mall
from mallops.operations.moving import Said, catch_up, move, once
from mallops.operations.running import answered, in_unit
from mallops.repositories import Answer, Message, Unit

VOID_FAILED = "void_failed"


@frozen
class Told:
    """How an effect came out: the event that it comes back as.

    `captures` are the payments that an order turned out to have after all, where it was to be
    called off (`void_failed`); `done` the captures at which a refund that failed as a whole was
    paid all the same.
    """

    event: str
    captures: tuple[Capture, ...] = ()
    done: Collection[str] = ()


Perform: TypeAlias = Callable[[Message], Answer[Told | None]]
"""Performs an effect once for its key, however often it is called; None: no answer yet."""


@frozen
class Drained:
    """By key: what came of messages whose answer moved their case, and why others' did not.

    `failed` are those of which performing or storing raised: they wait for their claim's end,
    and stand in nobody's way. What was no longer awaited, because its time was out, is in none.
    """

    told: Mapping[str, Told]
    refused: Mapping[str, Refused]
    failed: Mapping[str, Exception]


async def drain_outbox(
    mall: Mall, perform: Perform, at: DateTime, until: DateTime, limit: int = 100
) -> Drained:
    """Perform what waits in the outbox, at most `limit` messages, and move their cases on.

    `perform` is called with no unit of work open. Each message is this worker's until `until`,
    an instant after `at` by which the answers are there for sure: whoever dies in between leaves
    its messages to the next one, who performs them again under the same keys. So `perform` hands
    the key to the payment provider. Where it gives no answer, or raises, the message waits for
    `until` too; so it does where the answer is an event that the case's machine does not know,
    or has captures where it is no `void_failed`, or none where it is. Several workers may drain
    at once. Raises `Conflict`, and `InputError` for an `until` that is not after `at`.
    """
    if until <= at:
        raise InputError([Problem("$.until", shown(str(until)), f"an instant after {at}")])

    async def claimed(unit: Unit) -> list[Message]:
        return [*await answered(unit.outbox.claim(at, until, limit))]

    told: dict[str, Told] = {}
    refused: dict[str, Refused] = {}
    failed: dict[str, Exception] = {}
    for message in await in_unit(mall.store, claimed):
        try:
            answer = None
            if await _is_awaited(mall, message, at):
                answer = await answered(perform(message))
            found = None if answer is None else await _tell(mall, message, answer, at)
        except Exception as error:  # whatever it is, the others are not to wait
            failed[message.key] = error
            continue
        if found is not None:
            refused[message.key] = found
        elif answer is not None:
            told[message.key] = answer
    return Drained(told, refused, failed)


async def _is_awaited(mall: Mall, message: Message, at: DateTime) -> bool:
    """Whether the case waits for it; what has timed out would go out beside what replaces it."""

    async def awaited(unit: Unit) -> bool:
        desk = await desk_of(mall, unit, message.case, at)
        assert desk is not None, "a message is of a case that is there"
        await catch_up(desk)
        await desk.store()
        found = any(each.key == message.key for each in desk.filed.case.awaited)
        if not found:
            await answered(unit.outbox.drop(message.key))
        return found

    return await in_unit(mall.store, awaited)


async def _tell(mall: Mall, message: Message, told: Told, at: DateTime) -> Refused | None:
    """Move the case by the answer, and drop the message with it."""
    if bool(told.captures) != (told.event == VOID_FAILED):
        expected = f"captures of what was paid with {VOID_FAILED}, and with no other event"
        raise InputError([Problem("$.captures", shown([*told.captures]), expected)])
    payload = fingerprint("told", {"event": told.event})
    said = Said(
        told.event,
        PROVIDER,
        answers=message.key,
        captures=told.captures,
        done=told.done,
        key=f"{OWN}told/{message.key}",
        payload=payload,
    )

    async def moved(unit: Unit) -> Moved | Refused:
        desk = await desk_of(mall, unit, message.case, at)
        assert desk is not None, "a message is of a case that is there"
        await catch_up(desk)
        refused = await move(desk, said)
        await desk.store()
        await answered(unit.outbox.drop(message.key))
        return refused or next(each.moved for each in desk.log if each.key == said.key)

    # Whoever told it before has dropped the message too.
    found = await once(mall, message.case, said, moved)
    return found if isinstance(found, Refused) else None
