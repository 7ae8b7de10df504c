"""What a return would give back, unit by unit and with reasons; asking changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from attrs import frozen
from pendulum import DateTime

from mallops.aftersales.order import Order, Protected
from mallops.aftersales.reasons import (
    Reason,
    of_carried,
    of_coupons,
    of_gifts,
    of_goods,
    of_points,
    of_rewards,
    of_shipping,
)
from mallops.aftersales.returning import Return, return_units
from mallops.aftersales.standing import Standing, Stated, standings
from mallops.findings import Refusal
from mallops.money import Money, allocate, total
from mallops.promotions.compiled import Compiled
from mallops.promotions.quote import QuotedLine, QuotedUnit, Step


@frozen
class UnitRefund:
    """A unit that comes back, and how it was paid for.

    `list_price` less the `discounts` less `points` less `protected` is `money`: what it
    brings back where thresholds are kept. `coupons` is what of its discounts coupons gave,
    `protected` what price protection has paid for it, `points` the worth of the points that
    paid, and `points_back` the share in `points_returned` that it has by that worth.
    """

    line: str
    number: int
    sku: str
    list_price: Money
    discounts: tuple[Step, ...]
    coupons: Money
    points: Money
    points_back: int
    protected: Money
    money: Money


@frozen
class RefundQuote:
    """What a return of an order's units comes to; `order` is the order as it is.

    `standings` are all units of the order, with what is against each. `found` is exactly
    what `return_units` answers to the same question; a refusal has no `units` or `reasons`.
    The amounts of the `reasons` add up to the refund.
    """

    order: Order
    at: DateTime
    standings: tuple[Standing, ...]
    found: Return | Refusal
    units: tuple[UnitRefund, ...] = ()
    reasons: tuple[Reason, ...] = ()


def refund_quote(
    compiled: Compiled,
    order: Order,
    units: Mapping[str, int],
    at: DateTime,
    kept_gifts: Collection[str] = (),
    stated: Stated | None = None,
) -> RefundQuote:
    """What `return_units` would give back, and why, while the order stays as it is.

    All arguments are as there, and so are the errors. Codes of the reasons with money in
    them: `unit`, `repriced`, `shipping`, `gift_kept`, `owed`, `carried_over`. Others
    tell of shipping (`shipping_never`, `shipping_waits`), gifts (`gift_back`, `gift_earned`,
    `gift_free`), points (`points_back`, `points_forfeited`, `points_taken`, `points_left`),
    rewards (`rewards_taken`, `coupon_taken`, `reward_lost`) and coupons (`coupon_back`,
    `coupon_forfeited`, `coupon_waits`).
    """
    found = return_units(compiled, order, units, at, kept_gifts, stated)
    asked: tuple[UnitRefund, ...] = ()
    reasons: tuple[Reason, ...] = ()
    if isinstance(found, Return):
        asked = tuple(_units(order, found))
        reasons = tuple(_reasons(compiled, order, found, asked))
    return RefundQuote(
        order=order,
        at=at,
        standings=standings(compiled, order, at, stated),
        found=found,
        units=asked,
        reasons=reasons,
    )


def _units(order: Order, found: Return) -> Iterator[UnitRefund]:
    quoted = {
        (line.id, unit.number): (line, unit) for line in order.quote.lines for unit in line.units
    }
    protected = [order.protected.get(unit, Protected()) for unit in found.units]
    tender = [
        quoted[unit][1].points.minor - given.points
        for unit, given in zip(found.units, protected, strict=True)
    ]
    shares = _shares(found.points_returned, tender)
    for unit, given, back in zip(found.units, protected, shares, strict=True):
        yield _unit(order, *quoted[unit], given, back)


def _shares(points: int, tender: Sequence[int]) -> list[int]:
    """Points by the worth that they had; in equal parts where none of it is these units'."""
    return allocate(points, tender if any(tender) else [1] * len(tender))


def _unit(
    order: Order, line: QuotedLine, unit: QuotedUnit, given: Protected, back: int
) -> UnitRefund:
    currency = unit.net.currency
    coupons = (step.amount for step in unit.steps if step.promotion in order.coupons)
    return UnitRefund(
        line=line.id,
        number=unit.number,
        sku=line.sku,
        list_price=unit.list_price,
        discounts=unit.steps,
        coupons=total(coupons, currency),
        points=unit.points,
        points_back=back,
        protected=Money(given.money, currency),
        money=unit.net - Money(given.money, currency),
    )


def _reasons(
    compiled: Compiled, order: Order, found: Return, units: Sequence[UnitRefund]
) -> Iterator[Reason]:
    named = (
        Reason("unit", {"line": each.line, "unit": str(each.number), "sku": each.sku})
        for each in units
    )
    yield from of_goods(order, found, zip(named, (each.money for each in units), strict=True))
    yield from of_shipping(compiled, order, found)
    yield from of_gifts(compiled, order, found)
    yield from of_carried(order, found)
    worth = total((each.points for each in units), found.goods.currency)
    yield from of_points(compiled, order, found, worth)
    yield from of_rewards(compiled, order, found)
    yield from of_coupons(compiled, order, found)
