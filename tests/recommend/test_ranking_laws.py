"""What holds of every list, whatever the rules."""

from __future__ import annotations

from collections import Counter
from random import Random

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from mallops.recommend.ranking.engine import rank
from mallops.recommend.ranking.model import Context, Customer, Goods, Ranked
from mallops.recommend.ranking.rules import Quota, Rules
from mallops.recommend.resemblance import resemblance
from mallops.recommend.scored import Scored
from mallops.recommend.traits import Traits
from mallops.testing import naive_ranking
from mallops.time import instant
from tests.recommend.strategies import customers, rulings, scores, shelves

AT = instant("2026-11-11T12:00+08:00")
SHELVES, CUSTOMERS, RULINGS, SCORES = shelves(), customers(), rulings(), scores()


def fitting(rules: Rules, n: int) -> int:
    return max(n, rules.repeat.least + rules.discovery.least)


def candidates(
    scored: tuple[Scored, ...], shelf: dict[str, Goods], rules: Rules, customer: Customer
) -> dict[str, list[float]]:
    """By SKU the amounts of all that may be listed: those with a score, and pins."""
    amounts = {item.sku: [part.amount for part in item.parts] for item in scored}
    for pin in rules.pins:
        amounts.setdefault(pin.sku, [])
    return {
        name: found + [boost.amount for boost in rules.boosts]
        for name, found in amounts.items()
        if name in shelf and naive_ranking.allowed(shelf[name], rules, customer)
    }


@settings(max_examples=150)
@given(SCORES, SHELVES, CUSTOMERS, RULINGS, st.integers(1, 5))
def test_the_list_is_that_of_looking_at_every_set(
    scored: tuple[Scored, ...], shelf: dict[str, Goods], customer: Customer, rules: Rules, n: int
) -> None:
    n = fitting(rules, n)
    free = candidates(scored, shelf, rules, customer)
    ranked = rank(scored, rules, Context(customer, shelf), n, AT)
    listed = [item.sku for item in ranked.items]
    assert listed == naive_ranking.best_list(free, shelf, rules, customer.bought, n)
    assert len(listed) == naive_ranking.largest(free, shelf, rules, customer.bought, n)
    assert (ranked.short is None) == (len(listed) == n)
    told = [note for note in ranked.notes if note.code == "quota_missed"]
    missed = sum(int(note.details["required"]) - int(note.details["found"]) for note in told)
    assert missed == naive_ranking.least_missed(free, shelf, rules, customer.bought, n)[0]


@settings(max_examples=60)
@given(SCORES, SHELVES, CUSTOMERS, RULINGS, st.integers(1, 5), st.integers(0, 99))
def test_the_order_of_what_is_handed_in_plays_no_part(
    scored: tuple[Scored, ...],
    shelf: dict[str, Goods],
    customer: Customer,
    rules: Rules,
    n: int,
    seed: int,
) -> None:
    n = fitting(rules, n)
    once = rank(scored, rules, Context(customer, shelf), n, AT)
    again = Random(seed)
    shuffled = evolve(
        rules,
        caps=tuple(again.sample(rules.caps, len(rules.caps))),
        pins=tuple(again.sample(rules.pins, len(rules.pins))),
    )
    names = again.sample([*shelf], len(shelf))
    turned = Context(customer, {name: shelf[name] for name in names})
    assert rank(again.sample(scored, len(scored)), shuffled, turned, n, AT) == once


@settings(max_examples=60)
@given(SCORES, SHELVES, CUSTOMERS, RULINGS, st.integers(1, 5))
def test_nobody_is_left_without_a_reason(
    scored: tuple[Scored, ...], shelf: dict[str, Goods], customer: Customer, rules: Rules, n: int
) -> None:
    n = fitting(rules, n)
    ranked = rank(scored, rules, Context(customer, shelf), n, AT)
    listed = {item.sku for item in ranked.items}
    known = {item.sku for item in scored} | {pin.sku for pin in rules.pins}
    assert listed.isdisjoint(ranked.left_out)
    assert listed | ranked.left_out.keys() <= known
    unpinned = [item.score for item in ranked.items if item.sku not in ranked.pinned]
    below = known - listed - ranked.left_out.keys()
    if ranked.short is not None:
        assert not below, "all that is missing has a reason"
    elif unpinned and rules.diversity is None:
        boost = sum(boost.amount for boost in rules.boosts)
        scores_of = {item.sku: item.score for item in scored}
        assert all(scores_of.get(name, 0.0) + boost <= min(unpinned) + 1e-9 for name in below)
    heard = {*ranked.pinned.values()}
    told = Counter(note.details["pin"] for note in ranked.notes if "pin" in note.details)
    assert heard.isdisjoint(told)
    assert heard | told.keys() == {pin.id for pin in rules.pins}
    assert all(count == 1 for count in told.values())


@settings(max_examples=150)
@given(SHELVES, st.tuples(*[st.sampled_from([0.0, 1.0, 3.0])] * 3))
def test_likeness_is_that_of_the_twin_and_the_same_both_ways(
    shelf: dict[str, Goods], weights: tuple[float, float, float]
) -> None:
    traits = Traits(*weights, price=1.0)
    for one, other in zip(shelf.values(), [*shelf.values()][1:], strict=False):
        found = resemblance(one.sku, other.sku, traits)
        assert found == naive_ranking.alike(one.sku, other.sku, traits)
        assert found == resemblance(other.sku, one.sku, traits)
        assert 0 <= found <= 1


def without_each(rules: Rules) -> list[Rules]:
    fewer = [
        evolve(rules, caps=(*rules.caps[:i], *rules.caps[i + 1 :])) for i in range(len(rules.caps))
    ]
    return [
        *fewer,
        evolve(rules, repeat=Quota()),
        evolve(rules, discovery=Quota()),
        evolve(rules, bought_once=None),
        evolve(rules, diversity=None),
        evolve(rules, boosts=()),
    ]


@settings(max_examples=60)
@given(SCORES, SHELVES, CUSTOMERS, RULINGS, st.integers(1, 5))
def test_a_rule_less_is_never_an_item_less(
    scored: tuple[Scored, ...], shelf: dict[str, Goods], customer: Customer, rules: Rules, n: int
) -> None:
    n, context = fitting(rules, n), Context(customer, shelf)

    def length(rules: Rules) -> int:
        return len(rank(scored, rules, context, n, AT).items)

    assert min(map(length, without_each(rules))) >= length(rules)


def test_ranked_says_what_it_is() -> None:
    ranked = rank([], Rules(), Context(Customer(), {}), 1, AT)
    assert isinstance(ranked, Ranked)
    assert ranked.short is not None
    assert ranked.short.details == {"wanted": "1", "found": "0", "reasons": ""}
