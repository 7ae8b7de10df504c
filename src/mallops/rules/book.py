"""The rulebook: all that decides a price, as one versioned value."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from attrs import field, frozen

from mallops.money import Currency, Rounding
from mallops.rules.aftersales import AfterSalesRules
from mallops.rules.points import Earn, PointsRules
from mallops.rules.promotions import DEFAULT_LANES, Lane, Promotion


class Choice(Enum):
    """How promotions are chosen: the proven best of all, or lane by lane by priority."""

    BEST = "best"
    PRIORITY = "priority"


@frozen
class Rulebook:
    """What the mall charges, and why.

    `timezone` is an IANA name: local days, weekly hours and instants without an offset
    are read in it. An order stores `id` and `version` of the rulebook that priced it.
    """

    currency: Currency
    id: str = ""
    version: str = ""
    title: Mapping[str, str] = field(factory=dict)
    timezone: str = "Asia/Shanghai"
    rounding: Rounding = Rounding.HALF_UP
    lanes: tuple[Lane, ...] = DEFAULT_LANES
    choice: Choice = Choice.BEST
    promotions: tuple[Promotion, ...] = ()
    points: PointsRules | None = None
    after_sales: AfterSalesRules = AfterSalesRules()

    @property
    def earn(self) -> Earn | None:
        """How orders earn points; None: they do not."""
        return None if self.points is None else self.points.earn
