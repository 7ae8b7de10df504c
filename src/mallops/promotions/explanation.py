"""A quote told with titles, reasons and sums: what text, tables and JSON are made from.

Built by `mallops.promotions.explain`. Amounts stay `Money`; every deduction is a positive
amount that is taken off. Titles and reasons are already in the explanation's locale.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen
from pendulum import DateTime

from mallops.money import Money


@frozen
class Deduction:
    """What a promotion takes, in its lane: off one unit, off a fee, or off the whole cart."""

    promotion: str
    title: str
    lane: str
    amount: Money


@frozen
class UnitsExplanation:
    """The units of a line, by number, that go the same way from list price to net.

    For each of them `list_price` less the `deductions` less `points` is `net`.
    """

    numbers: tuple[int, ...]
    list_price: Money
    deductions: tuple[Deduction, ...]
    points: Money
    net: Money


@frozen
class LineExplanation:
    """A line: its units, those with the same way together, and what they add up to."""

    id: str
    sku: str
    shop: str
    quantity: int
    units: tuple[UnitsExplanation, ...]
    net: Money


@frozen
class ParcelExplanation:
    """A shop's shipping fee: `fee` less the `deductions` is `net`."""

    shop: str
    fee: Money
    deductions: tuple[Deduction, ...]
    net: Money


@frozen
class GiftExplanation:
    """Units at 0.00; `value` is that of all of them, and in no sum."""

    promotion: str
    title: str
    sku: str
    quantity: int
    value: Money


@frozen
class RewardExplanation:
    """What is granted after payment, in words."""

    promotion: str
    title: str
    reward: str


@frozen
class Totals:
    """`list_prices` + `fees` less the `deductions` less `points_worth` is `payable`.

    `deductions` has each promotion that applied, by lane, over all its seats, also at 0.00.
    `payable` is `goods` + `shipping`; `goods` is after points.
    """

    list_prices: Money
    fees: Money
    deductions: tuple[Deduction, ...]
    points_used: int
    points_worth: Money
    goods: Money
    shipping: Money
    payable: Money


@frozen
class RefusedExplanation:
    """Why a promotion did not apply, or a coupon is unknown: its code, in words, in numbers."""

    promotion: str
    title: str
    code: str
    reason: str
    details: Mapping[str, str]


@frozen
class Explanation:
    """A quote, explained in `locale`.

    `rulebook` and `version` priced it, `at` is in the rulebook's `timezone`, and `choice` says
    in words whether the promotions are proven to be the best ones, else how far they may be.
    """

    locale: str
    rulebook: str
    title: str
    version: str
    at: DateTime
    timezone: str
    currency: str
    lines: tuple[LineExplanation, ...]
    parcels: tuple[ParcelExplanation, ...]
    gifts: tuple[GiftExplanation, ...]
    rewards: tuple[RewardExplanation, ...]
    totals: Totals
    choice: str
    refused: tuple[RefusedExplanation, ...]
