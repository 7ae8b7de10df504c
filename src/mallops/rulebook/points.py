"""How the points section of a rulebook is written."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, assert_never

from mallops.rulebook.reader import Kind, Notes, Schema
from mallops.rulebook.records import Field, MapOf, Record
from mallops.rulebook.scalars import AMOUNT, COUNT, FACTOR, NUMBER, PERCENT, YEAR_DAY, one_of
from mallops.rules import points as rules
from mallops.rules.points import (
    Earn,
    ExpireByAge,
    ExpireInactive,
    ExpireYearly,
    PointsRules,
    Settles,
    Worth,
)

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
EARN = Record(
    "earn",
    Earn,
    (
        Field("per", AMOUNT, "The amount, paid in money for goods, that earns once."),
        Field("points", NUMBER, "What each whole such amount earns."),
        Field("groups", MapOf(FACTOR), "Multipliers by customer group; the best counts.", {}),
        Field("at_most_per_day", NUMBER, "What one local day's orders earn, at most.", None),
        Field("settles", one_of(Settles), "When earned points can be used.", Settles.WINDOW_CLOSED),
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


POINTS_RULES = Record(
    "points",
    PointsRules,
    (
        Field("worth", WORTH, "What points are worth; by default 100 for one major unit.", None),
        Field("at_most_percent", PERCENT, "How much of the goods they may pay for.", Decimal(100)),
        Field("step", COUNT, "Points are used in whole steps of so many.", 1),
        Field("earn", EARN, "How points are earned; absent: not at all.", None),
        Field("expire", Expire(), "When points go; absent: never.", None),
    ),
    "Points as tender, and their life.",
)
