"""What a promotion hands out, in money, and the least that has to be spent for it."""

from __future__ import annotations

from fractions import Fraction
from typing import assert_never

from mallops.loopholes.examined import Examined
from mallops.loopholes.offers import Offer, Reached, cheapest_cart
from mallops.money import Money
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
from mallops.rules.points import Action
from mallops.rules.promotions import Promotion
from mallops.stories.wealth import face_value

MONTH = 30
"""The days that are taken for a month."""


def points_worth(examined: Examined, points: int) -> int:
    """What so many points pay for, in minor units, rounded down; nothing where they cannot pay."""
    rules = examined.rulebook.points
    if rules is None or not rules.at_most_percent:
        return 0
    worth = rules.worth_in(examined.rulebook.currency)
    return points * worth.money.minor // worth.points


def monthly_points(action: Action) -> int:
    """What an action brings in a month to who never misses one, rounded down.

    What has a bound for ever brings nothing for good, and of what has no bound at all nobody can
    say: both are 0.

    >>> from mallops.rules.points import Times
    >>> monthly_points(Action("review", 10, Times(day=3, month=20)))
    200
    """
    times = action.times
    bounds = [
        Fraction(each)
        for each in (
            None if times.day is None else times.day * MONTH,
            times.month,
            None if times.year is None else Fraction(times.year, 12),
        )
        if each is not None
    ]
    if times.ever is not None or not bounds:
        return 0
    streaks = sum((step.points for step in action.streak), 0)
    if action.streak:
        last = action.streak[-1]
        streaks += last.points * max(0, MONTH // last.days - 1)
    return int(min(bounds) * action.points + streaks)


def worth_of(examined: Examined, promotion: Promotion, offer: Offer) -> int | None:
    """What one use is worth to a customer at most, in minor units; None: that hangs on the cart."""
    benefit = offer.benefit
    match benefit:
        case PercentOff():
            return None if benefit.at_most is None else benefit.at_most.minor
        case AmountOff():
            return _amount(promotion, benefit)
        case FixedPrice():
            dearest = examined.goods(promotion.items).dearest
            saved = 0 if dearest is None else max(0, dearest.price - benefit.price.minor)
            return None if promotion.at_most_units is None else saved * promotion.at_most_units
        case Gift():
            return gift_value(examined, benefit) * benefit.quantity
        case AddOn():
            added = examined.priced.get(benefit.sku)
            saved = 0 if added is None else max(0, added.price - benefit.price.minor)
            return saved * benefit.quantity
        case ShippingOff():
            return None if benefit.amount is None else benefit.amount.minor
        case Reward():
            return reward_worth(examined, benefit)
        case NthUnit() | BundlePrice():
            return None
        case _:
            assert_never(benefit)


def _amount(promotion: Promotion, off: AmountOff) -> int | None:
    times = 1 if off.every is None else off.at_most_times
    if off.per is Per.UNIT:
        times = promotion.at_most_units
    return None if times is None else off.amount.minor * times


def gift_value(examined: Examined, gift: Gift) -> int:
    """What a unit of a gift counts as: its value, or else the SKU's price."""
    value = examined.skus[gift.sku].price if gift.value is None else gift.value
    assert value is not None, "a gift without a value or a price is refused before"
    return value.minor


def reward_worth(examined: Examined, reward: Reward) -> int | None:
    """What a reward of points or a coupon is worth; None: a multiplier, or an unknown coupon."""
    if reward.points is not None:
        return points_worth(examined, reward.points)
    if reward.coupon is None:
        return None
    face = face_value(examined.compiled, reward.coupon)
    return None if face is None else face.minor


def least_cart(examined: Examined, promotion: Promotion, offer: Offer) -> Reached | None:
    """The units of one SKU that reach an offer for the least money, if one SKU can."""
    if offer.distinct > 1:
        return None
    return cheapest_cart(offer, examined.goods(promotion.items))


def is_counted(promotion: Promotion) -> bool:
    """Whether uses or what is given away are counted in all."""
    return promotion.limits.total is not None or promotion.limits.budget is not None


def is_once_each(promotion: Promotion) -> bool:
    """Whether an account has it a bounded number of times."""
    return promotion.limits.per_customer is not None or promotion.audience.first_order


def money(examined: Examined, minor: int) -> Money:
    """An amount in the rulebook's currency."""
    return Money(minor, examined.rulebook.currency)
