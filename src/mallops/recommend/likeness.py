"""How alike two SKUs are by who took both: whole numbers, the same in whatever order they add.

A *holder* is a customer, or an order, that took a SKU. Two SKUs have in common what their
shared holders say, and a holder of many SKUs says less. All of it is local: what one holder
takes changes nothing between SKUs that it does not hold, so that one event can be added to
fitted neighbours exactly. For that the weight of a holder goes down by steps, where it takes
twice as many SKUs, and BM25's average is a fixed `damping`.
"""

from __future__ import annotations

from enum import StrEnum
from math import sqrt

from attrs import field, frozen

from mallops.errors import InputError, Problem, shown
from mallops.rules.bounds import check_count, check_range

__all__ = ["ALIKE", "Likeness", "Measure"]

ALIKE = 1 << 24
"""The likeness of a SKU to itself by cosine."""

MOST_DAMPING = 1_000_000
"""Far more than leaves any likeness; products of two are still of 63 bits."""

_STEPS = 13


class Measure(StrEnum):
    """How what two SKUs have in common is weighed against how many took each."""

    COSINE = "cosine"
    TFIDF = "tfidf"
    """The cosine, where a holder of many SKUs says less."""
    BM25 = "bm25"
    """A holder of many says less, and the SKUs that few took are held back by `damping`."""


@frozen
class Likeness:
    """A measure, and how many neighbours of a SKU are kept, itself among them.

    With a `half_life` in days what was taken long before the state's `until` counts less.
    """

    measure: Measure = Measure.BM25
    size: int = field(default=20)
    damping: int = field(default=150)
    half_life: int | None = None

    def __attrs_post_init__(self) -> None:
        problems = [
            *check_count(self.size, "$.size"),
            *check_range(self.damping, "$.damping", 1, MOST_DAMPING),
        ]
        if self.half_life is not None and self.half_life < 1:
            problems.append(Problem("$.half_life", shown(self.half_life), "at least 1 day"))
        if problems:
            raise InputError(problems)

    @property
    def full(self) -> int:
        """The strength of what was just taken; without a half-life, of everything."""
        return 16 if self.half_life else 1

    def strength(self, age: int) -> int:
        """Of what was last taken so many days before the state's `until`."""
        if not self.half_life or age <= 0:
            return self.full
        return max(1, self.full >> age // self.half_life)

    def voice(self, held: int) -> int:
        """What a holder of so many SKUs says of each two of them."""
        if self.measure is Measure.COSINE:
            return 1
        return max(0, _STEPS - held.bit_length()) ** 2

    def of(self, common: int, mass: int, other: int) -> int:
        """The likeness of two SKUs, in `ALIKE`ths, rounded down.

        >>> Likeness(Measure.COSINE).of(1, 4, 1) / ALIKE
        0.5
        """
        if self.measure is Measure.BM25:
            damping = self.damping * self.full**2
            return common * ALIKE // ((mass + damping) * (other + damping))
        return int(common / sqrt(mass * other) * ALIKE) if common else 0
