"""How far past its goal an order is: one number, below zero where it is a loophole."""

from __future__ import annotations

from fractions import Fraction
from typing import assert_never

from mallops.loopholes.carts.goals import (
    BelowCost,
    BelowMargin,
    CheaperSplit,
    CheaperWithMore,
    DeepDiscount,
    Free,
    SingleGoal,
)
from mallops.loopholes.carts.sums import Sums, share

Excess = Fraction
"""Minor units past the goal or, of a discount, a share of the list price; the less the worse."""


def excess(goal: SingleGoal, sums: Sums) -> Excess:
    """How far past the goal, below zero where it is a loophole.

    >>> from decimal import Decimal
    >>> half = Sums(listed=1000, goods=500, paid=500, cost=600)
    >>> excess(BelowCost(), half), excess(DeepDiscount(Decimal(40)), half)
    (Fraction(-100, 1), Fraction(-1, 10))
    """
    match goal:
        case BelowCost():
            return Fraction(sums.kept)
        case BelowMargin():
            return sums.kept - sums.cost * share(goal.percent)
        case Free():
            most = goal.at_most.minor if goal.at_most is not None else 0
            return Fraction(sums.paid - most - 1 if sums.listed > most else 0)
        case DeepDiscount():
            left = Fraction(sums.goods, sums.listed) if sums.listed else Fraction(1)
            return min(Fraction(0), left - 1 + share(goal.percent))
        case _:
            assert_never(goal)


def loss(goal: SingleGoal, sums: Sums) -> int:
    """What the mall loses, in minor units: to cost or margin, or of what the goods list for."""
    match goal:
        case BelowCost():
            return -sums.kept
        case BelowMargin():
            return -int(excess(goal, sums) // 1)
        case Free() | DeepDiscount():
            return sums.listed - sums.goods
        case _:
            assert_never(goal)


def less(goal: CheaperWithMore | CheaperSplit, before: Sums, after: Sums) -> int:
    """How much less is paid than before; for a split, what both bring besides is counted."""
    if isinstance(goal, CheaperWithMore):
        return before.paid - after.paid
    return before.paid - before.brought - after.paid + after.brought
