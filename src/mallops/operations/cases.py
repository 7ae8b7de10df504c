"""Orders and after-sales cases on their way: opened, moved, paid, cancelled, received."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from attrs import evolve
from pendulum import DateTime

from mallops.aftersales.order import CANCELLED
from mallops.aftersales.payments import REFUND_TOO_MUCH, Capture
from mallops.errors import InputError, Problem, shown
from mallops.findings import Refusal
from mallops.lifecycles.case import Moved, Refused
from mallops.lifecycles.machine import PROVIDER, Value
from mallops.lifecycles.stepping import begin
from mallops.money import Money, total
from mallops.operations.asking import OWN, fingerprint, key_reused
from mallops.operations.desk import Desk, desk_of
from mallops.operations.facts import bought_of
from mallops.operations.mall import ORDERS, Mall
from mallops.operations.moving import Said, catch_up, move, once
from mallops.operations.repaying import COMPLAINT
from mallops.operations.running import answered
from mallops.repositories import Filed, Unit
from mallops.rules.paths import at_key
from mallops.stories.playing import UNKNOWN_ORDER

UNKNOWN_CASE = "unknown_case"
AMOUNT_DIFFERS = "amount_differs"
NOT_PAID = "not_paid"

_NOTHING: Mapping[str, Value] = {}


async def pay(mall: Mall, order: str, captures: Sequence[Capture], at: DateTime) -> Moved | Refused:
    """The order has been paid, by these captures together; `at` is when it is handled.

    What was reserved and held for it is used up, and the points that it earns are posted. Told
    twice, by captures of the same ids, it gives the same answer. Refused: `unknown_order`,
    `key_reused` for the same ids with other amounts or tenders, `amount_differs` from what is
    payable, `reservation_lapsed`, `not_here` where the order is not unpaid any more: a payment
    that comes too late is told by the answer to `void`, as `drain_outbox` hands it on, and goes
    back. Raises `Conflict`, and `InputError` for a capture
    that cannot be, and for ids that are there twice (`$.captures`).
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

    return await _advanced(mall, order, said, at, _unknown(order), check=differs)


async def cancel(mall: Mall, order: str, actor: str, at: DateTime) -> Moved | Refused:
    """Call an order off before it is shipped.

    An unpaid one frees what was reserved and held, and its payment is called off; a paid one is
    refunded whole. Refused: `unknown_order`, and what the flow of orders refuses. Raises
    `Conflict`.
    """
    said = Said("cancel", actor, key=f"{OWN}cancel/{actor}")
    return await _advanced(mall, order, said, at, _unknown(order))


async def receive(mall: Mall, order: str, actor: str, at: DateTime) -> Moved | Refused:
    """The order is in the buyer's hands: the time for returns begins.

    Refused: `unknown_order`, and what the flow of orders refuses. Raises `Conflict`.
    """
    said = Said("receive", actor, key=f"{OWN}receive/{actor}")
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
    the call's key. `event` is the flow's first one. What is due of the order by `at` happens
    first, whether or not the case is opened.

    Refused: `unknown_order`, `key_reused`, `not_paid`, `cancelled`,
    `refund_too_much`, and what the flow
    refuses, such as `not_returnable` with the reason after it. Raises `Conflict`, and
    `InputError` for a flow that the mall has not, or that of orders (`$.flow`), an empty case id
    (`$.case`), an amount that has to be there or must not, or is none of the order's currency
    (`$.asked`), units that the order lacks, or none where the flow is about units (`$.units`),
    and gifts that it lacks (`$.kept_gifts`).
    """
    machine = mall.flow(flow)
    problems = []
    if flow == ORDERS:
        problems.append(Problem("$.flow", shown(flow), "another flow: an order is placed"))
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
    said = Said(event, actor, facts, key=f"{OWN}open", payload=payload)

    async def opened(unit: Unit) -> Moved | Refused:
        if await answered(unit.cases.case(case)) is not None:
            return Refused((key_reused(case),))
        own = await desk_of(mall, unit, order, at)
        if own is None or not own.of_order:
            return Refused((_unknown(order),))
        await catch_up(own)
        await own.store()
        filed = Filed(begin(machine, case, at), order, at, dict(units), kept_gifts, asked)
        desk = Desk(mall, unit, at, filed, own.purchase, machine, is_new=True)
        _check_units(desk, units, None if _asks_for_units(desk, event) else bought_of(desk))
        _check_gifts(desk)
        refusal = _against_opening(own, desk)
        if refusal is not None:
            return Refused((refusal,))
        refused = await move(desk, said)
        if refused is not None:
            return refused
        await desk.store()
        return desk.log[0].moved

    return await once(mall, case, said, opened)


def _check_gifts(desk: Desk) -> None:
    gifts = {gift.sku for gift in desk.purchase.order.quote.gifts}
    problems = [
        Problem(f"$.kept_gifts[{place}]", shown(sku), "a gift of the order")
        for place, sku in enumerate(desk.filed.kept_gifts)
        if sku not in gifts
    ]
    if problems:
        raise InputError(problems)


def _against_opening(own: Desk, desk: Desk) -> Refusal | None:
    """Why no case is opened of the order now: there is nothing that could come back."""
    if own.state(own.filed.case.state).axes.get("payment") == "unpaid":
        return Refusal(NOT_PAID, {"order": own.filed.order})
    if own.purchase.order.cancelled is not None:
        return Refusal(CANCELLED)
    asked = desk.filed.refund
    if asked is None:
        return None
    currency = desk.purchase.order.quote.payable.currency
    if asked.currency != currency or asked.minor < 1:
        expected = f"at least one minor unit of {currency.code}"
        raise InputError([Problem("$.asked", shown(str(asked)), expected)])
    left = desk.purchase.payments.left_in(currency)
    if asked > left:
        return Refusal(REFUND_TOO_MUCH, {"asked": str(asked), "left": str(left)})
    return None


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
        desk.filed = _about(desk, said, units)
        refused = await move(desk, said)
        if refused is not None:
            desk.filed = before
        # What was due has happened, whether or not the move is refused.
        await desk.store()
        return refused or next(each.moved for each in desk.log if each.key == said.key)

    return await once(mall, case, said, advanced)


def _unknown(order: str) -> Refusal:
    return Refusal(UNKNOWN_ORDER, {"order": order})


def _about(desk: Desk, said: Said, units: Mapping[str, int] | None) -> Filed:
    """The case with the units that a move names."""
    filed = desk.filed
    if desk.of_order:
        # A parcel has what its own move names, and nothing of the parcel before.
        _check_units(desk, units or {}, None)
        return evolve(filed, units=dict(units or {}))
    some_passed = said.event == "inspect" and said.facts.get("passed") == "some"
    if units is None:
        if some_passed:
            raise InputError([Problem("$.units", shown(None), "the units that passed")])
        return filed
    _check_units(desk, units, None if _asks_for_units(desk, said.event) else filed.units)
    if some_passed:
        return evolve(filed, passed=dict(units))
    return evolve(filed, units=dict(units))


def _asks_for_units(desk: Desk, event: str) -> bool:
    """Whether the machine asks if units are free, and so takes any that the order has."""
    rows = desk.machine.moves.get((desk.filed.case.state, event), ())
    return any(guard.fact == "units" for row in rows for guard in row.guards)


def _check_units(desk: Desk, units: Mapping[str, int], most: Mapping[str, int] | None) -> None:
    """Raise `InputError` unless they are units of the order's lines, and of these at most."""
    lines = bought_of(desk)
    problems = [
        Problem(at_key("$.units", line), shown(count), _expected(most, line))
        for line, count in units.items()
        if line not in lines
        or type(count) is not int
        or count < 1
        or (most is not None and count > most.get(line, 0))
    ]
    if problems:
        raise InputError(problems)


def _expected(most: Mapping[str, int] | None, line: str) -> str:
    if most is None:
        return "so many units, at least 1, of a line"
    return f"so many units, at least 1, of the {most.get(line, 0)} that it can be about"
