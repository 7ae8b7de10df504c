"""The kinds of benefit that a promotion can bring: a closed union of frozen values.

What each grants is computed in `mallops.promotions.benefits`; how it is written in a file
is in `mallops.rulebook.benefits`. A new kind is added to `Benefit` here, and mypy then names
every `match` that has to know of it.
"""

from __future__ import annotations

from decimal import Decimal
from enum import Enum

from attrs import frozen

from mallops.money import Money


class Per(Enum):
    """What an `AmountOff` without `every` is off: the whole seat, or each unit."""

    SEAT = "seat"
    UNIT = "unit"


@frozen
class PercentOff:
    """`percent` (0 to 100) off the units taken together, never more than `at_most`."""

    percent: Decimal
    at_most: Money | None = None


@frozen
class AmountOff:
    """`amount` off once, or for every `every` that the units cost, or off each unit."""

    amount: Money
    every: Money | None = None
    at_most_times: int | None = None
    per: Per = Per.SEAT


@frozen
class FixedPrice:
    """Each unit dearer than `price` costs `price`."""

    price: Money


@frozen
class NthUnit:
    """In each whole group of `n`, `percent` off its `units` cheapest."""

    n: int
    percent: Decimal
    units: int = 1
    at_most_times: int | None = None


@frozen
class BundlePrice:
    """Each whole group of `size` that is dearer than `price` costs `price`."""

    size: int
    price: Money
    at_most_times: int | None = None


@frozen
class Gift:
    """`quantity` units of `sku` at 0.00, worth `value` each (else the product's price)."""

    sku: str
    quantity: int
    value: Money | None = None


@frozen
class AddOn:
    """The dearest `quantity` units of `sku` in the seat, at `price` each."""

    sku: str
    price: Money
    quantity: int


@frozen
class ShippingOff:
    """Off a shipping fee: exactly one of a percentage, an amount, or a price to pay."""

    percent: Decimal | None = None
    amount: Money | None = None
    price: Money | None = None


@frozen
class Reward:
    """Granted after payment: exactly one of points, a multiplier of them, or a coupon."""

    points: int | None = None
    multiplier: Decimal | None = None
    coupon: str | None = None


SimpleBenefit = (
    PercentOff
    | AmountOff
    | FixedPrice
    | NthUnit
    | BundlePrice
    | Gift
    | AddOn
    | ShippingOff
    | Reward
)


@frozen
class Tier:
    """A step of `Tiers`: exactly one of `amount` and `quantity`, and what it brings."""

    benefit: SimpleBenefit
    amount: Money | None = None
    quantity: int | None = None


@frozen
class Tiers:
    """The benefit of the highest tier that the units reach; one measure, ascending."""

    tiers: tuple[Tier, ...]


Benefit = SimpleBenefit | Tiers
