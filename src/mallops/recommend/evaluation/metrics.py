"""How good one ranking is: the figures of information retrieval, for goods wanted or not.

Of a ranking the first `k` places count, and a place that is empty is a miss. `relevant` is
what the customer wanted. The definitions are the usual ones, so that figures can be compared:

- recall, precision, hit rate, reciprocal rank: Manning, Raghavan and Schütze, "Introduction to
  Information Retrieval", 2008, chapter 8. Precision divides by `k`, however few were ranked.
- average precision: the same; it divides by all that is relevant, also beyond `k`.
- nDCG: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", ACM TOIS 20,
  2002, with the discount log2(place + 1) and a gain of one.
- coverage: Ge, Delgado-Battenfeld and Jannach, "Beyond accuracy", RecSys 2010.
- novelty: mean self-information, Zhou and others, "Solving the apparent diversity-accuracy
  dilemma of recommender systems", PNAS 107, 2010.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from math import fsum, log2

from attrs import frozen

from mallops.errors import InputError, Problem, shown


@frozen
class Figures:
    """What one ranking is worth, each from 0, the worst, to 1."""

    recall: float
    precision: float
    ndcg: float
    average_precision: float
    reciprocal_rank: float
    hit: float


def ranking(scores: Mapping[str, float]) -> tuple[str, ...]:
    """The SKUs by score, the greatest first; of equal scores by SKU.

    >>> ranking({"tea": 1.0, "cup": 1.0, "pot": 2.0})
    ('pot', 'cup', 'tea')
    """
    return tuple(sorted(scores, key=lambda sku: (-scores[sku], sku)))


def figures(ranked: Sequence[str], relevant: Set[str], k: int) -> Figures:
    """All figures of a ranking.

    Raises `InputError` for a SKU ranked twice, for `k` below 1, and if nothing is relevant:
    such a customer can tell no ranking from another, and is none to average over.

    >>> figures(["tea", "cup", "pot"], {"tea", "pot"}, 2).recall
    0.5
    """
    _check(ranked, relevant, k)
    places = [place for place, sku in enumerate(ranked[:k], 1) if sku in relevant]
    gained = fsum(1 / log2(place + 1) for place in places)
    best = fsum(1 / log2(place + 1) for place in range(1, min(k, len(relevant)) + 1))
    return Figures(
        recall=len(places) / len(relevant),
        precision=len(places) / k,
        ndcg=gained / best,
        average_precision=fsum(n / place for n, place in enumerate(places, 1)) / len(relevant),
        reciprocal_rank=1 / places[0] if places else 0.0,
        hit=float(bool(places)),
    )


def mean_figures(every: Collection[Figures]) -> Figures:
    """The mean of each figure: average precision becomes MAP, reciprocal rank MRR.

    All are 0 where there are none.
    """
    names = Figures.__annotations__
    count = max(len(every), 1)
    return Figures(*(fsum(getattr(one, name) for one in every) / count for name in names))


def coverage(lists: Iterable[Sequence[str]], catalog: Set[str], k: int) -> float:
    """Which share of the catalogue stands in anyone's first `k` places.

    >>> coverage([["tea", "cup"], ["tea", "pot"]], {"tea", "cup", "pot", "jar"}, 2)
    0.75
    """
    seen = {sku for ranked in lists for sku in ranked[:k]} & catalog
    return len(seen) / len(catalog) if catalog else 0.0


def novelty(
    lists: Iterable[Sequence[str]], buyers: Mapping[str, int], customers: int, k: int
) -> float:
    """How little known the first `k` of the lists are, in bits, on average over all places.

    What every customer bought has 0 bits, what one in eight bought has 3. What nobody bought
    counts as bought by one.

    >>> novelty([["tea", "cup"]], {"tea": 8, "cup": 1}, customers=8, k=2)
    1.5
    """
    bits = [log2(customers / max(buyers.get(sku, 0), 1)) for one in lists for sku in one[:k]]
    return fsum(bits) / len(bits) if bits else 0.0


def _check(ranked: Sequence[str], relevant: Set[str], k: int) -> None:
    problems = []
    if k < 1:
        problems.append(Problem("$.k", shown(k), "at least 1"))
    if not relevant:
        problems.append(Problem("$.relevant", "nothing", "at least one SKU"))
    if len(set(ranked)) < len(ranked):
        twice = next(sku for sku, times in Counter(ranked).items() if times > 1)
        problems.append(Problem("$.ranked", shown(twice), "each SKU once"))
    if problems:
        raise InputError(problems)
