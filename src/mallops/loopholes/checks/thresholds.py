"""What is taken off reaches what had to be spent for it."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.findings import Severity
from mallops.loopholes.examined import Examined
from mallops.loopholes.model import Kind, Loophole
from mallops.loopholes.offers import Offer, Reached, cheapest_cart, offers
from mallops.money import Money
from mallops.rules.benefits import AmountOff, Per
from mallops.rules.promotions import Promotion


def check(examined: Examined) -> Iterator[Loophole]:
    """Amounts off that are as high as their threshold.

    An error where goods of the catalogue are free by it: units of a SKU without a floor that
    come to the threshold, and to no more than comes off. Where none do, a warning: the next
    price may.
    """
    for promotion in examined.live:
        for offer in offers(promotion):
            off = offer.benefit
            if isinstance(off, AmountOff) and 0 < threshold(offer, off) <= off.amount.minor:
                yield _found(examined, promotion, offer, off)


def threshold(offer: Offer, off: AmountOff) -> int:
    """What has to be spent on the same goods for an amount off; 0: nothing."""
    # What is off each unit has no threshold that it could reach.
    if off.per is Per.UNIT:
        return 0
    return max(offer.amount, 0 if off.every is None else off.every.minor)


def _found(examined: Examined, promotion: Promotion, offer: Offer, off: AmountOff) -> Loophole:
    asked = Money(threshold(offer, off), off.amount.currency)
    details = {"promotion": promotion.id, "off": str(off.amount), "threshold": str(asked)}
    severity = Severity.WARNING
    free = _free_cart(examined, promotion, offer, off)
    if free is not None:
        severity = Severity.ERROR
        details |= {"sku": free.priced.sku.sku, "units": str(free.units)}
    subject = examined.at_promotion(promotion.id, f"{offer.path}.amount")
    return Loophole("off_reaches_threshold", Kind.CONFIGURATION, severity, (subject,), details)


def _free_cart(
    examined: Examined, promotion: Promotion, offer: Offer, off: AmountOff
) -> Reached | None:
    """Units of one SKU that the promotion makes free, if the cheapest that reach it are."""
    if offer.distinct > 1:
        return None
    least = Offer(offer.path, off, threshold(offer, off), offer.quantity, 1, 0)
    cart = cheapest_cart(least, examined.goods(promotion.items), floored=False)
    if cart is None or cart.units > (promotion.at_most_units or cart.units):
        return None
    times = 1 if off.every is None else cart.total // off.every.minor
    times = min(times, off.at_most_times or times)
    return cart if off.amount.minor * times >= cart.total else None
