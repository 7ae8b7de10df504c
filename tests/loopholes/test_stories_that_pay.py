"""Faults that are planted into a safe rulebook one at a time, and what the search makes of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings

from mallops import compile_rulebook, decode_catalog, decode_rulebook, instant
from mallops.errors import InputError
from mallops.findings import Refusal, Severity
from mallops.loopholes.model import Kind, Loophole, Repeat, Witness
from mallops.loopholes.replay import replay
from mallops.loopholes.sequences.bounds import Bounds
from mallops.loopholes.sequences.focus import focuses
from mallops.loopholes.sequences.identities import ACCOUNT_PAYS, ACTION_PAYS, ACTION_POOLS
from mallops.loopholes.sequences.searching import StorySearch, find_stories
from mallops.loopholes.sequences.tales import Setting, Tale, told
from mallops.loopholes.sequences.telling import KINDS
from mallops.loopholes.sequences.verdicts import PUMPS, verdicts
from mallops.messages import message
from mallops.promotions.compiled import Compiled
from mallops.stories.model import Look
from mallops.testing.naive_stories import naive_stories
from mallops.testing.stories import stories
from tests.loopholes.malls import AT, COUPON, FULL, HALF, THANKS, TIN, TRIPLE, Doc, mall

ROOT = Path(__file__).parents[2]


def told_again(compiled: Compiled, witness: Witness) -> Tale:
    tale = told(compiled, Setting(witness.steps[0].at, witness.opening), witness.steps)
    assert tale is not None
    return tale


def off(percent: str) -> Doc:
    return {"kind": "percent_off", "percent": percent}


SECOND_HALF = {
    "id": "second",
    "lane": "item",
    "benefit": {"kind": "nth_unit", "n": 2, "percent": "50"},
}
THREE = {
    "id": "three",
    "lane": "item",
    "benefit": {"kind": "bundle_price", "size": 3, "price": "99.00"},
}
STEPS = {
    "id": "steps",
    "lane": "shop",
    "benefit": {
        "kind": "tiers",
        "tiers": [
            {"amount": "50.00", "benefit": {"kind": "amount_off", "amount": "5.00"}},
            {"amount": "100.00", "benefit": {"kind": "amount_off", "amount": "20.00"}},
        ],
    },
}
WITH_TEA = {
    "id": "with-tea",
    "lane": "shop",
    "requires": {"amount": "50.00"},
    "benefit": {"kind": "add_on", "sku": "JAM", "price": "1.00", "quantity": 1},
}
LAVISH = {
    "id": "lavish",
    "lane": "platform",
    "requires": {"amount": "30.00"},
    "benefit": {"kind": "reward", "points": 8000},
}
GRATEFUL = {**THANKS, "benefit": {"kind": "reward", "coupon": "TEN"}}
NO_THRESHOLD = {key: value for key, value in TIN.items() if key != "requires"}
FIVE_HUNDRED = {**THANKS, "benefit": {"kind": "reward", "points": 500}}
ONE_UNIT: Doc = {
    "id": "one",
    "lane": "item",
    "at_most_units": 1,
    "benefit": {"kind": "amount_off", "amount": "10.00"},
}

# What is planted, the code that tells of it, the moves it takes, and what is to blame.
PLANTED: dict[str, tuple[Compiled, str, int, str]] = {
    "earned points kept": (
        mall(earned_points="keep"),
        "pump_points",
        3,
        "$.after_sales.earned_points",
    ),
    "earned points kept, settled when paid": (
        mall(earned_points="keep", earn={"settles": "paid"}),
        "pump_points",
        2,
        "$.after_sales.earned_points",
    ),
    "settled when paid": (
        mall(earn={"settles": "paid"}),
        "debt_left",
        3,
        "$.points.earn.settles",
    ),
    "settled when received": (
        mall(earn={"settles": "received"}),
        "debt_left",
        4,
        "$.points.earn.settles",
    ),
    "points that may be given away, settled when received": (
        mall(earn={"settles": "received"}, points={"transfer": {"allowed": True}}),
        "debt_left",
        4,
        "$.points.earn.settles",
    ),
    "points given away before they are taken back, where they cannot be spent on so little": (
        mall(
            earn={"settles": "paid"},
            points={"transfer": {"allowed": True, "at_most_per_day": 100}, "step": 100_000},
        ),
        "debt_left",
        3,
        "$.points.transfer.allowed",
    ),
    "a threshold kept": (
        mall(FULL, lost_threshold="keep"),
        "kept_too_cheap",
        2,
        LOST := "$.after_sales.lost_threshold",
    ),
    "a coupon's threshold kept": (
        mall({**COUPON, "requires": {"amount": "100.00"}}, lost_threshold="keep"),
        "kept_too_cheap",
        2,
        LOST,
    ),
    "the second at half price kept": (
        mall(SECOND_HALF, lost_threshold="keep"),
        "kept_too_cheap",
        2,
        LOST,
    ),
    "a bundle kept": (mall(THREE, lost_threshold="keep"), "kept_too_cheap", 2, LOST),
    "tiers kept": (mall(STEPS, lost_threshold="keep"), "kept_too_cheap", 2, LOST),
    "an add-on kept": (mall(WITH_TEA, lost_threshold="keep"), "kept_too_cheap", 2, LOST),
    "gifts kept": (mall(TIN, gift="keep"), "gift_for_nothing", 2, "$.after_sales.gift"),
    "limited gifts kept": (
        mall({**TIN, "limits": {"per_customer": 1}}, gift="keep"),
        "limit_passed",
        3,
        "$.after_sales.gift",
    ),
    "gifts kept of which there are few": (
        mall({**TIN, "limits": {"total": 1}}, gift="keep"),
        "limit_passed",
        3,
        "$.after_sales.gift",
    ),
    "gifts kept with a budget": (
        mall({**TIN, "limits": {"budget": "20.00"}}, gift="keep"),
        "limit_passed",
        3,
        "$.after_sales.gift",
    ),
    "a gift dearer than what is left to refund": (
        mall(NO_THRESHOLD, used_points="forfeit"),
        "gift_unpaid",
        3,
        "$.promotions[0]",
    ),
    "a gift for an order paid in points": (
        mall(NO_THRESHOLD),
        "gift_unpaid",
        2,
        "$.after_sales.used_points",
    ),
    "freight refunded": (
        mall(shipping="last"),
        "freight_for_nothing",
        2,
        "$.after_sales.shipping",
    ),
    "points worth more than the price": (
        mall(earn={"points": 200}),
        "points_beat_price",
        3,
        "$.points.earn",
    ),
    "a reward of points worth more than the price": (
        mall(LAVISH),
        "points_beat_price",
        3,
        "$.promotions[0]",
    ),
    "a reward spent before it is taken back, of no face value": (
        mall(THANKS, HALF, earn={"settles": "paid"}),
        "kept_too_cheap",
        3,
        "$.points.earn.settles",
    ),
    "a reward spent before it is taken back": (
        mall(GRATEFUL, COUPON, earn={"settles": "paid"}),
        "kept_too_cheap",
        3,
        "$.points.earn.settles",
    ),
    "multiplied points spent before they are taken back": (
        mall(TRIPLE, earn={"settles": "paid"}),
        "debt_left",
        3,
        "$.points.earn.settles",
    ),
    "reward points spent before they are taken back": (
        mall(FIVE_HUNDRED, earn={"settles": "paid"}),
        "debt_left",
        3,
        "$.points.earn.settles",
    ),
    "a coupon that comes back and still pays": (
        mall({**ONE_UNIT, "coupon": True}),
        "kept_too_cheap",
        2,
        "$.after_sales.coupon",
    ),
    "a flash price for one that another has once the first is back": (
        mall(
            {
                "id": "flash",
                "lane": "item",
                "items": {"sku": ["TEA"]},
                "at_most_units": 1,
                "benefit": {"kind": "fixed_price", "price": "39.00"},
                "limits": {"per_customer": 1},
            }
        ),
        "limit_passed",
        3,
        "$.promotions[0]",
    ),
    "a flash price for one, and another discount for the rest": (
        mall(
            {
                "id": "flash",
                "lane": "item",
                "items": {"sku": ["TEA"]},
                "at_most_units": 1,
                "benefit": {"kind": "fixed_price", "price": "50.00"},
                "limits": {"per_customer": 1},
            },
            {"id": "all", "lane": "item", "benefit": {"kind": "percent_off", "percent": "10"}},
        ),
        "limit_passed",
        3,
        "$.promotions[0]",
    ),
    "a flash price for one unit of any of several goods": (
        mall(
            {
                "id": "flash",
                "lane": "item",
                "items": {"sku": ["TEA", "CUP", "TIN"]},
                "at_most_units": 1,
                "benefit": {"kind": "amount_off", "amount": "5.00", "per": "unit"},
                "limits": {"per_customer": 1},
            }
        ),
        "limit_passed",
        3,
        "$.promotions[0]",
    ),
    "a limit that comes back and is still used": (
        mall({**ONE_UNIT, "limits": {"per_customer": 1}}),
        "limit_passed",
        3,
        "$.promotions[0]",
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_fault_is_found_in_the_moves_it_takes(planted: str) -> None:
    compiled, code, depth, blamed = PLANTED[planted]
    search = find_stories(compiled, AT, Bounds(depth=depth))
    assert search.complete
    found = [
        each
        for each in search.loopholes
        if each.code == code and blamed in {subject.path for subject in each.subjects}
    ]
    assert found, [(each.code, each.subjects) for each in search.loopholes]
    shallower = find_stories(compiled, AT, Bounds(depth=depth - 1)).loopholes if depth > 1 else ()
    assert not [
        each
        for each in shallower
        if each.code == code and blamed in {subject.path for subject in each.subjects}
    ]


SAFE: dict[str, Compiled] = {
    "everything at once": mall(FULL, TIN, COUPON, TRIPLE),
    "expiry": mall(FULL, points={"expire": {"after_days": 30}}),
    "expiry by the year": mall(TIN, points={"expire": {"yearly": "12-31", "grace_months": 3}}),
    "caps": mall(FULL, earn={"at_most_per_day": 50}),
    "nothing comes back": mall(FULL, COUPON, used_points="forfeit", coupon="forfeit"),
    "a limited discount": mall({**FULL, "limits": {"per_customer": 1, "total": 5}}),
    "a coupon of no face value": mall(HALF),
    "rewards that wait": mall(THANKS, HALF),
    "bundles": mall(SECOND_HALF, THREE),
    "tiers": mall(STEPS, WITH_TEA),
    "points that may be given away": mall(FULL, points={"transfer": {"allowed": True}}),
    "points for half of the price": mall(FULL, points={"at_most_percent": "50", "step": 100}),
    "a week of evenings": mall(
        {**FULL, "schedule": {"weekly": [{"days": ["sat"], "from": "20:00", "to": "22:00"}]}}
    ),
    "a short sale": mall(
        {**FULL, "schedule": {"starts": "2026-11-12T00:00", "ends": "2026-11-13T00:00"}}
    ),
    "only for some": mall({**FULL, "audience": {"groups": ["vip"], "first_order": True}}),
}


@pytest.mark.parametrize("name", SAFE)
def test_a_safe_rulebook_has_no_error(name: str) -> None:
    search = find_stories(SAFE[name], AT)
    assert search.complete
    assert [each for each in search.loopholes if each.severity is Severity.ERROR] == []


def test_the_festival_has_no_error_and_one_with_each_policy_that_gives_too_much() -> None:
    festival = json.loads((ROOT / "examples/festival/rulebook.json").read_text("utf-8"))
    goods = json.loads((ROOT / "examples/data/catalog.json").read_text("utf-8"))

    def codes(depth: int, **policy: str) -> set[str]:
        doc = {**festival, "after_sales": {**festival["after_sales"], **policy}}
        rulebook = decode_rulebook(doc)
        compiled = compile_rulebook(rulebook, decode_catalog(goods, rulebook.currency))
        search = find_stories(compiled, instant("2011-11-24T10:00:00+00:00"), Bounds(depth=depth))
        assert search.complete
        return {each.code for each in search.loopholes if each.severity is Severity.ERROR}

    assert codes(3) == set()
    assert codes(2, lost_threshold="keep") == {"kept_too_cheap"}
    assert "pump_points" in codes(3, earned_points="keep")


def loopholes() -> list[tuple[Compiled, Loophole]]:
    return [
        (compiled, each)
        for compiled, _, depth, _ in PLANTED.values()
        for each in find_stories(compiled, AT, Bounds(depth=depth)).loopholes
    ]


def test_every_witness_replays_to_what_is_said_of_it() -> None:
    for compiled, loophole in loopholes():
        assert_replays(compiled, loophole)


def assert_replays(compiled: Compiled, loophole: Loophole) -> None:
    witness, loss = loophole.witness, loophole.loss
    assert witness is not None
    assert loss is not None
    found = replay(compiled, witness)
    assert not any(isinstance(outcome, Refusal) for outcome in found.outcomes)
    if loophole.code in PUMPS:
        assert found.gain >= loss > found.gain * 0
        assert not any(count for each in found.balances.values() for count in each.units.values())
    if loophole.code in KINDS:
        again = verdicts(compiled, told_again(compiled, witness))
        assert (loophole.code, loss.minor) in {(each.code, each.loss) for each in again}
    for locale in ("en", "zh_CN"):
        assert message(loophole.code, locale, loophole.details)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(stories())
def test_witnesses_of_any_rulebook_replay(scenario: dict[str, Any]) -> None:
    rulebook = decode_rulebook(scenario["rulebook"])
    compiled = compile_rulebook(rulebook, decode_catalog(scenario["catalog"], rulebook.currency))
    at = instant(scenario["story"][0]["at"])
    for loophole in find_stories(compiled, at, Bounds(depth=3, states=300)).loopholes:
        assert_replays(compiled, loophole)


def only(search: StorySearch, code: str) -> Loophole:
    [found] = [each for each in search.loopholes if each.code == code]
    return found


def test_a_witness_is_the_shortest_story_with_the_smallest_numbers() -> None:
    found = only(find_stories(mall(TIN, gift="keep"), AT), "gift_for_nothing")
    assert found.witness is not None
    order, receive, back = found.witness.steps
    assert [step.at for step in (order, receive, back)] == [AT] * 3
    assert found.witness.opening == {}
    [cart] = told_again(mall(TIN, gift="keep"), found.witness).carts
    assert [(line.sku, line.quantity) for line in cart.lines] == [("TEA", 2)]
    assert (cart.shipping, cart.coupons, cart.points) == ((), (), 0)
    assert found.loss is not None
    assert str(found.loss) == "20.00"


def test_what_can_be_done_again_is_told_from_what_cannot() -> None:
    again = only(find_stories(mall(earned_points="keep"), AT), "pump_points")
    once = only(find_stories(mall(earn={"settles": "paid"}), AT), "debt_left")
    assert (again.repeat, once.repeat) == (Repeat.AGAIN, Repeat.ONCE)


def test_a_use_that_a_return_gives_back_comes_back_as_often_as_one_likes() -> None:
    flash = mall({**ONE_UNIT, "limits": {"per_customer": 1}})
    assert only(find_stories(flash, AT, Bounds(depth=3)), "limit_passed").repeat is Repeat.AGAIN


def test_rules_that_would_have_prevented_it_are_named() -> None:
    found = only(find_stories(mall(FULL, TIN, lost_threshold="keep"), AT), "kept_too_cheap")
    assert [(subject.id, subject.path) for subject in found.subjects] == [
        ("after_sales", "$.after_sales.lost_threshold"),
        ("full", "$.promotions[0]"),
    ]
    assert found.details == {"loss": "13.60", "honest": "68.00", "paid": "54.40"}


def test_a_further_account_has_its_price() -> None:
    newcomers = mall({**FULL, "audience": {"first_order": True}})
    found = only(find_stories(newcomers, AT), ACCOUNT_PAYS)
    assert (found.kind, found.severity, found.repeat) == (
        Kind.IDENTITY,
        Severity.WARNING,
        Repeat.ONCE,
    )
    # Of 20.00, what an order of 80.00 earns less than one of 100.00.
    assert str(found.loss) == "19.80"
    bounded = mall({**FULL, "limits": {"per_customer": 1, "budget": "1000.00"}})
    assert only(find_stories(bounded, AT), ACCOUNT_PAYS).severity is Severity.NOTE
    assert [each.code for each in find_stories(mall(FULL), AT).loopholes] == []


def test_an_action_has_its_price_for_each_account() -> None:
    referring = mall(points={"actions": [{"id": "refer", "points": 500, "times": {"day": 3}}]})
    found = only(find_stories(referring, AT), ACTION_PAYS)
    assert (str(found.loss), found.repeat) == ("15.00", Repeat.AGAIN)


def test_what_many_accounts_collect_may_be_spent_by_one() -> None:
    refer = {"id": "refer", "points": 500, "times": {"day": 3}}
    pooling = mall(points={"actions": [refer], "transfer": {"allowed": True}})
    found = only(find_stories(pooling, AT), ACTION_POOLS)
    assert (str(found.loss), found.severity) == ("15.00", Severity.WARNING)
    assert found.witness is not None
    assert replay(pooling, found.witness).balances["c1"].points == 1500
    hardly = {"allowed": True, "at_least": 2000}
    apart = mall(points={"actions": [refer], "transfer": hardly})
    assert only(find_stories(apart, AT), ACTION_PAYS).severity is Severity.NOTE


def test_what_waits_for_midnight_is_waited_for() -> None:
    capped = mall(earned_points="keep", earn={"settles": "paid", "at_most_per_day": 0})
    assert find_stories(capped, AT).loopholes == ()


def test_a_search_that_runs_out_of_states_says_so() -> None:
    search = find_stories(mall(FULL, TIN, COUPON, TRIPLE), AT, Bounds(states=50))
    assert (search.complete, search.states) == (False, 50)
    assert search.depth < 4


def test_a_mall_without_goods_has_no_stories() -> None:
    compiled = mall(FULL)
    empty = compile_rulebook(compiled.rulebook, evolve(compiled.catalog, skus=()))
    search = find_stories(empty, AT)
    assert (search.loopholes, search.states, search.complete) == ((), 0, True)


def test_bounds_that_let_nothing_be_found_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        find_stories(mall(), AT, Bounds(depth=0, carts=-1))
    assert [each.path for each in caught.value.problems] == ["$.bounds.depth", "$.bounds.carts"]


@pytest.mark.parametrize(
    ("compiled", "depth"),
    [
        (mall(earned_points="keep", earn={"settles": "paid"}), 3),
        (mall(earn={"settles": "paid"}), 3),
        (mall(earn={"settles": "paid"}, points={"transfer": {"allowed": True}}), 2),
        (mall(FULL, lost_threshold="keep"), 3),
        (mall(TIN, gift="keep"), 3),
        (mall(NO_THRESHOLD), 3),
        (mall({**ONE_UNIT, "coupon": True}), 3),
        (mall(THANKS, HALF, earn={"settles": "paid"}), 2),
        (mall(FULL, TIN), 3),
    ],
)
def test_a_search_that_leaves_nothing_out_finds_the_same(compiled: Compiled, depth: int) -> None:
    bounds = Bounds(depth=depth, carts=1)
    quick = {
        each.code for each in find_stories(compiled, AT, bounds).loopholes if each.code in KINDS
    }
    slow = [naive_stories(compiled, focus, depth) for focus in focuses(compiled, AT, bounds)]
    thorough = {code for each in slow for code in each}
    # What is kept too cheap for the same reason is told once.
    assert quick - thorough == set()
    assert thorough - quick <= {"kept_too_cheap"}


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(stories())
def test_a_search_of_any_rulebook_that_leaves_nothing_out_finds_the_same(
    scenario: dict[str, Any],
) -> None:
    rulebook = decode_rulebook(scenario["rulebook"])
    compiled = compile_rulebook(rulebook, decode_catalog(scenario["catalog"], rulebook.currency))
    at, bounds = instant(scenario["story"][0]["at"]), Bounds(depth=2, carts=1, units=3)
    found = find_stories(compiled, at, bounds).loopholes
    quick = {each.code for each in found if each.code in KINDS}
    slow = [naive_stories(compiled, focus, 2) for focus in focuses(compiled, at, bounds)]
    thorough = {code for each in slow for code in each}
    assert quick - thorough == set()
    assert thorough - quick <= {"kept_too_cheap"}


def test_a_witness_that_waits_ends_with_a_look() -> None:
    found = only(find_stories(mall(earned_points="keep"), AT), "pump_points")
    assert found.witness is not None
    assert isinstance(found.witness.steps[-1].deed, Look)
