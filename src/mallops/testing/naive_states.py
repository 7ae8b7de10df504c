"""Naive twins of states: everything from the list of events, for every question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from math import floor, sqrt

from mallops.recommend.events import Event, EventKind
from mallops.recommend.likeness import Likeness, Measure

__all__ = ["Counted", "Held", "naive_counted", "naive_held", "naive_likeness", "naive_nearest"]

Counted = Sequence[tuple[Event, int]]
"""Each event with the 64ths of it that count."""

Held = Mapping[str, Mapping[str, int]]
"""Who holds which SKUs, and in which strength."""

_BACK = {EventKind.CANCEL, EventKind.RETURN, EventKind.REFUND}


def naive_counted(
    events: Iterable[Event], flagged: Collection[str] = (), since: datetime | None = None
) -> list[tuple[Event, int]]:
    """Each event once, with the 64ths that count: units are things, and each comes back once."""
    once = {event.id: event for event in events if since is None or event.at >= since}
    told = sorted(once.values(), key=lambda one: (one.customer, one.sku, one.at, one.id))
    held: dict[str, list[bool]] = {}
    for event in told:
        if event.kind is EventKind.BUY and not (event.order and event.order in flagged):
            held[event.id] = [True] * event.quantity
    for back in told:
        if back.kind not in _BACK or (back.order and back.order in flagged):
            continue
        for _ in range(back.quantity):
            undone = [
                event.id
                for event in told
                if (event.customer, event.sku) == (back.customer, back.sku)
                and any(held.get(event.id, ()))
                and (event.order == back.order if back.order else event.at <= back.at)
            ]
            if undone:
                held[undone[-1]].remove(True)
                held[undone[-1]].append(False)
    return [(event, _parts(event, held, flagged)) for event in told]


def _parts(event: Event, held: Mapping[str, list[bool]], flagged: Collection[str]) -> int:
    if event.kind in _BACK or (event.order and event.order in flagged):
        return 0
    if event.kind is EventKind.BUY:
        return 64 * sum(held[event.id]) // event.quantity
    return 64


def naive_held(counted: Counted, by_order: bool = False) -> Held:
    """Which SKUs each customer, or each order of a customer, bought and kept something of."""
    held: dict[str, dict[str, int]] = defaultdict(dict)
    for event, parts in counted:
        if event.kind is EventKind.BUY and parts and (event.order or not by_order):
            holder = f"{event.customer}/{event.order}" if by_order else event.customer
            held[holder][event.sku] = 1
    return held


def naive_likeness(held: Held, likeness: Likeness, one: str, other: str) -> int:
    """The likeness of two SKUs, from who holds what in which strength."""
    voices = {
        holder: 1 if likeness.measure is Measure.COSINE else max(0, 13 - len(f"{len(skus):b}")) ** 2
        for holder, skus in held.items()
    }

    def mass(sku: str) -> int:
        tfidf = likeness.measure is Measure.TFIDF
        return sum(
            (voices[holder] if tfidf else 1) * skus.get(sku, 0) ** 2
            for holder, skus in held.items()
        )

    common = sum(
        voices[holder] * skus.get(one, 0) * skus.get(other, 0) for holder, skus in held.items()
    )
    if not common:
        return 0
    if likeness.measure is Measure.BM25:
        damping = likeness.damping * (256 if likeness.half_life else 1)
        return common * 2**24 // ((mass(one) + damping) * (mass(other) + damping))
    return floor(common / sqrt(mass(one) * mass(other)) * 2**24)


def naive_nearest(held: Held, likeness: Likeness, sku: str) -> list[tuple[str, int]]:
    """The nearest of a SKU: all SKUs that anyone holds, weighed and sorted."""
    skus = {other for held_by in held.values() for other in held_by}
    near = [(other, naive_likeness(held, likeness, sku, other)) for other in skus]
    ranked = sorted((one for one in near if one[1]), key=lambda one: (-one[1], one[0]))
    return ranked[: likeness.size]
