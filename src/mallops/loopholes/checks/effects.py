"""A promotion that never does anything, whatever is in the cart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from mallops.findings import Severity
from mallops.loopholes.examined import Examined
from mallops.loopholes.model import Kind, Loophole
from mallops.loopholes.offers import offers
from mallops.rules.benefits import (
    AddOn,
    AmountOff,
    BundlePrice,
    FixedPrice,
    Gift,
    NthUnit,
    PercentOff,
    Reward,
    ShippingOff,
    SimpleBenefit,
)
from mallops.rules.promotions import Promotion


def check(examined: Examined) -> Iterator[Loophole]:
    """Nothing off, a price that is no lower than any there is, or limits of none at all."""
    for promotion in examined.live:
        field = _exhausted(promotion)
        if field:
            yield _found(examined, promotion, f".limits.{field}")
            continue
        for offer in offers(promotion):
            if _is_idle(examined, promotion, offer.benefit):
                yield _found(examined, promotion, offer.path)


def _found(examined: Examined, promotion: Promotion, path: str) -> Loophole:
    subject = examined.at_promotion(promotion.id, path)
    details = {"promotion": promotion.id, "field": path.removeprefix(".")}
    kind, severity = Kind.CONFIGURATION, Severity.WARNING
    return Loophole("never_any_effect", kind, severity, (subject,), details)


def _exhausted(promotion: Promotion) -> str:
    """The limit that allows no use at all."""
    limits = promotion.limits
    if limits.per_customer == 0:
        return "per_customer"
    if limits.total == 0:
        return "total"
    return "budget" if limits.budget is not None and not limits.budget else ""


def _is_idle(examined: Examined, promotion: Promotion, benefit: SimpleBenefit) -> bool:
    most = examined.goods(promotion.items).most
    match benefit:
        case PercentOff():
            return not benefit.percent or (benefit.at_most is not None and not benefit.at_most)
        case NthUnit():
            return not benefit.percent
        case AmountOff():
            return not benefit.amount
        case FixedPrice():
            return 0 < most <= benefit.price.minor
        case BundlePrice():
            return 0 < most * benefit.size <= benefit.price.minor
        case AddOn():
            added = examined.priced.get(benefit.sku)
            return added is not None and added.prices[-1] <= benefit.price.minor
        case ShippingOff():
            percent, amount = benefit.percent, benefit.amount
            return (percent is not None and not percent) or (amount is not None and not amount)
        case Reward():
            return benefit.multiplier == 1
        case Gift():
            return False
        case _:
            assert_never(benefit)
