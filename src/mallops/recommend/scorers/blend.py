"""What a customer takes again, what is near to it and trending, and a little of what all take."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from heapq import nsmallest

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
            sku: [near for near in state.links.row(sku) if near[0] in popularity]
            for sku in state.links.skus()
        },
    )


def blend(
    shelf: Ready, customer: str, n: int, exclude: Collection[str] = frozenset()
) -> tuple[Scored, ...]:
    """The best `n` SKUs of a customer but those in `exclude`; fewer only if no more have a score.

    Parts are named `personal`, `trend` (which says for which SKUs of the history) and
    `popularity`.
    """
    made = shelf.blend
    repeats, taken = taken_by_each(shelf.state, customer, shelf.day, (made.repeats, made.taken))
    history = recent(taken)
    personal = _personal(made, repeats)
    trend = _trend(shelf, history)
    chosen = _chosen(shelf, personal, trend, n, exclude)
    amounts = {sku: trend[sku] / GRID for sku in chosen if trend.get(sku)}
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


def _trend(shelf: Ready, history: Mapping[str, int]) -> dict[str, int]:
    """The parts of the trend, in `GRID`ths."""
    popularity = shelf.popularity
    amounts = {
        sku: float(nearness) * popularity[sku]
        for sku, nearness in near_to(shelf.rows, history).items()
    }
    most = max(amounts.values(), default=0.0)
    scale = shelf.blend.trend * GRID
    return {sku: int(amount / most * scale) for sku, amount in amounts.items()}


def _chosen(
    shelf: Ready,
    personal: Mapping[str, int],
    trend: Mapping[str, int],
    n: int,
    exclude: Collection[str],
) -> Sequence[str]:
    """The best by the sum of their parts; what is merely popular is looked at as far as needed."""
    popular = shelf.popular
    sums = {sku: part + popular[sku] for sku, part in trend.items()}
    for sku, part in personal.items():
        sums[sku] = part + (sums[sku] if sku in sums else popular.get(sku, 0))
    others = 0
    for sku in shelf.by_popularity:
        if others == n:
            break
        if sku not in sums and sku not in exclude:
            sums[sku] = popular[sku]
            others += 1
    return nsmallest(
        n,
        [sku for sku, of in sums.items() if of and sku not in exclude],
        lambda sku: (-sums[sku], sku),
    )
