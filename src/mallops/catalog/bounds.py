"""The least that a strategy may propose: a SKU's floor, and its cost with a margin."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil

from mallops.catalog.model import Sku
from mallops.catalog.percent import MOST, check_percent
from mallops.errors import InputError
from mallops.money import Money

__all__ = ["AT_COST", "held_up", "lacks_cost", "require_at_least"]

AT_COST = Decimal(0)
"""The usual margin: nothing is proposed below what the mall pays."""


def held_up(sku: Sku, wanted: Money, at_least: Decimal | None = AT_COST) -> Money:
    """`wanted`, or the least that the SKU may be proposed at if that is more.

    The least is the highest of zero, the SKU's `floor`, and its cost plus `at_least` per cent
    of it, rounded up. A negative `at_least` goes below cost on purpose; None asks nothing of
    the cost, and the floor still holds. A SKU without a cost is held by its floor alone, so
    ask `lacks_cost` first.

    >>> from mallops.money import Currency
    >>> cny = Currency.of("CNY")
    >>> tea = Sku("tea", Money(6000, cny), cost=Money(3333, cny), floor=Money(3500, cny))
    >>> print(held_up(tea, Money(3000, cny)), held_up(tea, Money(3000, cny), Decimal("12.5")))
    35.00 37.50
    """
    least = max(wanted, Money.zero(wanted.currency))
    if sku.floor is not None:
        least = max(least, sku.floor)
    if sku.cost is not None and at_least is not None:
        exact = sku.cost.minor * (100 + Fraction(at_least)) / 100
        # Up: half a fen below cost is below cost.
        least = max(least, Money(ceil(exact), sku.cost.currency))
    return least


def lacks_cost(sku: Sku, at_least: Decimal | None) -> bool:
    """Whether the margin asks for a cost that nobody knows.

    >>> lacks_cost(Sku("tea", None), AT_COST), lacks_cost(Sku("tea", None), None)
    (True, False)
    """
    return at_least is not None and sku.cost is None


def require_at_least(at_least: Decimal | None) -> None:
    """Raise `InputError` for a margin that is no percentage, or below -100.

    >>> require_at_least(Decimal(-101))
    Traceback (most recent call last):
    ...
    mallops.errors.InputError: $.at_least: got Decimal('-101'), expected a Decimal from -100 to 10000
    """  # noqa: E501
    if at_least is None:
        return
    problems = check_percent(at_least, "$.at_least", Decimal(-100), MOST)
    if problems:
        raise InputError(problems)
