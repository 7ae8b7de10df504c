"""The best is chosen, or a simpler one that is as good; and never by what it is reported on."""

from __future__ import annotations

from random import Random

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mallops.errors import InputError
from mallops.recommend.evaluation.choosing import (
    Choice,
    backtest,
    choice_text,
    choose,
    try_scorers,
)
from mallops.recommend.evaluation.folds import Aim, Fold, folds, starts_before
from mallops.recommend.evaluation.judging import Fitted, Scorer
from mallops.recommend.events import Event, EventKind
from mallops.time import instant

MAY = instant("2026-05-01T00:00Z")
CUSTOMERS = [f"c{n:02}" for n in range(40)]
WEEKS = starts_before(MAY, 7, 4)


def fixed(*skus: str) -> Scorer:
    def scorer(_: object) -> Fitted:
        return lambda question: dict.fromkeys(question.customers, skus)

    return scorer


def bought(wanted: list[str]) -> tuple[Fold, ...]:
    """Everyone buys "old" at first, and then what is wanted in each of the weeks."""
    told = [Event(who, who, "old", EventKind.BUY, WEEKS[0].subtract(days=1)) for who in CUSTOMERS]
    for start, sku in zip(WEEKS, wanted, strict=False):
        told += [Event(f"{who} {start}", who, sku, EventKind.BUY, start) for who in CUSTOMERS]
    return folds(told, WEEKS[: len(wanted)], 7)


def chosen(scorers: dict[str, Scorer], found: tuple[Fold, ...]) -> Choice:
    return choose(try_scorers(scorers, found, 3), Random(1))


def test_the_best_is_chosen_with_its_table() -> None:
    found = chosen({"first": fixed("tea", "cup"), "second": fixed("cup", "tea")}, bought(["cup"]))
    assert (found.name, found.reason.code) == ("second", "scorer_best")
    assert [(one.name, one.mean) for one in found.standings] == [
        ("first", pytest.approx(0.6309, abs=1e-4)),
        ("second", 1.0),
    ]
    assert found.standings[0].behind.low > 0
    assert found.standings[1].behind.estimate == 0


def test_of_equals_the_simpler_is_chosen() -> None:
    scorers = {"simple": fixed("cup"), "clever": fixed("cup"), "poor": fixed("tea")}
    assert chosen(scorers, bought(["cup", "cup"])).name == "simple"
    again = {name: scorers[name] for name in ("poor", "clever", "simple")}
    assert chosen(again, bought(["cup", "cup"])).name == "clever"


def luckier(customer: str, share: float) -> bool:
    return Random(customer).random() < share


def test_who_is_better_by_chance_alone_is_not_chosen() -> None:
    def clever(_: object) -> Fitted:
        # Right for one customer in twenty more.
        return lambda question: {
            who: ["cup", "tea"] if luckier(who, 0.55) else ["tea", "cup"]
            for who in question.customers
        }

    def simple(_: object) -> Fitted:
        return lambda question: {
            who: ["tea", "cup"] if luckier(who, 0.5) else ["cup", "tea"]
            for who in question.customers
        }

    found = chosen({"simple": simple, "clever": clever}, bought(["cup"]))
    assert found.standings[1].mean > found.standings[0].mean
    assert (found.name, found.reason.code) == ("simple", "scorer_simpler")
    assert "simple is simpler than clever" in choice_text(found)
    assert "simple 比 clever 简单" in choice_text(found, "zh_CN")


def test_what_is_surely_better_by_next_to_nothing_is_not_chosen() -> None:
    simple = fixed(*(f"s{n}" for n in range(19)), "cup")

    def clever(_: object) -> Fitted:
        return lambda question: {
            who: [f"s{n}" for n in range(18)] + ["cup"] for who in question.customers
        }

    trials = try_scorers({"simple": simple, "clever": clever}, bought(["cup"]), 20)
    assert choose(trials, Random(1), matters=0.02).name == "simple"
    assert choose(trials, Random(1), matters=0.005).name == "clever"
    with pytest.raises(InputError, match=r"\$.matters"):
        choose(trials, Random(1), matters=-0.1)


def test_who_did_the_same_stands_the_same() -> None:
    def mixed(_: object) -> Fitted:
        return lambda question: {
            who: [*(f"s{n}" for n in range(int(who[1:]) % 13)), "cup"] for who in question.customers
        }

    scorers = {"one": mixed, "twin": mixed, "best": fixed("cup")}
    found = choose(try_scorers(scorers, bought(["cup"]), 20), Random(1))
    assert found.standings[0].behind == found.standings[1].behind
    assert found.standings[0].behind.low > 0


@settings(max_examples=10)
@given(st.lists(st.sampled_from(["cup", "tea", "pot"]), min_size=2, max_size=4), st.data())
def test_the_last_fold_does_not_take_part_in_the_choice(
    wanted: list[str], data: st.DataObject
) -> None:
    scorers = {"cups": fixed("cup", "tea"), "teas": fixed("tea", "pot"), "pots": fixed("pot")}
    other = [*wanted[:-1], data.draw(st.sampled_from(["cup", "tea", "pot"]))]
    found, again = (
        backtest(try_scorers(scorers, bought(one), 3), Random(1)) for one in (wanted, other)
    )
    assert found.choice == again.choice == chosen(scorers, bought(wanted[:-1]))
    assert found.last.keys() == scorers.keys()
    for name, rank in (("cups", ["cup", "tea"]), ("pots", ["pot"])):
        hit = found.last[name].mean.hit
        assert hit == (wanted[-1] in rank)


def test_each_aim_has_its_own_choice() -> None:
    found = bought(["cup", "old"])
    trials = try_scorers({"new": fixed("cup"), "old": fixed("old")}, found, 3)
    assert choose(trials, Random(1), Aim.REPEAT).name == "old"
    assert choose(trials, Random(1), Aim.DISCOVERY).name == "new"


def test_a_figure_or_an_aim_that_was_not_judged_is_refused() -> None:
    trials = try_scorers({"a": fixed("cup")}, bought(["cup"]), 3, [Aim.ALL])
    with pytest.raises(InputError, match=r"\$.figure"):
        choose(trials, Random(1), figure="luck")
    with pytest.raises(InputError, match=r"\$.aim"):
        choose(trials, Random(1), Aim.REPEAT)
    with pytest.raises(InputError, match="at least two folds"):
        backtest(trials, Random(1))


def test_folds_out_of_turn_and_nothing_to_try_are_refused() -> None:
    found = bought(["cup", "cup"])
    with pytest.raises(InputError, match=r"\$.folds\[1\]"):
        try_scorers({"a": fixed("cup")}, found[::-1], 3)
    with pytest.raises(InputError) as refused:
        try_scorers({}, [], 3)
    assert {problem.path for problem in refused.value.problems} == {"$.scorers", "$.folds"}


def test_a_customer_of_several_folds_is_one() -> None:
    scorers = {"first": fixed("tea", "cup"), "second": fixed("cup", "tea")}
    once, twice = bought(["cup"]), bought(["cup", "cup"])
    found = [chosen(scorers, one).standings[0] for one in (once, twice)]
    assert attrs.evolve(found[1], by_fold=found[0].by_fold) == found[0]
