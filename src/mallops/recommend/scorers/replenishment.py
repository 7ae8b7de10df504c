"""What it is time to buy again: since the last time, against how long it usually takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from pendulum import DateTime

from mallops.recommend.events import EventKind
from mallops.recommend.scored import Part, Scored
from mallops.recommend.scorers.grid import best
from mallops.recommend.scorers.personal import taken_by
from mallops.recommend.state import State
from mallops.recommend.weighing import KINDS, UNIT, Weights

__all__ = ["Gaps", "replenishment", "timing", "usual_gaps"]

_BUY = KINDS.index(EventKind.BUY)


class Gaps(NamedTuple):
    """Days between purchases, added up, and how many gaps they are."""

    days: int = 0
    number: int = 0


def usual_gaps(state: State, at: DateTime) -> Mapping[str, Gaps]:
    """The gaps between the purchases of each SKU up to a day, of all who bought it again by then.

    It is one pass over all events: make it once for all customers.
    """
    day = state.settings.day(at)
    total: dict[str, Gaps] = {}
    for customer in state.customers():
        for sku, days in _days(state, customer, day).items():
            before = total.get(sku, Gaps())
            gaps = _gaps(days)
            total[sku] = Gaps(before.days + gaps.days, before.number + gaps.number)
    return total


def replenishment(
    state: State,
    customer: str,
    at: DateTime,
    usual: Mapping[str, Gaps],
    weights: Weights | None = None,
) -> tuple[Scored, ...]:
    """As `personal`, each SKU by how much of its time has come: `timing` of the usual gap.

    The gap is the customer's mean, in which all others' mean (`usual`, from `usual_gaps`) counts
    as one gap more. A SKU that nobody ever bought twice is left out.
    """
    day = state.settings.day(at)
    amounts = taken_by(state, customer, day, weights or Weights())
    scored = []
    for sku, days in _days(state, customer, day).items():
        own, others = _gaps(days), usual.get(sku, Gaps())
        if not others.number:
            continue
        gap = (own.days + others.days / others.number) / (own.number + 1)
        amount = amounts.get(sku, 0) / UNIT * timing(day - max(days), gap)
        if amount:
            scored.append(Scored(sku, (Part("replenishment", amount),)))
    return best(scored)


def timing(since: int, gap: float) -> float:
    """How much it is time, so many days since the last purchase: all of 1 from one gap to two.

    Before it grows evenly from 0, and afterwards it falls: who waited so long may buy elsewhere.

    >>> timing(15, 30.0), timing(45, 30.0), timing(120, 30.0)
    (0.5, 1.0, 0.5)
    """
    if since < gap:
        return since / gap
    return 1.0 if since <= 2 * gap else 2 * gap / since


def _days(state: State, customer: str, until: int) -> dict[str, set[int]]:
    """The days up to one on which a customer bought each SKU and kept something of it."""
    days: dict[str, set[int]] = {}
    for sku, kind, day, kept in state.taken(customer):
        if kept and kind == _BUY and day <= until:
            days.setdefault(sku, set()).add(day)
    return days


def _gaps(days: set[int]) -> Gaps:
    return Gaps(max(days) - min(days), len(days) - 1)
