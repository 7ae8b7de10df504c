"""Limits that contradict what they limit."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.findings import Severity
from mallops.loopholes.examined import Examined
from mallops.loopholes.handouts import worth_of
from mallops.loopholes.model import Kind, Loophole
from mallops.loopholes.offers import offers
from mallops.rules.benefits import Reward
from mallops.rules.promotions import Promotion


def check(examined: Examined) -> Iterator[Loophole]:
    """Budgets below one use's worth, and fewer uses in all than one customer may have."""
    for promotion in examined.live:
        limits = promotion.limits
        if limits.total and limits.per_customer and limits.total < limits.per_customer:
            details = {
                "promotion": promotion.id,
                "total": str(limits.total),
                "each": str(limits.per_customer),
            }
            subject = examined.at_promotion(promotion.id, ".limits.total")
            kind, severity = Kind.CONFIGURATION, Severity.WARNING
            yield Loophole("total_below_customer", kind, severity, (subject,), details)
        if limits.budget:
            yield from _budget(examined, promotion, limits.budget.minor)


def _budget(examined: Examined, promotion: Promotion, budget: int) -> Iterator[Loophole]:
    # A reward costs no budget when it is promised.
    worths = [
        worth_of(examined, promotion, offer)
        for offer in offers(promotion)
        if not isinstance(offer.benefit, Reward)
    ]
    if worths and all(worth is not None and worth > budget for worth in worths):
        details = {"promotion": promotion.id, "budget": str(promotion.limits.budget)}
        subject = examined.at_promotion(promotion.id, ".limits.budget")
        kind, severity = Kind.CONFIGURATION, Severity.WARNING
        yield Loophole("budget_below_one_use", kind, severity, (subject,), details)
