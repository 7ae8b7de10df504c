"""Points as tender: how many pay for goods, and which unit they pay for."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd

from mallops.cart import MaxPoints
from mallops.money import Currency, allocate
from mallops.promotions.terms import percent_of
from mallops.rules.points import PointsRules


def points_tender(
    rules: PointsRules | None, currency: Currency, offered: int | MaxPoints, nets: Sequence[int]
) -> tuple[int, list[int]]:
    """The points used, and what they pay of each unit, in minor units.

    The largest number of whole steps that is offered, that is worth a whole number of minor
    units, and that stays within the share of the goods' net that points may pay.
    """
    if rules is None or offered == 0 or not any(nets):
        return 0, [0] * len(nets)
    worth = rules.worth_in(currency)
    points, money = worth.points, worth.money.minor
    numerator, denominator = percent_of(rules.at_most_percent)
    most_worth = sum(nets) * numerator // denominator
    # Only multiples of this many points are whole steps and whole minor units at once.
    whole = rules.step * (points // gcd(points, rules.step * money))
    most = most_worth * points // money
    if offered != "max":
        most = min(most, offered)
    used = most // whole * whole
    return used, allocate(used * money // points, nets)
