"""Repeats by one score and discoveries by another, in one list."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from attrs import evolve

from mallops.errors import InputError, Problem, shown
from mallops.recommend.scored import Part, Scored
from mallops.recommend.scorers.grid import best

__all__ = ["joined"]


def joined(
    repeats: Iterable[Scored],
    discoveries: Iterable[Scored],
    bought: Collection[str],
    discovery: float = 0.6,
) -> tuple[Scored, ...]:
    """What was `bought` before by its score among `repeats`, all else by that among `discoveries`.

    Each of the two is divided by its greatest score, and discoveries then count `discovery` of
    that, so that scores of different units stand in one list. Parts are divided alike and still
    sum to the score. What scores 0 or less is left out. `personal.bought` tells what was bought.
    Raises `InputError` for a share that is not from 0 to 1.

    >>> tea, cup = Scored("tea", (Part("personal", 4.0),)), Scored("cup", (Part("trend", 0.5),))
    >>> [(one.sku, one.score) for one in joined([tea, cup], [tea, cup], {"tea"})]
    [('tea', 1.0), ('cup', 0.6)]
    """
    if not 0 <= discovery <= 1:
        raise InputError([Problem("$.discovery", shown(discovery), "a share from 0 to 1")])
    known = [one for one in repeats if one.sku in bought and one.score > 0]
    new = [one for one in discoveries if one.sku not in bought and one.score > 0]
    return best([*_scaled(known, 1.0), *(_scaled(new, discovery) if discovery else ())])


def _scaled(scored: Collection[Scored], share: float) -> Iterable[Scored]:
    most = max((one.score for one in scored), default=0.0)
    return [
        evolve(one, parts=tuple(_times(part, share / most) for part in one.parts)) for one in scored
    ]


def _times(part: Part, factor: float) -> Part:
    because = tuple((of, amount * factor) for of, amount in part.because)
    return Part(part.name, part.amount * factor, because)
