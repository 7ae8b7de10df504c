"""Percentages: exact, and none that is not one."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mallops.catalog.percent import check_percent, percent_of, share_in_percent
from mallops.money import Money, Rounding
from tests.catalog.goods import CNY, money


@given(money(), st.decimals(0, 100, places=4))
def test_rounded_once_half_up(amount: Money, percent: Decimal) -> None:
    exact = Fraction(amount.minor) * Fraction(percent) / 100
    assert percent_of(amount, percent).minor == floor(exact + Fraction(1, 2))
    assert percent_of(amount, percent, Rounding.DOWN).minor == floor(exact)


@given(money(), money())
def test_shares_are_within_half_a_hundredth(part: Money, whole: Money) -> None:
    share = share_in_percent(part, whole)
    if share is None:
        assert not whole
    else:
        assert abs(Fraction(share) - Fraction(part.minor * 100, whole.minor)) <= Fraction(1, 200)
        assert share.as_tuple().exponent == -2


@pytest.mark.parametrize(
    "percent",
    [
        *map(Decimal, ("-0.1", "100.1", "NaN", "sNaN", "Infinity", "-Infinity")),
        Decimal("1E-10"),
        Decimal("1E-999999"),
        Decimal("1E+999999"),
        12.5,
        12,
        "12.5",
        True,
        None,
    ],
    ids=repr,
)
def test_what_is_no_percentage(percent: object) -> None:
    [problem] = check_percent(percent, "$.percent")
    assert problem.path == "$.percent"


@pytest.mark.parametrize("percent", ["0", "100", "12.5", "0.000000001", "1E+2", "-0"])
def test_what_is_one(percent: str) -> None:
    assert check_percent(Decimal(percent), "$") == ()
    assert isinstance(percent_of(Money(100, CNY), Decimal(percent)), Money)
