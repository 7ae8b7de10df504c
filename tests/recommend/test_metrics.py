"""Figures are those of `ranx` and of the definitions written out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from math import log2
from random import Random

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mallops.errors import InputError
from mallops.recommend.evaluation.folds import Aim, folds
from mallops.recommend.evaluation.judging import Fitted, Question, judge
from mallops.recommend.evaluation.metrics import (
    Figures,
    coverage,
    figures,
    mean_figures,
    novelty,
    ranking,
)
from mallops.recommend.events import Event, EventKind
from mallops.testing.naive_recommend import naive_figures
from mallops.time import instant

MAY = instant("2026-05-01T00:00Z")
SKUS = [f"s{n}" for n in range(12)]
# What ranx calls them.
NAMES = {
    "recall": "recall",
    "precision": "precision",
    "ndcg": "ndcg",
    "map": "average_precision",
    "mrr": "reciprocal_rank",
    "hit_rate": "hit",
}
RANX = """
import json, sys
from ranx import Qrels, Run, evaluate
wanted, scores, metrics = json.load(sys.stdin)
found = evaluate(Qrels(wanted), Run(scores), metrics, return_mean=False)
print(json.dumps({name: list(map(float, found[name])) for name in metrics}))
"""


def test_figures_are_those_of_ranx_on_random_rankings() -> None:
    random = Random(8)
    wanted, scores = {}, {}
    for n in range(120):
        goods = [f"s{i}" for i in range(random.randint(1, 60))]
        liked = random.sample(goods, random.randint(1, min(len(goods), 25)))
        ranked = random.sample(goods, random.randint(1, len(goods)))
        wanted[f"u{n:03}"] = dict.fromkeys(liked, 1)
        scores[f"u{n:03}"] = {sku: random.random() for sku in ranked}
    metrics = {f"{name}@{k}": (ours, k) for name, ours in NAMES.items() for k in (1, 10, 50)}
    # Compiled it is several times slower for so little, and the figures are the same.
    said = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", RANX],
        input=json.dumps([wanted, scores, [*metrics]]),
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    theirs = json.loads(said)
    assert len(theirs) == 18
    for name, (ours, k) in metrics.items():
        for customer, figure in zip(wanted, theirs[name], strict=True):
            mine = figures(ranking(scores[customer]), wanted[customer].keys(), k)
            assert getattr(mine, ours) == pytest.approx(figure, abs=1e-12), (name, customer)


@given(
    st.lists(st.sampled_from(SKUS), unique=True),
    st.sets(st.sampled_from(SKUS), min_size=1),
    st.integers(1, 15),
)
def test_figures_are_their_definitions(ranked: list[str], relevant: set[str], k: int) -> None:
    found = figures(ranked, relevant, k)
    assert attrs.asdict(found) == pytest.approx(naive_figures(ranked, relevant, k), abs=1e-12)
    assert all(0 <= figure <= 1 for figure in attrs.astuple(found))


@given(st.dictionaries(st.sampled_from(SKUS), st.sampled_from([0.0, 0.5, 1.0])), st.data())
def test_equal_scores_are_ranked_by_sku(scores: dict[str, float], data: st.DataObject) -> None:
    shuffled = dict(data.draw(st.permutations([*scores.items()])))
    found = [(-scores[sku], sku) for sku in ranking(shuffled)]
    assert found == sorted(found)
    assert len(found) == len(scores)


def test_the_mean_of_nothing_is_nothing() -> None:
    assert mean_figures([]) == Figures(0, 0, 0, 0, 0, 0)
    one = figures(["tea"], {"tea", "cup"}, 1)
    assert mean_figures([one, one]) == one


def test_coverage_and_novelty_count_the_first_places() -> None:
    lists = [["tea", "cup"], ["tea"], ["pot"]]
    assert coverage(lists, {"tea", "cup", "pot", "jar"}, 1) == 2 / 4
    assert coverage(lists, set(), 1) == 0
    assert novelty(lists, {"tea": 4, "cup": 2}, 4, 1) == pytest.approx((0 + 0 + log2(4)) / 3)
    assert novelty([], {}, 0, 1) == 0


@pytest.mark.parametrize(
    ("ranked", "relevant", "k", "path"),
    [
        (["tea"], {"tea"}, 0, "$.k"),
        (["tea"], set(), 1, "$.relevant"),
        (["tea", "cup", "tea"], {"tea"}, 1, "$.ranked"),
    ],
)
def test_what_cannot_be_judged_is_refused(
    ranked: list[str], relevant: set[str], k: int, path: str
) -> None:
    with pytest.raises(InputError) as refused:
        figures(ranked, relevant, k)
    assert [problem.path for problem in refused.value.problems] == [path]


def bought(n: int, customer: str, sku: str, day: int) -> Event:
    return Event(f"e{n}", customer, sku, EventKind.BUY, MAY.add(days=day))


EVENTS = [
    bought(0, "anna", "tea", 0),
    bought(1, "bo", "cup", 0),
    bought(2, "anna", "pot", 5),
    bought(3, "anna", "tea", 5),
    bought(4, "bo", "tea", 5),
    bought(5, "cy", "tea", 5),
]


def test_each_aim_judges_its_own_goods() -> None:
    (fold,) = folds(EVENTS, [MAY.add(days=5)], days=1)
    reports = judge(lambda _: always("cup", "tea", "pot"), fold, 2)
    assert {aim: [*report.by_customer] for aim, report in reports.items()} == {
        Aim.ALL: ["anna", "bo"],
        Aim.REPEAT: ["anna"],
        Aim.DISCOVERY: ["anna", "bo"],
    }
    # Of cup, tea and pot anna has tea, and bo has cup: new to her are cup and pot, to him tea.
    assert reports[Aim.REPEAT].values("ndcg") == (1.0,)
    assert reports[Aim.DISCOVERY].values("reciprocal_rank") == (0.5, 1.0)
    assert reports[Aim.ALL].values("recall") == (0.5, 1.0)
    assert reports[Aim.ALL].mean.recall == 0.75
    assert reports[Aim.ALL].coverage == 1
    assert fold.truth.cold == 1


def test_a_scorer_is_asked_of_nobody_before_it_is_fitted() -> None:
    (fold,) = folds(EVENTS, [MAY.add(days=5)], days=1)
    told: list[object] = []

    def scorer(history: object) -> Fitted:
        told.append(history)

        def fitted(question: Question) -> dict[str, list[str]]:
            told.append(question)
            return {}

        return fitted

    judge(scorer, fold, 3, [Aim.REPEAT])
    assert told == [fold.history, Question(("anna",), Aim.REPEAT, 3)]


def test_who_is_told_of_nothing_has_missed_all() -> None:
    (fold,) = folds(EVENTS, [MAY.add(days=5)], days=1)
    report = judge(lambda _: lambda _: {}, fold, 3)[Aim.ALL]
    assert report.mean == Figures(0, 0, 0, 0, 0, 0)
    assert (report.coverage, report.novelty) == (0, 0)


def always(*skus: str) -> Fitted:
    return lambda question: dict.fromkeys(question.customers, skus)
