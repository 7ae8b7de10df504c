"""Naive twins of states and scorers: everything from the list of events, for every question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from math import floor, sqrt

from mallops.recommend.events import Event, EventKind
from mallops.recommend.likeness import Likeness, Measure

__all__ = ["naive_blend", "naive_counted", "naive_likeness", "naive_nearest", "naive_popularity"]

Held = Mapping[str, Mapping[str, int]]
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


def naive_popularity(
    counted: Iterable[tuple[Event, int]], at: datetime, half_life: int
) -> dict[str, int]:
    """How much was bought of each SKU, in 100 * 64 * 2**20ths, halved every so many days."""
    total: dict[str, int] = defaultdict(int)
    for event, parts in counted:
        age = _day(at) - _day(event.at)
        if event.kind is EventKind.BUY and 0 <= age <= 21 * half_life:
            total[event.sku] += parts * 100 * round(2**20 * 2 ** (-age / half_life))
    return {sku: amount for sku, amount in total.items() if amount}


def _day(at: datetime) -> int:
    return floor(at.timestamp() / 86_400)


def naive_blend(
    counted: Sequence[tuple[Event, int]],
    likeness: Likeness,
    customer: str,
    at: datetime,
) -> list[tuple[str, float]]:
    """The default blend of a customer over all SKUs, the best first."""
    held: dict[str, dict[str, int]] = defaultdict(dict)
    for event, parts in counted:
        if event.kind is EventKind.BUY and parts:
            held[event.customer][event.sku] = 1
    mine = [one for one in counted if one[0].customer == customer]
    repeats, taken = (naive_popularity(mine, at, half_life) for half_life in (180, 60))
    popular = naive_popularity(counted, at, 7)
    near: dict[str, int] = defaultdict(int)
    for own, amount in taken.items():
        for other, alike in naive_nearest(held, likeness, own):
            near[other] += amount * 2**16 // max(taken.values()) * alike
    trend = {sku: float(amount) * popular.get(sku, 0) for sku, amount in near.items()}
    scores: dict[str, float] = defaultdict(float)
    for amounts, share in ((repeats, 1.0), (trend, 0.6), (popular, 0.001)):
        most = float(max(amounts.values(), default=0))
        for sku, part in amounts.items():
            if part:
                scores[sku] += floor(float(part) / most * (share * 2**40)) / 2**40
    return sorted(
        ((sku, score) for sku, score in scores.items() if score), key=lambda one: (-one[1], one[0])
    )
