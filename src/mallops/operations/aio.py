"""The operations to be awaited, for repositories whose methods are `async`, or plain ones."""

from __future__ import annotations

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

__all__ = [
    "act_points",
    "audit_points",
    "earn_points",
    "post_decision",
    "post_points",
    "reverse_points",
    "sweep_points",
    "transfer_points",
]
