"""What is handed out again and again, with nothing that ends it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from mallops.findings import Severity
from mallops.loopholes.examined import ALWAYS, Examined, span_of
from mallops.loopholes.handouts import (
    is_counted,
    is_once_each,
    money,
    monthly_points,
    points_worth,
    worth_of,
)
from mallops.loopholes.model import Kind, Loophole, Repeat, Subject
from mallops.loopholes.offers import Offer, cheapest_cart, offers
from mallops.rules.benefits import (
    AddOn,
    AmountOff,
    BundlePrice,
    FixedPrice,
    Gift,
    Per,
    PercentOff,
    Reward,
)
from mallops.rules.points import Action, Times
from mallops.rules.promotions import Promotion


def check(examined: Examined) -> Iterator[Loophole]:
    """Coupons, gifts, rewards, prices below cost, campaigns of points, and actions.

    An error where an amount off without a threshold pays for goods whole: whoever finds that
    takes them until somebody wakes up. With an end and a threshold it is a note, unless it is
    worth half of that. What each newcomer gets once is bounded for them, and not for the mall.
    An action that only a day, a month or a year bounds is slow, and has no end either.
    """
    for promotion in examined.live:
        if promotion.audience.first_order and not is_counted(promotion):
            yield _newcomers(examined, promotion)
        if not is_counted(promotion) and not is_once_each(promotion):
            for offer in offers(promotion):
                if _is_handed_out(examined, promotion, offer):
                    yield _promotion(examined, promotion, offer)
    yield from _campaigns(examined)
    yield from _actions(examined)


def _is_handed_out(examined: Examined, promotion: Promotion, offer: Offer) -> bool:
    benefit = offer.benefit
    match benefit:
        case Reward():
            # A multiplier grows with what is paid, and is judged as a rate.
            return benefit.multiplier is None
        case Gift():
            return True
        case FixedPrice() | BundlePrice():
            size = benefit.size if isinstance(benefit, BundlePrice) else 1
            costliest = examined.goods(promotion.items).costliest
            below = costliest is not None and benefit.price.minor < (costliest.cost or 0) * size
            return promotion.coupon or below
        case AddOn():
            added = examined.priced.get(benefit.sku)
            below = added is not None and benefit.price.minor < (added.cost or 0)
            return promotion.coupon or below
        case PercentOff() | AmountOff(per=Per.UNIT):
            return promotion.coupon or _for_nothing(examined, promotion, benefit)
        case _:
            return promotion.coupon or _free(examined, promotion, offer) != ""


def _for_nothing(examined: Examined, promotion: Promotion, benefit: PercentOff | AmountOff) -> bool:
    """Whether it leaves nothing of a unit that it is about: that is a gift by another name."""
    goods = examined.goods(promotion.items).cheapest_first
    bare = [each.price for each in goods if each.price and not each.floor]
    match benefit:
        case PercentOff():
            return bool(bare) and benefit.percent == 100 and benefit.at_most is None
        case AmountOff():
            return any(price <= benefit.amount.minor for price in bare)
        case _:
            assert_never(benefit)


def _free(examined: Examined, promotion: Promotion, offer: Offer) -> str:
    """A SKU that an amount off pays for whole, with nothing else to be bought."""
    off = offer.benefit
    if not isinstance(off, AmountOff) or off.per is Per.UNIT or off.every is not None:
        return ""
    if offer.amount or offer.elsewhere or offer.distinct > 1 or promotion.requires.items:
        return ""
    cart = cheapest_cart(offer, examined.goods(promotion.items), floored=False)
    return cart.priced.id if cart is not None and 0 < cart.total <= off.amount.minor else ""


def _promotion(examined: Examined, promotion: Promotion, offer: Offer) -> Loophole:
    ends = examined.spans[promotion.id].ends < ALWAYS
    missing = ("limits.per_customer", "limits.total", "limits.budget")
    free = _free(examined, promotion, offer)
    details = {
        "promotion": promotion.id,
        "missing": ", ".join(missing if ends else (*missing, "schedule.ends")),
        "sku": free,
    }
    severity = Severity.WARNING
    worth = worth_of(examined, promotion, offer)
    if free:
        severity = Severity.ERROR
    elif ends and _asks_enough(offer, worth):
        severity = Severity.NOTE
    subject = examined.at_promotion(promotion.id, ".limits")
    return Loophole(
        "grant_unbounded",
        Kind.UNBOUNDED,
        severity,
        (subject,),
        details,
        loss=None if worth is None else money(examined, worth),
        repeat=Repeat.AGAIN,
    )


def _asks_enough(offer: Offer, worth: int | None) -> bool:
    """Whether so much has to be bought that less than half of it is given away."""
    asked = offer.amount + offer.elsewhere
    return offer.quantity > 1 if not asked else (worth or 0) * 2 < asked


def _newcomers(examined: Examined, promotion: Promotion) -> Loophole:
    details = {"promotion": promotion.id, "missing": "limits.total, limits.budget"}
    return Loophole(
        "newcomers_unbounded",
        Kind.UNBOUNDED,
        Severity.WARNING,
        (examined.at_promotion(promotion.id, ".limits"),),
        details,
        repeat=Repeat.ONCE,
    )


def _campaigns(examined: Examined) -> Iterator[Loophole]:
    earn = examined.rulebook.earn
    for place, campaign in enumerate(() if earn is None else earn.campaigns):
        bounds = (campaign.at_most_per_order, campaign.at_most_per_customer, campaign.at_most)
        span = span_of(campaign.schedule.window)
        endless = span.ends == ALWAYS and campaign.multiplier > 1
        if endless and all(bound is None for bound in bounds):
            path = f"$.points.earn.campaigns[{place}]"
            subject = Subject("rulebook", campaign.id, path)
            kind, severity, details = Kind.UNBOUNDED, Severity.WARNING, {"campaign": campaign.id}
            yield Loophole("campaign_unbounded", kind, severity, (subject,), details)


def _actions(examined: Examined) -> Iterator[Loophole]:
    points = examined.rulebook.points
    for place, action in enumerate(() if points is None else points.actions):
        subject = Subject("rulebook", action.id, f"$.points.actions[{place}].times")
        monthly = monthly_points(action)
        if action.points and action.times == Times():
            yield _endless(examined, action, subject)
        elif monthly:
            yield _slow(examined, action, subject, monthly)


def _endless(examined: Examined, action: Action, subject: Subject) -> Loophole:
    return Loophole(
        "action_unbounded",
        Kind.UNBOUNDED,
        Severity.WARNING,
        (subject,),
        {"action": action.id, "points": str(action.points)},
        loss=money(examined, points_worth(examined, action.points)),
        repeat=Repeat.AGAIN,
    )


def _slow(examined: Examined, action: Action, subject: Subject, monthly: int) -> Loophole:
    worth = points_worth(examined, monthly)
    cheapest = min((each.price for each in examined.shelves.all if each.price), default=0)
    return Loophole(
        "action_bounded_by_time",
        Kind.UNBOUNDED,
        Severity.WARNING if 0 < cheapest <= worth else Severity.NOTE,
        (subject,),
        {"action": action.id, "points": str(monthly), "worth": str(money(examined, worth))},
        loss=money(examined, worth),
        repeat=Repeat.AGAIN,
    )
