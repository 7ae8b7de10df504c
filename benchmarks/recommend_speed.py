"""How fast the blend is beside implicit, in turns: what else the machine does slows both."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any, NamedTuple

import numpy as np
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import BM25Recommender

from benchmarks.retail_folds import N, Task
from mallops.recommend.fitting import fit
from mallops.recommend.fitting.batch import Batch, batch, best_of
from mallops.recommend.scorers.blend import ready
from mallops.recommend.state import State
from mallops.recommend.storing import dumps

OUT = 500
CUSTOMERS = 300


class Pace(NamedTuple):
    """What was measured, our seconds and theirs, their ratio, and the most that it may be."""

    name: str
    ours: float
    theirs: float
    times: float
    most: float | None


def paces(of: Task, rounds: int, threads: int) -> Iterator[Pace]:
    """Each measurement by the median of some rounds.

    On one thread the clock is that of the processor, on more it is that of the wall.
    """
    state = fit(of.events, threads=threads)
    yield from _fits(of, state, rounds, threads)
    made = batch(ready(state, of.at))
    knn = BM25Recommender(K=20, num_threads=threads)
    knn.fit(of.bought, show_progress=False)
    everyone = np.arange(len(of.customers))
    yield _pace(
        "all customers, against kNN",
        lambda: best_of(made, of.customers, N, threads=threads),
        lambda: knn.recommend(everyone, of.bought, N=N, filter_already_liked_items=False),
        _Rules(rounds, threads, 1.2),
    )
    yield _one(of, made, knn, rounds)
    yield from _served(of, state, rounds)


class _Rules(NamedTuple):
    rounds: int
    threads: int
    most: float | None


def _pace(
    name: str, mine: Callable[[], object], theirs: Callable[[], object], rules: _Rules
) -> Pace:
    clock = process_time if rules.threads == 1 else perf_counter
    runs = []
    for _ in range(rules.rounds + 1):
        start = clock()
        mine()
        between = clock()
        theirs()
        runs.append((between - start, clock() - between))
    # The first warms up.
    del runs[0]
    times = median(ours / other for ours, other in runs)
    return Pace(
        name, median(ours for ours, _ in runs), median(it for _, it in runs), times, rules.most
    )


def _fits(of: Task, state: State, rounds: int, threads: int) -> Iterator[Pace]:
    als = AlternatingLeastSquares(factors=64, random_state=8, num_threads=threads)

    def theirs() -> None:
        als.fit(of.bought, show_progress=False)

    yield _pace(
        "fit, against ALS of 64 factors",
        lambda: fit(of.events, threads=threads),
        theirs,
        _Rules(rounds, threads, 0.6),
    )
    yield _pace(
        "made ready for a day, against the same",
        lambda: batch(ready(state, of.at)),
        theirs,
        _Rules(rounds, threads, None),
    )


def _one(of: Task, made: Batch, knn: Any, rounds: int) -> Pace:
    """One customer after the other, each at its fastest."""
    out = np.arange(OUT)
    asked = of.asked[:CUSTOMERS].tolist()
    rows = {who: of.bought[who] for who in asked}
    ours, theirs = dict.fromkeys(asked, float("inf")), dict.fromkeys(asked, float("inf"))
    for _ in range(rounds):
        for who in asked:
            start = process_time()
            best_of(made, [of.customers[who]], N, out)
            between = process_time()
            knn.recommend(who, rows[who], N=N, filter_items=out)
            theirs[who] = min(theirs[who], process_time() - between)
            ours[who] = min(ours[who], between - start)
    mine, other = median(ours.values()), median(theirs.values())
    return Pace(f"one customer, {OUT} SKUs left out, against kNN", mine, other, mine / other, 1.5)


def _served(of: Task, state: State, rounds: int) -> Iterator[Pace]:
    """One customer without numpy, in a process that cannot import it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "state.json"
        path.write_text(dumps(state), encoding="utf-8")
        command = [sys.executable, "-m", "benchmarks.recommend_serving", str(path)]
        done = subprocess.run(  # noqa: S603 - what runs is named above
            [*command, of.at.isoformat(), str(rounds), *of.asked_names()],
            check=True,
            capture_output=True,
            text=True,
        )
    fastest, every = map(float, done.stdout.split())
    yield Pace("one customer without numpy, against 1 ms", fastest, 0.001, fastest * 1000, 1.0)
    yield Pace("the same, all calls of all rounds", every, 0.001, every * 1000, None)
