"""One event at a time: the rows that it changes, and what these give away.

Nothing is kept here. Whoever calls hands in the rows under `keys_of(event)`, wherever they are
kept, and stores those that come back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never

from attrs import frozen

from mallops.loopholes.signals import (
    coupon_resale,
    limits,
    referrals,
    refunds,
    self_purchase,
    sharing,
    velocity,
)
from mallops.loopholes.signals.counting import Add, Entry, Key, Meet, Rows
from mallops.loopholes.signals.events import Event
from mallops.loopholes.signals.model import Suspicion
from mallops.loopholes.signals.settings import USUAL, Settings
from mallops.loopholes.signals.windows import Mark, Members, Row, Tally, met, tallied

CLOCK: Key = ("clock",)
"""Under this key is the latest second that any event has told of."""

_ENTRIES: tuple[Callable[[Event, Settings], Iterable[Entry]], ...] = (
    sharing.entries,
    velocity.entries,
    refunds.entries,
    self_purchase.entries,
    referrals.entries,
    coupon_resale.entries,
    limits.entries,
)

_SIGNALS: tuple[Callable[[Event, Rows, Settings], Iterable[Suspicion]], ...] = (
    sharing.suspicions,
    velocity.suspicions,
    refunds.suspicions,
    self_purchase.suspicions,
    referrals.suspicions,
    coupon_resale.suspicions,
    limits.suspicions,
)


class Outcome(StrEnum):
    """What became of an event."""

    COUNTED = "counted"
    REPEATED = "repeated"
    """It had been counted before."""
    LATE = "late"
    """It is behind the latest by more than is allowed, and was left out."""


@frozen
class Observed:
    """What became of an event, the rows that changed, and what is suspicious now.

    A row may be dropped once the clock has reached its `until`.
    """

    outcome: Outcome
    rows: Rows
    suspicions: tuple[Suspicion, ...] = ()


_NO_ROWS: Rows = MappingProxyType({})


def keys_of(event: Event, settings: Settings = USUAL) -> tuple[Key, ...]:
    """The keys of all rows that `observe` looks at, each once."""
    keys = [entry.key for entry in _entries(event, settings)]
    return tuple(dict.fromkeys((CLOCK, _id_key(event), *keys)))


def observe(rows: Rows, event: Event, settings: Settings = USUAL) -> Observed:
    """What an event changes and gives away; `rows` holds at least what is kept of its keys.

    Takes time in proportion to what the event names, and never to how many came before it. An
    event that was counted before, by its id, or that is late changes nothing.
    """
    counted = count(rows, event, settings)
    if counted.outcome is not Outcome.COUNTED:
        return counted
    return Observed(counted.outcome, counted.rows, judged(event, counted.rows, settings))


def count(rows: Rows, event: Event, settings: Settings = USUAL) -> Observed:
    """As `observe`, without a look at what is suspicious."""
    clock, lateness = rows.get(CLOCK), settings.lateness
    now = clock.second if isinstance(clock, Mark) else event.second
    if event.second < now - lateness:
        return Observed(Outcome.LATE, _NO_ROWS)
    if _id_key(event) in rows:
        return Observed(Outcome.REPEATED, _NO_ROWS)
    changed: dict[Key, Row] = {_id_key(event): Mark(event.second + lateness + 1, event.second)}
    if clock is None or event.second > now:
        changed[CLOCK] = Mark(event.second + lateness + settings.longest, event.second)
    for entry in _entries(event, settings):
        row = changed.get(entry.key) or rows.get(entry.key)
        changed[entry.key] = _entered(row, entry, event.second, settings)
    return Observed(Outcome.COUNTED, changed)


def judged(event: Event, rows: Rows, settings: Settings = USUAL) -> tuple[Suspicion, ...]:
    """What is suspicious about an event that has been counted in these rows."""
    return tuple(found for signal in _SIGNALS for found in signal(event, rows, settings))


def _entries(event: Event, settings: Settings) -> list[Entry]:
    return [entry for each in _ENTRIES for entry in each(event, settings)]


def _entered(row: Row | None, entry: Entry, second: int, settings: Settings) -> Row:
    match entry:
        case Add(_, span, amounts):
            assert row is None or isinstance(row, Tally)
            return tallied(row, span, second, amounts, settings.lateness)
        case Meet(_, span, name):
            assert row is None or isinstance(row, Members)
            return met(row, span, second, name, settings.most_names, settings.lateness)
        case _:
            assert_never(entry)


def _id_key(event: Event) -> Key:
    return "event", event.id
