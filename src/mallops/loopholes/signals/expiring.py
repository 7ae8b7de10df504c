"""Which keys are due to be dropped, without looking at the others."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush

from mallops.loopholes.signals.counting import Key

_SLOT = 900
"""Keys are due by the quarter of an hour: a heap of slots stays short, whatever is in them."""


class Expiry:
    """Keys by the second from which on they are due; each is in it once."""

    def __init__(self) -> None:
        self._slots: dict[int, list[Key]] = {}
        self._order: list[int] = []

    def add(self, key: Key, until: int) -> None:
        """A key, and the second from which on it may go."""
        slot = until // _SLOT
        if slot not in self._slots:
            self._slots[slot] = []
            heappush(self._order, slot)
        self._slots[slot].append(key)

    def due(self, now: int) -> Iterator[Key]:
        """The keys that are due at a second, each taken out; some wait for their slot to end."""
        while self._order and self._order[0] < now // _SLOT:
            yield from self._slots.pop(heappop(self._order))

    def soonest(self) -> tuple[Key, int]:
        """A key of those due first, taken out, and when the slot ends that it was in.

        There has to be one.
        """
        slot = self._order[0]
        key = self._slots[slot].pop()
        if not self._slots[slot]:
            del self._slots[heappop(self._order)]
        return key, (slot + 1) * _SLOT
