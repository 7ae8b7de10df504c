"""How promotions and lanes are written in files."""

from __future__ import annotations

from collections.abc import Callable

from pendulum import DateTime

from mallops.rulebook.benefits import BENEFIT
from mallops.rulebook.criteria import ITEMS
from mallops.rulebook.hours import HOURS
from mallops.rulebook.records import NAMES, TITLES, Field, ListOf, MapOf, Record
from mallops.rulebook.scalars import (
    AMOUNT,
    ANY_NUMBER,
    COUNT,
    FLAG,
    ID,
    INSTANT,
    NUMBER,
    PERCENT,
    one_of,
)
from mallops.rules.promotions import (
    Audience,
    Lane,
    Limits,
    Promotion,
    Requires,
    Schedule,
    Scope,
    Seat,
    Selector,
)
from mallops.time import WeeklyHours, Window

LANE = Record(
    "lane",
    Lane,
    (
        Field("id", ID, "What promotions call it."),
        Field("seat", one_of(Seat), "What one promotion of the lane sits on."),
    ),
    "A step of the price's way down; of its promotions, each seat takes one at most.",
)

WINDOW_FIELDS = (
    Field("starts", INSTANT, "The first moment; absent: always.", None),
    Field("ends", INSTANT, "The moment at which it is over; absent: never.", None),
)


def _schedule(
    starts: DateTime | None, ends: DateTime | None, weekly: tuple[WeeklyHours, ...]
) -> Schedule:
    return Schedule(Window(starts, ends), weekly)


def _schedule_part(schedule: Schedule) -> Callable[[str], object]:
    return {
        "starts": schedule.window.starts,
        "ends": schedule.window.ends,
        "weekly": schedule.weekly,
    }.__getitem__


SCHEDULE = Record(
    "schedule",
    _schedule,
    (*WINDOW_FIELDS, Field("weekly", ListOf(HOURS), "Hours, of which one has to hold.", ())),
    "When a promotion runs.",
    _schedule_part,
)
AUDIENCE = Record(
    "audience",
    Audience,
    (
        Field("groups", NAMES, "The customer is in one at least.", frozenset()),
        Field("first_order", FLAG, "true: only for who has bought nothing yet.", False),
    ),
    "Whom a promotion is for.",
)
REQUIRES = Record(
    "requires",
    Requires,
    (
        Field("amount", AMOUNT, "What the units cost, at least.", None),
        Field("quantity", COUNT, "How many units, at least.", None),
        Field("distinct", COUNT, "How many different SKUs, at least.", None),
        Field("items", ITEMS, "Measure these instead of the units taken.", None),
        Field("scope", one_of(Scope), "Where it is measured.", Scope.SEAT),
    ),
    "What must be in the cart.",
)
LIMITS = Record(
    "limits",
    Limits,
    (
        Field("per_customer", NUMBER, "Uses by one customer.", None),
        Field("total", NUMBER, "Uses in all.", None),
        Field("budget", AMOUNT, "What it may give away in all.", None),
    ),
    "How much a promotion may be used in its life.",
)
PROMOTION = Record(
    "promotion",
    Promotion,
    (
        Field("id", ID, "Its name in quotes, carts and usage."),
        Field("lane", ID, "The lane it sits in."),
        Field("priority", ANY_NUMBER, "The higher goes first.", 0),
        Field("title", TITLES, "What people call it, by locale.", {}),
        Field("schedule", SCHEDULE, "When it runs.", Schedule()),
        Field("audience", AUDIENCE, "Whom it is for.", Audience()),
        Field("coupon", FLAG, "true: only where the cart names it as a coupon.", False),
        Field("active", FLAG, "false: switched off.", True),
        Field("items", ITEMS, "Which units qualify; absent: all.", Selector()),
        Field("requires", REQUIRES, "What must be in the cart.", Requires()),
        Field("at_most_units", COUNT, "Discount so many units, the dearest, at most.", None),
        Field("benefit", BENEFIT, "What it brings."),
        Field("blocks", ListOf(ID), "Later lanes that are closed to what it reduced.", ()),
        Field("limits", LIMITS, "How much it may be used.", Limits()),
        Field("funding", MapOf(PERCENT), "Who bears the discount, in percent by party.", {}),
    ),
    "One rule of the mall.",
)
