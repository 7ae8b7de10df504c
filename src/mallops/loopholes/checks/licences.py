"""Goods that may not be promoted without a licence, such as medicines, in promotions and points."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.catalog.fitting import fits
from mallops.findings import Severity
from mallops.loopholes.examined import Examined
from mallops.loopholes.goods import Priced
from mallops.loopholes.model import Kind, Loophole
from mallops.loopholes.offers import offers
from mallops.loopholes.subjects import section_at
from mallops.rules.benefits import AddOn, Gift
from mallops.rules.promotions import Promotion, Selector


def check(examined: Examined) -> Iterator[Loophole]:
    """Listed goods that fit `tolerance.licensed`: given away, promoted, or bought with points.

    To give medicine away with other goods is forbidden nearly everywhere, and an error. To take
    something off its price needs a licence that the rules do not show.
    """
    licensed = examined.goods(Selector(examined.tolerance.licensed)).skus
    if not licensed:
        return
    ids = {each.id for each in licensed}
    for promotion in examined.live:
        yield from _given(examined, promotion, ids)
        yield from _promoted(examined, promotion, licensed)
    yield from _points(examined, licensed)


def _given(examined: Examined, promotion: Promotion, ids: set[str]) -> Iterator[Loophole]:
    for offer in offers(promotion):
        if isinstance(offer.benefit, Gift | AddOn) and offer.benefit.sku in ids:
            subject = examined.at_promotion(promotion.id, f"{offer.path}.sku")
            details = {"promotion": promotion.id, "sku": offer.benefit.sku}
            kind, severity = Kind.CONFIGURATION, Severity.ERROR
            yield Loophole("licensed_given", kind, severity, (subject,), details)


def _promoted(
    examined: Examined, promotion: Promotion, licensed: tuple[Priced, ...]
) -> Iterator[Loophole]:
    found = next((each for each in licensed if _fits(promotion.items, each)), None)
    if found is not None:
        subject = examined.at_promotion(promotion.id, ".items")
        details = {"promotion": promotion.id, "sku": found.id}
        kind, severity = Kind.CONFIGURATION, Severity.WARNING
        yield Loophole("licensed_promoted", kind, severity, (subject,), details)


def _fits(selector: Selector, priced: Priced) -> bool:
    return any(any(fits(selector, priced.sku, price)) for price in priced.prices)


def _points(examined: Examined, licensed: tuple[Priced, ...]) -> Iterator[Loophole]:
    rules, earn = examined.rulebook.points, examined.rulebook.earn
    if rules is None:
        return
    kind = Kind.CONFIGURATION
    if earn is not None and earn.points:
        barred = [rule.items for rule in earn.items if not rule.multiplier]
        earning = (each for each in licensed if not any(_fits(items, each) for items in barred))
        found = next(earning, None)
        if found is not None:
            subject = section_at("points", ".earn")
            severity, details = Severity.WARNING, {"sku": found.id}
            yield Loophole("licensed_earns_points", kind, severity, (subject,), details)
    if rules.at_most_percent:
        # Points pay for any goods: what they may pay for is not in a rulebook.
        subject = section_at("points", ".at_most_percent")
        severity, details = Severity.NOTE, {"sku": licensed[0].id}
        yield Loophole("licensed_paid_with_points", kind, severity, (subject,), details)
