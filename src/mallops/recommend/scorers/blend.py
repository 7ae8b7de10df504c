"""What a customer takes again, what is near to it and trending, and a little of what all take."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from heapq import nlargest
from typing import NamedTuple

from attrs import frozen
from pendulum import DateTime

from mallops.errors import InputError, Problem, shown
from mallops.recommend.scored import Part, Scored
from mallops.recommend.scorers.grid import GRID, on_grid
from mallops.recommend.scorers.neighbours import Near, because, near_to, recent
from mallops.recommend.scorers.personal import taken_by_each
from mallops.recommend.scorers.popularity import taken_by_all
from mallops.recommend.state import State
from mallops.recommend.weighing import Weights
from mallops.rules.bounds import check_count

__all__ = ["Blend", "Ready", "blend", "ready"]


@frozen
class Blend:
    """The shares of a blend, and how each of its parts weighs events.

    Each part is divided by the customer's greatest, so that the shares compare customers who
    take a lot with those who take little. `popular` fills up where there is nothing else; at 0
    nothing does. Raises `InputError` for a share that is not from 0 to 1.
    """

    personal: float = 1.0
    trend: float = 0.6
    popular: float = 0.001
    repeats: Weights = Weights.bought(180)
    taken: Weights = Weights.bought(60)
    trending: Weights = Weights.bought(7)

    def __attrs_post_init__(self) -> None:
        shares = {"personal": self.personal, "trend": self.trend, "popular": self.popular}
        if problems := [
            Problem(f"$.{name}", shown(share), "a share from 0 to 1")
            for name, share in shares.items()
            if not 0 <= share <= 1
        ]:
            raise InputError(problems)


@frozen(eq=False)
class Ready:
    """A state made ready to score at an instant: the part that is the same for all customers.

    `popularity` is how much all take of each SKU, `popular` their parts of a score, and
    `by_popularity` the SKUs, the most popular first. `rows` are the neighbours that are
    popular at all.
    """

    state: State
    day: int
    blend: Blend
    popularity: Mapping[str, int]
    popular: Mapping[str, int]
    by_popularity: Sequence[str]
    rows: Mapping[str, Near]


def ready(state: State, at: DateTime, blend: Blend | None = None) -> Ready:
    """A state made ready for the day of `at`: it asks for one pass over all events."""
    made = blend or Blend()
    day = state.settings.day(at)
    popularity = {
        sku: amount for sku, amount in taken_by_all(state, day, made.trending).items() if amount
    }
    in_order = sorted(popularity, key=lambda sku: (-popularity[sku], sku))
    most = float(popularity[in_order[0]]) if in_order else 0.0
    return Ready(
        state,
        day,
        made,
        popularity,
        {sku: on_grid(float(popularity[sku]), most, made.popular) for sku in in_order},
        in_order,
        {
            sku: Near.of(near for near in state.links.row(sku) if near[0] in popularity)
            for sku in state.links.skus()
        },
    )


def blend(
    shelf: Ready, customer: str, n: int, exclude: Collection[str] = frozenset()
) -> tuple[Scored, ...]:
    """The best `n` SKUs of a customer but those in `exclude`; fewer only if no more have a score.

    Parts are named `personal`, `trend` (which says for which SKUs of the history) and
    `popularity`. Raises `InputError` for an `n` below 0.
    """
    if problems := list(check_count(n, "$.n", least=0)):
        raise InputError(problems)
    made = shelf.blend
    repeats, taken = taken_by_each(shelf.state, customer, shelf.day, (made.repeats, made.taken))
    history = recent(taken)
    personal = _personal(made, repeats)
    trend = _trend(shelf, history)
    chosen = _chosen(shelf, personal, trend, n, frozenset(exclude))
    amounts = {sku: part / GRID for sku in chosen if (part := trend.part(sku))}
    shares = because(shelf.rows, history, amounts)
    scored = []
    for sku in chosen:
        parts = []
        if of := personal.get(sku):
            parts.append(Part("personal", of / GRID))
        if sku in amounts:
            parts.append(Part("trend", amounts[sku], shares[sku]))
        if of := shelf.popular.get(sku):
            parts.append(Part("popularity", of / GRID))
        scored.append(Scored(sku, tuple(parts)))
    return tuple(scored)


def _personal(blend: Blend, repeats: Mapping[str, int]) -> dict[str, int]:
    """The personal parts, in `GRID`ths."""
    most = float(max(repeats.values(), default=0))
    return {
        sku: on_grid(float(amount), most, blend.personal)
        for sku, amount in repeats.items()
        if amount
    }


class _Trend(NamedTuple):
    """How much each SKU trends for a customer, the most of all, and what that one's part is."""

    amounts: Mapping[str, float]
    most: float
    scale: float

    def part(self, sku: str) -> int:
        """The part of a SKU, in `GRID`ths."""
        return int(self.amounts[sku] / self.most * self.scale) if sku in self.amounts else 0


def _trend(shelf: Ready, history: Mapping[str, int]) -> _Trend:
    popularity = shelf.popularity
    amounts = {
        sku: float(nearness) * popularity[sku]
        for sku, nearness in near_to(shelf.rows, history).items()
    }
    return _Trend(amounts, max(amounts.values(), default=0.0), shelf.blend.trend * GRID)


def _chosen(
    shelf: Ready, personal: Mapping[str, int], trend: _Trend, n: int, out: frozenset[str]
) -> Sequence[str]:
    """The best by the sum of their parts, looked for among those that can be."""
    popular = shelf.popular
    sums = {
        sku: part + trend.part(sku) + popular.get(sku, 0)
        for sku, part in personal.items()
        if sku not in out
    }
    others = {sku: of for sku, of in trend.amounts.items() if sku not in personal}
    for sku in out:
        others.pop(sku, None)
    reach = _reach(shelf, trend, others, n)
    sums |= {sku: trend.part(sku) + popular[sku] for sku, of in others.items() if of >= reach}
    least = min(nlargest(n, sums.values())) if 0 < n <= len(sums) else 0
    merely = 0
    for sku in shelf.by_popularity:
        if merely == n or popular[sku] < least:
            break
        if sku not in personal and sku not in trend.amounts and sku not in out:
            sums[sku] = popular[sku]
            merely += 1
    best = [sku for sku, of in sums.items() if of and of >= least]
    return sorted(best, key=lambda sku: (-sums[sku], sku))[:n]


def _reach(shelf: Ready, trend: _Trend, amounts: Mapping[str, float], n: int) -> float:
    """What an amount must be to be among the best `n`, however popular its SKU is."""
    if not trend.scale or not 0 < n <= len(amounts):
        return 0.0
    most_popular = shelf.popular[shelf.by_popularity[0]]
    # Two more, as parts are rounded down.
    return min(nlargest(n, amounts.values())) - trend.most * (most_popular + 2) / trend.scale
