"""What a customer wants to buy: shoppers, lines, shipping fees, coupons and points."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from mallops.money import Money


@frozen
class Shopper:
    """Who buys: an id (empty: not signed in), the groups, and whether nothing was bought yet."""

    id: str = ""
    groups: frozenset[str] = frozenset()
    first_order: bool = False


@frozen
class Line:
    """`quantity` units of one SKU."""

    id: str
    sku: str
    quantity: int


@frozen
class ShippingFee:
    """What a shop's parcel costs before any promotion."""

    shop: str
    fee: Money


MaxPoints = Literal["max"]


@frozen
class Cart:
    """Everything of the customer's that decides a quote.

    `points` is how many points may be used at most; `"max"` sets no bound of the customer's.
    `channel` is where the order comes from (app, mini-program, ...), for price entries.
    The order of lines, fees and coupons plays no part in any price.
    """

    shopper: Shopper = Shopper()
    lines: tuple[Line, ...] = ()
    shipping: tuple[ShippingFee, ...] = ()
    coupons: tuple[str, ...] = ()
    points: int | MaxPoints = 0
    channel: str = ""


@frozen
class Usage:
    """How much of a promotion's limits is gone: uses in all, by this customer, and money."""

    total: int = 0
    customer: int = 0
    spent: Money | None = None
