"""Promotions, and the lanes they sit in."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum

from attrs import field, frozen
from pendulum import DateTime

from mallops.money import Money
from mallops.rules.benefits import Benefit
from mallops.time import WeeklyHours, Window


class Seat(Enum):
    """What one promotion of a lane sits on: at most one promotion takes each seat."""

    UNIT = "unit"
    SHOP = "shop"
    ORDER = "order"
    PARCEL = "parcel"


@frozen
class Lane:
    """A step of the price's way down; lanes run in the order of the rulebook."""

    id: str
    seat: Seat


DEFAULT_LANES = (
    Lane("item", Seat.UNIT),
    Lane("shop", Seat.SHOP),
    Lane("shop-coupon", Seat.SHOP),
    Lane("platform", Seat.ORDER),
    Lane("platform-coupon", Seat.ORDER),
    Lane("shipping", Seat.PARCEL),
)


@frozen
class Schedule:
    """When a promotion runs: inside the window and, where given, in one of the hours."""

    window: Window = Window()
    weekly: tuple[WeeklyHours, ...] = ()

    def contains(self, at: DateTime, timezone: str) -> bool:
        """Whether it is open at `at`; hours are those of the wall clock of `timezone`.

        >>> from mallops.time import instant
        >>> Schedule(weekly=(WeeklyHours(["sat"], 0, 1440),)).contains(
        ...     instant("2026-11-14T12:00:00+08:00"), "Asia/Shanghai"
        ... )
        True
        """
        if not self.window.contains(at):
            return False
        return not self.weekly or any(hours.contains(at, timezone) for hours in self.weekly)


@frozen
class Audience:
    """Whom a promotion is for: one of `groups` (empty: all), and newcomers alone if asked."""

    groups: frozenset[str] = frozenset()
    first_order: bool = False


@frozen
class Criteria:
    """Which units fit: any value within a field, all fields together; empty asks nothing.

    A category fits its descendants too. `at_least` and `below` bound the list price.
    `reduced` False fits units still at the product's own price, True only the others.
    """

    categories: frozenset[str] = frozenset()
    brands: frozenset[str] = frozenset()
    skus: frozenset[str] = frozenset()
    shops: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    at_least: Money | None = None
    below: Money | None = None
    reduced: bool | None = None


@frozen
class Selector:
    """The units that fit `include`, less those that fit `exclude` (which asks something)."""

    include: Criteria = Criteria()
    exclude: Criteria | None = None


class Scope(Enum):
    """Where a requirement is measured."""

    SEAT = "seat"
    ORDER = "order"


@frozen
class Requires:
    """What must be in the cart: of the units taken, or of those that fit `items`."""

    amount: Money | None = None
    quantity: int | None = None
    distinct: int | None = None
    items: Selector | None = None
    scope: Scope = Scope.SEAT


@frozen
class Limits:
    """How often, and how much, a promotion may be used in its life."""

    per_customer: int | None = None
    total: int | None = None
    budget: Money | None = None


@frozen
class Promotion:
    """One rule of the mall: for whom, when, on which units, in which lane, and what it brings.

    `blocks` names later lanes that are closed to the units this promotion took money off.
    `funding` says who bears the discount, in percent by party. `title` is by locale.
    """

    id: str
    lane: str
    benefit: Benefit
    priority: int = 0
    title: Mapping[str, str] = field(factory=dict)
    schedule: Schedule = Schedule()
    audience: Audience = Audience()
    coupon: bool = False
    active: bool = True
    items: Selector = Selector()
    requires: Requires = Requires()
    at_most_units: int | None = None
    blocks: tuple[str, ...] = ()
    limits: Limits = Limits()
    funding: Mapping[str, Decimal] = field(factory=dict)
