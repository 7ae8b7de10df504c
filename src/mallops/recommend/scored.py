"""A score, and what it is made of: the parts sum to it."""

from __future__ import annotations

from math import fsum

from attrs import field, frozen

MOST_AMOUNT = 1e100
"""The greatest part of a score, either way: sums of fewer than 1e200 of them are numbers."""


@frozen
class Part:
    """What one scorer or rule adds to a score, and because of which SKUs, customers or rules.

    `because` are ids and their shares of `amount`, the greatest first; they may leave some out.
    """

    name: str
    amount: float
    because: tuple[tuple[str, float], ...] = ()


@frozen
class Scored:
    """A SKU with its score: the sum of its parts, rounded once, in whatever order they come.

    >>> Scored("tea", (Part("personal", 0.1), Part("trend", 0.2))).score
    0.30000000000000004
    """

    sku: str
    parts: tuple[Part, ...] = field()

    @property
    def score(self) -> float:
        """What it is ranked by."""
        return fsum(part.amount for part in self.parts)
