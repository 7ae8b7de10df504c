"""What an order comes to with the units that are kept, under either threshold policy.

All of it is of the whole order so far, never of one step: a step refunds the difference to
what was refunded before, so that returning units one by one or at once comes to the same.
"""

from __future__ import annotations

from collections import Counter
from typing import assert_never

from attrs import evolve, frozen

from mallops.aftersales.order import Order, Protected, Rewards
from mallops.cart import Cart, Line
from mallops.money import allocate
from mallops.points.earning import Goods, plain_points, still_earned
from mallops.promotions.compiled import Compiled
from mallops.promotions.engine import quote
from mallops.promotions.kept import Earned as Brought
from mallops.promotions.kept import take_up
from mallops.promotions.quote import Quote, QuotedReward
from mallops.rules.aftersales import EarnedPoints, LostThreshold, Spent

_NOTHING = Protected()


@frozen
class Kept:
    """What is due in all for an order whose `returned` units are gone.

    `refunded` is goods money in minor units, `points_back` of the points that paid; `goods`
    is the money still paid for goods; `brought` what the kept units still earn.
    """

    refunded: int
    points_back: int
    goods: tuple[Goods, ...]
    brought: Brought


def keep(compiled: Compiled, order: Order) -> Kept:
    """What is due in all for an order, by the policy of its rulebook."""
    policy = compiled.rulebook.after_sales.lost_threshold
    match policy:
        case LostThreshold.KEEP:
            return _by_nets(compiled, order)
        case LostThreshold.REPRICE:
            return _by_requote(compiled, order)
        case _:
            assert_never(policy)


def points_now(compiled: Compiled, order: Order, kept: Kept) -> int:
    """The earned points that the order is still worth."""
    rulebook = compiled.rulebook
    if rulebook.after_sales.earned_points is EarnedPoints.KEEP:
        return order.earned.points
    return still_earned(
        rulebook.earn,
        kept.goods,
        order.cart.shopper.groups,
        order.quote.at,
        rulebook.timezone,
        order.earned,
    )


def rewards_now(compiled: Compiled, order: Order, kept: Kept) -> Rewards:
    """The rewards that the kept units earn, of those that the order was promised."""
    promised, earned = _by_promotion(order.quote.rewards), _by_promotion(kept.brought.rewards)
    points, coupons = 0, list[str]()
    # A multiplier is of the formula: neither caps nor campaigns play a part.
    now = plain_points(compiled.rulebook.earn, kept.goods, order.cart.shopper.groups)
    for promotion, rewards in promised.items():
        still = earned.get(promotion, ())
        points += min(_points_of(rewards, now), _points_of(still, now))
        coupons += (_coupons_of(rewards) & _coupons_of(still)).elements()
    return Rewards(points, tuple(sorted(coupons)))


def _by_promotion(rewards: tuple[QuotedReward, ...]) -> dict[str, list[QuotedReward]]:
    found: dict[str, list[QuotedReward]] = {}
    for reward in rewards:
        found.setdefault(reward.promotion, []).append(reward)
    return found


def _points_of(rewards: list[QuotedReward] | tuple[()], earned: int) -> int:
    total = sum(reward.points or 0 for reward in rewards)
    factors = (reward.multiplier for reward in rewards if reward.multiplier is not None)
    return total + sum(max(0, int(earned * (factor - 1))) for factor in factors)


def _coupons_of(rewards: list[QuotedReward] | tuple[()]) -> Counter[str]:
    return Counter(reward.coupon for reward in rewards if reward.coupon is not None)


def _by_nets(compiled: Compiled, order: Order) -> Kept:
    """Every unit comes back at the net that it had, or so much of it as its price fell."""
    refunded = points = 0
    goods: list[Goods] = []
    for line in order.quote.lines:
        paid = 0
        for unit in line.units:
            if (line.id, unit.number) in order.returned:
                refunded += unit.net.minor
                points += unit.points.minor
            else:
                protected = order.protected.get((line.id, unit.number), _NOTHING)
                refunded += protected.money
                points += protected.points
                paid += unit.net.minor - protected.money
        goods.append(Goods(compiled.skus[line.sku], paid))
    back = _if_returned(compiled, _points_for(order, points))
    return Kept(refunded, back, tuple(goods), _brought(compiled, order))


def _points_for(order: Order, tender: int) -> int:
    """Of the points used, the part that is so much of their worth, rounded down."""
    used, worth = order.quote.points_used, order.quote.points_worth.minor
    return used * tender // worth if worth else 0


def _brought(compiled: Compiled, order: Order) -> Brought:
    if not order.quote.gifts and not order.quote.rewards:
        return Brought({}, ())
    return take_up(compiled, order.cart, order.quote).earned(order.returned)


def _by_requote(compiled: Compiled, order: Order) -> Kept:
    """What is kept costs what it would have cost alone."""
    found = quote(compiled, kept_cart(order), order.quote.at, order.usage)
    paid, used = order.quote.goods.minor, order.quote.points_used
    protected = [given for unit, given in order.protected.items() if unit not in order.returned]
    due = paid - found.goods.minor + sum(given.money for given in protected)
    refunded = max(order.refunded_goods, min(due, paid))
    points = _points_for(order, sum(given.points for given in protected))
    back = min(max(0, used - found.points_used) + points, used)
    gifts: dict[tuple[str, str], int] = {}
    for gift in found.gifts:
        key = (gift.promotion, gift.sku)
        gifts[key] = gifts.get(key, 0) + gift.quantity
    brought = Brought(gifts, found.rewards)
    goods = _paid_goods(compiled, found, paid - refunded)
    return Kept(refunded, _if_returned(compiled, back), goods, brought)


def kept_cart(order: Order) -> Cart:
    """The order's cart without what came back, and with no coupon that it did not use up."""
    gone = Counter(line for line, _ in order.returned)
    lines = tuple(
        Line(line.id, line.sku, line.quantity - gone[line.id])
        for line in order.cart.lines
        if line.quantity > gone[line.id]
    )
    ids = {line.id for line in lines}
    shops = {line.shop for line in order.quote.lines if line.id in ids}
    return evolve(
        order.cart,
        lines=lines,
        shipping=tuple(fee for fee in order.cart.shipping if fee.shop in shops),
        coupons=order.coupons,
        points=order.quote.points_used,
    )


def _paid_goods(compiled: Compiled, found: Quote, left: int) -> tuple[Goods, ...]:
    """The money still paid, by line: where refunds were cut short, not what the quote says."""
    paid = [line.net.minor for line in found.lines]
    if sum(paid) != left:
        weights = [line.list_price.minor * len(line.units) for line in found.lines]
        paid = allocate(left, weights)
    return tuple(
        Goods(compiled.skus[line.sku], amount)
        for line, amount in zip(found.lines, paid, strict=True)
    )


def _if_returned(compiled: Compiled, points: int) -> int:
    policy = compiled.rulebook.after_sales.used_points
    return points if policy is Spent.RETURN else 0
