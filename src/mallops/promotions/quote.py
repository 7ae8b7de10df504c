"""The answer: what a cart costs, unit by unit and lane by lane, and why."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from attrs import frozen
from pendulum import DateTime

from mallops.findings import Refusal
from mallops.money import Money


@frozen
class Step:
    """What one promotion took off a unit, in its lane."""

    lane: str
    promotion: str
    amount: Money


@frozen
class QuotedUnit:
    """One unit's way: `list_price` less the `steps` less `points` is `net`."""

    number: int
    list_price: Money
    steps: tuple[Step, ...]
    points: Money
    net: Money


@frozen
class QuotedLine:
    """A line's units; `net` is their sum."""

    id: str
    sku: str
    shop: str
    list_price: Money
    units: tuple[QuotedUnit, ...]
    net: Money


@frozen
class QuotedParcel:
    """A shop's shipping fee, and what is left of it."""

    shop: str
    fee: Money
    steps: tuple[Step, ...]
    net: Money


@frozen
class QuotedGift:
    """Units at 0.00 that a promotion brings; `value` is that of all of them."""

    promotion: str
    sku: str
    quantity: int
    value: Money


@frozen
class QuotedReward:
    """What a promotion grants after payment, as in `mallops.rules.benefits.Reward`."""

    promotion: str
    points: int | None = None
    multiplier: Decimal | None = None
    coupon: str | None = None


@frozen
class Applied:
    """A promotion that has a seat: its discount, freight included, over all its seats.

    `seats` are shop ids for shop and parcel lanes, and `("",)` for unit and order lanes.
    """

    promotion: str
    lane: str
    discount: Money
    seats: tuple[str, ...]


@frozen
class Quote:
    """What the cart costs at `at` under version `version` of rulebook `rulebook`.

    `payable` = `goods` + `shipping`; `goods` is after points. `optimal` is True where no
    legal seating is better, False where the search budget ran out: the objective may then
    be up to `gap` lower; None under `Choice.PRIORITY`. `refused` holds the reason for each
    promotion that did not apply and each unknown coupon.
    """

    rulebook: str
    version: str
    at: DateTime
    payable: Money
    goods: Money
    shipping: Money
    points_used: int
    points_worth: Money
    lines: tuple[QuotedLine, ...]
    parcels: tuple[QuotedParcel, ...]
    applied: tuple[Applied, ...]
    gifts: tuple[QuotedGift, ...]
    rewards: tuple[QuotedReward, ...]
    refused: Mapping[str, Refusal]
    optimal: bool | None
    gap: Money | None
