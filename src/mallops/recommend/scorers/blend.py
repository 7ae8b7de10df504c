"""What a customer takes again, what is near to it and trending, and a little of what all take."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from heapq import nsmallest

from attrs import frozen
from pendulum import DateTime

from mallops.recommend.scored import Part, Scored
from mallops.recommend.scorers.grid import GRID, on_grid
from mallops.recommend.scorers.neighbours import because, near_to, recent
from mallops.recommend.scorers.personal import taken_by
from mallops.recommend.scorers.popularity import taken_by_all
from mallops.recommend.state import State
from mallops.recommend.weighing import Weights

__all__ = ["Blend", "Ready", "blend", "ready"]


@frozen
class Blend:
    """The shares of a blend, and how each of its parts weighs events.

    Each part is divided by the customer's greatest, so that the shares compare customers who
    take a lot with those who take little. `popular` fills up where there is nothing else.
    """

    personal: float = 1.0
    trend: float = 0.6
    popular: float = 0.001
    repeats: Weights = Weights.bought(180)
    taken: Weights = Weights.bought(60)
    trending: Weights = Weights.bought(7)


@frozen(eq=False)
class Ready:
    """A state made ready to score at an instant: the part that is the same for all customers.

    `popularity` is how much all take of each SKU, and `by_popularity` the SKUs by it.
    """

    state: State
    day: int
    blend: Blend
    popularity: Mapping[str, int]
    by_popularity: Sequence[str]


def ready(state: State, at: DateTime, blend: Blend | None = None) -> Ready:
    """A state made ready for the day of `at`: it asks for one pass over all events."""
    made = blend or Blend()
    day = state.settings.day(at)
    popularity = {
        sku: amount for sku, amount in taken_by_all(state, day, made.trending).items() if amount
    }
    return Ready(
        state,
        day,
        made,
        popularity,
        sorted(popularity, key=lambda sku: (-popularity[sku], sku)),
    )


def blend(
    shelf: Ready, customer: str, n: int, exclude: Collection[str] = frozenset()
) -> tuple[Scored, ...]:
    """The best `n` SKUs of a customer but those in `exclude`; fewer only if no more were taken.

    Parts are named `personal`, `trend` (which says for which SKUs of the history) and
    `popularity`.
    """
    made, links = shelf.blend, shelf.state.links
    repeats = taken_by(shelf.state, customer, shelf.day, made.repeats)
    history = recent(taken_by(shelf.state, customer, shelf.day, made.taken))
    near = near_to(links, history)
    parts = _parts(shelf, repeats, near)
    chosen = _chosen(shelf, parts, n, exclude)
    return tuple(_scored(shelf, history, parts.get(sku, (0, 0)), sku) for sku in chosen)


def _parts(
    shelf: Ready, repeats: Mapping[str, int], near: Mapping[str, int]
) -> dict[str, tuple[int, int]]:
    """The personal part and the trend's of each SKU that has any, in `GRID`ths."""
    popularity = shelf.popularity
    trending = {
        sku: float(nearness) * float(popularity[sku])
        for sku, nearness in near.items()
        if sku in popularity
    }
    most = max(trending.values(), default=0.0)
    scale = shelf.blend.trend * GRID
    parts = {sku: (0, int(amount / most * scale)) for sku, amount in trending.items()}
    most = float(max(repeats.values(), default=0))
    for sku, amount in repeats.items():
        if amount:
            trend = parts[sku][1] if sku in parts else 0
            parts[sku] = on_grid(float(amount), most, shelf.blend.personal), trend
    return parts


def _popular(shelf: Ready, sku: str) -> int:
    amount = shelf.popularity.get(sku)
    if not amount:
        return 0
    most = float(shelf.popularity[shelf.by_popularity[0]])
    return on_grid(float(amount), most, shelf.blend.popular)


def _chosen(
    shelf: Ready, parts: Mapping[str, tuple[int, int]], n: int, exclude: Collection[str]
) -> Sequence[str]:
    ranks = [
        (-(personal + trend + _popular(shelf, sku)), sku)
        for sku, (personal, trend) in parts.items()
        if sku not in exclude
    ]
    others = 0
    for sku in shelf.by_popularity:
        if others == n:
            break
        if sku not in parts and sku not in exclude:
            ranks.append((-_popular(shelf, sku), sku))
            others += 1
    return [sku for _, sku in nsmallest(n, ranks)]


def _scored(shelf: Ready, history: Mapping[str, int], parts: tuple[int, int], sku: str) -> Scored:
    personal, trend = parts
    made: list[Part] = []
    if personal:
        made.append(Part("personal", personal / GRID))
    if trend:
        amount = trend / GRID
        made.append(Part("trend", amount, because(shelf.state.links, history, sku, amount)))
    if popular := _popular(shelf, sku):
        made.append(Part("popularity", popular / GRID))
    return Scored(sku, tuple(made))
