"""What a customer takes again and again: how often, and how lately."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from pendulum import DateTime

from mallops.recommend.events import EventKind
from mallops.recommend.scored import Part, Scored
from mallops.recommend.scorers.grid import best
from mallops.recommend.state import State
from mallops.recommend.weighing import KINDS, UNIT, Weights

__all__ = ["bought", "personal", "taken_by", "taken_by_each"]

_BUY = KINDS.index(EventKind.BUY)


def personal(
    state: State, customer: str, at: DateTime, weights: Weights | None = None
) -> tuple[Scored, ...]:
    """The SKUs that a customer took, by how often: a purchase today counts 1."""
    amounts = taken_by(state, customer, state.settings.day(at), weights or Weights())
    return best(
        Scored(sku, (Part("personal", amount / UNIT),)) for sku, amount in amounts.items() if amount
    )


def bought(state: State, customer: str, at: DateTime) -> frozenset[str]:
    """The SKUs that a customer ever bought up to the day of `at`, also what came back since.

    They are repeats, and all others discoveries, as in `evaluation.folds`.
    """
    day = state.settings.day(at)
    taken = state.taken(customer)
    return frozenset(sku for sku, kind, then, _ in taken if kind == _BUY and then <= day)


def taken_by(state: State, customer: str, day: int, weights: Weights) -> dict[str, int]:
    """How much a customer took of each SKU up to a day, in `weighing.UNIT`s."""
    return taken_by_each(state, customer, day, (weights,))[0]


def taken_by_each(
    state: State, customer: str, day: int, weights: Sequence[Weights]
) -> tuple[dict[str, int], ...]:
    """As `taken_by`, by each of several weights."""
    events = list(state.taken(customer))
    return tuple(_taken(events, day, one.tables()) for one in weights)


def _taken(
    events: Sequence[tuple[str, int, int, int]],
    day: int,
    tables: Sequence[array[int] | None],
) -> dict[str, int]:
    total: dict[str, int] = {}
    for sku, kind, then, kept in events:
        table = tables[kind]
        age = day - then
        if table is not None and 0 <= age < len(table):
            total[sku] = total.get(sku, 0) + kept * table[age]
    return total
