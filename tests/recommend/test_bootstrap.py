"""Intervals are those of the definitions, hold what they promise, and agree with SciPy's."""

from __future__ import annotations

from math import fsum, inf, nan
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from mallops.errors import InputError
from mallops.recommend.evaluation.bootstrap import Method, mean_interval, ratio_interval
from mallops.testing.naive_recommend import naive_bca, naive_percentile

VALUES = st.floats(0, 1, allow_subnormal=False)
PAIRS = st.lists(st.tuples(VALUES, st.floats(0.1, 1)), min_size=2, max_size=25)


def ratio(pairs: list[tuple[float, float]]) -> float:
    return fsum(over for over, _ in pairs) / fsum(under for _, under in pairs)


@settings(max_examples=60)
@given(PAIRS, st.integers(0, 999), st.sampled_from([0.8, 0.95]))
def test_the_interval_is_that_of_the_definition(
    pairs: list[tuple[float, float]], seed: int, level: float
) -> None:
    over, under = ([pair[n] for pair in pairs] for n in range(2))
    found = ratio_interval(over, under, Random(seed), 99, level)
    naive = naive_bca(pairs, lambda drawn: ratio([*drawn]), Random(seed), 99, level)
    assert found.estimate == ratio(pairs)
    assert (found.low, found.high) == pytest.approx(naive, rel=1e-6, abs=1e-9)


@settings(max_examples=30)
@given(st.lists(VALUES, min_size=2, max_size=25), st.integers(0, 999))
def test_percentiles_are_those_of_the_resamples(values: list[float], seed: int) -> None:
    found = mean_interval(values, Random(seed), 50, 0.9, Method.PERCENTILE)
    random = Random(seed)
    n = len(values)
    drawn = [fsum(values[i] for i in random.choices(range(n), k=n)) / n for _ in range(50)]
    ends = [naive_percentile(drawn, tail) for tail in (0.05, 0.95)]
    assert [found.low, found.high] == pytest.approx(ends, abs=1e-12)


def test_the_interval_is_about_that_of_scipy() -> None:
    random = Random(1)
    over = [random.expovariate(1) ** 2 for _ in range(200)]
    under = [random.uniform(0.5, 1.5) for _ in range(200)]
    found = ratio_interval(over, under, Random(2), 2000)
    theirs = stats.bootstrap(
        (np.array(over), np.array(under)),
        lambda x, y, axis: x.mean(axis) / y.mean(axis),
        paired=True,
        n_resamples=2000,
        rng=np.random.default_rng(3),
    )
    width = theirs.confidence_interval.high - theirs.confidence_interval.low
    assert found.low == pytest.approx(theirs.confidence_interval.low, abs=0.1 * width)
    assert found.high == pytest.approx(theirs.confidence_interval.high, abs=0.1 * width)


def test_an_interval_holds_the_mean_about_as_often_as_it_says() -> None:
    random = Random(4)
    held = 0
    for _ in range(300):
        values = [random.expovariate(1) for _ in range(40)]
        found = mean_interval(values, random, 200, 0.9)
        held += found.low <= 1 <= found.high
    assert 0.83 <= held / 300 <= 0.95


def test_the_same_seed_gives_the_same_interval() -> None:
    values = [Random(n).random() for n in range(30)]
    assert mean_interval(values, Random(5)) == mean_interval(values, Random(5))
    assert mean_interval(values, Random(5)) != mean_interval(values, Random(6))


def test_resamples_without_anything_below_are_drawn_again() -> None:
    found = ratio_interval([2.0, 4.0, 1.0, 1.0], [1.0, 2.0, 0.0, 0.0], Random(7), 300)
    assert 2 <= found.low <= found.estimate <= found.high < inf


@pytest.mark.parametrize(
    ("over", "under", "resamples", "level", "path"),
    [
        ([1.0, 2.0], [1.0], 9, 0.5, "$.denominators"),
        ([1.0, nan], [1.0, 1.0], 9, 0.5, "$.numerators[1]"),
        ([1.0, 1.0], [inf, 1.0], 9, 0.5, "$.denominators[0]"),
        ([1.0, 1.0, 1.0], [1.0, -1.0, 1.0], 9, 0.5, "$.denominators[1]"),
        ([1.0, 1.0], [0.0, 1.0], 9, 0.5, "$.denominators"),
        ([1.0, 1.0], [1.0, 1.0], 0, 0.5, "$.resamples"),
        ([1.0, 1.0], [1.0, 1.0], 9, 1.0, "$.level"),
    ],
)
def test_what_has_no_interval_is_refused(
    over: list[float], under: list[float], resamples: int, level: float, path: str
) -> None:
    with pytest.raises(InputError) as refused:
        ratio_interval(over, under, Random(1), resamples, level)
    assert path in [problem.path for problem in refused.value.problems]
