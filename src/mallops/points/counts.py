"""How much of a cap is gone in the present period: what earning and actions are capped with."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen


@frozen
class Count:
    """How much was counted in a period, such as "2026-11-11" or "2026-11"; "" is all time."""

    period: str
    value: int


def copied(counts: Mapping[str, Count]) -> Mapping[str, Count]:
    """The counters as a mapping of one's own, which nobody else can change."""
    return dict(counts)
