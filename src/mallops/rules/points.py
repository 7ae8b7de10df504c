"""What points are worth, how they are earned, when they go, and what they lead to."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum

from attrs import field, frozen

from mallops.money import Currency, Money
from mallops.rules.promotions import Audience, Schedule, Selector


class Settles(Enum):
    """The event at which earned points turn from pending to available."""

    PAID = "paid"
    RECEIVED = "received"
    WINDOW_CLOSED = "window_closed"


@frozen
class Worth:
    """`points` points pay for `money`."""

    points: int
    money: Money


@frozen
class GoodsFactor:
    """The money paid for goods that fit `items` counts `multiplier` times; 0: it earns nothing.

    Goods are told by what they are, so `items` asks nothing of prices.
    """

    items: Selector
    multiplier: Decimal


@frozen
class Campaign:
    """For its time and audience, the money paid for `items` counts `multiplier` times as much.

    What it adds is bounded for an order, for a customer in all orders, and (`at_most`) for all
    customers in all orders.
    """

    id: str
    multiplier: Decimal
    schedule: Schedule = Schedule()
    audience: Audience = Audience()
    items: Selector = Selector()
    at_most_per_order: int | None = None
    at_most_per_customer: int | None = None
    at_most: int | None = None


@frozen
class Earn:
    """`points` for each whole `per` paid in money for goods, times the best group multiplier.

    Where `items` are given, money counts times the factor of its goods: 0 if any that fits says
    so, else the highest that fits, else 1. Of the `campaigns` at most one counts for an order.
    """

    per: Money
    points: int
    groups: Mapping[str, Decimal] = field(factory=dict)
    at_most_per_day: int | None = None
    settles: Settles = Settles.WINDOW_CLOSED
    at_most_per_order: int | None = None
    at_most_per_month: int | None = None
    items: tuple[GoodsFactor, ...] = ()
    campaigns: tuple[Campaign, ...] = ()


@frozen
class ExpireByAge:
    """A lot is gone `after_days` local days after it settled."""

    after_days: int
    revive_days: int = 30


@frozen
class ExpireYearly:
    """The lots settled in a year go at the end of `month`-`day`, plus `grace_months`."""

    month: int
    day: int
    grace_months: int = 0
    revive_days: int = 30


@frozen
class ExpireInactive:
    """All lots of a customer go `inactive_days` local days after the last thing they did."""

    inactive_days: int


Expire = ExpireByAge | ExpireYearly | ExpireInactive


@frozen
class Times:
    """How often something may be done in a local day, month, year, and ever; None: no bound."""

    day: int | None = None
    month: int | None = None
    year: int | None = None
    ever: int | None = None


@frozen
class StreakStep:
    """`points` more on the day on which something was done `days` local days in a row."""

    days: int
    points: int


@frozen
class Action:
    """Something other than an order that earns `points`, such as to sign in or to review.

    The steps of a `streak` ascend. The last is reached again with every whole multiple of it.
    """

    id: str
    points: int
    times: Times = Times()
    streak: tuple[StreakStep, ...] = ()


@frozen
class Tier:
    """What a customer reaches by earning `points` in a period."""

    id: str
    points: int
    title: Mapping[str, str] = field(factory=dict)


@frozen
class Tiers:
    """Tiers, ascending, reached in periods of `months` (1, 2, 3, 4, 6 or 12) of the calendar.

    A tier is held from when it is reached to the end of the next period, and `grace_days` more.
    """

    tiers: tuple[Tier, ...]
    months: int = 12
    grace_days: int = 0


@frozen
class Transfer:
    """Whether customers may give points to others, in one go `at_least` so many."""

    allowed: bool = False
    at_least: int = 1
    at_most_per_day: int | None = None


@frozen
class PointsRules:
    """Points as tender (`worth`, `at_most_percent` of the goods, whole `step`s), and their life.

    Without a `worth`, 100 points pay for one major unit of the currency. `hold_minutes` is how
    long points are held for an order that is not paid yet.
    """

    worth: Worth | None = None
    at_most_percent: Decimal = Decimal(100)
    step: int = 1
    earn: Earn | None = None
    expire: Expire | None = None
    actions: tuple[Action, ...] = ()
    tiers: Tiers | None = None
    transfer: Transfer = Transfer()
    hold_minutes: int = 30

    def worth_in(self, currency: Currency) -> Worth:
        """What points are worth in the rulebook's currency.

        >>> PointsRules().worth_in(Currency("CNY", 2))
        Worth(points=100, money=Money(minor=100, currency=Currency(code='CNY', exponent=2)))
        """
        if self.worth is not None:
            return self.worth
        return Worth(100, Money(10**currency.exponent, currency))
