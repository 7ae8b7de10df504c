"""The neighbours of all SKUs at once: products of sparse matrices of whole numbers."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from mallops.recommend.likeness import ALIKE, Likeness, Measure
from mallops.recommend.links import Links, PackedLinks, spare

__all__ = ["Taken", "fit_links"]

Ints = NDArray[np.int64]

_CHUNK = 256


class Taken(NamedTuple):
    """Which holder took which SKU, by holder and SKU, each pair once; and how many days ago."""

    holders: Sequence[str]
    skus: Sequence[str]
    who: Ints
    what: Ints
    ages: Ints | None


class _Rows(NamedTuple):
    """The nearest of some SKUs, one SKU after the other, and how many each has."""

    lengths: Ints
    skus: Ints
    likeness: Ints


def fit_links(likeness: Likeness, taken: Taken, threads: int) -> Links:
    """Links of what was taken, the same for any number of threads."""
    if not len(taken.who):
        none = array("q", [0]) * (len(taken.skus) + 1)
        packed = PackedLinks(
            likeness, skus=taken.skus, row_starts=none, holder_starts=none, masses=none[1:]
        )
        return Links(packed)
    held, voices = _held(likeness, taken)
    weighed = (
        held.multiply(voices[:, None]).tocsr() if likeness.measure is not Measure.COSINE else held
    )
    by_sku = held.T.tocsr()
    masses = _masses(likeness, held, weighed)
    said = weighed.T.tocsr()
    chunks = [
        range(start, min(start + _CHUNK, held.shape[1]))
        for start in range(0, held.shape[1], _CHUNK)
    ]

    def rows_of(chunk: range) -> _Rows:
        return _nearest(likeness, said[chunk.start : chunk.stop] @ held, masses, chunk.start)

    with ThreadPoolExecutor(threads) as pool:
        rows = list(pool.map(rows_of, chunks))
    lengths = np.concatenate([part.lengths for part in rows])
    return Links(
        PackedLinks(
            likeness,
            holders=taken.holders,
            skus=taken.skus,
            held_starts=_array("q", held.indptr),
            held_skus=_array("i", held.indices),
            held_strengths=_array("i", held.data),
            holder_starts=_array("q", by_sku.indptr),
            holder_names=_array("i", by_sku.indices),
            holder_strengths=_array("i", by_sku.data),
            row_starts=_array("q", np.concatenate([[0], np.cumsum(lengths)])),
            row_skus=_array("i", np.concatenate([part.skus for part in rows])),
            row_likeness=_array("q", np.concatenate([part.likeness for part in rows])),
            masses=_array("q", masses),
            width=likeness.size + spare(likeness.size),
        ),
    )


def _array(kind: str, numbers: NDArray[Any]) -> array[int]:
    made: array[int] = array(kind)
    made.frombytes(np.ascontiguousarray(numbers, np.dtype(kind)).tobytes())
    return made


def _held(likeness: Likeness, taken: Taken) -> tuple[Any, Ints]:
    """Holders by SKUs with strengths, and what each holder says of two of its SKUs."""
    strengths = np.full(len(taken.who), likeness.full, np.int32)
    if taken.ages is not None and likeness.half_life is not None:
        ages, places = np.unique(taken.ages, return_inverse=True)
        by_age = [likeness.strength(age) for age in ages.tolist()]
        strengths = np.asarray(by_age, np.int32)[places]
    starts = np.searchsorted(taken.who, np.arange(len(taken.holders) + 1)).astype(np.int32)
    shape = (len(taken.holders), len(taken.skus))
    held = sp.csr_array((strengths, taken.what.astype(np.int32), starts), shape=shape)
    counts = np.diff(starts)
    by_count = [likeness.voice(count) for count in range(int(counts.max()) + 1)]
    voices = np.asarray(by_count, np.int64)[counts]
    total = int((voices * likeness.full**2).sum())
    # 32 bits are enough nearly always, and take half the time.
    kind = np.int32 if total < 2**31 else np.int64
    return held.astype(kind), voices.astype(kind)


def _masses(likeness: Likeness, held: Any, weighed: Any) -> Ints:
    said = weighed if likeness.measure is Measure.TFIDF else held
    squares = said.data.astype(np.int64) * held.data
    return np.bincount(held.indices, squares, held.shape[1]).astype(np.int64)


def _nearest(likeness: Likeness, common: Any, masses: Ints, first: int) -> _Rows:
    """For each SKU from `first` on its nearest, and how near they are."""
    skus, own = common.shape[1], masses[first : first + common.shape[0]]
    places = _candidates(likeness, common, masses, own)
    row = np.searchsorted(common.indptr, places, "right") - 1
    other = common.indices[places]
    near = _likeness(likeness, common.data[places].astype(np.int64), own[row], masses[other])
    # One number that ranks by likeness and then by SKU.
    ranks = near * skus + (skus - 1 - other)
    in_order = np.lexsort((-ranks, row))
    row, near, other = row[in_order], near[in_order], other[in_order]
    starts = np.searchsorted(row, np.arange(len(own)))
    stored = likeness.size + spare(likeness.size)
    there = (np.arange(len(row)) - starts[row] < stored) & (near > 0)
    return _Rows(np.bincount(row[there], minlength=len(own)), other[there], near[there])


def _candidates(likeness: Likeness, common: Any, masses: Ints, own: Ints) -> Ints:
    """Where the nearest of each row are, and perhaps some more: told roughly, and fast."""
    bm25 = likeness.measure is Measure.BM25
    damping = likeness.damping * likeness.full**2 if bm25 else 0
    heavy = masses.astype(np.float64) + damping
    of = np.maximum(heavy if bm25 else np.sqrt(heavy), 1e-9)
    rough = common.data.astype(np.float32)
    rough *= (1 / of).astype(np.float32)[common.indices]
    stored = likeness.size + spare(likeness.size)
    least = np.zeros(len(own))
    ends = pairwise(common.indptr.tolist())
    for row, (start, stop) in enumerate(ends):
        if stop - start > stored:
            least[row] = np.partition(rough[start:stop], stop - start - stored)[-stored]
    # Far more than 32 bits and the rounding of a likeness can mistake.
    mine = own + damping if bm25 else np.sqrt(own)
    least -= least * 1e-5 + 2 * mine / ALIKE
    enough = np.repeat(least.astype(np.float32), np.diff(common.indptr))
    return np.flatnonzero(rough >= enough)


def _likeness(likeness: Likeness, shared: Ints, own: Ints, theirs: Ints) -> Ints:
    """As `Likeness.of`."""
    near: Ints
    if likeness.measure is Measure.BM25:
        damping = likeness.damping * likeness.full**2
        near = shared * ALIKE // ((own + damping) * (theirs + damping))
        return near
    with np.errstate(invalid="ignore", divide="ignore"):
        amounts = shared / np.sqrt(own.astype(np.float64) * theirs) * ALIKE
    near = np.where(shared > 0, amounts, 0).astype(np.int64)
    return near
