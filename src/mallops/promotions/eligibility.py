"""Whether a promotion may be looked at for this customer, now: all that needs no units."""

from __future__ import annotations

from collections.abc import Mapping

from pendulum import DateTime

from mallops.cart import Cart, Usage
from mallops.findings import Refusal
from mallops.rules.promotions import Limits, Promotion, Schedule

UNUSED = Usage()
UNLIMITED = Limits()

INACTIVE = "inactive"
NOT_SCHEDULED = "not_scheduled"
NOT_AUDIENCE = "not_audience"
NO_COUPON = "no_coupon"
USED_UP = "used_up"


def standing(
    promotion: Promotion, cart: Cart, at: DateTime, timezone: str, usage: Mapping[str, Usage]
) -> str:
    """The code of the first thing against a promotion, in the order of the law, or nothing.

    `usage` is by promotion id: what is gone of its limits before this cart.
    """
    audience, shopper = promotion.audience, cart.shopper
    if not promotion.active:
        return INACTIVE
    if not promotion.schedule.contains(at, timezone):
        return NOT_SCHEDULED
    if audience.groups and audience.groups.isdisjoint(shopper.groups):
        return NOT_AUDIENCE
    if audience.first_order and not shopper.first_order:
        return NOT_AUDIENCE
    if promotion.coupon and promotion.id not in cart.coupons:
        return NO_COUPON
    limits = promotion.limits
    return USED_UP if is_used_up(limits, usage_of(promotion, usage)) else ""


def refusal_of(
    code: str, promotion: Promotion, cart: Cart, at: DateTime, timezone: str, usage: Usage
) -> Refusal:
    """The refusal for a code of `standing`, with the numbers behind it."""
    audience = promotion.audience
    if code == NOT_SCHEDULED:
        return Refusal(code, _window(promotion.schedule, at, timezone))
    if code == NOT_AUDIENCE and audience.groups.isdisjoint(cart.shopper.groups):
        wanted = {"groups": ", ".join(sorted(audience.groups))} if audience.groups else {}
        return Refusal(code, wanted or {"first_order": "true"})
    if code == NOT_AUDIENCE:
        return Refusal(code, {"first_order": "true"})
    limit = _exhausted(promotion.limits, usage)
    if code == USED_UP and limit is not None:
        return Refusal(code, dict(zip(("limit", "used", "allowed"), limit, strict=True)))
    return Refusal(code)


def is_used_up(limits: Limits, usage: Usage) -> bool:
    """Whether one of the limits is reached."""
    return limits != UNLIMITED and _exhausted(limits, usage) is not None


def usage_of(promotion: Promotion, usage: Mapping[str, Usage]) -> Usage:
    """What is gone of the promotion's limits."""
    return usage.get(promotion.id, UNUSED)


def budget_left(promotion: Promotion, usage: Mapping[str, Usage]) -> int | None:
    """What is left of the promotion's budget in minor units; None if it has none."""
    budget = promotion.limits.budget
    if budget is None:
        return None
    spent = usage_of(promotion, usage).spent
    return budget.minor - (spent.minor if spent is not None else 0)


def _window(schedule: Schedule, at: DateTime, timezone: str) -> dict[str, str]:
    """The window's edges, and where the instant is inside it the hours that it is not in."""
    if schedule.window.contains(at):
        return {"hours": ", ".join(sorted(map(str, schedule.weekly)))}
    edges = {"starts": schedule.window.starts, "ends": schedule.window.ends}
    return {
        name: edge.in_timezone(timezone).format("YYYY-MM-DDTHH:mm:ss")
        for name, edge in edges.items()
        if edge is not None
    }


def _exhausted(limits: Limits, usage: Usage) -> tuple[str, str, str] | None:
    """The first limit that is reached: its name, what is used and what is allowed."""
    for name, used, allowed in (
        ("total", usage.total, limits.total),
        ("per_customer", usage.customer, limits.per_customer),
    ):
        if allowed is not None and used >= allowed:
            return name, str(used), str(allowed)
    if limits.budget is not None:
        spent = usage.spent if usage.spent is not None else limits.budget * 0
        if spent >= limits.budget:
            return "budget", str(spent), str(limits.budget)
    return None
