"""Why something is given back, withheld or left: what quotes of refunds are told by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from attrs import evolve, field, frozen

from mallops.aftersales.keeping import keep, rewards_now
from mallops.aftersales.order import Order, Rewards
from mallops.aftersales.returning import Return
from mallops.money import Money
from mallops.promotions.compiled import Compiled
from mallops.rules.aftersales import EarnedPoints, GiftReturn, ShippingRefund, Spent


@frozen
class Reason:
    """Why something is given back, withheld or left: a code, its numbers as text by name.

    The `amount` is what it adds to the refund, below zero where it takes away; None where
    what is told is no money.
    """

    code: str
    details: Mapping[str, str] = field(factory=dict)
    amount: Money | None = None


def of_goods(order: Order, found: Return, own: Iterable[tuple[Reason, Money]]) -> Iterator[Reason]:
    """What single units come to, and what repricing makes of all of them."""
    rest, currency = found.goods, found.goods.currency
    for reason, amount in own:
        rest -= amount
        yield evolve(reason, amount=amount)
    if rest:
        left = order.quote.goods - Money(found.order.refunded_goods, currency)
        yield Reason("repriced", {"kept": str(left)}, rest)


def of_shipping(compiled: Compiled, order: Order, found: Return) -> Iterator[Reason]:
    """Whether the shipping fee comes back: with this, later, or never."""
    if found.shipping:
        yield Reason("shipping", {}, found.shipping)
    elif order.quote.shipping:
        never = compiled.rulebook.after_sales.shipping is ShippingRefund.NEVER
        details = {"shipping": str(order.quote.shipping)}
        yield Reason("shipping_never" if never else "shipping_waits", details)


def of_gifts(compiled: Compiled, order: Order, found: Return) -> Iterator[Reason]:
    """The gifts that are due, come back or not, and those that stay."""
    for due in found.gifts:
        details = {"sku": due.sku, "quantity": str(due.quantity), "value": str(due.value)}
        yield Reason("gift_kept", details, -due.value) if due.kept else Reason("gift_back", details)
    free = compiled.rulebook.after_sales.gift is GiftReturn.KEEP
    for gift in order.quote.gifts:
        left = gift.quantity - found.order.gone_gifts.get((gift.promotion, gift.sku), 0)
        if left:
            details = {"sku": gift.sku, "quantity": str(left)}
            yield Reason("gift_free" if free else "gift_earned", details)


def of_carried(order: Order, found: Return) -> Iterator[Reason]:
    """What earlier refunds could not withhold, and what this one cannot."""
    currency = found.goods.currency
    if order.owed:
        yield Reason("owed", {}, -Money(order.owed, currency))
    if found.order.owed:
        yield Reason("carried_over", {}, Money(found.order.owed, currency))


def of_points(compiled: Compiled, order: Order, found: Return, worth: Money) -> Iterator[Reason]:
    """The points that paid, which for this had so much `worth`, and those that were earned."""
    policy = compiled.rulebook.after_sales
    if found.points_returned:
        yield Reason("points_back", {"points": str(found.points_returned)})
    elif worth and policy.used_points is Spent.FORFEIT:
        yield Reason("points_forfeited", {"worth": str(worth)})
    if found.points_taken:
        yield Reason("points_taken", {"points": str(found.points_taken)})
    elif order.earned.points and policy.earned_points is EarnedPoints.KEEP:
        yield Reason("points_left", {"points": str(order.earned.points)})


def of_rewards(compiled: Compiled, order: Order, found: Return) -> Iterator[Reason]:
    """The rewards that are taken back, and those that will not be granted."""
    taken = found.rewards_taken
    if taken.points:
        yield Reason("rewards_taken", {"points": str(taken.points)})
    for coupon in taken.coupons:
        yield Reason("coupon_taken", {"coupon": coupon})
    lost = _lost_rewards(compiled, order, found)
    if lost.points:
        yield Reason("reward_lost", {"points": str(lost.points)})
    for coupon in lost.coupons:
        yield Reason("reward_lost", {"coupon": coupon})


def of_coupons(compiled: Compiled, order: Order, found: Return) -> Iterator[Reason]:
    """The coupons that the order used up and that had not come back yet."""
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
            yield Reason("coupon_waits", {"coupon": coupon, "left": left})
        elif forfeit:
            yield Reason("coupon_forfeited", {"coupon": coupon})
        else:
            yield Reason("coupon_back", {"coupon": coupon})


def _lost_rewards(compiled: Compiled, order: Order, found: Return) -> Rewards:
    """The rewards that were still to be granted, and now will not be."""
    if order.settled is not None or not order.quote.rewards:
        return Rewards()
    before, after = (
        rewards_now(compiled, each, keep(compiled, each)) for each in (order, found.order)
    )
    return before.less(after)
