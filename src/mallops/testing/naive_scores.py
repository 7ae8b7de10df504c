"""Naive twins of scorers: each by its definition, from all events that count, in fractions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from math import floor
from statistics import fmean, pvariance

from mallops.catalog.model import Sku
from mallops.recommend.events import EventKind
from mallops.recommend.likeness import Likeness
from mallops.recommend.traits import Traits
from mallops.testing.naive_ranking import alike
from mallops.testing.naive_states import Counted, naive_held, naive_nearest

__all__ = [
    "naive_basket",
    "naive_blend",
    "naive_content",
    "naive_hot",
    "naive_neighbours",
    "naive_replenishment",
    "naive_taken",
    "naive_trend",
]

_UNIT = 100 * 64 * 2**20


def _day(at: datetime) -> int:
    return floor(at.timestamp() / 86_400)


def _left(age: int, half_life: int | None) -> int:
    """What is left of a purchase, in 1048576ths."""
    if half_life is None:
        return 2**20
    return round(2**20 * 2 ** (-age / half_life)) if age <= 21 * half_life else 0


def naive_taken(
    counted: Counted, at: datetime, half_life: int | None, customer: str | None = None
) -> dict[str, int]:
    """How much was bought of each SKU, in 100 * 64 * 2**20ths, by all or by one."""
    total: dict[str, int] = defaultdict(int)
    for event, parts in counted:
        age = _day(at) - _day(event.at)
        ours = customer is None or event.customer == customer
        if ours and event.kind is EventKind.BUY and age >= 0:
            total[event.sku] += parts * 100 * _left(age, half_life)
    return {sku: amount for sku, amount in total.items() if amount}


def _near(counted: Counted, likeness: Likeness, customer: str, at: datetime) -> Mapping[str, int]:
    """How near each SKU is to what a customer took, in 2**40ths."""
    held = naive_held(counted)
    taken = naive_taken(counted, at, 60, customer)
    near: dict[str, int] = defaultdict(int)
    for own, amount in taken.items():
        for other, by in naive_nearest(held, likeness, own):
            near[other] += amount * 2**16 // max(taken.values()) * by
    return {sku: amount for sku, amount in near.items() if amount}


def naive_neighbours(
    counted: Counted, likeness: Likeness, customer: str, at: datetime
) -> dict[str, Fraction]:
    """The SKUs that are near to what a customer took."""
    near = _near(counted, likeness, customer, at)
    return {sku: Fraction(amount, 2**40) for sku, amount in near.items()}


def naive_trend(
    counted: Counted, likeness: Likeness, customer: str, at: datetime
) -> dict[str, Fraction]:
    """The same, times how much all took lately."""
    popular = naive_taken(counted, at, 7)
    near = naive_neighbours(counted, likeness, customer, at)
    return {sku: by * popular[sku] / _UNIT for sku, by in near.items() if sku in popular}


def naive_basket(
    counted: Counted, likeness: Likeness, cart: Collection[str]
) -> dict[str, Fraction]:
    """What is near to a cart by the orders that took both."""
    held = naive_held(counted, by_order=True)
    near: dict[str, Fraction] = defaultdict(Fraction)
    for own in cart:
        for other, by in naive_nearest(held, likeness, own):
            if other not in cart:
                near[other] += Fraction(by, 2**24)
    return near


def naive_content(
    counted: Counted,
    customer: str,
    at: datetime,
    candidates: Iterable[str],
    goods: Mapping[str, Sku],
    traits: Traits,
) -> dict[str, Fraction]:
    """How alike each candidate is to what a customer took, on average."""
    taken = naive_taken(counted, at, 60, customer)
    shares = {sku: amount * 2**16 // max(taken.values()) for sku, amount in taken.items()}
    found: dict[str, Fraction] = {}
    for one in candidates:
        amount = sum(
            Fraction(share, sum(shares.values())) * Fraction(alike(goods[own], goods[one], traits))
            for own, share in shares.items()
            if own in goods and one in goods
        )
        if amount:
            found[one] = Fraction(amount)
    return found


def naive_replenishment(counted: Counted, customer: str, at: datetime) -> dict[str, Fraction]:
    """How much it is time to buy each SKU again, by what the customer took of it in 180 days."""
    days: dict[tuple[str, str], set[int]] = defaultdict(set)
    for event, parts in counted:
        if event.kind is EventKind.BUY and parts and _day(event.at) <= _day(at):
            days[event.customer, event.sku].add(_day(event.at))

    def gaps(of: set[int]) -> list[int]:
        told = sorted(of)
        return [later - earlier for earlier, later in pairwise(told)]

    taken = naive_taken(counted, at, 180, customer)
    found: dict[str, Fraction] = {}
    for (who, sku), own in days.items():
        every = [gap for (_, of), one in days.items() if of == sku for gap in gaps(one)]
        if who != customer or not every:
            continue
        mine = gaps(own)
        usual = (sum(mine) + Fraction(sum(every), len(every))) / (len(mine) + 1)
        since = Fraction(_day(at) - max(own))
        time = since / usual if since < usual else min(Fraction(1), 2 * usual / (since or 1))
        if time and sku in taken:
            found[sku] = Fraction(taken[sku], _UNIT) * time
    return found


def naive_hot(
    counted: Counted,
    at: datetime,
    half_life: int,
    share: float,
    quantile: Callable[[float, float], float],
) -> dict[str, float]:
    """The rate that each SKU surely has; `quantile` is that of a gamma of a shape and rate 1."""

    def days(age: int) -> float:
        return sum(_left(each, half_life) for each in range(age + 1)) / 2**20

    ages: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for event, parts in counted:
        age = _day(at) - _day(event.at)
        if event.kind is EventKind.BUY and parts and age >= 0:
            ages[event.sku].append((age, parts))
    sold = {
        sku: (
            sum(parts / 64 * _left(age, half_life) / 2**20 for age, parts in of),
            days(max(of)[0]),
        )
        for sku, of in ages.items()
        if _left(min(of)[0], half_life)
    }
    if not sold:
        return {}
    rates = [count / exposed for count, exposed in sold.values()]
    mean, spread = fmean(rates), pvariance(rates)
    spread = max(spread - mean / days(21 * half_life), spread / 100) or mean**2
    return {
        sku: quantile(share, mean**2 / spread + count) / (mean / spread + exposed)
        for sku, (count, exposed) in sold.items()
    }


def naive_blend(
    counted: Counted,
    likeness: Likeness,
    customer: str,
    at: datetime,
    shares: tuple[float, float, float] = (1.0, 0.6, 0.001),
) -> list[tuple[str, float]]:
    """The blend of a customer over all SKUs, the best first: personal, trend, popular."""
    repeats = naive_taken(counted, at, 180, customer)
    popular = naive_taken(counted, at, 7)
    near = _near(counted, likeness, customer, at)
    trend = {sku: float(amount) * popular.get(sku, 0) for sku, amount in near.items()}
    scores: dict[str, float] = defaultdict(float)
    every: list[Mapping[str, float]] = [repeats, trend, popular]
    for amounts, share in zip(every, shares, strict=True):
        most = float(max(amounts.values(), default=0))
        for sku, part in amounts.items():
            if part:
                scores[sku] += floor(float(part) / most * (share * 2**40)) / 2**40
    return sorted(
        ((sku, score) for sku, score in scores.items() if score), key=lambda one: (-one[1], one[0])
    )
