"""What playing a story adds to the engines under it: accounts, campaigns, customers, errors."""

from __future__ import annotations

from typing import Any

import pytest
from pendulum import DateTime

from mallops import InputError, compile_rulebook, decode_catalog, decode_rulebook, instant
from mallops.aftersales.order import Order
from mallops.aftersales.windows import settles_at
from mallops.rulebook import decode_scenarios
from mallops.rulebook.playing import Played, play_scenario
from mallops.rulebook.running import Failed, Passed, run_scenario
from mallops.rulebook.shared import Rejected
from mallops.rulebook.stories import encode_outcome
from mallops.rules.book import Rulebook
from mallops.stories.model import Look, Step
from mallops.stories.playing import begin, play

Doc = dict[str, Any]

CATALOG = {"products": [{"sku": "A", "price": "60.00"}, {"sku": "G", "price": "5.00"}]}


def day(number: int, hour: int = 10) -> str:
    return f"2026-11-{number:02}T{hour:02}:00:00+08:00"


def order(at: str, name: str, quantity: int = 1, **cart: Any) -> Doc:
    lines = [{"id": "1", "sku": "A", "quantity": quantity}]
    return {"at": at, "do": "order", "id": name, "cart": {"lines": lines, **cart}}


def scenario(story: list[Doc], rulebook: Doc | None = None, **more: Any) -> Doc:
    book = {"currency": "CNY", **(rulebook or {})}
    return {"catalog": CATALOG, "rulebook": book, "story": story, **more}


def played(story: list[Doc], rulebook: Doc | None = None, **more: Any) -> list[Doc]:
    [decoded] = decode_scenarios({"scenarios": [scenario(story, rulebook, **more)]})
    result = play_scenario(decoded)
    assert isinstance(result, Played), str(result)
    assert not any(isinstance(step.outcome, Rejected) for step in result.steps)
    return [
        encode_outcome(step.outcome)
        for step in result.steps
        if not isinstance(step.outcome, Rejected)
    ]


def rejected(story: list[Doc], **more: Any) -> str:
    [decoded] = decode_scenarios({"scenarios": [scenario(story, **more)]})
    result = play_scenario(decoded)
    assert isinstance(result, Rejected)
    return str(result)


def test_a_campaign_brings_all_customers_together_no_more_than_it_may() -> None:
    campaign = {"id": "c", "multiplier": "2", "at_most": 100}
    earn = {"per": "1.00", "points": 1, "settles": "paid", "campaigns": [campaign]}
    story = [
        order(day(1), "o1", customer={"id": "c1"}),
        {"at": day(1), "do": "cancel", "order": "o1"},
        order(day(2), "o2", customer={"id": "c2"}),
        {"at": day(2), "do": "balance", "customer": "c2"},
        order(day(3), "o3", customer={"id": "c3"}),
        {"at": day(3), "do": "balance", "customer": "c3"},
    ]
    outcomes = played(story, {"points": {"earn": earn}})
    assert [outcomes[1]["points_taken"], outcomes[3]["points"], outcomes[5]["points"]] == [
        120,
        60 + 40,
        60,
    ]


def test_usage_of_the_scenario_is_where_the_story_begins() -> None:
    off = {"kind": "amount_off", "amount": "10.00"}
    limits = {"total": 3, "per_customer": 2}
    book = {"promotions": [{"id": "p", "lane": "shop", "benefit": off, "limits": limits}]}
    story = [
        order(day(1), "o1", customer={"id": "c1"}),
        order(day(1), "o2", customer={"id": "c1"}),
        order(day(1), "o3", customer={"id": "c2"}),
        order(day(1), "o4", customer={"id": "c3"}),
    ]
    used = {"p": {"total": 1, "customer": 1, "spent": "10.00"}}
    outcomes = played(story, book, usage=used)
    assert [outcome["payable"] for outcome in outcomes] == ["50.00", "60.00", "50.00", "60.00"]


def test_an_order_of_somebody_else_is_unknown() -> None:
    story = [
        order(day(1), "o1", customer={"id": "c1"}),
        {"at": day(2), "do": "receive", "order": "o1", "customer": "c2"},
    ]
    opening: Doc = {"c1": {}, "c2": {}}
    assert played(story, opening=opening)[1] == {"refused": "unknown_order"}


def test_what_is_wrong_with_a_story_is_told_at_its_path() -> None:
    assert "$.story[1].at" in rejected([order(day(2), "o1"), order(day(1), "o2")])
    assert "$.story[1].id" in rejected([order(day(1), "o1"), order(day(1), "o1")])
    assert "$.story: " in rejected([])
    assert "$.cart: " in rejected([order(day(1), "o1")], cart={})
    assert "$.at: " in rejected([order(day(1), "o1")], at=day(1))
    assert "$.expect: " in rejected([order(day(1), "o1")], expect={"payable": "60.00"})
    assert "$.story[0].customer" in rejected(
        [{"at": day(1), "do": "balance"}], opening={"c1": {}, "c2": {}}
    )
    assert "$.story[0].do" in rejected([{"at": day(1), "do": "steal"}])
    assert "$.story[0].expect.payabel" in rejected(
        [order(day(1), "o1") | {"expect": {"payabel": "60.00"}}]
    )
    assert "story[0].cart $.lines[0].quantity" in rejected([order(day(1), "o1", quantity=0)])
    assert "$.opening.points" in rejected([order(day(1), "o1")], opening={"points": -1})
    grant = {"at": day(1), "do": "grant"}
    assert "$.story[0]" in rejected([grant])
    assert "$.story[0]" in rejected([grant | {"points": 5, "coupon": "c"}])


def outcome_of(document: Doc) -> Passed | Failed:
    [decoded] = decode_scenarios({"scenarios": [document]})
    return run_scenario(decoded)


def test_a_step_may_expect_its_documents_to_be_refused() -> None:
    story = [
        order(day(1), "o1"),
        order(day(1), "o2", quantity=0) | {"expect": {"error": "$.lines[0].quantity"}},
        {"at": day(2), "do": "receive", "order": "o1"},
        {
            "at": day(3),
            "do": "return",
            "order": "o1",
            "units": {"9": 1},
            "expect": {"error": "$.units.9"},
        },
        {"at": day(3), "do": "balance", "expect": {"units": {"A": 1}}},
    ]
    assert outcome_of(scenario(story)) == Passed("")
    story[3]["expect"] = {"error": "$.units.8"}
    assert isinstance(outcome_of(scenario(story)), Failed)
    del story[3]["expect"]
    assert outcome_of(scenario(story, expect={"error": "$.story[3].units.9"})) == Passed("")


def test_a_refusal_that_nobody_expects_fails_the_story() -> None:
    cancel = {"at": day(1), "do": "cancel", "order": "o1"}
    failed = outcome_of(scenario([order(day(1), "o1"), cancel, cancel]))
    assert isinstance(failed, Failed)
    assert [(each.field, each.got) for each in failed.mismatches] == [
        ("story[2].refused", "cancelled")
    ]


def test_a_refusal_that_is_expected_and_does_not_come_fails_the_story() -> None:
    step = order(day(1), "o1") | {"expect": {"refused": "points_short"}}
    assert isinstance(outcome_of(scenario([step])), Failed)


def test_each_order_is_asked_for_its_settling_when_it_changes_and_not_at_every_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def counting(asking: Order, rulebook: Rulebook) -> DateTime | None:
        asked.append(asking.id)
        return settles_at(asking, rulebook)

    monkeypatch.setattr("mallops.stories.playing.settles_at", counting)
    story: list[Doc] = []
    for number in range(20):
        story += [
            order(day(1), f"o{number}"),
            {"at": day(1), "do": "receive", "order": f"o{number}"},
        ]
    book = {"points": {"earn": {"per": "1.00", "points": 1}}}
    outcomes = played([*story, {"at": day(20), "do": "balance"}], book)
    assert outcomes[-1]["points"] == 20 * 60
    assert len(asked) <= 3 * 20


def test_the_only_customer_may_be_told_by_the_first_orders_step() -> None:
    story = [
        {**order(day(1), "o1"), "customer": "bo"},
        {"at": day(1), "do": "grant", "points": 5},
        {"at": day(1), "do": "balance"},
        {"at": day(1), "do": "balance", "customer": "bo"},
    ]
    outcomes = played(story, opening={"points": 500})
    assert [outcomes[2]["points"], outcomes[3]["points"]] == [505, 505]


def test_opening_points_settle_at_the_first_step_that_has_an_instant() -> None:
    story = [
        {"at": "soon", "do": "balance", "expect": {"error": "$.at"}},
        {"at": day(1), "do": "balance", "expect": {"points": 500}},
    ]
    book = {"currency": "CNY", "points": {"expire": {"after_days": 365}}}
    told = scenario(story, book, name="s", opening={"points": 500})
    [decoded] = decode_scenarios({"scenarios": [told]})
    assert run_scenario(decoded) == Passed("s")


def test_opening_points_that_would_end_after_time_does_are_told_of() -> None:
    late = {"at": "9999-12-30T00:00:00+00:00", "do": "balance"}
    book = {"points": {"expire": {"after_days": 365}}}
    told = rejected([late], rulebook=book, opening={"points": 5})
    assert told.startswith("scenario $.opening: got 365, expected an instant within the years")


def test_a_step_before_the_last_one_is_a_mistake() -> None:
    rulebook = decode_rulebook({"currency": "CNY"})
    compiled = compile_rulebook(rulebook, decode_catalog(CATALOG, rulebook.currency))
    monday = instant(day(9))
    world, _ = play(compiled, begin(compiled, {}, monday), Step(monday, Look(), "c"))
    with pytest.raises(InputError) as error:
        play(compiled, world, Step(monday.subtract(seconds=1), Look(), "c"))
    assert error.value.problems[0].path == "$.at"
