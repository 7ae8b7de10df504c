"""What a return would give back, unit by unit and with reasons; asking changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from attrs import field, frozen
from pendulum import DateTime

from mallops.aftersales.keeping import keep, rewards_now
from mallops.aftersales.order import Order, Protected, Rewards
from mallops.aftersales.returning import Return, return_units
from mallops.aftersales.standing import Standing, Stated, standings
from mallops.findings import Refusal
from mallops.money import Money, allocate, total
from mallops.promotions.compiled import Compiled
from mallops.promotions.quote import QuotedLine, QuotedUnit, Step
from mallops.rules.aftersales import EarnedPoints, GiftReturn, ShippingRefund, Spent


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
class Reason:
    """Why something is given back, withheld or left: a code, its numbers as text by name.

    The `amount` is what it adds to the refund, below zero where it takes away; it is nothing
    where what is told is no money.
    """

    code: str
    amount: Money
    details: Mapping[str, str] = field(factory=dict)


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
    them: `unit`, `lost_threshold`, `shipping`, `gift_kept`, `owed`, `carried_over`. Others
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
    nothing = Money.zero(found.refund.currency)
    for each in units:
        details = {"line": each.line, "unit": str(each.number), "sku": each.sku}
        yield Reason("unit", each.money, details)
    lost = found.goods - total((each.money for each in units), nothing.currency)
    if lost:
        left = order.quote.goods - Money(found.order.refunded_goods, nothing.currency)
        yield Reason("lost_threshold", lost, {"kept": str(left)})
    yield from _shipping(compiled, order, found, nothing)
    yield from _gifts(compiled, order, found, nothing)
    yield from _points(compiled, order, found, units, nothing)
    yield from _rewards(compiled, order, found, nothing)
    yield from _coupons(compiled, order, found, nothing)


def _shipping(compiled: Compiled, order: Order, found: Return, nothing: Money) -> Iterator[Reason]:
    if found.shipping:
        yield Reason("shipping", found.shipping)
    elif order.quote.shipping:
        never = compiled.rulebook.after_sales.shipping is ShippingRefund.NEVER
        code = "shipping_never" if never else "shipping_waits"
        yield Reason(code, nothing, {"shipping": str(order.quote.shipping)})


def _gifts(compiled: Compiled, order: Order, found: Return, nothing: Money) -> Iterator[Reason]:
    for due in found.gifts:
        details = {"sku": due.sku, "quantity": str(due.quantity), "value": str(due.value)}
        if due.kept:
            yield Reason("gift_kept", -due.value, details)
        else:
            yield Reason("gift_back", nothing, details)
    if order.owed:
        yield Reason("owed", -Money(order.owed, nothing.currency))
    if found.order.owed:
        yield Reason("carried_over", Money(found.order.owed, nothing.currency))
    free = compiled.rulebook.after_sales.gift is GiftReturn.KEEP
    for gift in order.quote.gifts:
        left = gift.quantity - found.order.gone_gifts.get((gift.promotion, gift.sku), 0)
        if left:
            details = {"sku": gift.sku, "quantity": str(left)}
            yield Reason("gift_free" if free else "gift_earned", nothing, details)


def _points(
    compiled: Compiled, order: Order, found: Return, units: Sequence[UnitRefund], nothing: Money
) -> Iterator[Reason]:
    policy = compiled.rulebook.after_sales
    worth = total((each.points for each in units), nothing.currency)
    if found.points_returned:
        yield Reason("points_back", nothing, {"points": str(found.points_returned)})
    elif worth and policy.used_points is Spent.FORFEIT:
        yield Reason("points_forfeited", nothing, {"worth": str(worth)})
    if found.points_taken:
        yield Reason("points_taken", nothing, {"points": str(found.points_taken)})
    elif order.earned.points and policy.earned_points is EarnedPoints.KEEP:
        yield Reason("points_left", nothing, {"points": str(order.earned.points)})


def _rewards(compiled: Compiled, order: Order, found: Return, nothing: Money) -> Iterator[Reason]:
    taken = found.rewards_taken
    if taken.points:
        yield Reason("rewards_taken", nothing, {"points": str(taken.points)})
    for coupon in taken.coupons:
        yield Reason("coupon_taken", nothing, {"coupon": coupon})
    lost = _lost_rewards(compiled, order, found)
    if lost.points:
        yield Reason("reward_lost", nothing, {"points": str(lost.points)})
    for coupon in lost.coupons:
        yield Reason("reward_lost", nothing, {"coupon": coupon})


def _lost_rewards(compiled: Compiled, order: Order, found: Return) -> Rewards:
    """The rewards that were still to be granted, and now will not be."""
    if order.settled is not None or not order.quote.rewards:
        return Rewards()
    before, after = (
        rewards_now(compiled, each, keep(compiled, each)) for each in (order, found.order)
    )
    return before.less(after)


def _coupons(compiled: Compiled, order: Order, found: Return, nothing: Money) -> Iterator[Reason]:
    forfeit = compiled.rulebook.after_sales.coupon is Spent.FORFEIT
    discounted = Counter(
        step.promotion
        for line in order.quote.lines
        for unit in line.units
        if (line.id, unit.number) not in found.order.returned
        for step in unit.steps
    )
    for coupon in order.coupons:
        if coupon in order.undone:
            continue
        if coupon not in found.order.undone:
            left = str(discounted[coupon] or "")
            yield Reason("coupon_waits", nothing, {"coupon": coupon, "left": left})
        elif forfeit:
            yield Reason("coupon_forfeited", nothing, {"coupon": coupon})
        else:
            yield Reason("coupon_back", nothing, {"coupon": coupon})
