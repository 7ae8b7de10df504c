"""Rewards that are worth what they cost, and coupons that earn the next coupon."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from mallops.findings import Severity
from mallops.loopholes.examined import Examined
from mallops.loopholes.handouts import (
    is_counted,
    is_once_each,
    least_cart,
    money,
    reward_worth,
)
from mallops.loopholes.model import Kind, Loophole, Repeat
from mallops.loopholes.offers import Offer, offers
from mallops.rules.benefits import Reward
from mallops.rules.promotions import Promotion


def check(examined: Examined) -> Iterator[Loophole]:
    """Each reward beside the least that earns it, and its coupon beside the promotion itself."""
    for promotion in examined.live:
        for offer in offers(promotion):
            if isinstance(offer.benefit, Reward):
                yield from _too_much(examined, promotion, offer, offer.benefit)
                yield from _loop(examined, promotion, offer, offer.benefit)


def _too_much(
    examined: Examined, promotion: Promotion, offer: Offer, reward: Reward
) -> Iterator[Loophole]:
    """A share of what is spent that is above `tolerance.deepest`; an error from the whole on.

    What a coupon is worth to somebody who will not buy enough for it is less, and what each
    customer has once is a loss that ends: both are warnings.
    """
    cart, worth = least_cart(examined, promotion, offer), reward_worth(examined, reward)
    if cart is None or not worth:
        return
    spent = cart.total + offer.elsewhere
    if worth * 100 <= Fraction(examined.tolerance.deepest) * spent:
        return
    bounded = is_counted(promotion) or is_once_each(promotion)
    as_money = reward.points is not None or _asks_nothing(examined, reward.coupon)
    severity = Severity.ERROR
    if worth < spent or bounded or not as_money:
        severity = Severity.WARNING
    details = {
        "promotion": promotion.id,
        "worth": str(money(examined, worth)),
        "spent": str(money(examined, spent)),
        "units": str(cart.units),
        "sku": cart.priced.id,
    }
    yield Loophole(
        "reward_near_cost",
        Kind.CONVERSION,
        severity,
        (examined.at_promotion(promotion.id, offer.path),),
        details,
        loss=money(examined, max(0, worth - spent)),
        repeat=Repeat.ONCE if bounded else Repeat.AGAIN,
    )


def _asks_nothing(examined: Examined, coupon: str | None) -> bool:
    known = examined.promotions.get(coupon or "")
    return known is not None and all(_is_bare(offer) for offer in offers(known))


def _is_bare(offer: Offer) -> bool:
    return not (offer.amount or offer.elsewhere or offer.quantity > 1 or offer.distinct > 1)


def _loop(
    examined: Examined, promotion: Promotion, offer: Offer, reward: Reward
) -> Iterator[Loophole]:
    """An order that spends the coupon of the last and earns that of the next.

    Both promotions are of one order, so they are of different lanes, and neither is used so many
    times by a customer. Where such an order costs nothing, the coupon alone is an error already.
    """
    coupon = examined.promotions.get(reward.coupon or "")
    if coupon is None or promotion.coupon or not _is_live(examined, coupon):
        return
    if coupon.lane == promotion.lane or is_once_each(promotion) or is_once_each(coupon):
        return
    worth = reward_worth(examined, reward)
    if not worth:
        return
    severity = Severity.WARNING if _asks_nothing(examined, coupon.id) else Severity.NOTE
    subjects = (
        examined.at_promotion(promotion.id, f"{offer.path}.coupon"),
        examined.at_promotion(coupon.id),
    )
    details = {
        "promotion": promotion.id,
        "coupon": coupon.id,
        "gain": str(money(examined, worth)),
    }
    yield Loophole(
        "reward_loop",
        Kind.CONVERSION,
        severity,
        subjects,
        details,
        loss=money(examined, worth),
        repeat=Repeat.AGAIN,
    )


def _is_live(examined: Examined, promotion: Promotion) -> bool:
    return promotion.active and examined.is_to_come(examined.spans[promotion.id])
