"""A promotion that takes a larger share off than a mall puts up with."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import assert_never

from mallops.findings import Severity
from mallops.loopholes.checks.thresholds import threshold
from mallops.loopholes.examined import Examined
from mallops.loopholes.handouts import gift_value
from mallops.loopholes.model import Kind, Loophole
from mallops.loopholes.offers import Offer, cheapest_cart, offers
from mallops.rules.benefits import (
    AddOn,
    AmountOff,
    BundlePrice,
    FixedPrice,
    Gift,
    NthUnit,
    Per,
    PercentOff,
    Reward,
    ShippingOff,
)
from mallops.rules.promotions import Promotion

Share = tuple[Fraction, str]
"""What is taken off, of what it is taken off, and the SKU of which that is so (or nothing)."""


def check(examined: Examined) -> Iterator[Loophole]:
    """Discounts whose largest share of what they are about is above `tolerance.deepest`."""
    deepest = Fraction(examined.tolerance.deepest) / 100
    for promotion in examined.live:
        for offer in offers(promotion):
            share, sku = _share(examined, promotion, offer)
            if share > deepest:
                details = {
                    "promotion": promotion.id,
                    "share": str(share.numerator * 100 // share.denominator),
                    "deepest": str(examined.tolerance.deepest),
                    "sku": sku,
                }
                subject = examined.at_promotion(promotion.id, offer.path)
                kind, severity = Kind.CONFIGURATION, Severity.WARNING
                yield Loophole("deep_discount", kind, severity, (subject,), details)


_NONE: Share = (Fraction(0), "")


def _share(examined: Examined, promotion: Promotion, offer: Offer) -> Share:
    benefit = offer.benefit
    goods = examined.goods(promotion.items)
    match benefit:
        case PercentOff():
            return Fraction(benefit.percent) / 100, ""
        case NthUnit():
            # Of a group of equal units; of others the cheapest are taken.
            return Fraction(benefit.percent) * benefit.units / benefit.n / 100, ""
        case AmountOff():
            return _amount(examined, promotion, offer, benefit)
        case FixedPrice():
            dearest = goods.dearest
            return _NONE if dearest is None else _of(dearest.price, benefit.price.minor, dearest.id)
        case BundlePrice():
            dearest = goods.dearest
            if dearest is None:
                return _NONE
            return _of(dearest.price * benefit.size, benefit.price.minor, dearest.id)
        case Gift():
            worth = gift_value(examined, benefit) * benefit.quantity
            return _brought(examined, promotion, offer, worth, worth, benefit.sku)
        case AddOn():
            added = examined.priced.get(benefit.sku)
            if added is None:
                return _NONE
            worth = added.price * benefit.quantity
            saved = worth - benefit.price.minor * benefit.quantity
            return _brought(examined, promotion, offer, worth, saved, benefit.sku)
        case ShippingOff() | Reward():
            return _NONE
        case _:
            assert_never(benefit)


def _of(full: int, left: int, sku: str) -> Share:
    return (Fraction(full - left, full), sku) if full > left else _NONE


def _amount(examined: Examined, promotion: Promotion, offer: Offer, off: AmountOff) -> Share:
    """Off the least that reaches it; what reaches its threshold is another check's."""
    goods = examined.goods(promotion.items)
    if off.per is Per.UNIT:
        cheapest = next((each for each in goods.cheapest_first if each.price), None)
        if cheapest is None:
            return _NONE
        return min(Fraction(off.amount.minor, cheapest.price), Fraction(1)), cheapest.id
    asked = threshold(offer, off)
    if 0 < asked <= off.amount.minor:
        return _NONE
    least = Offer(offer.path, off, asked, offer.quantity, 1, 0)
    cart = cheapest_cart(least, goods)
    if cart is None:
        return _NONE
    full = max(cart.total, asked)
    return Fraction(min(off.amount.minor, full), full + offer.elsewhere), cart.priced.id


def _brought(
    examined: Examined, promotion: Promotion, offer: Offer, worth: int, saved: int, sku: str
) -> Share:
    """Of all that a customer takes home: the goods that earn it, and what is brought."""
    cart = cheapest_cart(offer, examined.goods(promotion.items))
    if cart is None or saved <= 0:
        return _NONE
    return Fraction(saved, max(cart.total, offer.amount) + offer.elsewhere + worth), sku
