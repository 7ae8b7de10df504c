"""The flows of a mall, one module each: a function of the deadlines that gives a machine.

A new flow is a module here, put together of `mallops.lifecycles.parts` where it can be, and a
line in `FLOWS`; the tests and `docs/flows.md` take it up from there.
"""

from __future__ import annotations

from collections.abc import Callable

from mallops.lifecycles.flows.complaint import complaint
from mallops.lifecycles.flows.exchange import exchange
from mallops.lifecycles.flows.orders import orders
from mallops.lifecycles.flows.price_protection import price_protection
from mallops.lifecycles.flows.refund_only import refund_only
from mallops.lifecycles.flows.repair import repair
from mallops.lifecycles.flows.returns import returns
from mallops.lifecycles.flows.shipments import shipments
from mallops.lifecycles.machine import Machine
from mallops.lifecycles.parts.terms import HOUSE, WECHAT, Terms

__all__ = [
    "FLOWS",
    "HOUSE",
    "WECHAT",
    "Terms",
    "complaint",
    "exchange",
    "orders",
    "price_protection",
    "refund_only",
    "repair",
    "returns",
    "shipments",
]

FLOWS: tuple[Callable[[Terms], Machine], ...] = (
    orders,
    shipments,
    refund_only,
    returns,
    exchange,
    repair,
    price_protection,
    complaint,
)
"""Every flow of ours, in the order in which the pages tell of them."""
