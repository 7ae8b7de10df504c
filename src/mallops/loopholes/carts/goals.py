"""What a cart may be bad for: a closed union of goals, and what each calls what it finds."""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from attrs import frozen

from mallops.findings import Severity
from mallops.loopholes.model import Kind
from mallops.money import Money


@frozen
class BelowCost:
    """A cart that is paid with less than what it costs the mall."""


@frozen
class BelowMargin:
    """A cart that leaves less than `percent` of its cost over its cost."""

    percent: Decimal


@frozen
class Free:
    """A cart of goods that is payable with nothing, or with `at_most` at most.

    What lists for no more than that is no loophole.
    """

    at_most: Money | None = None


@frozen
class DeepDiscount:
    """A cart whose goods cost more than `percent` less than they list for."""

    percent: Decimal


@frozen
class CheaperWithMore:
    """A cart that is paid with less than a part of it, by `least` or more.

    The part is quoted by itself, for the same shopper, coupons and instant. What is added lists
    for something.
    """

    least: Money | None = None


@frozen
class CheaperSplit:
    """A cart that costs less in several orders, one after another, by `least` or more."""

    least: Money | None = None


SingleGoal = BelowCost | BelowMargin | Free | DeepDiscount
"""What a quote of one cart answers."""

Goal = SingleGoal | CheaperWithMore | CheaperSplit


def code_of(goal: Goal) -> str:
    """The code of what is found.

    >>> code_of(Free())
    'cart_free'
    """
    match goal:
        case BelowCost():
            return "cart_below_cost"
        case BelowMargin():
            return "cart_below_margin"
        case Free():
            return "cart_free"
        case DeepDiscount():
            return "cart_deep_discount"
        case CheaperWithMore():
            return "cart_cheaper_with_more"
        case CheaperSplit():
            return "cart_cheaper_split"
        case _:
            assert_never(goal)


def kind_of(goal: Goal) -> Kind:
    """The kind of what is found: several orders are a sequence, one is a cart."""
    return Kind.SEQUENCE if isinstance(goal, CheaperSplit) else Kind.BELOW_COST


def severity_of(goal: Goal) -> Severity:
    """How much it matters, where the goods are paid with no less than their cost."""
    return Severity.ERROR if isinstance(goal, BelowCost | Free) else Severity.WARNING
