"""Policies of returns that leave a benefit with who sends all or most of the goods back."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.findings import Severity
from mallops.loopholes.coming_back import returnable
from mallops.loopholes.examined import Examined
from mallops.loopholes.handouts import gift_value, money, points_worth, worth_of
from mallops.loopholes.model import Kind, Loophole, Repeat
from mallops.loopholes.offers import Offer, offers
from mallops.loopholes.subjects import section_at
from mallops.rules.aftersales import EarnedPoints, GiftReturn, LostThreshold, ShippingRefund
from mallops.rules.benefits import AddOn, BundlePrice, Gift, NthUnit, Reward, ShippingOff
from mallops.rules.promotions import Promotion


def check(examined: Examined) -> Iterator[Loophole]:
    """Earned points, gifts, thresholds and freight, each by its policy.

    Points and gifts that are kept are errors: order, return, and begin again. A threshold's
    discount that is kept is bounded by the discount, and a warning.
    """
    policy = examined.rulebook.after_sales
    if policy.earned_points is EarnedPoints.KEEP:
        yield from _points(examined)
    if policy.gift is GiftReturn.KEEP:
        yield from _gifts(examined)
    if policy.lost_threshold is LostThreshold.KEEP:
        yield from _thresholds(examined)
    if policy.shipping is ShippingRefund.LAST:
        yield from _freight(examined)


def _points(examined: Examined) -> Iterator[Loophole]:
    earn, goods = examined.rulebook.earn, returnable(examined)
    if earn is None or not earn.points or goods is None or not points_worth(examined, 1_000_000):
        return
    yield Loophole(
        "points_kept_after_return",
        Kind.SEQUENCE,
        Severity.ERROR,
        (section_at("after_sales", ".earned_points"), section_at("points", ".earn")),
        {"sku": goods.id},
        repeat=Repeat.AGAIN,
    )


def _gifts(examined: Examined) -> Iterator[Loophole]:
    for promotion in examined.live:
        for offer in offers(promotion):
            gift = offer.benefit
            if not isinstance(gift, Gift) or returnable(examined, promotion.items) is None:
                continue
            value = gift_value(examined, gift) * gift.quantity
            if value:
                subjects = (
                    section_at("after_sales", ".gift"),
                    examined.at_promotion(promotion.id, offer.path),
                )
                loss = money(examined, value)
                yield Loophole(
                    "gift_kept_after_return",
                    Kind.SEQUENCE,
                    Severity.ERROR,
                    subjects,
                    {"promotion": promotion.id, "sku": gift.sku, "value": str(loss)},
                    loss=loss,
                    repeat=Repeat.AGAIN,
                )


def _thresholds(examined: Examined) -> Iterator[Loophole]:
    """One finding for the policy, with the promotion that loses most by it."""
    worst: tuple[int, Promotion] | None = None
    for promotion in examined.live:
        worths = [
            worth_of(examined, promotion, offer) or 0
            for offer in offers(promotion)
            if _is_lost(offer)
        ]
        most = max(worths, default=-1)
        # Looked for last, as it goes through the goods.
        if most > (-1 if worst is None else worst[0]) and returnable(examined, promotion.items):
            worst = most, promotion
    if worst is None:
        return
    loss, promotion = worst
    yield Loophole(
        "threshold_kept_after_return",
        Kind.KEPT_TOO_CHEAP,
        Severity.WARNING,
        (section_at("after_sales", ".lost_threshold"), examined.at_promotion(promotion.id)),
        {"promotion": promotion.id},
        loss=money(examined, loss) if loss else None,
        repeat=Repeat.AGAIN,
    )


def _is_lost(offer: Offer) -> bool:
    """Whether less of the goods would not have had the discount."""
    if isinstance(offer.benefit, Gift | AddOn | Reward | ShippingOff):
        return False
    asks = offer.amount or offer.elsewhere or offer.quantity > 1 or offer.distinct > 1
    groups = isinstance(offer.benefit, NthUnit | BundlePrice)
    return bool(asks) or groups or getattr(offer.benefit, "every", None) is not None


def _freight(examined: Examined) -> Iterator[Loophole]:
    for promotion in examined.live:
        for offer in offers(promotion):
            if isinstance(offer.benefit, ShippingOff) and (offer.amount or offer.quantity > 1):
                subjects = (
                    section_at("after_sales", ".shipping"),
                    examined.at_promotion(promotion.id, offer.path),
                )
                kind, severity = Kind.KEPT_TOO_CHEAP, Severity.WARNING
                details = {"promotion": promotion.id}
                yield Loophole("freight_never_paid", kind, severity, subjects, details)
                return
