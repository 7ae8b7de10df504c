"""Which scorer to use, by backtest: the best, or the simplest of those as good as it.

The choice is told with the table that it was read from. `backtest` reports it on a fold that
came after all those it was made by, so that the figures reported are not those it was chosen
for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import fsum
from random import Random

from attrs import evolve, field, frozen

from mallops.errors import InputError, Problem, shown
from mallops.findings import Finding, Severity
from mallops.messages import message
from mallops.recommend.evaluation.bootstrap import Interval, ratio_interval
from mallops.recommend.evaluation.folds import Aim, Fold
from mallops.recommend.evaluation.judging import Report, Scorer, judge
from mallops.recommend.evaluation.metrics import Figures
from mallops.time import microseconds


@frozen
class Trials:
    """What every scorer did on every fold: its reports, fold by fold and by aim.

    Scorers stand in the order they were handed in, the simplest first.
    """

    starts: tuple[str, ...]
    reports: Mapping[str, tuple[Mapping[Aim, Report], ...]] = field(repr=False)


@frozen
class Standing:
    """A scorer's mean figure on each fold, and over all; and by how much the best exceeds it."""

    name: str
    by_fold: tuple[float, ...]
    mean: float
    behind: Interval


@frozen
class Choice:
    """The scorer to use, why, and how all of them did."""

    name: str
    figure: str
    reason: Finding
    standings: tuple[Standing, ...]


@frozen
class Backtest:
    """A choice by all folds but the last, and every scorer's report on the last."""

    choice: Choice
    last: Mapping[str, Report]


def try_scorers(
    scorers: Mapping[str, Scorer], folds: Sequence[Fold], k: int, aims: Sequence[Aim] = tuple(Aim)
) -> Trials:
    """Every scorer judged on every fold. The scorers are in order, the simplest first.

    Raises `InputError` if there is no scorer or no fold, and for a fold that begins before the
    one ahead of it ends.
    """
    problems = []
    if not scorers:
        problems.append(Problem("$.scorers", "nothing", "at least one"))
    if not folds:
        problems.append(Problem("$.folds", "nothing", "at least one"))
    for n, (fold, following) in enumerate(pairwise(folds), 1):
        if microseconds(following.truth.starts) < microseconds(fold.truth.ends):
            got, expected = shown(str(following.truth.starts)), f"from {fold.truth.ends} on"
            problems.append(Problem(f"$.folds[{n}]", got, expected))
    if problems:
        raise InputError(problems)
    return Trials(
        tuple(str(fold.truth.starts) for fold in folds),
        {
            name: tuple(judge(scorer, fold, k, aims) for fold in folds)
            for name, scorer in scorers.items()
        },
    )


def choose(
    trials: Trials,
    random: Random,
    aim: Aim = Aim.ALL,
    figure: str = "ndcg",
    matters: float = 0.01,
) -> Choice:
    """The simplest scorer that the best does not exceed for sure, by as much as matters.

    Figures are means over customers, and one who bought in several folds is still drawn as one.
    Sure is what the 95% bootstrap interval of the difference lies above; `matters` is a share of
    the best one's mean. Raises `InputError` for a figure or an aim that was not judged, for a
    negative share, and where fewer than two customers were judged.
    """
    if not 0 <= matters < 1:
        raise InputError([Problem("$.matters", shown(matters), "a share from 0 and below 1")])
    values = {name: _values(trials, name, aim, figure) for name in trials.reports}
    means = {name: _over_all(found) for name, found in values.items()}
    best = max(means, key=lambda name: means[name])
    # The same resamples for all: what did the same is told the same.
    seed = random.getrandbits(64)
    standings = tuple(
        Standing(
            name,
            tuple(getattr(one[aim].mean, figure) for one in reports),
            means[name],
            _behind(values[name], values[best], Random(seed)),
        )
        for name, reports in trials.reports.items()
    )
    enough = matters * means[best]
    chosen = next(one for one in standings if one.behind.low <= enough)
    return Choice(chosen.name, figure, _reason(chosen, best, means[best]), standings)


def backtest(
    trials: Trials,
    random: Random,
    aim: Aim = Aim.ALL,
    figure: str = "ndcg",
    matters: float = 0.01,
) -> Backtest:
    """A choice made without the last fold, and what all scorers did there.

    Raises `InputError` as `choose` does, and for trials on one fold alone.
    """
    if len(trials.starts) < 2:
        raise InputError([Problem("$.trials", shown(len(trials.starts)), "at least two folds")])
    earlier = evolve(
        trials,
        starts=trials.starts[:-1],
        reports={name: reports[:-1] for name, reports in trials.reports.items()},
    )
    last = {name: reports[-1][aim] for name, reports in trials.reports.items()}
    return Backtest(choose(earlier, random, aim, figure, matters), last)


def choice_text(choice: Choice, locale: str = "en") -> str:
    """Why it was chosen, in a sentence.

    Raises `InputError` for a locale without wording.
    """
    return message(choice.reason.code, locale, choice.reason.details)


_Values = Mapping[str, list[float]]


def _values(trials: Trials, name: str, aim: Aim, figure: str) -> _Values:
    """A scorer's figures of each customer, one for each fold that they bought in."""
    if figure not in Figures.__annotations__:
        expected = f"one of {', '.join(Figures.__annotations__)}"
        raise InputError([Problem("$.figure", shown(figure), expected)])
    found: dict[str, list[float]] = defaultdict(list)
    for reports in trials.reports[name]:
        if aim not in reports:
            raise InputError([Problem("$.aim", shown(str(aim)), "an aim that was judged")])
        for customer, figures in reports[aim].by_customer.items():
            found[customer].append(getattr(figures, figure))
    return found


def _over_all(values: _Values) -> float:
    every = [value for found in values.values() for value in found]
    return fsum(every) / max(len(every), 1)


def _behind(values: _Values, best: _Values, random: Random) -> Interval:
    customers = sorted(values)
    ahead = [fsum(best[customer]) - fsum(values[customer]) for customer in customers]
    times = [float(len(values[customer])) for customer in customers]
    return ratio_interval(ahead, times, random)


def _reason(chosen: Standing, best: str, mean: float) -> Finding:
    path = f"$.scorers.{chosen.name}"
    if chosen.name == best:
        details = {"scorer": best, "mean": f"{mean:.4f}"}
        return Finding("scorer_best", Severity.NOTE, path, details)
    details = {
        "scorer": chosen.name,
        "mean": f"{chosen.mean:.4f}",
        "best": best,
        "best_mean": f"{mean:.4f}",
        "low": f"{chosen.behind.low:.4f}",
        "high": f"{chosen.behind.high:.4f}",
    }
    return Finding("scorer_simpler", Severity.NOTE, path, details)
