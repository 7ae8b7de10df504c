"""The facts that a case's guards ask for and that what is stored can tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from mallops.aftersales.returning import refund_undelivered, return_units
from mallops.errors import InputError, Problem, shown
from mallops.findings import Refusal
from mallops.lifecycles.claims import Claim, order_facts, units_fact
from mallops.lifecycles.machine import Value
from mallops.operations.desk import Desk
from mallops.operations.mall import ORDERS
from mallops.operations.repaying import PROTECTION, protected
from mallops.operations.running import answered

# They have units of an order, and keep nobody from returning them.
_NO_CLAIMS = (ORDERS, "shipments")

_OF_UNITS = ("units", "returnable")
_OF_ORDER = ("units_held", "units_kept", "cases")


async def facts_for(
    desk: Desk, event: str, stated: Mapping[str, Value]
) -> tuple[Mapping[str, Value], Refusal | None]:
    """The facts that an event needs, and the reason where goods are not returnable.

    What the caller states counts where nothing stored can tell.
    """
    rows = desk.machine.moves.get((desk.filed.case.state, event), ())
    asked = {guard.fact for row in rows for guard in row.guards}
    found: dict[str, Value] = dict(stated)
    reason = None
    if desk.of_order:
        if asked.intersection(_OF_ORDER):
            found |= await _order_facts(desk)
        return found, reason
    if asked.intersection(_OF_UNITS) and not desk.filed.units:
        raise InputError([Problem("$.units", shown({}), "the units that the case is about")])
    if "units" in asked:
        found |= await _units_fact(desk)
    if "returnable" in asked:
        reason = await _against(desk)
        found["returnable"] = reason is None
    if "difference" in asked and desk.filed.case.machine == PROTECTION:
        given = await protected(desk)
        due = not isinstance(given, Refusal) and (given.refund.minor or given.points_returned)
        found["difference"] = "due" if due else "none"
    return found, reason


async def _order_facts(desk: Desk) -> Mapping[str, Value]:
    bought = bought_of(desk)
    parcel = desk.filed.units or bought
    return order_facts(bought, parcel, await _claims(desk), desk.mall.machines)


async def _units_fact(desk: Desk) -> Mapping[str, Value]:
    others = [each for each in await _claims(desk) if each.case.id != desk.filed.case.id]
    return units_fact(desk.filed.units, bought_of(desk), others, desk.mall.machines)


async def _against(desk: Desk) -> Refusal | None:
    """Why the case's units cannot be returned, or refunded before they have arrived."""
    compiled, order, filed = await desk.compiled(), desk.purchase.order, desk.filed
    if order.received is None and filed.case.machine == "refund_only":
        found = refund_undelivered(compiled, order, filed.units)
    else:
        found = return_units(compiled, order, filed.units, filed.opened, filed.kept_gifts)
    return found if isinstance(found, Refusal) else None


async def _claims(desk: Desk) -> list[Claim]:
    filed = await answered(desk.unit.cases.of_order(desk.filed.order))
    return [Claim(each.case, each.units) for each in filed if each.case.machine not in _NO_CLAIMS]


def bought_of(desk: Desk) -> Mapping[str, int]:
    """How many units of each line the order has."""
    return Counter(line for line, _ in desk.purchase.order.units)
