"""What makes no sense is refused where it is handed in, and huge numbers change no answer."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from attrs import evolve
from pendulum import UTC, DateTime

from mallops.catalog.model import Sku
from mallops.errors import InputError
from mallops.findings import Refusal
from mallops.money import Currency, Money
from mallops.recommend.columns import Coded, columns
from mallops.recommend.evaluation.arms import Arm, Look, Measure, Plan
from mallops.recommend.evaluation.experiments import read_out
from mallops.recommend.evaluation.impressions import Impression, Place
from mallops.recommend.evaluation.replaying import replay
from mallops.recommend.events import Event, EventKind
from mallops.recommend.fitting import fit
from mallops.recommend.fitting.batch import batch, best_of
from mallops.recommend.likeness import Likeness
from mallops.recommend.ranking.engine import rank
from mallops.recommend.ranking.model import Context, Customer, Goods
from mallops.recommend.ranking.rules import Boost, Diversity, Exploration, Rules
from mallops.recommend.scored import Part, Scored
from mallops.recommend.scorers.blend import Blend, blend, ready
from mallops.recommend.scorers.content import content
from mallops.recommend.scorers.hot import hot
from mallops.recommend.traits import Traits
from mallops.recommend.weighing import Weight, Weights, decay
from mallops.rules.promotions import Selector

AT = DateTime(2026, 1, 1, tzinfo=UTC)


def bought(number: int, customer: str, sku: str) -> Event:
    return Event(f"{number}", customer, sku, EventKind.BUY, AT)


EVENTS = [bought(1, "ann", "tea"), bought(2, "bob", "tea"), bought(3, "bob", "cup")]
STATE = fit(EVENTS)
SHELF = ready(STATE, AT)
BATCH = batch(SHELF)
TABLE = columns(EVENTS)


REFUSED: list[tuple[str, Callable[[], object]]] = [
    ("$.n", lambda: blend(SHELF, "ann", -1)),
    ("$.n", lambda: best_of(BATCH, ["ann"], 0)),
    ("$.n", lambda: best_of(BATCH, ["ann", "bob"], -1)),
    ("$.threads", lambda: best_of(BATCH, ["ann"], 1, threads=0)),
    ("$.customers[1]", lambda: best_of(BATCH, ["ann", "zoe"], 1)),
    ("$.exclude", lambda: best_of(BATCH, ["ann"], 1, exclude=[2])),
    ("$.exclude", lambda: best_of(BATCH, ["ann"], 1, exclude=[-1])),
    ("$.threads", lambda: fit([], threads=0)),
    ("$.share", lambda: hot(STATE, AT, share=0.0)),
    ("$.share", lambda: hot(STATE, AT, share=1.0)),
    ("$.share", lambda: hot(STATE, AT, share=float("nan"))),
    ("$.half_life", lambda: hot(STATE, AT, half_life=0)),
    ("$.damping", lambda: Likeness(damping=10**10)),
    ("$.hundredths", lambda: Weight(10**15, 7)),
    ("$.kinds[1]", lambda: fit(evolve(TABLE, kinds=[2, 99, 2]))),
    ("$.quantities[2]", lambda: fit(evolve(TABLE, quantities=[1, 1, 0]))),
    ("$.skus[0]", lambda: fit(evolve(TABLE, skus=Coded(["tea"], [-1, 0, 0])))),
    ("$.orders[0]", lambda: fit(evolve(TABLE, orders=Coded([""], [1, 0, 0])))),
]


@pytest.mark.parametrize(("path", "call"), REFUSED, ids=[*map(str, range(len(REFUSED)))])
def test_what_makes_no_sense_is_refused(path: str, call: Callable[[], object]) -> None:
    with pytest.raises(InputError) as refused:
        call()
    assert [problem.path for problem in refused.value.problems] == [path]


def test_scores_that_have_no_sum_are_refused() -> None:
    goods = {"tea": Goods(Sku("tea", Money(100, Currency.of("CNY"))))}
    huge = Scored("tea", (Part("a", 1.7e308), Part("b", 1.7e308)))
    with pytest.raises(InputError) as refused:
        rank([huge], Rules(), Context(Customer(), goods), 1, AT)
    assert [str(problem.path) for problem in refused.value.problems] == [
        "$.scored[0].parts[0].amount",
        "$.scored[0].parts[1].amount",
    ]
    makes: list[Callable[[], object]] = [
        lambda: Rules(boosts=(Boost("b", Selector(), 1.7e308),)),
        lambda: Rules(diversity=Diversity(1.7e308)),
        lambda: Rules(exploration=Exploration(1.0, 1e308, 1e308)),
        lambda: Traits(1.7e308, 1.7e308),
    ]
    for make in makes:
        with pytest.raises(InputError):
            make()


def test_a_test_is_not_planned_for_what_rounding_would_find() -> None:
    # Such effects made a difference of nothing, or too small a one, a sure thing.
    for measure, effect, share in (
        (Measure.CONVERSION, 1e-20, 0.5),
        (Measure.CONVERSION, 1e-10, 0.5),
        (Measure.MONEY, 1e200, 0.5),
        (Measure.MONEY, 1.0, 1e-14),
    ):
        with pytest.raises(InputError):
            Plan(measure, effect, share)
    least = Plan(Measure.CONVERSION, effect=1e-4, share=0.001)
    look = Look(Arm.of_conversions(999_000, 99_900), Arm.of_conversions(1_000, 100))
    assert read_out(least, [look]).p_value > 0.99


def test_a_replay_that_shows_something_to_one_customer_alone_tells_so() -> None:
    log = [Impression(who, who, AT, (), (Place("tea", 1.0, 0.5),)) for who in ("ann", "bob")]
    found = replay(log, lambda impression: ["tea"] if impression.id == "ann" else [], Random(1))
    assert isinstance(found.estimate, Refusal)
    assert found.estimate.code == "too_few_customers"
    assert found.estimate.details == {"customers": "1"}
    rare = [evolve(one, shown=(Place("tea", 1.0, 1e-200),)) for one in log]
    with pytest.raises(InputError, match="chance"):
        replay(rare, lambda _: ["tea"], Random(1))


def test_no_places_ask_for_nothing() -> None:
    assert blend(SHELF, "ann", 0) == ()


def test_a_batch_is_the_blend_where_products_are_longer_than_63_bits() -> None:
    heavy = Blend(taken=Weights({EventKind.BUY: Weight(10_000, 60)}))
    events = [bought(number, "ann", "tea") for number in range(400)]
    events += [
        bought(400 + n, *each)
        for n, each in enumerate([("ann", "cup"), ("bob", "cup"), ("bob", "pot"), ("ann", "pot")])
    ]
    shelf = ready(fit(events), AT, heavy)
    made = batch(shelf)
    best = best_of(made, ["ann"], 3)
    found = [
        (made.skus[place], score)
        for place, score in zip(best.places[0].tolist(), best.scores[0].tolist(), strict=True)
    ]
    assert found == [(one.sku, one.score) for one in blend(shelf, "ann", 3)]


def test_a_half_life_of_ages_is_no_longer_than_a_hundred_years() -> None:
    assert len(decay(10**6)) == 36_525


def test_a_candidate_twice_is_told_once() -> None:
    goods = {name: Sku(name, None, category="tea") for name in ("tea", "jar")}
    assert [one.sku for one in content(STATE, "ann", AT, ["jar", "jar"], goods)] == ["jar"]
