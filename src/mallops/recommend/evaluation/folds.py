"""Rolling folds over time: what was known at an instant, and what customers then bought.

A scorer learns from `History`, which is made of the events before its instant and of nothing
else. Whom it is asked about, and what they bought, is in `Truth`, which it is not handed.

What a customer bought and gave back within the same window is no success of whoever
recommended it, and is left out. What came back later is not: a fold is judged by what its
window shows, the same whenever it is looked at.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import assert_never

from attrs import define, evolve, field, frozen
from pendulum import DateTime

from mallops.errors import InputError, Problem, shown
from mallops.recommend.events import Event, EventKind
from mallops.time import microseconds


class Aim(StrEnum):
    """Which goods a recommendation is to find."""

    ALL = "all"
    REPEAT = "repeat"
    """What the customer bought before."""
    DISCOVERY = "discovery"
    """What the customer never bought."""


@frozen
class History:
    """All that is known at an instant: the events before it, by time and then by id.

    `bought` is, by customer, which SKUs they ever bought, also those that they gave back.
    """

    at: DateTime
    events: tuple[Event, ...] = field(repr=False)
    bought: Mapping[str, frozenset[str]] = field(repr=False)

    def fits(self, customer: str, sku: str, aim: Aim) -> bool:
        """Whether a SKU is one that `aim` looks for."""
        match aim:
            case Aim.ALL:
                return True
            case Aim.REPEAT:
                return sku in self.bought.get(customer, frozenset())
            case Aim.DISCOVERY:
                return sku not in self.bought.get(customer, frozenset())


@frozen
class Truth:
    """What customers bought and kept from `starts` until `ends`, which is no longer part of it.

    `kept` has those of whom the history knows a purchase, in order of their ids. `cold` is how
    many more bought something: there is nothing to tell them apart by.
    """

    starts: DateTime
    ends: DateTime
    kept: Mapping[str, frozenset[str]] = field(repr=False)
    cold: int


@frozen
class Fold:
    """A history, and what came of it."""

    history: History
    truth: Truth

    def relevant(self, customer: str, aim: Aim) -> frozenset[str]:
        """What a customer bought and kept of the goods that `aim` looks for."""
        kept = self.truth.kept.get(customer, frozenset())
        return frozenset(sku for sku in kept if self.history.fits(customer, sku, aim))


def folds(
    events: Iterable[Event], starts: Sequence[DateTime], days: int, gap_days: int = 0
) -> tuple[Fold, ...]:
    """A fold for each start of a window of `days` days, the earliest first.

    With a gap the history ends so many days before the window starts, as it does where scores
    are reckoned every few days. The same event twice counts once. Raises `InputError` for
    windows that are empty or overlap, and for two events of the same id.

    >>> from mallops.time import instant
    >>> may = instant("2026-05-01T00:00Z")
    >>> told = [Event(f"e{n}", "anna", "tea", EventKind.BUY, may.add(days=n)) for n in range(3)]
    >>> (fold,) = folds(told, [may.add(days=1)], days=1)
    >>> [event.id for event in fold.history.events], fold.relevant("anna", Aim.REPEAT)
    (['e0'], frozenset({'tea'}))
    """
    ordered = _ordered(events)
    windows = _windows(starts, days, gap_days)
    instants = [microseconds(event.at) for event in ordered]
    found = []
    for start, end in windows:
        at = start.subtract(days=gap_days)
        known, opened, closed = (
            bisect_left(instants, microseconds(each)) for each in (at, start, end)
        )
        before, within = tuple(ordered[:known]), ordered[opened:closed]
        history = History(at, before, MappingProxyType(_bought(before)))
        found.append(Fold(history, _truth(start, end, within, history)))
    return tuple(found)


def starts_before(end: DateTime, days: int, count: int) -> tuple[DateTime, ...]:
    """The starts of `count` windows of `days` days, side by side, the last of which ends at `end`.

    >>> from mallops.time import instant
    >>> [str(start.date()) for start in starts_before(instant("2026-05-29T00:00Z"), 7, 2)]
    ['2026-05-15', '2026-05-22']
    """
    return tuple(end.subtract(days=days * n) for n in range(count, 0, -1))


def _ordered(events: Iterable[Event]) -> list[Event]:
    by_id: dict[str, Event] = {}
    for event in events:
        known = by_id.setdefault(event.id, event)
        if known is not event and not _same(known, event):
            expected = "one event of each id"
            raise InputError([Problem("$.events", shown(event.id), expected)])
    return sorted(by_id.values(), key=lambda event: (microseconds(event.at), event.id))


def _same(one: Event, other: Event) -> bool:
    # Datetimes of one time zone are compared by their clock, which shows an hour twice.
    return microseconds(one.at) == microseconds(other.at) and evolve(one, at=other.at) == other


def _windows(
    starts: Sequence[DateTime], days: int, gap_days: int
) -> list[tuple[DateTime, DateTime]]:
    if days < 1:
        raise InputError([Problem("$.days", shown(days), "at least 1")])
    if gap_days < 0:
        raise InputError([Problem("$.gap_days", shown(gap_days), "at least 0")])
    windows = [(start, start.add(days=days)) for start in sorted(starts, key=microseconds)]
    for (_, end), (start, _) in pairwise(windows):
        if microseconds(start) < microseconds(end):
            expected = f"windows of {days} days that do not overlap"
            raise InputError([Problem("$.starts", shown(str(start)), expected)])
    return windows


def _bought(events: Iterable[Event]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for event in events:
        if event.kind is EventKind.BUY:
            found[event.customer].add(event.sku)
    return {customer: frozenset(skus) for customer, skus in found.items()}


def _truth(start: DateTime, end: DateTime, within: Iterable[Event], history: History) -> Truth:
    kept: dict[str, set[str]] = defaultdict(set)
    for (customer, sku), lots in _lots(within).items():
        if any(lot.units for lot in lots):
            kept[customer].add(sku)
    warm = {
        customer: frozenset(kept[customer]) for customer in sorted(kept.keys() & history.bought)
    }
    return Truth(start, end, MappingProxyType(warm), len(kept) - len(warm))


@define
class _Lot:
    order: str
    units: int


def _lots(within: Iterable[Event]) -> dict[tuple[str, str], list[_Lot]]:
    """What was bought within the window, less what came back, by customer and SKU.

    What is given back of an order is of that order. Where the order is not known it is of what
    was bought last, and of older times as far as there is no such thing in the window.
    """
    found: dict[tuple[str, str], list[_Lot]] = defaultdict(list)
    # What is bought and called off at one instant was bought first.
    for event in sorted(within, key=_bought_first):
        lots = found[event.customer, event.sku]
        match event.kind:
            case EventKind.BUY:
                lots.append(_Lot(event.order, event.quantity))
            case EventKind.CANCEL | EventKind.RETURN:
                _take(event, lots)
            case EventKind.VIEW | EventKind.CART | EventKind.REFUND:
                pass
            case EventKind.REVIEW | EventKind.SHARE:
                pass
            case _ as never:
                assert_never(never)
    return found


def _bought_first(event: Event) -> tuple[int, bool]:
    return microseconds(event.at), event.kind is not EventKind.BUY


def _take(event: Event, lots: Sequence[_Lot]) -> None:
    left = event.quantity
    for lot in reversed(lots):
        if event.order in {"", lot.order}:
            taken = min(left, lot.units)
            lot.units -= taken
            left -= taken
