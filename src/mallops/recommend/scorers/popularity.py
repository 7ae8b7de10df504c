"""What all take: plain or decayed, in a region, of a category."""

from __future__ import annotations

from collections.abc import Collection

from pendulum import DateTime

from mallops.recommend.scored import Part, Scored
from mallops.recommend.scorers.grid import best
from mallops.recommend.state import State
from mallops.recommend.weighing import UNIT, Weights

__all__ = ["popularity", "taken_by_all"]


def popularity(
    state: State,
    at: DateTime,
    weights: Weights | None = None,
    region: str | None = None,
    among: Collection[str] | None = None,
) -> tuple[Scored, ...]:
    """The SKUs by how much all customers took, `among` those of a category, say.

    Without weights a purchase counts 1, however long ago it was; with a region only what was
    taken there.
    """
    amounts = taken_by_all(state, state.settings.day(at), weights, region)
    return best(
        Scored(sku, (Part("popularity", amount / UNIT),))
        for sku, amount in amounts.items()
        if amount and (among is None or sku in among)
    )


def taken_by_all(
    state: State, day: int, weights: Weights | None, region: str | None = None
) -> dict[str, int]:
    """How much all took of each SKU up to a day, in `weighing.UNIT`s."""
    tables = (weights or Weights.bought(None)).tables()
    longest = max((len(table) for table in tables if table is not None), default=0)
    total: dict[str, int] = {}
    for sku, kind, then, kept in state.taken_by_all(region, day - longest + 1):
        table = tables[kind]
        age = day - then
        if table is not None and 0 <= age < len(table):
            total[sku] = total.get(sku, 0) + kept * table[age]
    return total
