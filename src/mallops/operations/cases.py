"""Orders and after-sales cases on their way: opened, moved, paid, cancelled, received."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from attrs import evolve
from pendulum import DateTime

from mallops.aftersales.payments import REFUND_TOO_MUCH, Capture
from mallops.errors import InputError, Problem, shown
from mallops.findings import Refusal
from mallops.lifecycles.case import Moved, Refused
from mallops.lifecycles.machine import PROVIDER, Value
from mallops.lifecycles.stepping import begin
from mallops.money import Money, total
from mallops.operations.asking import fingerprint
from mallops.operations.desk import Desk, desk_of
from mallops.operations.mall import Mall
from mallops.operations.moving import Said, TooLate, catch_up, known_move, move
from mallops.operations.repaying import COMPLAINT
from mallops.operations.running import answered, in_unit
from mallops.repositories import Filed, Unit
from mallops.rules.paths import at_key
from mallops.stories.playing import UNKNOWN_ORDER

UNKNOWN_CASE = "unknown_case"
AMOUNT_DIFFERS = "amount_differs"

_NOTHING: Mapping[str, Value] = {}


async def pay(mall: Mall, order: str, captures: Sequence[Capture], at: DateTime) -> Moved | Refused:
    """The order has been paid, by these captures together; `at` is when it is handled.

    What was reserved and held for it is used up, and the points that it earns are posted. Told
    twice, by captures of the same ids, it gives the same answer. Refused: `unknown_order`,
    `amount_differs` from what is payable, `reservation_lapsed`, `not_here` where the order is
    not unpaid any more: a payment that comes too late is told by the answer to `void`, as
    `drain_outbox` hands it on, and goes back. Raises `Conflict`, and `InputError` for a capture
    that cannot be, and for ids that are there twice (`$.captures`).
    """
    paid = sorted((each.id, each.tender, str(each.amount)) for each in captures)
    ids = [name for name, _, _ in paid]
    if len(set(ids)) < len(ids):
        raise InputError([Problem("$.captures", shown(ids), "every id once")])
    payload = fingerprint("pay", {"captures": paid})
    said = Said(
        "paid", PROVIDER, captures=tuple(captures), key=f"paid/{'/'.join(ids)}", payload=payload
    )

    def differs(desk: Desk) -> Refusal | None:
        payable = desk.purchase.order.quote.payable
        amount = total((each.amount for each in captures), payable.currency)
        details = {"paid": str(amount), "payable": str(payable)}
        return None if amount == payable else Refusal(AMOUNT_DIFFERS, details)

    return await _advanced(mall, order, said, at, _unknown(order), check=differs)


async def cancel(mall: Mall, order: str, actor: str, at: DateTime) -> Moved | Refused:
    """Call an order off before it is shipped.

    An unpaid one frees what was reserved and held, and its payment is called off; a paid one is
    refunded whole. Refused: `unknown_order`, and what the flow of orders refuses. Raises
    `Conflict`.
    """
    said = Said("cancel", actor, key="cancel", payload=fingerprint("cancel", {"actor": actor}))
    return await _advanced(mall, order, said, at, _unknown(order))


async def receive(mall: Mall, order: str, actor: str, at: DateTime) -> Moved | Refused:
    """The order is in the buyer's hands: the time for returns begins.

    Refused: `unknown_order`, and what the flow of orders refuses. Raises `Conflict`.
    """
    said = Said("receive", actor, key="receive", payload=fingerprint("receive", {"actor": actor}))
    return await _advanced(mall, order, said, at, _unknown(order))


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
    `units_held`, `units_kept`, `cases`; the others are the caller's. `units` are those that the
    case is about from now on: those that passed inspection, those of an edited request, or what
    is in the parcel that is shipped. What is due by `at` happens first.

    Asked again under its key, the answer is that of the first time. Refused: `unknown_case`,
    `key_reused`, and what the case's machine refuses. Raises `Conflict`, and `InputError` for a
    key that is empty, an event, an actor or facts that the machine does not know, and units that
    the order lacks.
    """
    if not key:
        raise InputError([Problem("$.key", shown(key), "a key of the caller's")])
    asked = {"event": event, "actor": actor, "facts": dict(facts), "units": units and dict(units)}
    said = Said(event, actor, facts, key=key, payload=fingerprint("advance", asked))
    unknown = Refusal(UNKNOWN_CASE, {"case": case})
    return await _advanced(mall, case, said, at, unknown, units)


async def open_case(
    mall: Mall,
    flow: str,
    case: str,
    order: str,
    units: Mapping[str, int],
    at: DateTime,
    actor: str = "buyer",
    facts: Mapping[str, Value] = _NOTHING,
    kept_gifts: tuple[str, ...] = (),
    asked: Money | None = None,
    event: str = "request",
) -> Moved | Refused:
    """Open an after-sales case of an order with its request, about so many units of each line.

    `asked` is the compensation that a complaint asks for, and only that. `case` is its id, and
    the call's key. `event` is the flow's first one.
    Refused, with nothing stored: `unknown_order`, `key_reused`, `refund_too_much`, and what the
    flow refuses, such as `not_returnable` with the reason after it. Raises `Conflict`, and
    `InputError` for a flow that the mall has not, an empty case id, an amount that has to be
    there or must not (`$.asked`), and lines or units that
    the order lacks.
    """
    machine = mall.flow(flow)
    problems = []
    if not case:
        problems.append(Problem("$.case", shown(case), "an id, which is the call's key"))
    if (flow == COMPLAINT) != (asked is not None):
        expected = "an amount for a complaint, and nothing for any other flow"
        problems.append(Problem("$.asked", shown(asked and str(asked)), expected))
    if problems:
        raise InputError(problems)
    stated = {
        "flow": flow,
        "event": event,
        "order": order,
        "units": dict(units),
        "actor": actor,
        "facts": dict(facts),
        "kept_gifts": sorted(kept_gifts),
        "asked": None if asked is None else str(asked),
    }
    payload = fingerprint("open", stated)
    said = Said(event, actor, facts, key="open", payload=payload)

    async def opened(unit: Unit) -> Moved | Refused:
        known = await known_move(unit, case, said)
        if known is not None:
            return known
        purchase = await answered(unit.orders.order(order))
        if purchase is None:
            return Refused((_unknown(order),))
        filed = Filed(begin(machine, case, at), order, at, dict(units), kept_gifts, asked)
        desk = Desk(mall, unit, at, filed, purchase, machine, is_new=True)
        _check_units(desk, units)
        if asked is not None:
            left = purchase.payments.left_in(asked.currency)
            if asked > left:
                details = {"asked": str(asked), "left": str(left)}
                return Refused((Refusal(REFUND_TOO_MUCH, details),))
        refused = await move(desk, said)
        if refused is not None:
            return refused
        await desk.store()
        return desk.log[0].moved

    return await in_unit(mall.store, opened)


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
        # After the case was read: whoever stores the key meanwhile makes this one conflict.
        known = await known_move(unit, case, said)
        if known is not None:
            return known
        refusal = check(desk) if check is not None else None
        if refusal is not None:
            return Refused((refusal,))
        await catch_up(desk)
        before = desk.filed
        if units is not None:
            _check_units(desk, units)
            desk.filed = evolve(desk.filed, units=dict(units))
        refused = await move(desk, said)
        if refused is not None:
            desk.filed = before
        # What was due has happened, whether or not the move is refused.
        await desk.store()
        return refused or next(each.moved for each in desk.log if each.key == said.key)

    try:
        return await in_unit(mall.store, advanced)
    except TooLate as late:
        return late.refused


def _unknown(order: str) -> Refusal:
    return Refusal(UNKNOWN_ORDER, {"order": order})


def _check_units(desk: Desk, units: Mapping[str, int]) -> None:
    lines = {line.id for line in desk.purchase.order.quote.lines}
    problems = [
        Problem(at_key("$.units", line), shown(count), "so many units, at least 1, of a line")
        for line, count in units.items()
        if line not in lines or type(count) is not int or count < 1
    ]
    if problems:
        raise InputError(problems)
