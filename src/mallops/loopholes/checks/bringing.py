"""A promotion that brings what is not there: a SKU that is not sold, a coupon that is dead."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.findings import Severity
from mallops.loopholes.examined import Examined
from mallops.loopholes.model import Kind, Loophole
from mallops.loopholes.offers import Offer, offers
from mallops.rules.benefits import AddOn, Gift, Reward
from mallops.rules.promotions import Promotion


def check(examined: Examined) -> Iterator[Loophole]:
    """Gifts and add-ons that are not listed, and coupons that are switched off or over."""
    for promotion in examined.live:
        for offer in offers(promotion):
            benefit = offer.benefit
            if isinstance(benefit, Gift | AddOn) and benefit.sku not in examined.priced:
                details = {"promotion": promotion.id, "sku": benefit.sku}
                yield _found(examined, promotion, offer, "sku", details)
            elif isinstance(benefit, Reward) and _is_dead(examined, promotion, benefit.coupon):
                details = {"promotion": promotion.id, "coupon": str(benefit.coupon)}
                yield _found(examined, promotion, offer, "coupon", details)


def _found(
    examined: Examined, promotion: Promotion, offer: Offer, field: str, details: dict[str, str]
) -> Loophole:
    subject = examined.at_promotion(promotion.id, f"{offer.path}.{field}")
    kind, severity = Kind.CONFIGURATION, Severity.WARNING
    if field == "sku":
        return Loophole("brings_unlisted", kind, severity, (subject,), details)
    return Loophole("brings_dead_coupon", kind, severity, (subject,), details)


def _is_dead(examined: Examined, promotion: Promotion, coupon: str | None) -> bool:
    """Whether a coupon is over before anybody has it; one of another rulebook may live there."""
    if coupon is None or coupon not in examined.promotions:
        return False
    if not examined.promotions[coupon].active:
        return True
    span = examined.spans[coupon]
    return not examined.is_to_come(span) or span.ends <= examined.spans[promotion.id].starts
