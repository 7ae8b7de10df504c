"""Opening a case of an order: what the buyer asks for, and whether it may be asked now."""

from __future__ import annotations

from collections.abc import Mapping

from pendulum import DateTime

from mallops.aftersales.order import CANCELLED
from mallops.aftersales.payments import REFUND_TOO_MUCH
from mallops.errors import InputError, Problem, shown
from mallops.findings import Refusal
from mallops.lifecycles.case import Moved, Refused
from mallops.lifecycles.machine import Value
from mallops.lifecycles.stepping import begin
from mallops.money import Money
from mallops.operations.about import asks_for_units, check_units
from mallops.operations.asking import OWN, fingerprint, key_reused, unknown_order
from mallops.operations.desk import Desk, desk_of
from mallops.operations.facts import bought_of
from mallops.operations.mall import ORDERS, Mall
from mallops.operations.moving import Said, catch_up, move, once
from mallops.operations.repaying import COMPLAINT
from mallops.operations.running import answered
from mallops.repositories import Filed, Unit

NOT_PAID = "not_paid"

_NOTHING: Mapping[str, Value] = {}


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

    Refused: `unknown_order`, `key_reused`, `not_paid`, `cancelled`, `refund_too_much`, and what
    the flow refuses, such as `not_returnable` with the reason after it. Raises `Conflict`, and
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
            return Refused((unknown_order(order),))
        await catch_up(own)
        await own.store()
        filed = Filed(begin(machine, case, at), order, at, dict(units), kept_gifts, asked)
        desk = Desk(mall, unit, at, filed, own.purchase, machine, is_new=True)
        check_units(desk, units, None if asks_for_units(desk, event) else bought_of(desk))
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
