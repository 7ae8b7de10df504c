"""What new rules would have earned is what they earn, wherever chance shows it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mallops.errors import InputError
from mallops.findings import Refusal
from mallops.messages import locales, message
from mallops.recommend.evaluation.impressions import (
    ChanceOf,
    Estimate,
    Impression,
    Place,
    Replay,
    Rules,
)
from mallops.recommend.evaluation.replaying import replay
from mallops.recommend.scored import Part, Scored
from mallops.time import instant

AT = instant("2026-05-01T00:00Z")
SKUS = ("cup", "pot", "tea")
CANDIDATES = tuple(Scored(sku, (Part("trend", n),)) for n, sku in enumerate(SKUS))


def impression(n: int, *shown: Place, customer: str = "") -> Impression:
    return Impression(f"i{n}", customer or f"c{n}", AT, CANDIDATES, shown)


def always(*skus: str) -> Rules:
    return lambda _: skus


def estimated(found: Replay) -> Estimate:
    assert isinstance(found.estimate, Estimate)
    return found.estimate


@st.composite
def logs(draw: st.DrawFn) -> tuple[list[Impression], dict[tuple[str, int], int]]:
    """All lists of two, each as often as its chance says, and what each SKU earns at each place."""
    lists = [*permutations(SKUS, 2)]
    times = [draw(st.integers(1, 4)) for _ in lists]
    earns = {(sku, place): draw(st.integers(0, 9)) for sku in SKUS for place in (0, 1)}

    def chance(sku: str, place: int) -> float:
        alike = sum(n for n, one in zip(times, lists, strict=True) if one[place] == sku)
        return float(Fraction(alike, sum(times)))

    every = [one for n, one in zip(times, lists, strict=True) for _ in range(n)]
    return [
        impression(n, *(Place(sku, earns[sku, i], chance(sku, i)) for i, sku in enumerate(one)))
        for n, one in enumerate(every)
    ], earns


@settings(max_examples=25)
@given(logs(), st.permutations(SKUS))
def test_where_all_was_shown_at_times_the_estimate_is_the_truth(
    log: tuple[list[Impression], dict[tuple[str, int], int]], new: Sequence[str]
) -> None:
    impressions, earns = log
    found = estimated(replay(impressions, always(*new[:2]), Random(1), cap=1000))
    truth = earns[new[0], 0] + earns[new[1], 1]
    assert found.capped.estimate == pytest.approx(truth)
    assert found.self_normalised == pytest.approx(truth)
    assert found.support.estimate == pytest.approx(1)


@settings(max_examples=25)
@given(st.data(), st.permutations(SKUS))
def test_where_the_place_plays_no_part_the_chance_of_being_listed_is_enough(
    data: st.DataObject, new: Sequence[str]
) -> None:
    lists = [*permutations(SKUS, 2)]
    every = [one for one in lists for _ in range(data.draw(st.integers(1, 4)))]
    earns = {sku: data.draw(st.integers(0, 9)) for sku in SKUS}
    chance = {sku: sum(sku in one for one in every) / len(every) for sku in SKUS}
    log = [
        impression(n, *(Place(sku, earns[sku], chance[sku]) for sku in one))
        for n, one in enumerate(every)
    ]
    found = estimated(replay(log, always(*new[:2]), Random(1), 1000, ChanceOf.LIST))
    truth = earns[new[0]] + earns[new[1]]
    assert found.capped.estimate == pytest.approx(truth)
    assert found.self_normalised == pytest.approx(truth)
    assert found.support.estimate == pytest.approx(1)


def test_the_old_rules_earn_what_they_earned() -> None:
    log = [impression(n, Place("tea", n, 1.0), Place("cup", 1, 1.0)) for n in range(5)]
    found = replay(log, lambda one: [place.sku for place in one.shown], Random(1))
    estimate = estimated(found)
    assert estimate.capped.estimate == estimate.logged.estimate == estimate.self_normalised == 3
    assert (found.differences.same_lists, found.differences.entered) == (5, ())
    assert [one.code for one in found.findings] == ["few_matches"]


def test_the_differences_are_told_whatever_else_is_known() -> None:
    log = [impression(n, Place("tea"), Place("cup")) for n in range(3)]
    found = replay(log, always("tea", "pot", "cup"), Random(1)).differences
    assert (found.impressions, found.same_lists, found.places) == (3, 0, 9)
    assert (found.same_places, found.same_skus) == (3, 6)
    assert (found.entered, found.left) == ((("pot", 3),), ())


def drawn(count: int, seed: int = 1) -> list[Impression]:
    """The one place shows tea nine times in ten, else cup, which earns more; pot never."""
    random = Random(seed)
    shown = [random.random() < 0.9 for _ in range(count)]
    return [
        impression(n, Place("tea", random.random() < 0.1, 0.9))
        if tea
        else impression(n, Place("cup", random.random() < 0.3, 0.1))
        for n, tea in enumerate(shown)
    ]


def test_the_interval_holds_what_the_new_rules_earn() -> None:
    held = []
    for seed in range(8):
        found = estimated(replay(drawn(300, seed), always("cup"), Random(seed)))
        held.append(found.capped.low <= 0.3 <= found.capped.high)
        held.append(found.logged.low <= 0.12 <= found.logged.high)
    assert sum(held) >= 13


def test_what_was_never_shown_is_said_to_be_unknown() -> None:
    half_pot = replay(drawn(800), lambda one: [("pot", "cup")[int(one.id[1:]) % 2]], Random(1))
    assert [one.code for one in half_pot.findings] == ["never_shown", "few_matches"]
    assert estimated(half_pot).support.estimate == pytest.approx(0.5, abs=0.1)
    assert estimated(replay(drawn(800), always("cup"), Random(1))).support.high > 1


def test_a_cap_is_told_where_it_takes_away() -> None:
    free, capped = (replay(drawn(1400), always("cup"), Random(1), cap) for cap in (10, 5))
    assert estimated(capped).capped.estimate == pytest.approx(estimated(free).capped.estimate / 2)
    assert [one.code for one in free.findings] == []
    assert [one.code for one in capped.findings] == ["weights_capped"]
    assert capped.findings[0].details == {"places": f"{capped.differences.same_places}", "cap": "5"}


def test_impressions_of_one_customer_are_drawn_together() -> None:
    alone = drawn(300)
    crowd = [impression(n, *one.shown, customer=f"c{n // 100}") for n, one in enumerate(alone)]
    by_one, by_hundreds = (
        estimated(replay(log, always("tea"), Random(1))) for log in (alone, crowd)
    )
    assert by_one.capped.estimate == pytest.approx(by_hundreds.capped.estimate)
    assert by_one.capped != by_hundreds.capped


@pytest.mark.parametrize("locale", locales())
@pytest.mark.parametrize(
    ("log", "code"),
    [
        ([impression(0, Place("tea", 1, 0.5), Place("cup")), impression(1)], "no_chances"),
        ([impression(0, Place("pot", 1, 0.5)), impression(1)], "no_matches"),
        ([impression(n, Place("tea", 1, 1), customer="c") for n in range(9)], "too_few_customers"),
        ([], "no_matches"),
    ],
)
def test_where_nothing_can_be_known_it_is_said(
    log: list[Impression], code: str, locale: str
) -> None:
    found = replay(log, always("tea"), Random(1)).estimate
    assert isinstance(found, Refusal)
    assert found.code == code
    assert message(code, locale, found.details)


@pytest.mark.parametrize(
    ("place", "new", "cap", "path"),
    [
        (Place("tea", 1, 0), ["tea"], 9, "$.impressions[0].shown[0].chance"),
        (Place("tea", 1, 1.5), ["tea"], 9, "$.impressions[0].shown[0].chance"),
        (Place("tea", float("nan"), 1), ["tea"], 9, "$.impressions[0].shown[0].reward"),
        (Place("tea", 1, 1), ["tea"], 0.5, "$.cap"),
        (Place("tea", 1, 1), ["tea", "tea"], 9, "$.rules(i0)"),
    ],
)
def test_what_cannot_be_replayed_is_refused(
    place: Place, new: list[str], cap: float, path: str
) -> None:
    with pytest.raises(InputError) as refused:
        replay([impression(0, place)], always(*new), Random(1), cap)
    assert [problem.path for problem in refused.value.problems] == [path]
