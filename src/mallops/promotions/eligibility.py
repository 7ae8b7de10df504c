"""Whether a promotion may be looked at for this customer, now: all that needs no units."""

from __future__ import annotations

from collections.abc import Mapping

from pendulum import DateTime

from mallops.cart import Cart, Usage
from mallops.findings import Refusal
from mallops.rules.promotions import Promotion, Schedule

UNUSED = Usage()


def standing(
    promotion: Promotion, cart: Cart, at: DateTime, timezone: str, usage: Mapping[str, Usage]
) -> Refusal | None:
    """The first thing against a promotion, in the order of the law; None if there is none.

    `usage` is by promotion id: what is gone of its limits before this cart.
    """
    if not promotion.active:
        return Refusal("inactive")
    if not scheduled(promotion.schedule, at, timezone):
        return Refusal("not_scheduled", _window(promotion.schedule, timezone))
    audience, shopper = promotion.audience, cart.shopper
    if audience.groups and audience.groups.isdisjoint(shopper.groups):
        return Refusal("not_audience", {"groups": ", ".join(sorted(audience.groups))})
    if audience.first_order and not shopper.first_order:
        return Refusal("not_audience", {"first_order": "true"})
    if promotion.coupon and promotion.id not in cart.coupons:
        return Refusal("no_coupon")
    return _used_up(promotion, usage.get(promotion.id, UNUSED))


def scheduled(schedule: Schedule, at: DateTime, timezone: str) -> bool:
    """Whether the schedule is open at an instant: in its window and in one of its hours."""
    if not schedule.window.contains(at):
        return False
    weekly = schedule.weekly
    return not weekly or any(hours.contains(at, timezone) for hours in weekly)


def budget_left(promotion: Promotion, usage: Mapping[str, Usage]) -> int | None:
    """What is left of the promotion's budget in minor units; None if it has none."""
    budget = promotion.limits.budget
    if budget is None:
        return None
    spent = usage.get(promotion.id, UNUSED).spent
    return budget.minor - (spent.minor if spent is not None else 0)


def _window(schedule: Schedule, timezone: str) -> dict[str, str]:
    edges = {"starts": schedule.window.starts, "ends": schedule.window.ends}
    return {
        name: edge.in_timezone(timezone).format("YYYY-MM-DDTHH:mm:ss")
        for name, edge in edges.items()
        if edge is not None
    }


def _used_up(promotion: Promotion, usage: Usage) -> Refusal | None:
    limits = promotion.limits
    for name, used, allowed in (
        ("total", usage.total, limits.total),
        ("per_customer", usage.customer, limits.per_customer),
    ):
        if allowed is not None and used >= allowed:
            return Refusal("used_up", _limit(name, str(used), str(allowed)))
    if limits.budget is not None:
        spent = usage.spent if usage.spent is not None else limits.budget * 0
        if spent >= limits.budget:
            return Refusal("used_up", _limit("budget", str(spent), str(limits.budget)))
    return None


def _limit(name: str, used: str, allowed: str) -> dict[str, str]:
    return {"limit": name, "used": used, "allowed": allowed}
