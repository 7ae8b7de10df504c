"""What the blend and implicit's models find, each tuned on the four weeks before a fold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from random import Random
from typing import Any, NamedTuple

import numpy as np
from implicit.als import AlternatingLeastSquares
from implicit.bpr import BayesianPersonalizedRanking
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender
from numpy.typing import NDArray
from pendulum import DateTime

from benchmarks.retail_folds import DAYS, N, Task, ndcg, task
from mallops.recommend.evaluation.bootstrap import Interval, ratio_interval
from mallops.recommend.fitting import fit
from mallops.recommend.fitting.batch import batch, best_of
from mallops.recommend.likeness import Likeness
from mallops.recommend.scorers.blend import Blend, ready
from mallops.recommend.state import Settings, State
from mallops.recommend.weighing import Weights

MODELS = ("cosine", "BM25", "ALS", "BPR")

Lists = Mapping[bool, NDArray[np.int64]]
"""The best ten of all asked customers, by whether new SKUs alone are asked for."""


class Peer(NamedTuple):
    """A model of implicit with settings: whether it is fitted to counts, and how it is made."""

    name: str
    settings: dict[str, Any]
    counts: bool
    make: Callable[..., Any]

    def lists(self, of: Task, threads: int) -> Lists:
        """Fitted to what is known, for all asked."""
        matrix = of.bought.copy()
        if not self.counts:
            matrix.data[:] = 1
        model = self.make(**self.settings, num_threads=threads)
        model.fit(matrix, show_progress=False)
        rows = matrix[of.asked]
        return {
            new_only: model.recommend(of.asked, rows, N=N, filter_already_liked_items=new_only)[0]
            for new_only in (False, True)
        }


def peers() -> Iterator[Peer]:
    """All that implicit's models are tuned over: 33 settings."""
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


class Ours(NamedTuple):
    """Settings of ours."""

    likeness: Likeness
    shares: Blend

    def lists(self, of: Task, state: State, threads: int) -> Lists:
        """For all asked, from a state of this likeness."""
        made = batch(ready(state, of.at, self.shares))
        # So that places are the same numbers on both sides.
        assert list(made.skus) == list(of.skus)
        return {
            new_only: best_of(made, of.asked_names(), N, new_only=new_only, threads=threads).places
            for new_only in (False, True)
        }


def ours() -> Iterator[Ours]:
    """All that ours is tuned over: 12 settings, those of a likeness one after the other."""
    for damping, history, week in product((50, 100, 150), (60, 120), (7, 14)):
        shares = Blend(taken=Weights.bought(history), trending=Weights.bought(week))
        yield Ours(Likeness(damping=damping), shares)


def _state(of: Task, likeness: Likeness, threads: int) -> State:
    return fit(of.events, Settings(customers=likeness), threads=threads)


def _runs(of: Task, threads: int) -> Iterator[tuple[str, Peer | Ours, Lists]]:
    for peer in peers():
        yield peer.name, peer, peer.lists(of, threads)
    state = None
    for mine in ours():
        if state is None or state.settings.customers != mine.likeness:
            state = _state(of, mine.likeness, threads)
        yield "mallops", mine, mine.lists(of, state, threads)


def tuned(of: Task, threads: int) -> dict[tuple[str, bool], Peer | Ours]:
    """The best settings of each model by nDCG@10, with repeats and for new SKUs only."""
    best: dict[tuple[str, bool], tuple[float, Peer | Ours]] = {}
    for name, settings, lists in _runs(of, threads):
        for new_only, ids in lists.items():
            value = float(np.nanmean(ndcg(of, ids, new_only)))
            if (name, new_only) not in best or value > best[name, new_only][0]:
                best[name, new_only] = value, settings
    return {key: settings for key, (_, settings) in best.items()}


class Gain(NamedTuple):
    """Every model's nDCG@10, which of implicit's is best, and ours over it."""

    means: Mapping[str, float]
    best: str
    times: Interval
    settings: Ours


def gains(table: Any, at: DateTime, threads: int) -> Iterator[tuple[bool, Gain]]:
    """By whether new SKUs alone are asked for: the gain on the fold that begins at `at`."""
    best = tuned(task(table, at.subtract(days=DAYS)), threads)
    of = task(table, at)
    for new_only in (False, True):
        values = {}
        for name in (*MODELS, "mallops"):
            match best[name, new_only]:
                case Peer() as peer:
                    ids = peer.lists(of, threads)[new_only]
                case Ours() as mine:
                    state = _state(of, mine.likeness, threads)
                    ids = mine.lists(of, state, threads)[new_only]
            values[name] = ndcg(of, ids, new_only)
        there = ~np.isnan(values["mallops"])
        means = {name: float(value[there].mean()) for name, value in values.items()}
        first = max(MODELS, key=means.__getitem__)
        pairs = values["mallops"][there].tolist(), values[first][there].tolist()
        yield new_only, Gain(means, first, ratio_interval(*pairs, Random(8)), mine)
