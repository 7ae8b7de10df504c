"""How sure a mean is, or a ratio of means: seeded bootstrap intervals over customers.

Two scorers are compared on the same customers. Hand in the differences, or both figures of
each customer as numerator and denominator: what is drawn again is customers, so that the pairs
stay together.

Efron, "Better bootstrap confidence intervals", JASA 82, 1987: an interval by percentiles,
corrected for bias and for skewness (BCa).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from math import fsum, isfinite
from random import Random
from statistics import NormalDist

from attrs import frozen

from mallops.errors import InputError, Problem, shown

_NORMAL = NormalDist()


class Method(StrEnum):
    """How an interval is read off the resamples."""

    BCA = "bca"
    PERCENTILE = "percentile"


@frozen
class Interval:
    """An estimate, and between what it lies with a confidence of `level`."""

    estimate: float
    low: float
    high: float
    level: float = 0.95


def mean_interval(
    values: Sequence[float],
    random: Random,
    resamples: int = 1000,
    level: float = 0.95,
    method: Method = Method.BCA,
) -> Interval:
    """The interval of a mean over at least two customers.

    >>> found = mean_interval([0.0, 0.5, 0.25, 1.0], Random(8))
    >>> found.estimate, 0 <= found.low < found.high <= 1
    (0.4375, True)
    """
    return ratio_interval(values, [1.0] * len(values), random, resamples, level, method)


def ratio_interval(
    numerators: Sequence[float],
    denominators: Sequence[float],
    random: Random,
    resamples: int = 1000,
    level: float = 0.95,
    method: Method = Method.BCA,
) -> Interval:
    """The interval of a ratio of two sums, with one of each a customer.

    A resample whose denominators are all zero says nothing and is drawn again. Raises
    `InputError` unless there are as many of both, all of them finite, no denominator is
    negative, at least two are above zero, and the level lies between 0 and 1.

    >>> ratio_interval([2.0, 4.0], [1.0, 2.0], Random(8)) == Interval(2.0, 2.0, 2.0)
    True
    """
    problems = [*_problems(numerators, denominators, resamples, level)]
    if problems:
        raise InputError(problems)
    found = fsum(numerators) / fsum(denominators)
    drawn = sorted(_resampled(numerators, denominators, random, resamples))
    tails = ((1 - level) / 2, (1 + level) / 2)
    match method:
        case Method.BCA:
            pull = _acceleration(numerators, denominators, found)
            low, high = (_corrected(tail, drawn, found, pull) for tail in tails)
        case Method.PERCENTILE:
            low, high = tails
    return Interval(found, _quantile(drawn, low), _quantile(drawn, high), level)


def _resampled(
    numerators: Sequence[float], denominators: Sequence[float], random: Random, resamples: int
) -> Iterator[float]:
    everyone, over, under = range(len(numerators)), numerators.__getitem__, denominators.__getitem__
    left = resamples
    while left:
        chosen = random.choices(everyone, k=len(numerators))
        below = fsum(map(under, chosen))
        if below:
            yield fsum(map(over, chosen)) / below
            left -= 1


def _acceleration(
    numerators: Sequence[float], denominators: Sequence[float], found: float
) -> float:
    """The skewness of what is found without each customer in turn, over six."""
    whole = fsum(denominators)
    pulls = [
        (over - found * under) / (whole - under)
        for over, under in zip(numerators, denominators, strict=True)
    ]
    mean = fsum(pulls) / len(pulls)
    squares = fsum((pull - mean) ** 2 for pull in pulls)
    return fsum((pull - mean) ** 3 for pull in pulls) / (6 * squares**1.5) if squares else 0.0


def _corrected(tail: float, drawn: Sequence[float], found: float, pull: float) -> float:
    """Which share of the resamples to leave out for a tail."""
    below = fsum((value < found) + (value == found) / 2 for value in drawn)
    # A share of none or all has no place on the normal curve.
    half = 0.5 / len(drawn)
    bias = _NORMAL.inv_cdf(min(max(below / len(drawn), half), 1 - half))
    z = bias + _NORMAL.inv_cdf(tail)
    if pull * z >= 1:
        return float(z > 0)
    return _NORMAL.cdf(bias + z / (1 - pull * z))


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Between neighbours in a straight line."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _problems(
    numerators: Sequence[float], denominators: Sequence[float], resamples: int, level: float
) -> Iterator[Problem]:
    if len(numerators) != len(denominators):
        got, expected = shown(len(denominators)), f"as many as numerators: {len(numerators)}"
        yield Problem("$.denominators", got, expected)
    for path, values in (("numerators", numerators), ("denominators", denominators)):
        odd = [n for n, value in enumerate(values) if not isfinite(value)]
        if odd:
            yield Problem(f"$.{path}[{odd[0]}]", shown(values[odd[0]]), "a finite number")
    negative = [n for n, value in enumerate(denominators) if value < 0]
    if negative:
        n = negative[0]
        yield Problem(f"$.denominators[{n}]", shown(denominators[n]), "at least 0")
    elif sum(value > 0 for value in denominators) < 2:
        yield Problem("$.denominators", shown([*denominators]), "at least two above zero")
    if resamples < 1:
        yield Problem("$.resamples", shown(resamples), "at least 1")
    if not 0 < level < 1:
        yield Problem("$.level", shown(level), "a share between 0 and 1")
