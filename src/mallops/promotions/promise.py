"""What a promotion might bring, roughly and rather too much: what is worth a look first."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import assert_never

from attrs import frozen

from mallops.catalog.model import Sku
from mallops.money import Money
from mallops.promotions.terms import percent_of
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
class Prospect:
    """What a promotion would have to work on: goods' cost, count and dearest, and the fees."""

    amount: int
    quantity: int
    dearest: int
    fees: int


def promise(benefit: SimpleBenefit, prospect: Prospect, skus: Mapping[str, Sku]) -> int:
    """About the most that the benefit takes off, or gives; 0 for what has no price."""
    match benefit:
        case PercentOff():
            off = _share(benefit.percent, prospect.amount)
            return off if benefit.at_most is None else min(off, benefit.at_most.minor)
        case AmountOff() if benefit.per is Per.UNIT:
            return min(benefit.amount.minor * prospect.quantity, prospect.amount)
        case AmountOff():
            return min(benefit.amount.minor, prospect.amount)
        case FixedPrice():
            return max(0, prospect.amount - benefit.price.minor * prospect.quantity)
        case NthUnit():
            return _share(benefit.percent, prospect.dearest * benefit.units)
        case BundlePrice():
            return max(0, prospect.dearest * benefit.size - benefit.price.minor)
        case Gift():
            return _minor(benefit.value or _price(benefit.sku, skus)) * benefit.quantity
        case AddOn():
            return max(0, _minor(_price(benefit.sku, skus)) - benefit.price.minor)
        case ShippingOff():
            return _freight(benefit, prospect.fees)
        case Reward():
            return 0
    assert_never(benefit)


def _freight(benefit: ShippingOff, fees: int) -> int:
    if benefit.percent is not None:
        return _share(benefit.percent, fees)
    if benefit.amount is not None:
        return min(benefit.amount.minor, fees)
    return max(0, fees - _minor(benefit.price))


def _share(percent: Decimal, amount: int) -> int:
    numerator, denominator = percent_of(percent)
    return amount * numerator // denominator


def _price(sku: str, skus: Mapping[str, Sku]) -> Money | None:
    return skus[sku].price if sku in skus else None


def _minor(amount: Money | None) -> int:
    return 0 if amount is None else amount.minor
