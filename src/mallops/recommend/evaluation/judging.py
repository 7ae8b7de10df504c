"""A scorer judged on a fold: figures by customer, and of all its lists together.

A scorer is a plain function in two steps. It is fitted to a history alone; only then is it
asked about customers, so that it cannot learn from who will come back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter

from attrs import field, frozen

from mallops.recommend.evaluation.folds import Aim, Fold, History
from mallops.recommend.evaluation.metrics import (
    Figures,
    coverage,
    figures,
    mean_figures,
    novelty,
)


@frozen
class Question:
    """For whom, with which aim, and how many SKUs are to be ranked."""

    customers: tuple[str, ...]
    aim: Aim
    k: int


Fitted = Callable[[Question], Mapping[str, Sequence[str]]]
"""Ranks SKUs for each of the customers, the best first.

What the aim does not look for is passed over before the first `k` are judged. So a scorer
that knows no aims ranks more than `k`; one that ranks fewer has missed what is left.
"""

Scorer = Callable[[History], Fitted]


@frozen
class Report:
    """How a scorer did on one fold, with one aim.

    `by_customer` has those who bought what the aim looks for, in order of their ids. Coverage
    is of the SKUs that anyone bought before.
    """

    aim: Aim
    k: int
    by_customer: Mapping[str, Figures] = field(repr=False)
    mean: Figures
    coverage: float
    novelty: float

    def values(self, figure: str) -> tuple[float, ...]:
        """One figure of all customers, such as "ndcg", in order of their ids."""
        return tuple(map(attrgetter(figure), self.by_customer.values()))


def judge(
    scorer: Scorer, fold: Fold, k: int, aims: Sequence[Aim] = tuple(Aim)
) -> dict[Aim, Report]:
    """A report for each aim, from a scorer that is fitted once.

    >>> from mallops.recommend.evaluation.folds import folds
    >>> from mallops.recommend.events import Event, EventKind
    >>> from mallops.time import instant
    >>> may = instant("2026-05-01T00:00Z")
    >>> told = [Event(f"{n}", "anna", sku, EventKind.BUY, may.add(days=n))
    ...         for n, sku in enumerate(["tea", "cup", "tea"])]
    >>> (fold,) = folds(told, [may.add(days=2)], days=1)
    >>> def newest(history):
    ...     last = [event.sku for event in reversed(history.events)]
    ...     return lambda question: {customer: last for customer in question.customers}
    >>> judge(newest, fold, 2)[Aim.REPEAT].mean.reciprocal_rank
    0.5
    """
    fitted = scorer(fold.history)
    return {aim: _report(fitted, fold, aim, k) for aim in aims}


def _report(fitted: Fitted, fold: Fold, aim: Aim, k: int) -> Report:
    wanted = {customer: fold.relevant(customer, aim) for customer in fold.truth.kept}
    asked = tuple(customer for customer, skus in wanted.items() if skus)
    ranked = fitted(Question(asked, aim, k))
    history = fold.history
    lists = {
        customer: [sku for sku in ranked.get(customer, ()) if history.fits(customer, sku, aim)][:k]
        for customer in asked
    }
    by_customer = {customer: figures(lists[customer], wanted[customer], k) for customer in asked}
    buyers = Counter(sku for skus in history.bought.values() for sku in skus)
    return Report(
        aim,
        k,
        by_customer,
        mean_figures(by_customer.values()),
        coverage(lists.values(), buyers.keys(), k),
        novelty(lists.values(), buyers, len(history.bought), k),
    )
