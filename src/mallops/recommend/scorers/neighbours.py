"""What is like what a customer took."""

from __future__ import annotations

from collections.abc import Mapping

from pendulum import DateTime

from mallops.recommend.likeness import ALIKE
from mallops.recommend.links import Links
from mallops.recommend.scored import Part, Scored
from mallops.recommend.scorers.grid import best
from mallops.recommend.scorers.personal import taken_by
from mallops.recommend.state import State
from mallops.recommend.weighing import Weights

__all__ = ["because", "near_to", "neighbours", "recent"]

RECENT = 1 << 16
"""The weight of what a customer took most of."""


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
    return best(
        Scored(
            sku,
            (
                Part(
                    "neighbours",
                    (amount := nearness / (RECENT * ALIKE)),
                    because(state.links, history, sku, amount),
                ),
            ),
        )
        for sku, nearness in near_to(state.links, history).items()
    )


def recent(taken: Mapping[str, int]) -> dict[str, int]:
    """How much was taken of each SKU, against the one that was taken most, in `RECENT`ths."""
    most = max(taken.values(), default=0)
    return {
        sku: share for sku, amount in taken.items() if (share := amount * RECENT // (most or 1))
    }


def near_to(links: Links, history: Mapping[str, int]) -> dict[str, int]:
    """How near each SKU is to a history as `recent` gives it, where it is at all."""
    near: dict[str, int] = {}
    for sku, share in history.items():
        for other, likeness in links.row(sku):
            near[other] = near.get(other, 0) + share * likeness
    return near


def because(
    links: Links, history: Mapping[str, int], sku: str, amount: float, most: int = 5
) -> tuple[tuple[str, float], ...]:
    """The SKUs of a history that are the most for an amount of `sku`, and their shares of it."""
    given = {
        own: share * likeness
        for own, share in history.items()
        for other, likeness in links.row(own)
        if other == sku
    }
    whole = sum(given.values())
    greatest = sorted(given.items(), key=lambda one: (-one[1], one[0]))[:most]
    return tuple((own, amount * (part / whole)) for own, part in greatest)
