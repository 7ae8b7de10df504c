"""Benefits in whole minor units: what the engine computes with.

A `Term` says what a benefit of `mallops.rules.benefits` takes, with amounts as integers of
minor units and percentages as one fraction `numerator / denominator` of a base.
"""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from attrs import frozen

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
    SimpleBenefit,
)


@frozen
class Percentage:
    """`numerator / denominator` of the units taken together, at most `at_most`."""

    numerator: int
    denominator: int
    at_most: int | None


@frozen
class Lump:
    """`amount` once, or for each whole `every`, at most `times` times."""

    amount: int
    every: int | None
    times: int | None


@frozen
class EachAmount:
    """`amount` off each unit."""

    amount: int


@frozen
class EachPrice:
    """Each unit down to `price`."""

    price: int


@frozen
class Nth:
    """A fraction of the `units` cheapest of each whole group of `size`."""

    size: int
    numerator: int
    denominator: int
    units: int
    times: int | None


@frozen
class Bundle:
    """Each whole group of `size` down to `price`."""

    size: int
    price: int
    times: int | None


@frozen
class GiftTerm:
    """`quantity` units of `sku`, worth `value` each."""

    sku: str
    quantity: int
    value: int


@frozen
class AddOnTerm:
    """The dearest `quantity` units of `sku` down to `price` each."""

    sku: str
    price: int
    quantity: int


@frozen
class Freight:
    """Off a fee: a fraction of it, or an amount, or down to a price; one is given."""

    numerator: int
    denominator: int
    amount: int | None
    price: int | None


@frozen
class RewardTerm:
    """What is granted after payment; the price stays."""

    reward: Reward


GoodsTerm = Percentage | Lump | EachAmount | EachPrice | Nth | Bundle
Term = GoodsTerm | GiftTerm | AddOnTerm | Freight | RewardTerm


def percent_of(percent: Decimal) -> tuple[int, int]:
    """A percentage as a fraction of the base.

    >>> percent_of(Decimal("12.5"))
    (25, 200)
    """
    numerator, denominator = percent.as_integer_ratio()
    return numerator, denominator * 100


def term_of(benefit: SimpleBenefit, gift_value: int) -> Term:
    """The term of a benefit; `gift_value` is the catalogue's price of a gift without one."""
    match benefit:
        case PercentOff():
            at_most = benefit.at_most
            return Percentage(
                *percent_of(benefit.percent), at_most.minor if at_most is not None else None
            )
        case AmountOff() if benefit.per is Per.UNIT:
            return EachAmount(benefit.amount.minor)
        case AmountOff():
            every = benefit.every
            return Lump(
                benefit.amount.minor,
                every.minor if every is not None else None,
                benefit.at_most_times if every is not None else None,
            )
        case FixedPrice():
            return EachPrice(benefit.price.minor)
        case NthUnit():
            fraction = percent_of(benefit.percent)
            return Nth(benefit.n, *fraction, benefit.units, benefit.at_most_times)
        case BundlePrice():
            return Bundle(benefit.size, benefit.price.minor, benefit.at_most_times)
        case Gift():
            value = benefit.value.minor if benefit.value is not None else gift_value
            return GiftTerm(benefit.sku, benefit.quantity, value)
        case AddOn():
            return AddOnTerm(benefit.sku, benefit.price.minor, benefit.quantity)
        case ShippingOff():
            fraction = percent_of(benefit.percent) if benefit.percent is not None else (0, 1)
            amount, price = benefit.amount, benefit.price
            return Freight(
                *fraction,
                amount.minor if amount is not None else None,
                price.minor if price is not None else None,
            )
        case Reward():
            return RewardTerm(benefit)
    assert_never(benefit)
