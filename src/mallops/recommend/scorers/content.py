"""What is like what a customer took by what it is: for goods that nobody has taken yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pendulum import DateTime

from mallops.catalog.model import Sku
from mallops.recommend.resemblance import resemblance
from mallops.recommend.scored import Part, Scored
from mallops.recommend.scorers.grid import best
from mallops.recommend.scorers.neighbours import recent
from mallops.recommend.scorers.personal import taken_by
from mallops.recommend.state import State
from mallops.recommend.traits import Traits
from mallops.recommend.weighing import Weights

__all__ = ["content"]


def content(
    state: State,
    customer: str,
    at: DateTime,
    candidates: Iterable[str],
    goods: Mapping[str, Sku],
    taken: Weights | None = None,
    traits: Traits | None = None,
) -> tuple[Scored, ...]:
    """The candidates by how alike they are to what a customer took: category, brand, tags, price.

    The mean over the history, by how much was taken of each (purchases, halved every 60 days),
    from 0 to 1; SKUs that `goods` does not have count as like nothing. `traits` are what
    likeness is told by, as in a list's diversity. Each part says which SKUs it is for.
    """
    history = recent(taken_by(state, customer, state.settings.day(at), taken or Weights.bought(60)))
    by = traits or Traits()
    whole = sum(history.values())
    own = [(goods[sku], share / whole) for sku, share in history.items() if sku in goods]
    scored = []
    for sku in dict.fromkeys(candidates):
        if sku not in goods:
            continue
        shares = [
            (mine.sku, share * alike)
            for mine, share in own
            if (alike := resemblance(mine, goods[sku], by))
        ]
        amount = sum(part for _, part in sorted(shares))
        if amount:
            greatest = sorted(shares, key=lambda one: (-one[1], one[0]))[:5]
            scored.append(Scored(sku, (Part("content", amount, tuple(greatest)),)))
    return best(scored)
