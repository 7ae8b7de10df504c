"""What each account gets once, so that whoever makes accounts gets it as often as they like."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.findings import Severity
from mallops.loopholes.examined import Examined
from mallops.loopholes.handouts import is_counted, is_once_each, money, worth_of
from mallops.loopholes.model import Kind, Loophole, Repeat
from mallops.loopholes.offers import Offer, offers
from mallops.rules.benefits import Gift, Reward
from mallops.rules.promotions import Promotion


def check(examined: Examined) -> Iterator[Loophole]:
    """Coupons, gifts, rewards and newcomers' discounts that only the customer's id bounds.

    Whether two accounts are one person, rules cannot decide; nor can they hold guests to a number
    of uses each. A warning where newcomers get it, as that is what accounts are made for.
    """
    for promotion in examined.live:
        if is_once_each(promotion) and not is_counted(promotion):
            worths = [
                (worth_of(examined, promotion, offer) or 0, offer)
                for offer in offers(promotion)
                if _is_wanted(promotion, offer)
            ]
            worth, offer = max(worths, key=lambda each: each[0], default=(0, None))
            if offer is not None and worth:
                yield _found(examined, promotion, worth)


def _is_wanted(promotion: Promotion, offer: Offer) -> bool:
    handed_out = isinstance(offer.benefit, Gift | Reward)
    return handed_out or promotion.coupon or promotion.audience.first_order


def _found(examined: Examined, promotion: Promotion, worth: int) -> Loophole:
    newcomers = promotion.audience.first_order
    times = 1 if newcomers else max(1, promotion.limits.per_customer or 1)
    loss = money(examined, worth * times)
    return Loophole(
        "grant_bounded_by_account",
        Kind.IDENTITY,
        Severity.WARNING if newcomers else Severity.NOTE,
        (examined.at_promotion(promotion.id, ".limits"),),
        {"promotion": promotion.id, "loss": str(loss)},
        loss=loss,
        repeat=Repeat.ONCE,
    )
