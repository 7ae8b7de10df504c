"""Looking every day costs nothing: an A/A test is called a success at most as often as said."""

from __future__ import annotations

from math import comb, exp, inf, log, pi, sqrt

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import integrate

from mallops.errors import InputError
from mallops.messages import locales
from mallops.recommend.evaluation.arms import Arm, Look, Measure, Plan
from mallops.recommend.evaluation.experiments import read_out, read_out_text
from mallops.recommend.evaluation.sequential import Difference, Share

COUNTS, SHARES = st.integers(0, 400), st.floats(0.05, 0.95)


@given(COUNTS, COUNTS, SHARES, st.floats(0.005, 0.3))
def test_evidence_on_shares_is_fair(
    treatment: int, control: int, due: float, spread: float
) -> None:
    """Whoever comes next, what is to be expected of the evidence is what it is."""
    now = Share(treatment, control, due, spread).evidence(due)
    there = Share(treatment + 1, control, due, spread).evidence(due)
    here = Share(treatment, control + 1, due, spread).evidence(due)
    assert due * exp(there - now) + (1 - due) * exp(here - now) == pytest.approx(1, abs=1e-8)


@given(st.integers(0, 40), SHARES, st.floats(0.02, 0.3), SHARES)
def test_evidence_on_shares_is_one_on_average(
    count: int, due: float, spread: float, true: float
) -> None:
    chances = [comb(count, n) * true**n * (1 - true) ** (count - n) for n in range(count + 1)]
    mixed = [exp(Share(n, count - n, due, spread).evidence(true)) for n in range(count + 1)]
    mean = sum(chance * each for chance, each in zip(chances, mixed, strict=True))
    assert mean == pytest.approx(1, abs=1e-8)


@given(st.floats(0.01, 100), st.floats(0.01, 100))
def test_evidence_on_differences_is_one_on_average(variance: float, spread: float) -> None:
    def weighted(seen: float) -> float:
        # One exponent, since the two alone may be beyond all numbers.
        told = Difference(seen, variance, spread).evidence - seen**2 / (2 * variance)
        return exp(told) / sqrt(2 * pi * variance)

    # Beyond twelve deviations of the mixture there is nothing.
    far = 12 * sqrt(variance + spread**2)
    mean, _ = integrate.quad(weighted, -far, far, points=[0], limit=400)
    assert mean == pytest.approx(1, rel=1e-6)


@given(COUNTS, COUNTS, SHARES, st.floats(0.005, 0.3), st.floats(0.001, 0.3))
@example(treatment=3, control=94, due=0.75, spread=0.03125, alpha=0.25)
@example(treatment=123, control=1, due=0.5, spread=0.125, alpha=0.25)
def test_a_share_is_outside_the_interval_if_its_p_value_is_below_alpha(
    treatment: int, control: int, due: float, spread: float, alpha: float
) -> None:
    share = Share(treatment, control, due, spread)
    low, high = share.interval(alpha)
    assert 0 <= low <= high <= 1
    if abs(share.p_value() - alpha) > 1e-9:
        assert (share.p_value() < alpha) == (not low < due < high)
    for edge in {low, high} - {0.0, 1.0}:
        # Next to 1 the shares that a float can tell apart are far from each other.
        step = (treatment + control) * 2**-52 / min(edge, 1 - edge)
        assert share.evidence(edge) == pytest.approx(-log(alpha), abs=1e-6 + step)


@given(st.floats(-50, 50), st.floats(0.01, 100), st.floats(0.01, 100), st.floats(0.001, 0.3))
def test_no_difference_is_outside_the_interval_if_the_p_value_is_below_alpha(
    seen: float, variance: float, spread: float, alpha: float
) -> None:
    found = Difference(seen, variance, spread)
    low, high = found.interval(alpha)
    if abs(found.p_value() - alpha) > 1e-9:
        assert (found.p_value() < alpha) == (not low < 0 < high)


def conversions(
    rates: tuple[float, float], batch: int, looks: int, seed: int, share: float = 0.5
) -> list[Look]:
    drawn = np.random.default_rng(seed)
    treated = drawn.binomial(batch, share, looks)
    control = batch - treated
    converted = [
        drawn.binomial(n, rate).cumsum() for n, rate in zip((control, treated), rates, strict=True)
    ]
    customers = [n.cumsum() for n in (control, treated)]
    return [
        Look(
            *(Arm.of_conversions(int(customers[arm][n]), int(converted[arm][n])) for arm in (0, 1))
        )
        for n in range(looks)
    ]


def amounts(more: float, batch: int, looks: int, seed: int) -> list[Look]:
    """One customer in ten buys, for amounts with a long tail; the treatment's buy for more."""
    drawn = np.random.default_rng(seed)
    arms = []
    for extra in (0.0, more):
        buys = drawn.random(batch * looks) < 0.1
        spent = np.where(buys, np.round(drawn.lognormal(8, 1, batch * looks) + extra), 0)
        sums = (values.cumsum()[batch - 1 :: batch] for values in (spent, spent**2))
        arms.append([*zip(*(map(int, one) for one in sums), strict=True)])
    return [Look(*(Arm((n + 1) * batch, *arm[n]) for arm in arms)) for n in range(looks)]


def told_apart(plan: Plan, looks: list[Look]) -> bool:
    verdict = read_out(plan, looks).verdict.code
    return verdict in {"treatment_better", "treatment_worse"}


def told_apart_naively(looks: list[Look]) -> bool:
    """The test for one look, looked at every time."""
    return any(
        abs(look.treatment.mean - look.control.mean)
        > 1.96 * sqrt(look.treatment.variance_of_mean + look.control.variance_of_mean)
        > 0
        for look in looks
    )


RUNS = 200
CONVERSION, MONEY = Plan(Measure.CONVERSION, effect=0.2), Plan(Measure.MONEY, effect=100)


@pytest.mark.parametrize(("rate", "batch"), [(0.05, 2000), (0.3, 500), (0.5, 10)])
def test_conversions_that_do_not_differ_are_seldom_told_apart(rate: float, batch: int) -> None:
    runs = [conversions((rate, rate), batch, 40, seed) for seed in range(RUNS)]
    assert sum(told_apart(CONVERSION, looks) for looks in runs) <= 0.05 * RUNS
    assert sum(map(told_apart_naively, runs)) >= 0.2 * RUNS


def test_conversions_that_differ_are_told_apart() -> None:
    runs = [conversions((0.05, 0.06), 1000, 40, seed) for seed in range(50)]
    assert sum(told_apart(CONVERSION, looks) for looks in runs) >= 0.9 * 50
    assert {read_out(CONVERSION, looks).verdict.code for looks in runs} <= {
        "treatment_better",
        "undecided",
    }


def test_a_rate_that_changes_by_the_hour_tells_nothing_apart() -> None:
    """And a split other than half and half is no effect either."""
    plan = Plan(Measure.CONVERSION, effect=0.2, share=0.2)
    found = 0
    for seed in range(100):
        slow, fast = (
            conversions((rate, rate), 500, 10, seed + offset, 0.2)
            for rate, offset in ((0.02, 0), (0.4, 1000))
        )
        last = slow[-1]
        after = [
            Look(last.control + look.control, last.treatment + look.treatment) for look in fast
        ]
        found += told_apart(plan, [*slow, *after])
    assert found <= 5


@pytest.mark.parametrize("effect", [50, 500])
def test_money_that_does_not_differ_is_seldom_told_apart(effect: int) -> None:
    plan = Plan(Measure.MONEY, effect)
    runs = [amounts(0, 50, 40, seed) for seed in range(RUNS)]
    assert sum(told_apart(plan, looks) for looks in runs) <= 0.05 * RUNS
    assert sum(map(told_apart_naively, runs)) >= 0.2 * RUNS


def test_money_that_differs_is_told_apart() -> None:
    runs = [amounts(1200, 500, 40, seed) for seed in range(50)]
    assert sum(told_apart(MONEY, looks) for looks in runs) >= 0.8 * 50


def test_an_interval_holds_the_lift_at_all_looks_together() -> None:
    missed = 0
    for seed in range(RUNS):
        found = read_out(CONVERSION, conversions((0.1, 0.12), 500, 30, seed))
        missed += not found.low <= 0.2 <= found.high
    assert missed <= 0.05 * RUNS


def test_what_was_told_apart_stays_so() -> None:
    looks = conversions((0.05, 0.08), 1000, 20, 1)
    back = conversions((0.08, 0.05), 1000, 3, 2)
    after = [
        Look(looks[-1].control + look.control, looks[-1].treatment + look.treatment)
        for look in back
    ]
    assert told_apart(CONVERSION, looks)
    assert read_out(CONVERSION, [*looks, *after]).p_value <= 0.05
    assert read_out(CONVERSION, [*looks, *after]).verdict.code == "treatment_better"


def test_arms_of_sizes_not_planned_are_not_read() -> None:
    uneven = conversions((0.05, 0.08), 2000, 20, 1, share=0.47)
    found = read_out(CONVERSION, uneven)
    assert found.verdict.code == "uneven_split"
    assert found.verdict.details["planned"] == "50.00%"
    planned = Plan(Measure.CONVERSION, 0.2, share=0.47)
    assert read_out(planned, uneven).verdict.code == "treatment_better"


def test_even_arms_are_seldom_called_uneven() -> None:
    found = [read_out(CONVERSION, conversions((0.5, 0.5), 50, 40, seed)) for seed in range(RUNS)]
    assert all(one.split_p_value >= 0.001 for one in found)


@pytest.mark.parametrize("locale", locales())
@pytest.mark.parametrize(
    ("plan", "look", "code", "says"),
    [
        (CONVERSION, (4_000, 200, 4_000, 100), "treatment_worse", "-50.0%"),
        (CONVERSION, (40_000, 20_000, 40_000, 20_000), "no_matter", "+20.0%"),
        (CONVERSION, (10, 0, 10, 0), "undecided", "+∞%"),
        (CONVERSION, (5_000, 0, 4_000, 0), "uneven_split", "44.44%"),
        (MONEY, (90, 5, 80, 9), "too_early", "80"),
    ],
)
def test_each_verdict_is_worded(
    plan: Plan, look: tuple[int, int, int, int], code: str, says: str, locale: str
) -> None:
    arms = Look(Arm.of_conversions(*look[:2]), Arm.of_conversions(*look[2:]))
    found = read_out(plan, [arms])
    assert found.verdict.code == code
    assert says in read_out_text(found, locale)


def test_before_anything_is_known_anything_may_be_so() -> None:
    found = read_out(CONVERSION, [Look(Arm(), Arm())])
    assert (found.effect, found.low, found.high, found.p_value) == (0, -1, inf, 1)
    all_spent_nothing = read_out(MONEY, [Look(Arm(200), Arm(200))])
    assert all_spent_nothing.verdict.code == "undecided"


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=30))
def test_arms_add_up_and_know_their_variance(spent: list[int]) -> None:
    whole = Arm.of_amounts(spent)
    assert Arm.of_amounts(spent[:3]) + Arm.of_amounts(spent[3:]) == whole
    assert whole.mean == pytest.approx(np.mean(spent))
    assert whole.variance_of_mean == pytest.approx(np.var(spent, ddof=1) / len(spent))


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda: Arm(-1), "$.customers"),
        (lambda: Arm(2, 10, 49), "$.squares"),
        (lambda: Arm.of_conversions(2, 3), "$.converted"),
        (lambda: Plan(Measure.MONEY, 0), "$.effect"),
        (lambda: Plan(Measure.MONEY, 1, share=1), "$.share"),
        (lambda: Plan(Measure.MONEY, 1, alpha=0), "$.alpha"),
        (lambda: Plan(Measure.MONEY, 1, least=1), "$.least"),
        (lambda: read_out(MONEY, []), "$.looks"),
        (lambda: read_out(CONVERSION, [Look(Arm(2, 4, 8), Arm())]), "$.looks[0].control"),
        (
            lambda: read_out(MONEY, [Look(Arm(5), Arm(5)), Look(Arm(5), Arm(4))]),
            "$.looks[1].treatment.customers",
        ),
    ],
)
def test_what_makes_no_experiment_is_refused(make: object, path: str) -> None:
    with pytest.raises(InputError) as refused:
        make()  # type: ignore[operator]  # parametrised
    assert [problem.path for problem in refused.value.problems] == [path]
