"""The grid that amounts of scores lie on: their sums are exact, in whatever order they add."""

from __future__ import annotations

from collections.abc import Iterable

from mallops.recommend.scored import Scored

__all__ = ["GRID", "best", "on_grid"]

GRID = 1 << 40
"""An amount is a whole number of so many parts of one."""


def on_grid(amount: float, of: float, share: float = 1.0) -> int:
    """`share` of an amount as a part of the greatest, in `GRID`ths, rounded down.

    >>> on_grid(1.0, 2.0) / GRID
    0.5
    """
    return int(amount / of * (share * GRID))


def best(scored: Iterable[Scored]) -> tuple[Scored, ...]:
    """The best first, of equals by SKU."""
    return tuple(sorted(scored, key=lambda one: (-one.score, one.sku)))
