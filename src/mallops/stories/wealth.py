"""What an account is worth in money, and an account told as a balance."""

from __future__ import annotations

from pendulum import DateTime

from mallops.money import Money
from mallops.points.drafting import Terms
from mallops.points.sweeping import balance as points_balance
from mallops.promotions.compiled import Compiled
from mallops.rules.benefits import AmountOff, PercentOff
from mallops.rules.points import PointsRules, Worth
from mallops.stories.model import Account, Balance


def worth_of(compiled: Compiled) -> Worth:
    """What points are worth under a rulebook, with or without a points section."""
    rulebook = compiled.rulebook
    return (rulebook.points or PointsRules()).worth_in(rulebook.currency)


def face_value(compiled: Compiled, coupon: str) -> Money | None:
    """What a coupon is good for: an amount off, or the most that a percentage comes to.

    None for any other, and for one that the rulebook does not know.
    """
    place = compiled.positions.get(coupon)
    benefit = compiled.rules[place].promotion.benefit if place is not None else None
    match benefit:
        case AmountOff():
            return benefit.amount
        case PercentOff():
            return benefit.at_most
        case _:
            return None


def points_for(compiled: Compiled, coupon: str) -> int:
    """How many points a coupon's face value is worth, rounded down."""
    value, worth = face_value(compiled, coupon), worth_of(compiled)
    return 0 if value is None else value.minor * worth.points // worth.money.minor


def balance(compiled: Compiled, account: Account, at: DateTime) -> Balance:
    """What an account holds at an instant. Pending points and goods are no part of its wealth."""
    held = points_balance(account.wallet, at, Terms.of(compiled.rulebook))
    worth, currency = worth_of(compiled), compiled.rulebook.currency
    values = {coupon: face_value(compiled, coupon) for coupon in account.coupons}
    faces = [value.minor for coupon in account.coupons if (value := values[coupon]) is not None]
    rate, points = worth.money.minor, worth.points
    in_points = held.available * rate // points - held.debt * rate // points
    return Balance(
        points=held.available,
        pending=held.pending,
        debt=held.debt,
        cash=Money(account.cash, currency),
        units={sku: count for sku, count in sorted(account.units.items()) if count},
        coupons=account.coupons,
        wealth=Money(account.cash + in_points + sum(faces), currency),
        unvalued=tuple(sorted(coupon for coupon, value in values.items() if value is None)),
    )
