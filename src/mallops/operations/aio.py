"""The operations to be awaited, for repositories whose methods are `async`, or plain ones."""

from __future__ import annotations

from mallops.operations.cases import advance_case, cancel, pay, receive
from mallops.operations.draining import drain_outbox
from mallops.operations.opening import open_case
from mallops.operations.placing import checkout
from mallops.operations.points import (
    act_points,
    audit_points,
    earn_points,
    post_decision,
    post_points,
    reverse_points,
    sweep_points,
    transfer_points,
)
from mallops.operations.scheduled import run_due, settle_points

__all__ = [
    "act_points",
    "advance_case",
    "audit_points",
    "cancel",
    "checkout",
    "drain_outbox",
    "earn_points",
    "open_case",
    "pay",
    "post_decision",
    "post_points",
    "receive",
    "reverse_points",
    "run_due",
    "settle_points",
    "sweep_points",
    "transfer_points",
]
