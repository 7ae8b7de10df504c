"""Thompson sampling: what was seldom shown may turn out to be good, so it is shown at times."""

from __future__ import annotations

from random import Random

from attrs import evolve

from mallops.recommend.ranking.model import Tried
from mallops.recommend.ranking.rules import Exploration
from mallops.recommend.scored import Part, Scored


def explored(scored: Scored, tried: Tried, rule: Exploration, seed: int) -> Scored:
    """The score with a part `exploration`: `weight` times a rate drawn for this SKU.

    The rate is drawn from the beta distribution of what is known of it: much shown, it is near
    the share that was taken; never shown, it may be anything. The draw hangs on the seed and the
    SKU alone, so neither other candidates nor their order change it. A seed for each list (the
    number of the request, say) makes it chance; the same seed makes the same list.

    >>> rule = Exploration(weight=1.0)
    >>> [round(explored(Scored("tea", ()), Tried(1000, 250), rule, seed).score, 2)
    ...     for seed in range(3)]
    [0.24, 0.25, 0.23]
    """
    # Text is hashed the same on every machine, which a tuple is not.
    chance = Random(f"{seed}/{scored.sku}")
    passed = tried.shown - tried.taken
    rate = chance.betavariate(rule.taken + tried.taken, rule.passed + passed)
    return evolve(scored, parts=(*scored.parts, Part("exploration", rule.weight * rate)))
