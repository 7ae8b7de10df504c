"""Our blend beside `implicit` on real sales: what each finds, how fast, and how sure that is.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.recommend --data online_retail_ii.parquet

Online Retail II (D. Chen, 2019, doi 10.24432/C5CG6D, CC BY 4.0). Each fold asks what the
customers who are known then buy in four weeks. All models are tuned, by nDCG@10, on the four
weeks before those, and fitted anew with what was found; ours over as many or fewer settings.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from attrs import frozen
from implicit.als import AlternatingLeastSquares
from implicit.bpr import BayesianPersonalizedRanking
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender
from numpy.typing import NDArray
from pendulum import DateTime

from benchmarks.retail_events import columns_of, instants, sales
from mallops.recommend.evaluation.bootstrap import Interval, ratio_interval
from mallops.recommend.fitting import fit
from mallops.recommend.fitting.batch import Batch, batch, best_of
from mallops.recommend.likeness import Likeness
from mallops.recommend.scorers.blend import Blend, Ready, blend, ready
from mallops.recommend.state import Settings, State, microseconds
from mallops.recommend.weighing import Weights
from mallops.time import instant

THREADS = 2
N = 10
DAYS = 28
FOLDS = {
    "November 2011": instant("2011-11-11T00:00Z"),
    "May 2011": instant("2011-05-01T00:00Z"),
    "August 2011": instant("2011-08-12T00:00Z"),
}
_GAIN = 1 / np.log2(np.arange(2, N + 2))
_BEST = np.cumsum(_GAIN)


@frozen(eq=False)
class Task:
    """What is known at an instant, and what then was bought: customers and SKUs by number."""

    at: DateTime
    state_columns: Any
    customers: Sequence[str]
    skus: Sequence[str]
    bought: Any
    truth: Any
    asked: NDArray[np.int64]


def task(table: Any, at: DateTime) -> Task:
    """A fold: everything before `at`, and the `DAYS` days from then on."""
    when, start = instants(table), microseconds(at)
    rows = np.flatnonzero(when < start)
    within = np.flatnonzero((when >= start) & (when < start + DAYS * 86_400_000_000))
    made = columns_of(table, rows)
    later = columns_of(table, within)
    customers, skus = sorted(made.customers.names), sorted(made.skus.names)
    bought = _matrix(made, customers, skus)
    truth = _matrix(later, customers, skus)
    return Task(at, made, customers, skus, bought, truth, np.flatnonzero(np.diff(truth.indptr)))


def _matrix(made: Any, customers: Sequence[str], skus: Sequence[str]) -> Any:
    """How many rows each customer has of each SKU; of those who are not known, nothing."""
    pairs = []
    for column, names in ((made.customers, customers), (made.skus, skus)):
        at = {name: place for place, name in enumerate(names)}
        places = np.asarray([at.get(name, -1) for name in column.names])
        pairs.append(places[np.asarray(column.numbers)])
    known = (pairs[0] >= 0) & (pairs[1] >= 0)
    ones = np.ones(int(known.sum()), np.float32)
    return sp.csr_matrix(
        (ones, (pairs[0][known], pairs[1][known])), shape=(len(customers), len(skus))
    )


def ndcg(of: Task, ids: NDArray[np.int64], new_only: bool) -> NDArray[np.float64]:
    """nDCG@10 of each asked customer's list; not a number where there was nothing to find."""
    values = np.full(len(of.asked), np.nan)
    for place, who in enumerate(of.asked.tolist()):
        wanted = _row(of.truth, who)
        if new_only:
            wanted = np.setdiff1d(wanted, _row(of.bought, who))
        if len(wanted):
            hits = np.isin(ids[place], wanted)
            values[place] = (hits * _GAIN).sum() / _BEST[min(N, len(wanted)) - 1]
    return values


def _row(matrix: Any, row: int) -> NDArray[np.int64]:
    ids: NDArray[np.int64] = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
    return ids


class Peer(NamedTuple):
    """A model of implicit with settings: whether it is fitted to counts, and how it is made."""

    name: str
    settings: dict[str, Any]
    counts: bool
    make: Callable[..., Any]


def peers() -> Iterator[Peer]:
    """All that implicit's models are tuned over."""
    for counts, size in product((True, False), (20, 50, 200)):
        yield Peer("cosine", {"K": size}, counts, CosineRecommender)
    for counts, size, k1, b in product((True, False), (20, 100), (0.5, 1.2), (0.2, 0.75)):
        yield Peer("BM25", {"K": size, "K1": k1, "B": b}, counts, BM25Recommender)
    for factors, alpha, strength in product((64, 128), (1.0, 10.0), (0.01, 1.0)):
        made = {"factors": factors, "alpha": alpha, "regularization": strength, "random_state": 8}
        yield Peer("ALS", made, True, AlternatingLeastSquares)
    for rate, strength in ((0.01, 0.01), (0.05, 0.01), (0.05, 0.001)):
        made = {"factors": 64, "learning_rate": rate, "regularization": strength, "random_state": 8}
        yield Peer("BPR", made, False, BayesianPersonalizedRanking)


def fitted(peer: Peer, of: Task) -> tuple[Any, Any]:
    """The fitted model, and the matrix that it was fitted to."""
    matrix = of.bought.copy()
    if not peer.counts:
        matrix.data[:] = 1
    model = peer.make(**peer.settings, num_threads=THREADS)
    model.fit(matrix, show_progress=False)
    return model, matrix


def lists(model: Any, matrix: Any, of: Task, new_only: bool) -> NDArray[np.int64]:
    """The model's best for all asked."""
    ids: NDArray[np.int64] = model.recommend(
        of.asked, matrix[of.asked], N=N, filter_already_liked_items=new_only
    )[0]
    return ids


def ours() -> Iterator[tuple[Likeness, Blend]]:
    """All that ours is tuned over."""
    for damping, history, week in product((50, 100, 150), (60, 120), (7, 14)):
        yield (
            Likeness(damping=damping),
            Blend(taken=Weights.bought(history), trending=Weights.bought(week)),
        )


class Kept(NamedTuple):
    """The best settings of a model for each aim, by whether new SKUs alone are asked for."""

    value: float
    settings: Any


def tuned(of: Task) -> dict[tuple[str, bool], Kept]:
    """The best settings of each model, with repeats and for new SKUs only."""
    best: dict[tuple[str, bool], Kept] = {}

    def keep(name: str, new_only: bool, value: float, settings: Any) -> None:
        if (name, new_only) not in best or value > best[name, new_only].value:
            best[name, new_only] = Kept(value, settings)

    for peer in peers():
        model, matrix = fitted(peer, of)
        for new_only in (False, True):
            value = np.nanmean(ndcg(of, lists(model, matrix, of, new_only), new_only))
            keep(peer.name, new_only, float(value), peer)
    states: dict[Likeness, State] = {}
    for likeness, shares in ours():
        if likeness not in states:
            states[likeness] = fit(of.state_columns, Settings(customers=likeness), threads=THREADS)
        made = batch(ready(states[likeness], of.at, shares))
        for new_only in (False, True):
            value = np.nanmean(ndcg(of, our_lists(made, of, new_only), new_only))
            keep("mallops", new_only, float(value), (likeness, shares))
    return best


def our_lists(made: Batch, of: Task, new_only: bool) -> NDArray[np.int64]:
    """Our best for all asked; SKUs have the same numbers on both sides."""
    assert list(made.skus) == list(of.skus)
    names = [of.customers[who] for who in of.asked.tolist()]
    return best_of(made, names, N, new_only=new_only, threads=THREADS).places


def gains(table: Any, at: DateTime) -> Iterator[tuple[bool, dict[str, float], str, Interval, Any]]:
    """For each aim: every model's nDCG, implicit's best, and ours over it with its interval."""
    best = tuned(task(table, at.subtract(days=DAYS)))
    of = task(table, at)
    for new_only in (False, True):
        values = {}
        for name in ("cosine", "BM25", "ALS", "BPR"):
            model, matrix = fitted(best[name, new_only].settings, of)
            values[name] = ndcg(of, lists(model, matrix, of, new_only), new_only)
        likeness, shares = best["mallops", new_only].settings
        state = fit(of.state_columns, Settings(customers=likeness), threads=THREADS)
        made = batch(ready(state, of.at, shares))
        values["mallops"] = ndcg(of, our_lists(made, of, new_only), new_only)
        there = ~np.isnan(values["mallops"])
        means = {name: float(value[there].mean()) for name, value in values.items()}
        first = max((name for name in means if name != "mallops"), key=means.__getitem__)
        pairs = values["mallops"][there].tolist(), values[first][there].tolist()
        yield new_only, means, first, ratio_interval(*pairs, Random(8)), best["mallops", new_only]


def seconds(action: Callable[[], object], times: int) -> float:
    """The median of a few runs on the wall's clock."""
    runs = []
    for _ in range(times):
        start = perf_counter()
        action()
        runs.append(perf_counter() - start)
    return median(runs)


def speed(table: Any, at: DateTime, times: int) -> Iterator[tuple[str, float, float, float]]:
    """What is measured, our seconds, implicit's, and how many times as long ours may take.

    Runs alternate, so that whatever else the machine does slows both.
    """
    of = task(table, at)
    everyone = np.arange(len(of.customers))
    als = AlternatingLeastSquares(factors=64, random_state=8, num_threads=THREADS)
    knn = BM25Recommender(K=20, num_threads=THREADS)
    knn.fit(of.bought, show_progress=False)
    state = fit(of.state_columns, threads=THREADS)
    shelf = ready(state, of.at)
    made = batch(shelf)
    out_ids = np.arange(500)
    some = [of.customers[who] for who in of.asked[:300].tolist()]
    rows = {who: of.bought[who] for who in of.asked[:300].tolist()}
    pairs: dict[str, tuple[Callable[[], object], Callable[[], object], float]] = {
        "fit, against ALS of 64 factors": (
            lambda: fit(of.state_columns, threads=THREADS),
            lambda: als.fit(of.bought, show_progress=False),
            0.6,
        ),
        "all customers, against kNN": (
            lambda: best_of(made, of.customers, N, threads=THREADS),
            lambda: knn.recommend(everyone, of.bought, N=N, filter_already_liked_items=False),
            1.2,
        ),
        "one customer, 500 SKUs excluded, against kNN": (
            lambda: [best_of(made, [name], N, out_ids) for name in some],
            lambda: [knn.recommend(who, rows[who], N=N, filter_items=out_ids) for who in rows],
            1.5,
        ),
    }
    for name, (mine, theirs, most) in pairs.items():
        runs = [(seconds(mine, 1), seconds(theirs, 1)) for _ in range(times)]
        yield name, median(run[0] for run in runs), median(run[1] for run in runs), most
    yield "one customer without numpy", median(_singles(shelf, some)), 0.001, 1.0


def _singles(shelf: Ready, names: Sequence[str]) -> Iterator[float]:
    for name in names:
        start = perf_counter()
        blend(shelf, name, N)
        yield perf_counter() - start


def main(arguments: Sequence[str]) -> int:
    """Print the tables; 1 if anything falls short."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the parquet file")
    parser.add_argument("--times", type=int, default=5, help="runs of each measurement")
    parser.add_argument("--only", choices=["speed", "quality"], help="one half of it")
    options = parser.parse_args(arguments)
    # It asks for one thread of BLAS and says so at each fit; the page says how to run it.
    warnings.filterwarnings("ignore", category=RuntimeWarning, module="implicit")
    table = sales(options.data)
    short = False
    if options.only != "quality":
        for name, mine, theirs, most in speed(table, FOLDS["November 2011"], options.times):
            short |= mine > most * theirs
            print(f"{name}: {mine * 1e3:.3f} ms against {theirs * 1e3:.3f}: {mine / theirs:.2f}")
    if options.only != "speed":
        for fold, at in FOLDS.items():
            for new_only, means, first, gain, kept in gains(table, at):
                least = 1.3 if new_only else 1.2
                short |= gain.estimate < least
                shown = ", ".join(f"{name} {value:.4f}" for name, value in means.items())
                print(f"{fold}, {'new only' if new_only else 'with repeats'}: {shown}")
                print(f"  over {first}: {gain.estimate:.3f} [{gain.low:.3f}, {gain.high:.3f}]")
                print(f"  tuned: {kept.settings}")
    return int(short)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
