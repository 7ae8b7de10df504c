"""How much each thing that goods are says of how alike they are."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from attrs import frozen

from mallops.errors import InputError, Problem, shown

__all__ = ["Traits"]


@frozen
class Traits:
    """The weights of what two SKUs resemble each other by; only their proportions matter.

    Raises `InputError` for weights that are negative, not finite, or all 0.
    """

    category: float = 4.0
    brand: float = 3.0
    tags: float = 2.0
    price: float = 1.0

    def __attrs_post_init__(self) -> None:
        if problems := list(self._problems()):
            raise InputError(problems)

    @property
    def whole(self) -> float:
        """All weights together."""
        return self.category + self.brand + self.tags + self.price

    def _problems(self) -> Iterator[Problem]:
        weights = {
            "category": self.category,
            "brand": self.brand,
            "tags": self.tags,
            "price": self.price,
        }
        for name, weight in weights.items():
            if not (isfinite(weight) and weight >= 0):
                yield Problem(f"$.{name}", shown(weight), "a finite number that is not negative")
        if not isfinite(self.whole) and all(map(isfinite, weights.values())):
            yield Problem("$", shown(self.whole), "weights of a finite sum")
        if not any(weights.values()):
            yield Problem("$", shown(0), "a weight above 0")
