"""The blend for many customers at once: the same SKUs and scores as one by one, to the bit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from attrs import field, frozen
from numpy.typing import NDArray

from mallops.errors import InputError, Problem, shown
from mallops.recommend.events import EventKind
from mallops.recommend.scorers.blend import Blend, Ready
from mallops.recommend.scorers.grid import GRID
from mallops.recommend.scorers.neighbours import RECENT, Near
from mallops.recommend.state import DAY, State
from mallops.recommend.weighing import KINDS, Weights
from mallops.rules.bounds import check_count

__all__ = ["Batch", "Best", "batch", "best_of"]

Ints = NDArray[np.int64]

_CHUNK = 256
_BUY = KINDS.index(EventKind.BUY)


class Best(NamedTuple):
    """The best SKUs of each customer, a row each, by their places in `Batch.skus`; -1 is none.

    `scores` are 0 where there is none.
    """

    places: Ints
    scores: NDArray[np.float64]


@frozen(eq=False)
class Batch:
    """A state made ready to score many customers: what each took, and the rows, as matrices."""

    customers: Sequence[str]
    skus: Sequence[str]
    blend: Blend
    repeats: Any
    recent: Any
    rows: Any
    seen: Any
    popularity: NDArray[np.float64]
    popular: Ints
    customer_at: Mapping[str, int] = field(repr=False)
    dense: _Dense | None = field(repr=False)


@frozen(eq=False)
class _Dense:
    """The rows of neighbours at one length: a neighbour that is not there is as near as nothing.

    `behind` ranks SKUs of one score.
    """

    skus: Ints
    likeness: NDArray[np.float64]
    behind: Ints


def batch(shelf: Ready) -> Batch:
    """What `best_of` reads, for all customers of the state."""
    state = shelf.state
    customers = list(state.customers())
    events = _events(state, customers)
    skus = events.skus
    shape = (len(customers), len(skus))
    popularity = np.asarray([shelf.popularity.get(sku, 0) for sku in skus], np.int64)
    popular = np.zeros(len(skus), np.int64)
    if popularity.any():
        most = float(popularity.max())
        popular = _on_grid(popularity.astype(np.float64), most, shelf.blend.popular)
    repeats = _amounts(events, shape, shelf.day, shelf.blend.repeats)
    taken = _amounts(events, shape, shelf.day, shelf.blend.taken)
    most_of = _row_greatest(taken)
    taken.data = _recent(taken.data, np.repeat(most_of, np.diff(taken.indptr)))
    taken.eliminate_zeros()
    rows = _rows(shelf, skus)
    return Batch(
        customers,
        skus,
        shelf.blend,
        repeats,
        taken,
        rows,
        _bought(events, shape, shelf.day),
        popularity.astype(np.float64),
        popular,
        {name: place for place, name in enumerate(customers)},
        _dense(rows, taken),
    )


def _dense(rows: Any, taken: Any) -> _Dense | None:
    """The rows as columns, if sums of their numbers stay whole where floats are added."""
    lengths = np.diff(rows.indptr)
    longest = int(np.diff(taken.indptr).max(initial=0))
    if not rows.nnz or int(rows.data.max()) * RECENT * max(longest, 1) >= 2**53:
        return None
    shape = (rows.shape[0], int(lengths.max()))
    there = np.arange(shape[1]) < lengths[:, None]
    skus, likeness = np.zeros(shape, np.int64), np.zeros(shape)
    skus[there], likeness[there] = rows.indices, rows.data
    return _Dense(skus, likeness, np.arange(shape[0] - 1, -1, -1))


class _Events(NamedTuple):
    skus: Sequence[str]
    customer: Ints
    sku: Ints
    kind: NDArray[np.int8]
    day: Ints
    kept: Ints


def _events(state: State, customers: Sequence[str]) -> _Events:
    packed = state.packed
    added = [
        (customer, entry, kept)
        for customer, history in sorted(state.added.items())
        for entry, kept in history
    ]
    skus = sorted({*packed.skus, *(entry.sku for _, entry, _ in added)})
    sku_at = {name: place for place, name in enumerate(skus)}
    customer_at = {name: place for place, name in enumerate(customers)}
    owners = np.asarray([customer_at[name] for name in packed.customers], np.int64)
    stale = np.asarray([name in state.added for name in packed.customers], bool)
    who = np.repeat(np.arange(len(packed.customers)), np.diff(np.asarray(packed.starts)))
    fresh = ~stale[who] if len(who) else np.zeros(0, bool)
    places = np.asarray([sku_at[name] for name in packed.skus], np.int64)
    columns = (
        (owners[who][fresh], [customer_at[customer] for customer, _, _ in added]),
        (places[np.asarray(packed.row_skus)][fresh], [sku_at[e.sku] for _, e, _ in added]),
        (np.asarray(packed.kinds)[fresh], [e.kind for _, e, _ in added]),
        (np.asarray(packed.ats, np.int64)[fresh], [e.at for _, e, _ in added]),
        (np.asarray(packed.kept, np.int64)[fresh], [kept for _, _, kept in added]),
    )
    customer, sku, kind, at, kept = (
        np.concatenate([base, np.asarray(more, base.dtype)]) for base, more in columns
    )
    return _Events(skus, customer, sku, kind, (at - state.settings.epoch_at) // DAY, kept)


def _amounts(events: _Events, shape: tuple[int, int], day: int, weights: Weights) -> Any:
    """How much each customer took of each SKU, as `personal.taken_by` says."""
    amounts = np.zeros(len(events.day), np.int64)
    ages = day - events.day
    for kind, table in enumerate(weights.tables()):
        if table is not None:
            there = np.flatnonzero((events.kind == kind) & (ages >= 0) & (ages < len(table)))
            amounts[there] = events.kept[there] * np.asarray(table)[ages[there]]
    rows = np.flatnonzero(amounts)
    made = sp.csr_array((amounts[rows], (events.customer[rows], events.sku[rows])), shape=shape)
    made.sum_duplicates()
    return made


def _bought(events: _Events, shape: tuple[int, int], day: int) -> Any:
    """What each customer ever bought, as `personal.bought` says."""
    rows = np.flatnonzero((events.kind == _BUY) & (events.day <= day))
    ones = np.ones(len(rows), np.int32)
    made = sp.csr_array((ones, (events.customer[rows], events.sku[rows])), shape=shape)
    made.sum_duplicates()
    return made


def _row_greatest(matrix: Any) -> Any:
    greatest = np.zeros(matrix.shape[0], matrix.data.dtype)
    full = np.flatnonzero(np.diff(matrix.indptr))
    if len(full):
        greatest[full] = np.maximum.reduceat(matrix.data, matrix.indptr[full])
    return greatest


def _recent(amounts: Ints, most: Ints) -> Ints:
    """As `neighbours.recent`."""
    if amounts.max(initial=0) >= 2**63 // RECENT:
        # Products of more than 63 bits, which Python's own numbers hold.
        shares: Ints = (amounts.astype(object) * RECENT // most).astype(np.int64)
        return shares
    return amounts * RECENT // most


def _rows(shelf: Ready, skus: Sequence[str]) -> Any:
    places = {name: place for place, name in enumerate(skus)}
    rows = [shelf.rows.get(sku, Near((), ())) for sku in skus]
    starts = np.cumsum([0, *(len(row.skus) for row in rows)])
    near = np.fromiter((likeness for row in rows for likeness in row.likeness), np.int64)
    others = np.fromiter((places[other] for row in rows for other in row.skus), np.int64)
    return sp.csr_array((near, others, starts), shape=(len(skus), len(skus)))


def _on_grid(amounts: NDArray[np.float64], of: Any, share: float) -> Ints:
    """As `grid.on_grid`."""
    on_grid: Ints = (amounts / of * (share * GRID)).astype(np.int64)
    return on_grid


def best_of(
    made: Batch,
    customers: Sequence[str],
    n: int,
    exclude: Ints | Sequence[int] = (),
    new_only: bool = False,
    threads: int = 1,
) -> Best:
    """The best `n` SKUs of each customer, as `scorers.blend.blend` gives them.

    `exclude` are places of SKUs that are left out for all; with `new_only` so is what the
    customer ever bought. Raises `InputError` for a customer that the state does not know, for a
    place that is none, and for an `n` or a number of threads below 1.
    """
    if problems := list(_problems(made, customers, n, exclude, threads)):
        raise InputError(problems)
    who = np.asarray([made.customer_at[name] for name in customers], np.int64)
    out = np.asarray(exclude, np.int64)
    if len(who) == 1 and made.dense is not None:
        return _best_of_one(made, made.dense, int(who[0]), n, out, new_only)
    chunks = [who[start : start + _CHUNK] for start in range(0, len(who), _CHUNK)]
    if not chunks:
        return Best(np.zeros((0, n), np.int64), np.zeros((0, n)))
    with ThreadPoolExecutor(threads) as pool:
        bests = list(pool.map(lambda chunk: _best_of(made, chunk, n, out, new_only), chunks))
    return Best(
        np.concatenate([best.places for best in bests]),
        np.concatenate([best.scores for best in bests]),
    )


def _problems(
    made: Batch, customers: Sequence[str], n: int, exclude: Ints | Sequence[int], threads: int
) -> Iterator[Problem]:
    yield from check_count(n, "$.n")
    yield from check_count(threads, "$.threads")
    for place, name in enumerate(customers):
        if name not in made.customer_at:
            yield Problem(f"$.customers[{place}]", shown(name), "a customer of the state")
    out = np.asarray(exclude, np.int64)
    if len(wrong := out[(out < 0) | (out >= len(made.skus))]):
        expected = f"places of SKUs, below {len(made.skus)}"
        yield Problem("$.exclude", shown(int(wrong[0])), expected)


def _best_of_one(made: Batch, dense: _Dense, who: int, n: int, out: Ints, new_only: bool) -> Best:
    """As `_best_of`, for one: over columns of all SKUs, where sparse matrices cost more."""
    skus = len(made.skus)
    scores = made.popular.copy()
    start, stop = made.recent.indptr[who], made.recent.indptr[who + 1]
    taken = made.recent.indices[start:stop]
    near = dense.likeness[taken] * made.recent.data[start:stop, None]
    trend = np.bincount(dense.skus[taken].ravel(), near.ravel(), skus) * made.popularity
    most = trend.max()
    if most > 0:
        scores += _on_grid(trend, most, made.blend.trend)
    start, stop = made.repeats.indptr[who], made.repeats.indptr[who + 1]
    if start < stop:
        amounts = made.repeats.data[start:stop].astype(np.float64)
        there = made.repeats.indices[start:stop]
        scores[there] += _on_grid(amounts, amounts.max(), made.blend.personal)
    scores[out] = 0
    if new_only:
        scores[made.seen.indices[made.seen.indptr[who] : made.seen.indptr[who + 1]]] = 0
    scores *= skus
    scores += dense.behind
    return _top(scores[None, :], n, skus)


def _best_of(made: Batch, who: Ints, n: int, out: Ints, new_only: bool) -> Best:
    scores = np.repeat(made.popular[None, :], len(who), axis=0)
    flat = scores.ravel()
    skus = len(made.skus)
    near = made.recent[who] @ made.rows
    near.data = near.data.astype(np.float64) * made.popularity[near.indices]
    for part, share in (
        (near, made.blend.trend),
        (made.repeats[who].astype(np.float64), made.blend.personal),
    ):
        of = np.repeat(_row_greatest(part), np.diff(part.indptr))
        there = np.repeat(np.arange(len(who)) * skus, np.diff(part.indptr)) + part.indices
        with np.errstate(invalid="ignore"):
            amounts = _on_grid(part.data, np.where(of > 0, of, 1), share)
        flat[there] += amounts
    scores[:, out] = 0
    if new_only:
        seen = made.seen[who]
        flat[np.repeat(np.arange(len(who)) * skus, np.diff(seen.indptr)) + seen.indices] = 0
    # One number that ranks by score and then by SKU.
    return _top(scores * skus + np.arange(skus - 1, -1, -1), n, skus)


def _top(ranks: Ints, n: int, skus: int) -> Best:
    """The greatest `n` of each row of ranks, which are made of a score and of a SKU."""
    top = np.partition(ranks, skus - n, axis=1)[:, skus - n :] if n < skus else ranks
    top = np.sort(top, axis=1)[:, ::-1]
    best = top // skus
    return Best(np.where(best > 0, skus - 1 - (top - best * skus), -1), best / GRID)
