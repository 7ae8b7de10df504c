"""Neighbours of what a customer took lately, where all take them now."""

from __future__ import annotations

from pendulum import DateTime

from mallops.recommend.likeness import ALIKE
from mallops.recommend.scored import Part, Scored
from mallops.recommend.scorers.grid import best
from mallops.recommend.scorers.neighbours import RECENT, Near, because, near_to, recent
from mallops.recommend.scorers.personal import taken_by
from mallops.recommend.scorers.popularity import taken_by_all
from mallops.recommend.state import State
from mallops.recommend.weighing import UNIT, Weights

__all__ = ["trend"]


def trend(
    state: State,
    customer: str,
    at: DateTime,
    taken: Weights | None = None,
    popular: Weights | None = None,
) -> tuple[Scored, ...]:
    """The neighbours of what a customer took, times how much all take of each.

    `taken` weighs the customer's history (purchases, halved every 60 days), `popular` everyone's
    (every 7 days). Each part says which SKUs of the history it is for.
    """
    day = state.settings.day(at)
    history = recent(taken_by(state, customer, day, taken or Weights.bought(60)))
    popularity = taken_by_all(state, day, popular or Weights.bought(7))
    rows = {own: Near.of(state.links.row(own)) for own in history}
    amounts = {
        sku: amount
        for sku, nearness in near_to(rows, history).items()
        if (amount := nearness / (RECENT * ALIKE) * (popularity.get(sku, 0) / UNIT))
    }
    shares = because(rows, history, amounts)
    return best(
        Scored(sku, (Part("trend", amount, shares[sku]),)) for sku, amount in amounts.items()
    )
