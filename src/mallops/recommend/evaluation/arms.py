"""An A/B test before it is read: what is settled beforehand, and what each arm has come to."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from math import inf

from attrs import frozen

from mallops.errors import InputError, Problem, shown


@frozen
class Arm:
    """What one arm has come to so far: exact sums, which add up from day to day.

    `total` is how many converted, or the money of all customers in minor units; `squares` the sum
    of squares of what each customer spent.
    """

    customers: int = 0
    total: int = 0
    squares: int = 0

    def __attrs_post_init__(self) -> None:
        problems = [
            Problem(f"$.{name}", shown(value), "at least 0")
            for name, value in (("customers", self.customers), ("squares", self.squares))
            if value < 0
        ]
        # No values have a total with fewer squares than as many equal ones.
        if not problems and self.total**2 > self.squares * self.customers:
            expected = "a sum of squares that such customers can have"
            problems.append(Problem("$.squares", shown(self.squares), expected))
        if problems:
            raise InputError(problems)

    @classmethod
    def of_conversions(cls, customers: int, converted: int) -> Arm:
        """An arm in which so many customers converted."""
        if not 0 <= converted <= customers:
            expected = f"from 0 to {customers}, the customers"
            raise InputError([Problem("$.converted", shown(converted), expected)])
        return cls(customers, converted, converted)

    @classmethod
    def of_amounts(cls, amounts: Iterable[int]) -> Arm:
        """An arm of customers who each spent so much, also nothing, in minor units.

        >>> Arm.of_amounts([0, 300, 500])
        Arm(customers=3, total=800, squares=340000)
        """
        every = tuple(amounts)
        return cls(len(every), sum(every), sum(amount**2 for amount in every))

    def __add__(self, other: Arm) -> Arm:
        return Arm(
            self.customers + other.customers,
            self.total + other.total,
            self.squares + other.squares,
        )

    @property
    def mean(self) -> float:
        """What a customer comes to."""
        return self.total / self.customers if self.customers else 0.0

    @property
    def variance_of_mean(self) -> float:
        """The estimated variance of `mean`."""
        n = self.customers
        return (self.squares * n - self.total**2) / (n * n * (n - 1)) if n > 1 else inf


@frozen
class Look:
    """Both arms as they stood when someone looked: all customers since the start."""

    control: Arm
    treatment: Arm


class Measure(StrEnum):
    """What is compared."""

    CONVERSION = "conversion"
    """By lift: 0.1 is a tenth more converters."""
    MONEY = "money"
    """By the difference of means, in minor units a customer."""


@frozen
class Plan:
    """What is settled before the start.

    `effect` is the least that matters, as a lift or in minor units a customer, from a
    ten-thousandth: the evidence for less is lost in rounding, as it is where `share` is not from
    a thousandth to 999. The test finds
    effects of about that size soonest, and others too. `share` is the treatment's share of
    customers; `alpha` the chance of a wrong call, over all looks together; `least` how many
    customers each arm has before a call on money.
    """

    measure: Measure
    effect: float
    share: float = 0.5
    alpha: float = 0.05
    least: int = 100

    def __attrs_post_init__(self) -> None:
        problems = []
        for name, value, least, most in (
            ("effect", self.effect, 1e-4, 1e12),
            ("share", self.share, 0.001, 0.999),
        ):
            if not least <= value <= most:
                problems.append(Problem(f"$.{name}", shown(value), f"from {least:g} to {most:g}"))
        if not 0 < self.alpha < 1:
            problems.append(Problem("$.alpha", shown(self.alpha), "between 0 and 1"))
        if self.least < 2:
            problems.append(Problem("$.least", shown(self.least), "at least 2"))
        if problems:
            raise InputError(problems)
