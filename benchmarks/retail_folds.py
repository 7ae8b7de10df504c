"""Folds of real sales as matrices, and nDCG@10 of lists over them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
from attrs import frozen
from numpy.typing import NDArray
from pendulum import DateTime

from benchmarks.retail_events import columns_of, instants
from mallops.recommend.columns import Columns
from mallops.recommend.state import DAY
from mallops.time import instant, microseconds

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
    """What is known at an instant, and what then was bought: customers and SKUs by number.

    `asked` are the customers who are known and then bought something that is known.
    """

    at: DateTime
    events: Columns
    customers: Sequence[str]
    skus: Sequence[str]
    bought: Any
    truth: Any
    asked: NDArray[np.int64]

    def asked_names(self) -> list[str]:
        """The customers who are asked for, by name."""
        return [self.customers[who] for who in self.asked.tolist()]


def task(table: Any, at: DateTime) -> Task:
    """A fold: everything before `at`, and the `DAYS` days from then on."""
    when, start = instants(table), microseconds(at)
    before = columns_of(table, np.flatnonzero(when < start))
    later = columns_of(table, np.flatnonzero((when >= start) & (when < start + DAYS * DAY)))
    customers, skus = sorted(before.customers.names), sorted(before.skus.names)
    bought = _matrix(before, customers, skus)
    truth = _matrix(later, customers, skus)
    asked = np.flatnonzero(np.diff(truth.indptr))
    return Task(at, before, customers, skus, bought, truth, asked)


def _matrix(made: Columns, customers: Sequence[str], skus: Sequence[str]) -> Any:
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
