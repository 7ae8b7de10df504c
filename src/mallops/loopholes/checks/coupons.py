"""Coupons that belong to nobody, or that are as good as money to others."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from mallops.findings import Severity
from mallops.loopholes.checks.thresholds import threshold
from mallops.loopholes.examined import Examined
from mallops.loopholes.handouts import is_counted, is_once_each, least_cart, money, worth_of
from mallops.loopholes.model import Kind, Loophole, Repeat
from mallops.loopholes.offers import Offer, offers
from mallops.rules.benefits import AmountOff, Per, PercentOff
from mallops.rules.promotions import Promotion

# From so large a share of what is spent on, buying a coupon from a stranger pays.
_RESOLD = Fraction(1, 4)


def check(examined: Examined) -> Iterator[Loophole]:
    """Coupons of which one customer may take all, and those that are worth passing on.

    Whether a coupon was sold, rules cannot decide: they can bound what it is worth to others, by
    a threshold, a group, and a number for each customer.
    """
    for promotion in examined.live:
        if promotion.coupon:
            yield from _without_owner(examined, promotion)
            for offer in offers(promotion):
                yield from _resold(examined, promotion, offer)


def _without_owner(examined: Examined, promotion: Promotion) -> Iterator[Loophole]:
    # What nothing counts at all is another finding.
    if is_once_each(promotion) or not is_counted(promotion):
        return
    bare = any(
        not (each.amount or each.quantity > 1 or each.elsewhere) for each in offers(promotion)
    )
    yield Loophole(
        "coupon_without_owner",
        Kind.IDENTITY,
        Severity.WARNING if bare else Severity.NOTE,
        (examined.at_promotion(promotion.id, ".limits"),),
        {"promotion": promotion.id},
        repeat=Repeat.AGAIN,
    )


def _resold(examined: Examined, promotion: Promotion, offer: Offer) -> Iterator[Loophole]:
    audience = promotion.audience
    if audience.groups or audience.first_order:
        return
    share = _share(examined, promotion, offer)
    if share < _RESOLD:
        return
    worth = worth_of(examined, promotion, offer)
    details = {
        "promotion": promotion.id,
        "share": str(share.numerator * 100 // share.denominator),
    }
    yield Loophole(
        "coupon_resale",
        Kind.IDENTITY,
        Severity.WARNING if share >= 1 else Severity.NOTE,
        (examined.at_promotion(promotion.id, offer.path),),
        details,
        loss=None if worth is None else money(examined, worth),
        repeat=Repeat.ONCE if is_once_each(promotion) else Repeat.AGAIN,
    )


def _share(examined: Examined, promotion: Promotion, offer: Offer) -> Fraction:
    """Of the least that has to be spent, what the coupon is worth; of the whole, no more."""
    off = offer.benefit
    if isinstance(off, PercentOff):
        return Fraction(off.percent) / 100
    if not isinstance(off, AmountOff) or off.per is Per.UNIT:
        return Fraction(0)
    cart = least_cart(
        examined,
        promotion,
        Offer(offer.path, off, threshold(offer, off), offer.quantity, offer.distinct, 0),
    )
    if cart is None:
        return Fraction(0)
    return min(Fraction(1), Fraction(off.amount.minor, cart.total + offer.elsewhere))
