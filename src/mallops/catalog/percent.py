"""Percentages of money: exact, checked, and rounded by name."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from mallops.errors import Problem, shown
from mallops.money import Money, Rounding, divide

__all__ = ["DIGITS", "MOST", "check_percent", "percent_of", "share_in_percent"]

MOST = Decimal(10_000)
"""The highest markup, a hundredfold: more is a slip of the keyboard, or an amount."""

DIGITS = 9
"""How many decimal digits a percentage may have, which bounds the exact arithmetic."""


def check_percent(
    percent: object, path: str, low: Decimal = Decimal(0), high: Decimal = Decimal(100)
) -> tuple[Problem, ...]:
    """What is wrong with a percentage at `path`: none or one problem.

    Right is a finite `Decimal` from `low` to `high` with at most 9 decimal digits.

    >>> check_percent(Decimal("12.5"), "$.percent")
    ()
    >>> print(*check_percent(Decimal(150), "$.percent"))
    $.percent: got Decimal('150'), expected a Decimal from 0 to 100
    """
    # Anything else than a Decimal is no percentage: a float would be a wrong one.
    if isinstance(percent, Decimal) and percent.is_finite() and low <= percent <= high:
        exponent = percent.as_tuple().exponent
        if isinstance(exponent, int) and exponent >= -DIGITS:
            return ()
        return (Problem(path, shown(percent), f"at most {DIGITS} decimal digits"),)
    return (Problem(path, shown(percent), f"a Decimal from {low} to {high}"),)


def percent_of(money: Money, percent: Decimal, rounding: Rounding = Rounding.HALF_UP) -> Money:
    """`percent` per cent of an amount, rounded once to a minor unit.

    >>> from mallops.money import Currency
    >>> print(percent_of(Money(110, Currency.of("CNY")), Decimal(15)))
    0.17
    """
    exact = Fraction(percent) * money.minor / 100
    return Money(divide(exact.numerator, exact.denominator, rounding), money.currency)


def share_in_percent(part: Money, whole: Money) -> Decimal | None:
    """How many per cent of `whole` `part` is, half up to two decimals; None of nothing.

    It is for reports: the amounts are exact, this is not. `whole` is not negative, and both are
    of one currency.

    >>> from mallops.money import Currency
    >>> cny = Currency.of("CNY")
    >>> share_in_percent(Money(-500, cny), Money(6000, cny))
    Decimal('-8.33')
    """
    if not whole:
        return None
    hundredths = divide(part.minor * 10_000, whole.minor, Rounding.HALF_UP)
    return Decimal(hundredths).scaleb(-2)
