"""Orders and after-sales cases on their way: paid, cancelled, received, moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pendulum import DateTime

from mallops.aftersales.payments import Capture
from mallops.errors import InputError, Problem, shown
from mallops.findings import Refusal
from mallops.lifecycles.case import Moved, Refused
from mallops.lifecycles.machine import PROVIDER, Value
from mallops.money import total
from mallops.operations.about import about
from mallops.operations.asking import OWN, fingerprint, unknown_order
from mallops.operations.desk import Desk, desk_of
from mallops.operations.mall import Mall
from mallops.operations.moving import Said, catch_up, move, once
from mallops.repositories import Unit

UNKNOWN_CASE = "unknown_case"
AMOUNT_DIFFERS = "amount_differs"

_NOTHING: Mapping[str, Value] = {}


async def pay(mall: Mall, order: str, captures: Sequence[Capture], at: DateTime) -> Moved | Refused:
    """The order has been paid, by these captures together; `at` is when it is handled.

    What was reserved and held for it is used up, and the points that it earns are posted. Told
    twice, by captures of the same ids, it gives the same answer. Refused: `unknown_order`,
    `key_reused` for the same ids with other amounts or tenders, `amount_differs` from what is
    payable, `reservation_lapsed`, `not_here` where the order is not unpaid any more: a payment
    that comes too late is told by the answer to `void`, as `drain_outbox` hands it on, and goes
    back. Raises `Conflict`, and `InputError` for a capture that cannot be, and for ids that are
    there twice (`$.captures`).
    """
    paid = sorted((each.id, each.tender, str(each.amount)) for each in captures)
    ids = [name for name, _, _ in paid]
    if len(set(ids)) < len(ids):
        raise InputError([Problem("$.captures", shown(ids), "every id once")])
    payload = fingerprint("pay", {"captures": paid})
    said = Said(
        "paid",
        PROVIDER,
        captures=tuple(captures),
        key=f"{OWN}paid/{'/'.join(ids)}",
        payload=payload,
    )

    def differs(desk: Desk) -> Refusal | None:
        payable = desk.purchase.order.quote.payable
        foreign = [
            Problem(f"$.captures[{place}].amount", shown(each.amount.currency.code), expected)
            for expected in [f"an amount in {payable.currency.code}"]
            for place, each in enumerate(captures)
            if each.amount.currency != payable.currency
        ]
        if foreign:
            raise InputError(foreign)
        amount = total((each.amount for each in captures), payable.currency)
        details = {"paid": str(amount), "payable": str(payable)}
        return None if amount == payable else Refusal(AMOUNT_DIFFERS, details)

    return await _advanced(mall, order, said, at, unknown_order(order), check=differs)


async def cancel(mall: Mall, order: str, actor: str, at: DateTime) -> Moved | Refused:
    """Call an order off before it is shipped.

    An unpaid one frees what was reserved and held, and its payment is called off; a paid one is
    refunded whole. Refused: `unknown_order`, and what the flow of orders refuses. Raises
    `Conflict`.
    """
    said = Said("cancel", actor, key=f"{OWN}cancel/{actor}")
    return await _advanced(mall, order, said, at, unknown_order(order))


async def receive(mall: Mall, order: str, actor: str, at: DateTime) -> Moved | Refused:
    """The order is in the buyer's hands: the time for returns begins.

    Refused: `unknown_order`, and what the flow of orders refuses. Raises `Conflict`.
    """
    said = Said("receive", actor, key=f"{OWN}receive/{actor}")
    return await _advanced(mall, order, said, at, unknown_order(order))


async def advance_case(
    mall: Mall,
    case: str,
    event: str,
    actor: str,
    at: DateTime,
    key: str,
    facts: Mapping[str, Value] = _NOTHING,
    units: Mapping[str, int] | None = None,
) -> Moved | Refused:
    """Move a case, an order's own by the order's id, and do all that comes of it.

    Facts that what is stored can tell are worked out: `units`, `returnable`, `difference`,
    `units_held`, `units_kept`, `cases`; the others are the caller's. `units` are those that
    passed, where some did; those of an edited request; what is in the parcel that is shipped
    (otherwise all that was bought); or those that the case is about from now on, which are some
    of those before. What is due by `at` happens first.

    Asked again under its key, the answer is that of the first time. Refused: `unknown_case`,
    `key_reused`, and what the case's machine refuses. Raises `Conflict`, and `InputError` for a
    key that is empty or begins with `own/`, an event, an actor or facts that the machine does
    not know, units that the order or the case lacks, and none where some passed (`$.units`).
    """
    if not key or key.startswith(OWN):
        expected = f"a key of the caller's, which does not begin with {OWN}"
        raise InputError([Problem("$.key", shown(key), expected)])
    asked = {"event": event, "actor": actor, "facts": dict(facts), "units": units and dict(units)}
    said = Said(event, actor, facts, key=key, payload=fingerprint("advance", asked))
    unknown = Refusal(UNKNOWN_CASE, {"case": case})
    return await _advanced(mall, case, said, at, unknown, units)


async def _advanced(
    mall: Mall,
    case: str,
    said: Said,
    at: DateTime,
    unknown: Refusal,
    units: Mapping[str, int] | None = None,
    check: Callable[[Desk], Refusal | None] | None = None,
) -> Moved | Refused:
    """One move in a unit of its own, after what is due; or the answer of the first time."""

    async def advanced(unit: Unit) -> Moved | Refused:
        desk = await desk_of(mall, unit, case, at)
        if desk is None:
            return Refused((unknown,))
        refusal = check(desk) if check is not None else None
        if refusal is not None:
            return Refused((refusal,))
        await catch_up(desk)
        before = desk.filed
        desk.filed = about(desk, said, units)
        refused = await move(desk, said)
        if refused is not None:
            desk.filed = before
        # What was due has happened, whether or not the move is refused.
        await desk.store()
        return refused or next(each.moved for each in desk.log if each.key == said.key)

    return await once(mall, case, said, advanced)
