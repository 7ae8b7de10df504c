"""Which promotions of many are searched: first one of each sort, then a second of each."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from mallops.rules.benefits import Tiers
from mallops.rules.promotions import Promotion


def chosen(promotions: Sequence[Promotion], most: int) -> tuple[Promotion, ...]:
    """At most so many promotions, of as many sorts as there are, in the order in which they came.

    What a story turns on is mostly a policy, so that a fault that shows with one promotion shows
    with others of its sort.
    """
    if len(promotions) <= most:
        return tuple(promotions)
    turns: dict[Hashable, int] = {}
    by_turn: list[tuple[int, int]] = []
    for place, promotion in enumerate(promotions):
        sort = _sort(promotion)
        turns[sort] = turns.get(sort, 0) + 1
        by_turn.append((turns[sort], place))
    return tuple(
        promotions[place] for place in sorted(place for _, place in sorted(by_turn)[:most])
    )


def _sort(promotion: Promotion) -> Hashable:
    """What it brings, by what it is held, and by what it is bounded."""
    benefit, limits, requires = promotion.benefit, promotion.limits, promotion.requires
    brings = type(benefit.tiers[0].benefit) if isinstance(benefit, Tiers) else type(benefit)
    return (
        promotion.lane,
        isinstance(benefit, Tiers),
        brings,
        promotion.coupon,
        promotion.audience.first_order,
        bool(promotion.schedule.weekly),
        promotion.at_most_units is None,
        tuple(each is None for each in (limits.per_customer, limits.total, limits.budget)),
        tuple(each is None for each in (requires.amount, requires.quantity, requires.items)),
    )
