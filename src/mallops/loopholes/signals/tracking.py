"""A stream of events, followed in memory by one process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from mallops.errors import InputError, Problem, shown
from mallops.loopholes.signals.counting import Kept, Key, Rows
from mallops.loopholes.signals.events import Event
from mallops.loopholes.signals.expiring import Expiry
from mallops.loopholes.signals.observing import CLOCK, Observed, count, observe
from mallops.loopholes.signals.settings import USUAL, Settings
from mallops.loopholes.signals.windows import Mark, Row


class Tracker:
    """Rows that change with each event: the one thing here that does.

    Every observation takes amortised constant time. What no event can count any more is dropped,
    by the time that events tell. Beyond `most_rows` of what is counted, the rows that would be
    dropped soonest go early: some counts are then too low, and none is ever too high. The ids of
    events are kept besides, for as long as an event may be late. One thread at a time uses it.
    """

    def __init__(
        self, settings: Settings = USUAL, kept: Iterable[Kept] = (), most_rows: int = 1_000_000
    ) -> None:
        """Go on from what was kept. Raises `InputError` for room for less than one row."""
        if most_rows < 1:
            raise InputError([Problem("$.most_rows", shown(most_rows), "at least 1")])
        self.settings = settings
        self._most = most_rows
        self._rows: dict[Key, Row] = {}
        self._counts, self._marks = Expiry(), Expiry()
        self._counted = 0
        self._keep({each.key: each.row for each in kept})

    @property
    def rows(self) -> Mapping[Key, Row]:
        """What is kept now, for reading."""
        return MappingProxyType(self._rows)

    def kept(self) -> tuple[Kept, ...]:
        """What is kept now, to be stored, and handed to another tracker."""
        return tuple(Kept(key, row) for key, row in self._rows.items())

    def observe(self, event: Event) -> Observed:
        """Count an event, and tell what is suspicious now."""
        observed = observe(self._rows, event, self.settings)
        self._keep(observed.rows)
        return observed

    def count(self, event: Event) -> Observed:
        """Count an event, and leave for later what is suspicious."""
        observed = count(self._rows, event, self.settings)
        self._keep(observed.rows)
        return observed

    def _keep(self, changed: Rows) -> None:
        for key, row in changed.items():
            if key not in self._rows:
                is_mark = isinstance(row, Mark)
                (self._marks if is_mark else self._counts).add(key, row.until)
                self._counted += not is_mark
            self._rows[key] = row
        clock = self._rows.get(CLOCK)
        if isinstance(clock, Mark):
            self._drop_due(self._counts, clock.second)
            self._drop_due(self._marks, clock.second)
        while self._counted > self._most:
            self._drop_soonest()

    def _drop_due(self, waiting: Expiry, now: int) -> None:
        for key in waiting.due(now):
            row = self._rows[key]
            if row.until > now:
                # It was added to since it began to wait.
                waiting.add(key, row.until)
            else:
                del self._rows[key]
                self._counted -= not isinstance(row, Mark)

    def _drop_soonest(self) -> None:
        key, ends = self._counts.soonest()
        until = self._rows[key].until
        if until >= ends:
            self._counts.add(key, until)
        else:
            del self._rows[key]
            self._counted -= 1
