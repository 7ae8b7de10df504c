"""Maximal marginal relevance: what is like the list so far is worth less on it."""

from __future__ import annotations

from mallops.recommend.ranking.rules import Diversity
from mallops.recommend.scored import Part


def penalty(rule: Diversity, alike: float, nearest: str) -> Part:
    """The part `diversity` of a SKU whose nearest on the list is so much alike.

    >>> penalty(Diversity(2.0), 0.5, "cup")
    Part(name='diversity', amount=-1.0, because=(('cup', -1.0),))
    """
    amount = -rule.weight * alike
    return Part("diversity", amount, ((nearest, amount),))
