"""Money back: what a case's refund comes to, what goes to which payment, and how that ended."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from attrs import evolve

from mallops.aftersales.order import CANCELLED, Order
from mallops.aftersales.payments import (
    Payments,
    Refund,
    RefundState,
    ask_refund,
    conclude_refund,
)
from mallops.aftersales.protecting import price_protection
from mallops.aftersales.returning import Return, given_back, refund_undelivered, return_units
from mallops.aftersales.standing import ALREADY_RETURNED, IN_ANOTHER_CASE, TOO_MANY
from mallops.catalog.screening import screen_cart
from mallops.findings import Refusal
from mallops.lifecycles.case import Step
from mallops.money import Money, total
from mallops.operations.desk import Desk
from mallops.operations.undoing import undo
from mallops.promotions.kept import Unit as GoodsUnit
from mallops.repositories import Message

PROTECTION = "price_protection"
COMPLAINT = "complaint"

# What people cannot grant, since it is no matter of opinion.
_IMPOSSIBLE = (CANCELLED, ALREADY_RETURNED, TOO_MANY, IN_ANOTHER_CASE)


async def ask(desk: Desk, refund: str) -> tuple[Message, ...]:
    """Ask for what is still due of the case's refund, under that key.

    The messages are those for the payments' providers: none, where nothing is left to be paid.
    """
    payments = ask_refund(desk.purchase.payments, refund, await _due(desk))
    assert not isinstance(payments, Refusal), "no more is due than is left"
    desk.purchase = evolve(desk.purchase, payments=payments)
    parts = tuple(each.part for each in payments.refunds if each.id == refund)
    filed = desk.filed
    message = Message(refund, filed.case.id, filed.order, "refund", desk.at, parts)
    return (message,) if parts else ()


def look_up(desk: Desk, message: Message) -> Message:
    """The message that asks what became of the case's pending refund."""
    pending = _pending(desk, desk.purchase.payments)
    asked = [each for each in pending if each.id == pending[-1].id]
    about = asked[0].id if asked else ""
    return evolve(message, parts=tuple(each.part for each in asked), about=about)


def conclude(desk: Desk, step: Step, done: Collection[str]) -> None:
    """Keep how the case's pending refunds ended.

    `done` are the captures at which a refund that failed was paid all the same.
    """
    before, after = desk.axes(step)
    now = after.get("money", "")
    if before.get("money", "") == now or now not in ("refunded", "refund_failed"):
        return
    payments = desk.purchase.payments
    for each in _pending(desk, payments):
        failed = now == "refund_failed" and each.part.capture not in done
        state = RefundState.FAILED if failed else RefundState.DONE
        concluded = conclude_refund(payments, each.id, each.part.capture, state)
        assert not isinstance(concluded, Refusal), "it was pending"
        payments = concluded
    desk.purchase = evolve(desk.purchase, payments=payments)


async def _due(desk: Desk) -> Money:
    """What is to be paid now: all that is left of a closed order, or the rest of a refund.

    It is never more than is left of what was paid: a compensation may have gone before.
    """
    currency = desk.purchase.order.quote.payable.currency
    left = desk.purchase.payments.left_in(currency)
    if desk.of_order:
        return left
    if desk.filed.refund is None:
        desk.filed = evolve(desk.filed, refund=await _reckoned(desk))
    assert desk.filed.refund is not None
    mine = [each for each in desk.purchase.payments.refunds if _is_of(desk, each)]
    gone = [each.part.amount for each in mine if each.state is not RefundState.FAILED]
    return min(desk.filed.refund - total(gone, currency), left)


async def _reckoned(desk: Desk) -> Money:
    """What the case gives back in money; points, coupons and limits are given back at once.

    It is nothing where nothing can be given back any more, as after the order was cancelled.
    """
    found = await _found(desk)
    if isinstance(found, Refusal):
        return Money.zero(desk.purchase.order.quote.payable.currency)
    await undo(desk, found)
    return found.refund


async def _found(desk: Desk) -> Return | Refusal:
    """What the case gives back, in money and otherwise."""
    compiled, order, filed = await desk.compiled(), desk.purchase.order, desk.filed
    if filed.case.machine == PROTECTION:
        return await protected(desk)
    if order.received is None:
        return refund_undelivered(compiled, order, filed.units)
    found = return_units(compiled, order, filed.units, filed.opened, filed.kept_gifts)
    if not isinstance(found, Refusal) or found.code in _IMPOSSIBLE:
        return found
    # Whoever granted the case has set the policy aside for these units.
    units = _lowest(order, filed.units)
    after = evolve(order, returned=order.returned.union(units))
    return given_back(compiled, order, after, units, filed.kept_gifts)


async def protected(desk: Desk) -> Return | Refusal:
    """What price protection gives for the order; refused too where its goods are sold no more."""
    compiled, order = await desk.compiled(), desk.purchase.order
    later = await desk.mall.same_book(desk.unit, desk.purchase)
    screened = screen_cart(order.cart, later.catalog)
    if screened.removed:
        return screened.removed[0].refusal
    found = price_protection(compiled, later, order, desk.filed.opened)
    return found if isinstance(found, Refusal) else found.found


def _lowest(order: Order, units: Mapping[str, int]) -> tuple[GoodsUnit, ...]:
    left = sorted(order.units - order.returned)
    return tuple(
        unit
        for line in sorted(units)
        for unit in [each for each in left if each[0] == line][: units[line]]
    )


def _pending(desk: Desk, payments: Payments) -> list[Refund]:
    return [
        each
        for each in payments.refunds
        if each.state is RefundState.PENDING and _is_of(desk, each)
    ]


def _is_of(desk: Desk, refund: Refund) -> bool:
    return refund.id.rsplit("/", 2)[0] == desk.filed.case.id
