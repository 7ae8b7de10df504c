"""All events of a stretch of time at once: how suspicious each account is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from mallops.errors import InputError, Problem, shown
from mallops.loopholes.signals.counting import Key
from mallops.loopholes.signals.events import Event
from mallops.loopholes.signals.model import Score, Suspicion, scored
from mallops.loopholes.signals.observing import judged
from mallops.loopholes.signals.settings import USUAL, Settings
from mallops.loopholes.signals.tracking import Tracker
from mallops.loopholes.signals.windows import Row
from mallops.time import microseconds


def signals(events: Iterable[Event], settings: Settings = USUAL) -> dict[str, Score]:
    """Each account that is suspected, the highest score first, then by id.

    Events come in any order and are counted by their instants; those of one instant are judged
    once all of them are counted. Of each code the strongest suspicion of the whole stretch counts,
    so nobody gets better by waiting. Raises `InputError` where two events have one id.

    >>> from mallops.loopholes.signals.events import Act
    >>> from mallops.time import instant
    >>> at = instant("2026-11-11T00:00:00+08:00")
    >>> ring = [Event(f"e{n}", f"c{n}", Act.JOIN, at, device="d1") for n in range(8)]
    >>> found = signals(ring)
    >>> found["c0"].score, found["c0"].suspicions[0].code
    (50, 'device_shared')
    """
    return scored(_all_suspicions(_in_order(events), settings))


def _all_suspicions(events: list[Event], settings: Settings) -> Iterator[Suspicion]:
    tracker = Tracker(settings)
    for _, group in groupby(events, key=lambda event: microseconds(event.at)):
        together = list(group)
        rows: dict[Key, Row] = {}
        for event in together:
            rows |= tracker.count(event).rows
        for event in together:
            yield from judged(event, rows, settings)


def _in_order(events: Iterable[Event]) -> list[Event]:
    """Each event once, by its instant."""
    by_id: dict[str, Event] = {}
    problems = []
    for place, event in enumerate(events):
        if by_id.setdefault(event.id, event) != event:
            problems.append(Problem(f"$[{place}].id", shown(event.id), "an id of one event alone"))
    if problems:
        raise InputError(problems)
    return sorted(by_id.values(), key=lambda event: microseconds(event.at))
