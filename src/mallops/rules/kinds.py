"""What the kinds of benefit are called, and where in a promotion's file they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from mallops.rules.benefits import (
    AddOn,
    AmountOff,
    Benefit,
    BundlePrice,
    FixedPrice,
    Gift,
    NthUnit,
    PercentOff,
    Reward,
    ShippingOff,
    SimpleBenefit,
    Tiers,
)


def kind_of(benefit: Benefit) -> str:
    """The `kind` of a benefit, as the rulebook's file writes it.

    >>> kind_of(Reward(points=5))
    'reward'
    """
    match benefit:
        case PercentOff():
            return "percent_off"
        case AmountOff():
            return "amount_off"
        case FixedPrice():
            return "fixed_price"
        case NthUnit():
            return "nth_unit"
        case BundlePrice():
            return "bundle_price"
        case Gift():
            return "gift"
        case AddOn():
            return "add_on"
        case ShippingOff():
            return "shipping_off"
        case Reward():
            return "reward"
        case Tiers():
            return "tiers"
        case _:
            assert_never(benefit)


def benefits_in(benefit: Benefit, path: str) -> Iterator[tuple[str, SimpleBenefit]]:
    """What may come of the benefit at `path`, each with its own path: itself, or its tiers'.

    >>> list(benefits_in(Reward(points=5), "$.promotions[0].benefit"))[0][0]
    '$.promotions[0].benefit'
    """
    if isinstance(benefit, Tiers):
        for i, tier in enumerate(benefit.tiers):
            yield f"{path}.tiers[{i}].benefit", tier.benefit
    else:
        yield path, benefit
