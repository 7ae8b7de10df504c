"""Which SKUs a customer or an order takes, from a customer's history."""

from __future__ import annotations

from collections.abc import Mapping

from mallops.recommend.events import EventKind
from mallops.recommend.likeness import Likeness
from mallops.recommend.state import DAY, History, Settings
from mallops.recommend.weighing import KINDS

__all__ = ["order_holder", "taken_by_customer", "taken_by_order"]

_BUY = KINDS.index(EventKind.BUY)


def order_holder(customer: str, order: str) -> str:
    r"""The name of an order among those that hold SKUs: one of two customers is two orders.

    >>> order_holder("bob\nb", "a") == order_holder("b", "a\nbob")
    False
    """
    # The first end of a line is where the customer begins, whatever an order is called.
    told = order.replace("\\", "\\\\").replace("\n", "\\n")
    return f"{told}\n{customer}"


def taken_by_customer(settings: Settings, history: History) -> dict[str, int]:
    """The strength of each SKU that a customer took and kept something of."""
    linking = {KINDS.index(kind) for kind in settings.linking}
    last: dict[str, int] = {}
    for entry, kept in history:
        if kept and entry.kind in linking:
            last[entry.sku] = max(entry.at, last.get(entry.sku, entry.at))
    return _strengths(settings, settings.customers, last)


def taken_by_order(settings: Settings, history: History) -> Mapping[str, dict[str, int]]:
    """The strength of each SKU in each of a customer's orders, by the order's holder."""
    last: dict[str, dict[str, int]] = {}
    for entry, kept in history:
        if kept and entry.kind == _BUY and entry.order:
            of_order = last.setdefault(entry.order, {})
            of_order[entry.sku] = max(entry.at, of_order.get(entry.sku, entry.at))
    likeness = settings.orders
    assert likeness is not None
    return {order: _strengths(settings, likeness, of_order) for order, of_order in last.items()}


def _strengths(settings: Settings, likeness: Likeness, last: Mapping[str, int]) -> dict[str, int]:
    until = settings.until_day
    if until is None or likeness.half_life is None:
        return dict.fromkeys(last, likeness.full)
    return {
        sku: likeness.strength(until - (at - settings.epoch_at) // DAY) for sku, at in last.items()
    }
