"""What is like what a customer took."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pendulum import DateTime

from mallops.recommend.likeness import ALIKE
from mallops.recommend.scored import Part, Scored
from mallops.recommend.scorers.grid import best
from mallops.recommend.scorers.personal import taken_by
from mallops.recommend.state import State
from mallops.recommend.weighing import Weights

__all__ = ["RECENT", "Near", "because", "near_to", "neighbours", "recent"]


class Near(NamedTuple):
    """The neighbours of a SKU, and how near each is: two columns, which are fast to run through."""

    skus: Sequence[str]
    likeness: Sequence[int]

    @classmethod
    def of(cls, row: Iterable[tuple[str, int]]) -> Near:
        """The columns of a row."""
        near = list(row)
        return cls(tuple(sku for sku, _ in near), array("q", (likeness for _, likeness in near)))


RECENT = 1 << 16
"""The weight of what a customer took most of."""

_NONE = Near((), ())


def neighbours(
    state: State, customer: str, at: DateTime, taken: Weights | None = None
) -> tuple[Scored, ...]:
    """The SKUs that are like those that a customer took, each weighed by how much of it.

    How SKUs are alike is told by the state's settings; `taken` weighs the history (purchases,
    halved every 60 days). Each part says which SKUs of the history it is for, and how much
    comes from each.
    """
    day = state.settings.day(at)
    history = recent(taken_by(state, customer, day, taken or Weights.bought(60)))
    rows = {own: Near.of(state.links.row(own)) for own in history}
    near = near_to(rows, history)
    amounts = {sku: nearness / (RECENT * ALIKE) for sku, nearness in near.items()}
    shares = because(rows, history, amounts)
    return best(
        Scored(sku, (Part("neighbours", amount, shares[sku]),)) for sku, amount in amounts.items()
    )


def recent(taken: Mapping[str, int]) -> dict[str, int]:
    """How much was taken of each SKU, against the one that was taken most, in `RECENT`ths."""
    most = max(taken.values(), default=0)
    return {
        sku: share for sku, amount in taken.items() if (share := amount * RECENT // (most or 1))
    }


def near_to(rows: Mapping[str, Near], history: Mapping[str, int]) -> dict[str, int]:
    """How near each SKU is to a history as `recent` gives it, where it is at all.

    `rows` has the nearest of each SKU; one without a row is near to nothing.
    """
    near: dict[str, int] = {}
    for sku, share in history.items():
        row = rows.get(sku, _NONE)
        for other, likeness in zip(row.skus, row.likeness, strict=True):
            if other in near:
                near[other] += share * likeness
            else:
                near[other] = share * likeness
    return near


def because(
    rows: Mapping[str, Near],
    history: Mapping[str, int],
    amounts: Mapping[str, float],
    most: int = 5,
) -> dict[str, tuple[tuple[str, float], ...]]:
    """For each of the amounts: the SKUs of the history that it is for, and their shares of it."""
    given: dict[str, list[tuple[str, int]]] = {sku: [] for sku in amounts}
    for own, share in history.items():
        row = rows.get(own, _NONE)
        for other in given.keys() & row.skus:
            given[other].append((own, share * row.likeness[row.skus.index(other)]))
    return {sku: _shares(amounts[sku], parts, most) for sku, parts in given.items()}


def _shares(
    amount: float, parts: Sequence[tuple[str, int]], most: int
) -> tuple[tuple[str, float], ...]:
    whole = sum(part for _, part in parts)
    greatest = sorted(parts, key=lambda one: (-one[1], one[0]))[:most]
    return tuple((own, amount * (part / whole)) for own, part in greatest)
