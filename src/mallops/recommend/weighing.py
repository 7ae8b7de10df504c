"""How much an event counts: its kind's weight, halved every so many days, less what came back."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from math import exp2
from typing import NamedTuple

from attrs import Factory, frozen

from mallops.errors import InputError, Problem, shown
from mallops.recommend.events import EventKind
from mallops.rules.bounds import check_range

__all__ = ["BACK", "KINDS", "UNIT", "WHOLE", "Entry", "Weight", "Weights", "decay", "kept"]

KINDS: tuple[EventKind, ...] = tuple(EventKind)
"""The kinds in the order of their numbers in a state."""

WHOLE = 64
"""An event of which nothing came back: what is kept of it is counted in so many parts."""

_ONE = 1 << 20

_LONGEST = 36_525

MOST_HUNDREDTHS = 100_000
"""The greatest weight: a million purchases of one SKU at it are still of 63 bits."""

UNIT = 100 * WHOLE * _ONE
"""A purchase of today, kept whole, at a weight of 100 hundredths."""
BACK = frozenset(map(KINDS.index, (EventKind.CANCEL, EventKind.RETURN, EventKind.REFUND)))
"""The numbers of the kinds that undo a purchase."""

_BUY = KINDS.index(EventKind.BUY)


class Entry(NamedTuple):
    """An event as a state holds it: its kind by number, its instant in microseconds."""

    sku: str
    at: int
    id: str
    kind: int
    quantity: int
    order: str
    region: str


@frozen
class Weight:
    """What one event of a kind counts, in hundredths, and after how many days only half of it.

    It counts for a hundred years at most, with a half-life or without.
    """

    hundredths: int
    half_life: int | None

    def __attrs_post_init__(self) -> None:
        problems: list[Problem] = []
        problems += check_range(self.hundredths, "$.hundredths", 0, MOST_HUNDREDTHS)
        if self.half_life is not None and self.half_life < 1:
            problems.append(Problem("$.half_life", shown(self.half_life), "at least 1 day"))
        if problems:
            raise InputError(problems)


def _bought(half_life: int | None = 180) -> Mapping[EventKind, Weight]:
    return {EventKind.BUY: Weight(100, half_life)}


@frozen
class Weights:
    """The weight of each kind; a kind that is not here counts nothing.

    What is cancelled, returned or refunded has no weight of its own: it takes away from the
    purchase that it undoes, whatever that one's age, and never more than was bought.

    >>> weights = Weights({EventKind.VIEW: Weight(5, 7), EventKind.BUY: Weight(100, 180)})
    """

    of: Mapping[EventKind, Weight] = Factory(_bought)

    def __attrs_post_init__(self) -> None:
        if wrong := [kind for kind in self.of if KINDS.index(kind) in BACK]:
            raise InputError(
                [Problem(f"$.of.{kind}", shown(kind), "a kind that adds") for kind in wrong]
            )

    @classmethod
    def bought(cls, half_life: int | None) -> Weights:
        """Purchases alone, each 1 when it is made, and halved every `half_life` days."""
        return cls(_bought(half_life))

    def tables(self) -> tuple[array[int] | None, ...]:
        """By the number of a kind: what one part of an event counts, by its age in days."""
        return tuple(
            _table(weight.hundredths, weight.half_life)
            if (weight := self.of.get(kind)) and weight.hundredths
            else None
            for kind in KINDS
        )


def decay(half_life: int) -> array[int]:
    """How much is left by age in days, in 1048576ths: whole numbers, so sums have no order.

    It ends where nothing is left: what is older counts nothing.

    >>> decay(7)[0], decay(7)[7], decay(7)[14]
    (1048576, 524288, 262144)
    """
    return _table(1, half_life)


@cache
def _table(weight: int, half_life: int | None) -> array[int]:
    if half_life is None:
        return array("q", [weight * _ONE]) * _LONGEST
    ages = range(min(21 * half_life + 1, _LONGEST))
    left = (round(_ONE * exp2(-age / half_life)) for age in ages)
    return array("q", (weight * part for part in left))


def kept(entries: Sequence[Entry], flagged: Collection[str] = ()) -> list[int]:
    """Of each event of one customer and SKU, by time and id: the parts of `WHOLE` that are kept.

    What came back with an order's id undoes that order's purchases, and without one the latest
    purchases up to then; what is left over came back more often than it was bought, and takes
    nothing. Events of `flagged` orders count nothing and undo nothing.
    """
    left = [
        entry.quantity if entry.kind == _BUY and entry.order not in flagged else 0
        for entry in entries
    ]
    for place, entry in enumerate(entries):
        if entry.kind not in BACK or (entry.order and entry.order in flagged):
            continue
        back = entry.quantity
        for earlier in _undoable(entries, place):
            taken = min(back, left[earlier])
            left[earlier] -= taken
            back -= taken
            if not back:
                break
    return [
        0
        if entry.kind in BACK or (entry.order and entry.order in flagged)
        else WHOLE * left[place] // entry.quantity
        if entry.kind == _BUY
        else WHOLE
        for place, entry in enumerate(entries)
    ]


def _undoable(entries: Sequence[Entry], place: int) -> Sequence[int]:
    """The purchases that the one at `place` can undo, the latest first."""
    order = entries[place].order
    if order:
        return [other for other in range(len(entries) - 1, -1, -1) if entries[other].order == order]
    until = entries[place].at
    return [other for other in range(len(entries) - 1, -1, -1) if entries[other].at <= until]
