"""Naive twins of what recommendations are judged by: the definitions, written out at length."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from math import log2
from random import Random
from statistics import NormalDist
from typing import TypeVar

from mallops.recommend.events import Event

__all__ = ["naive_bca", "naive_figures", "naive_kept", "naive_percentile"]

T = TypeVar("T")


def naive_kept(
    events: Iterable[Event], starts: datetime, ends: datetime
) -> dict[str, frozenset[str]]:
    """What was bought in a window and had not come back by its end, with each unit a thing."""
    units: list[tuple[str, str, str]] = []
    within = [event for event in events if starts <= event.at < ends]
    for event in sorted(within, key=lambda one: (one.at, one.kind != "buy", one.id)):
        for _ in range(event.quantity):
            if event.kind == "buy":
                units.append((event.customer, event.sku, event.order))
            elif event.kind in {"return", "cancel"}:
                mine = [
                    n
                    for n, (customer, sku, order) in enumerate(units)
                    if (customer, sku) == (event.customer, event.sku) and event.order in {"", order}
                ]
                if mine:
                    del units[mine[-1]]
    found: dict[str, set[str]] = defaultdict(set)
    for customer, sku, _ in units:
        found[customer].add(sku)
    return {customer: frozenset(skus) for customer, skus in found.items()}


def naive_figures(ranked: Sequence[str], relevant: set[str], k: int) -> dict[str, float]:
    """The figures of `mallops.recommend.evaluation.metrics`, place by place."""
    hits = [int(n < len(ranked) and ranked[n] in relevant) for n in range(k)]
    ideal = [int(n < len(relevant)) for n in range(k)]

    def dcg(gains: Sequence[int]) -> float:
        return sum(gain / log2(n + 2) for n, gain in enumerate(gains))

    return {
        "recall": sum(hits) / len(relevant),
        "precision": sum(hits) / k,
        "ndcg": dcg(hits) / dcg(ideal),
        "average_precision": sum(hits[n] * sum(hits[: n + 1]) / (n + 1) for n in range(k))
        / len(relevant),
        "reciprocal_rank": max((hit / (n + 1) for n, hit in enumerate(hits)), default=0.0),
        "hit": float(any(hits)),
    }


def naive_percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies, between neighbours in a straight line."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def naive_bca(
    units: Sequence[T],
    statistic: Callable[[Sequence[T]], float],
    random: Random,
    resamples: int,
    level: float,
) -> tuple[float, float]:
    """Efron's BCa interval, with every resample and every jackknife sample a list of units."""
    normal, n = NormalDist(), len(units)
    found = statistic(units)
    drawn = [statistic([units[i] for i in random.choices(range(n), k=n)]) for _ in range(resamples)]
    below = sum(value < found for value in drawn) + sum(value == found for value in drawn) / 2
    share = min(max(below / resamples, 0.5 / resamples), 1 - 0.5 / resamples)
    bias = normal.inv_cdf(share)
    without = [statistic([*units[:i], *units[i + 1 :]]) for i in range(n)]
    mean = sum(without) / n
    squares = sum((mean - value) ** 2 for value in without)
    pull = sum((mean - value) ** 3 for value in without) / (6 * squares**1.5) if squares else 0.0

    def corrected(tail: float) -> float:
        z = bias + normal.inv_cdf(tail)
        return naive_percentile(drawn, normal.cdf(bias + z / (1 - pull * z)))

    return corrected((1 - level) / 2), corrected((1 + level) / 2)
