"""How the points section of a rulebook is written."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, assert_never

from mallops.rulebook.criteria import GOODS
from mallops.rulebook.promotions import AUDIENCE, SCHEDULE
from mallops.rulebook.reader import Kind, Notes, Schema
from mallops.rulebook.records import TITLES, Field, ListOf, MapOf, Record
from mallops.rulebook.scalars import (
    AMOUNT,
    COUNT,
    FACTOR,
    FLAG,
    ID,
    NUMBER,
    PERCENT,
    YEAR_DAY,
    one_of,
    whole,
)
from mallops.rules import points as rules
from mallops.rules.points import (
    Action,
    Campaign,
    Earn,
    ExpireByAge,
    ExpireInactive,
    ExpireYearly,
    GoodsFactor,
    PointsRules,
    Settles,
    StreakStep,
    Tier,
    Tiers,
    Times,
    Transfer,
    Worth,
)
from mallops.rules.promotions import Audience, Schedule, Selector

_REVIVE = Field("revive_days", NUMBER, "How long points live that a return brings back.", 30)

WORTH = Record(
    "worth",
    Worth,
    (
        Field("points", COUNT, "How many points."),
        Field("money", AMOUNT, "What that many points pay for."),
    ),
    "What points are worth.",
)
GOODS_FACTOR = Record(
    "goods_factor",
    GoodsFactor,
    (
        Field("items", GOODS, "Which goods."),
        Field("multiplier", FACTOR, "How often the money paid for them counts; 0: not at all."),
    ),
    "What money that is paid for certain goods counts as.",
)
CAMPAIGN = Record(
    "campaign",
    Campaign,
    (
        Field("id", ID, "Its name in orders and counters."),
        Field("multiplier", FACTOR, "How often the money paid for its goods counts."),
        Field("schedule", SCHEDULE, "When it runs.", Schedule()),
        Field("audience", AUDIENCE, "Whom it is for.", Audience()),
        Field("items", GOODS, "Which goods; absent: all.", Selector()),
        Field("at_most_per_order", NUMBER, "What it adds to an order, at most.", None),
        Field("at_most_per_customer", NUMBER, "What it adds for a customer, at most.", None),
        Field("at_most", NUMBER, "What it adds for all customers, at most.", None),
    ),
    "More points for a time, for certain customers or goods.",
)
EARN = Record(
    "earn",
    Earn,
    (
        Field("per", AMOUNT, "The amount, paid in money for goods, that earns once."),
        Field("points", NUMBER, "What each whole such amount earns."),
        Field("groups", MapOf(FACTOR), "Multipliers by customer group; the best counts.", {}),
        Field("at_most_per_day", NUMBER, "What one local day's orders earn, at most.", None),
        Field("settles", one_of(Settles), "When earned points can be used.", Settles.WINDOW_CLOSED),
        Field("at_most_per_order", NUMBER, "What one order earns, at most.", None),
        Field("at_most_per_month", NUMBER, "What one local month's orders earn, at most.", None),
        Field("items", ListOf(GOODS_FACTOR), "What money counts as, by goods.", ()),
        Field("campaigns", ListOf(CAMPAIGN), "Of which one at most counts for an order.", ()),
    ),
    "How points are earned.",
)
BY_AGE = Record(
    "expire_by_age",
    ExpireByAge,
    (Field("after_days", COUNT, "Days from settling to the end."), _REVIVE),
    "Each lot of points goes at its own age.",
)


def _yearly(yearly: tuple[int, int], grace_months: int, revive_days: int) -> ExpireYearly:
    month, day = yearly
    return ExpireYearly(month, day, grace_months, revive_days)


def _yearly_part(expire: ExpireYearly) -> Callable[[str], object]:
    return {
        "yearly": (expire.month, expire.day),
        "grace_months": expire.grace_months,
        "revive_days": expire.revive_days,
    }.__getitem__


YEARLY = Record(
    "expire_yearly",
    _yearly,
    (
        Field("yearly", YEAR_DAY, "The last day of the points settled in a year."),
        Field("grace_months", NUMBER, "How many months after that day they go.", 0),
        _REVIVE,
    ),
    "All lots of a year go together.",
    _yearly_part,
)


INACTIVE = Record(
    "expire_inactive",
    ExpireInactive,
    (Field("inactive_days", COUNT, "Days from the last activity to the end."),),
    "All lots of a customer go together, once the customer does nothing any more.",
)


class Expire(Kind[rules.Expire]):
    """One of the ways for points to go, told by the key that no other has."""

    def read(self, value: object, path: str, notes: Notes, /) -> rules.Expire:
        """How points go."""
        if isinstance(value, dict) and "yearly" in value:
            return YEARLY.read(value, path, notes)
        if isinstance(value, dict) and "inactive_days" in value:
            return INACTIVE.read(value, path, notes)
        return BY_AGE.read(value, path, notes)

    def write(self, value: rules.Expire, timezone: str, /) -> object:
        """The object of its way."""
        match value:
            case ExpireByAge():
                return BY_AGE.write(value, timezone)
            case ExpireYearly():
                return YEARLY.write(value, timezone)
            case ExpireInactive():
                return INACTIVE.write(value, timezone)
            case _:
                assert_never(value)

    def schema(self, defs: dict[str, Schema], /) -> Schema:
        """Any of the objects."""
        ways: tuple[Record[Any], ...] = (BY_AGE, YEARLY, INACTIVE)
        return {"oneOf": [way.schema(defs) for way in ways]}


TIMES = Record(
    "times",
    Times,
    (
        Field("day", COUNT, "How often in a local day.", None),
        Field("month", COUNT, "How often in a local month.", None),
        Field("year", COUNT, "How often in a local year.", None),
        Field("ever", COUNT, "How often in all.", None),
    ),
    "How often something may be done.",
)
STREAK_STEP = Record(
    "streak_step",
    StreakStep,
    (
        Field("days", whole(2), "So many local days in a row."),
        Field("points", COUNT, "What the last of them earns more."),
    ),
    "A bonus for doing something day after day.",
)
ACTION = Record(
    "action",
    Action,
    (
        Field("id", ID, "Its name."),
        Field("points", NUMBER, "What it earns each time."),
        Field("times", TIMES, "How often it earns; absent: always.", Times()),
        Field("streak", ListOf(STREAK_STEP), "Bonuses for days in a row, ascending.", ()),
    ),
    "Something other than an order that earns points.",
)
TIER = Record(
    "points_tier",
    Tier,
    (
        Field("id", ID, "Its name."),
        Field("points", COUNT, "What has to be earned in a period to reach it."),
        Field("title", TITLES, "What people call it, by locale.", {}),
    ),
    "A standing that points lead to.",
)
TIERS = Record(
    "points_tiers",
    Tiers,
    (
        Field("months", COUNT, "How long a period is: 1, 2, 3, 4, 6 or 12 months.", 12),
        Field("grace_days", NUMBER, "How long a tier is kept once it is over.", 0),
        Field("tiers", ListOf(TIER), "The tiers, ascending."),
    ),
    "What customers reach by the points that they earn.",
)
TRANSFER = Record(
    "transfer",
    Transfer,
    (
        Field("allowed", FLAG, "true: customers may give points to others.", False),
        Field("at_least", COUNT, "How many in one go, at least.", 1),
        Field("at_most_per_day", NUMBER, "How many in a local day, at most.", None),
    ),
    "Points given to other customers.",
)
POINTS_RULES = Record(
    "points",
    PointsRules,
    (
        Field("worth", WORTH, "What points are worth; by default 100 for one major unit.", None),
        Field("at_most_percent", PERCENT, "How much of the goods they may pay for.", Decimal(100)),
        Field("step", COUNT, "Points are used in whole steps of so many.", 1),
        Field("earn", EARN, "How points are earned; absent: not at all.", None),
        Field("expire", Expire(), "When points go; absent: never.", None),
        Field("actions", ListOf(ACTION), "What earns points besides orders.", ()),
        Field("tiers", TIERS, "What points lead to; absent: nothing.", None),
        Field("transfer", TRANSFER, "Whether customers may give points to others.", Transfer()),
        Field("hold_minutes", COUNT, "How long points are held for an unpaid order.", 30),
    ),
    "Points as tender, and their life.",
)
