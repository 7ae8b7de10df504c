"""A promotion that gives goods away, and that nothing stops."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.findings import Severity
from mallops.loopholes.examined import Examined
from mallops.loopholes.model import Kind, Loophole
from mallops.loopholes.offers import offers
from mallops.rules.benefits import BundlePrice, FixedPrice, PercentOff, SimpleBenefit
from mallops.rules.promotions import Promotion


def check(examined: Examined) -> Iterator[Loophole]:
    """Everything off, and neither a total, a budget, floors, nor other goods to be bought."""
    for promotion in examined.live:
        limits, requires = promotion.limits, promotion.requires
        bounded = limits.total is not None or limits.budget is not None
        if bounded or requires.items is not None or not _unfloored(examined, promotion):
            continue
        for offer in offers(promotion):
            if _takes_everything(offer.benefit):
                subject = examined.at_promotion(promotion.id, offer.path)
                details = {"promotion": promotion.id}
                kind, severity = Kind.CONFIGURATION, Severity.ERROR
                yield Loophole("everything_free", kind, severity, (subject,), details)


def _takes_everything(benefit: SimpleBenefit) -> bool:
    match benefit:
        case PercentOff():
            return benefit.percent == 100 and benefit.at_most is None
        case FixedPrice():
            return not benefit.price
        case BundlePrice():
            return not benefit.price and benefit.at_most_times is None
        case _:
            return False


def _unfloored(examined: Examined, promotion: Promotion) -> bool:
    goods = examined.goods(promotion.items).cheapest_first
    return any(each.price and not each.floor for each in goods)
