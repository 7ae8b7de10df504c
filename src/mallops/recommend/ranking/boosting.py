"""What operations staff add to scores for a time."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve
from pendulum import DateTime

from mallops.catalog.model import Sku
from mallops.recommend.ranking.excluding import selected
from mallops.recommend.ranking.rules import Boost, Rules
from mallops.recommend.scored import Part, Scored


def boosted(scored: Scored, sku: Sku, running: Sequence[Boost]) -> Scored:
    """The score with a part `boost` for all boosts that the SKU fits, which add up.

    >>> from mallops.rules.promotions import Selector
    >>> boosted(Scored("tea", ()), Sku("tea", None), [Boost("spring", Selector(), 0.5)]).parts
    (Part(name='boost', amount=0.5, because=(('spring', 0.5),)),)
    """
    met = [boost for boost in running if selected(boost.items, sku)]
    if not met:
        return scored
    shares = sorted(((boost.id, boost.amount) for boost in met), key=_greatest_first)
    whole = Scored(scored.sku, tuple(Part(name, amount) for name, amount in shares)).score
    return evolve(scored, parts=(*scored.parts, Part("boost", whole, tuple(shares))))


def running_boosts(rules: Rules, at: DateTime) -> tuple[Boost, ...]:
    """The boosts that run at an instant, by the wall clock of the rules' time zone."""
    return tuple(boost for boost in rules.boosts if boost.schedule.contains(at, rules.timezone))


def _greatest_first(share: tuple[str, float]) -> tuple[float, str]:
    return -share[1], share[0]
