"""Witnesses as scenario files: they pass, and fail where the engine gives something else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from mallops.loopholes.model import Loophole
from mallops.loopholes.replay import replay
from mallops.loopholes.report.scenarios import witness_files, witness_scenario
from mallops.rulebook import decode_scenarios
from mallops.rulebook.running import Failed, Passed, run_scenario
from mallops.rulebook.schema import SCHEMAS
from tests.loopholes.report.samples import alone, cheap, compiled, kept, plain, referred, report

WITH_WITNESS = [kept(), cheap(), referred(), alone()]


def written(loophole: Loophole) -> Any:
    return json.loads(json.dumps(witness_scenario(compiled(), loophole)))


@pytest.mark.parametrize("loophole", WITH_WITNESS, ids=lambda loophole: loophole.code)
def test_a_witness_passes_as_a_scenario(loophole: Loophole) -> None:
    document = written(loophole)
    Draft202012Validator(SCHEMAS["scenarios"]()).validate(document)
    [scenario] = decode_scenarios(document)
    assert run_scenario(scenario) == Passed(loophole.code)


@pytest.mark.parametrize("loophole", WITH_WITNESS, ids=lambda loophole: loophole.code)
def test_it_ends_with_every_account_as_the_replay_has_it(loophole: Loophole) -> None:
    assert loophole.witness is not None
    balances = replay(compiled(), loophole.witness).balances
    story = written(loophole)["scenarios"][0]["story"]
    looks = {step.get("customer", ""): step["expect"] for step in story[-len(balances) :]}
    assert looks.keys() == balances.keys()
    for name, balance in balances.items():
        assert looks[name]["wealth"] == str(balance.wealth)
        assert looks[name]["cash"] == str(balance.cash)


@pytest.mark.parametrize(
    ("step", "field", "value"),
    [(0, "payable", "100.01"), (3, "refund", "99.00"), (4, "points", 0), (4, "cash", "0.01")],
)
def test_it_fails_where_the_engine_gives_something_else(
    step: int, field: str, value: object
) -> None:
    document = written(kept())
    document["scenarios"][0]["story"][step]["expect"][field] = value
    [scenario] = decode_scenarios(document)
    failed = run_scenario(scenario)
    assert isinstance(failed, Failed)
    assert [each.field for each in failed.mismatches] == [f"story[{step}].{field}"]


def test_it_fails_once_the_hole_is_closed() -> None:
    document = written(kept())
    del document["rulebook"]["after_sales"]["earned_points"]
    [scenario] = decode_scenarios(document)
    assert isinstance(run_scenario(scenario), Failed)


def test_a_refusal_is_expected() -> None:
    story = written(cheap())["scenarios"][0]["story"]
    assert story[3]["expect"] == {"refused": "coupon_not_held"}


def test_a_cart_says_whose_it_is() -> None:
    first = written(referred())["scenarios"][0]["story"][0]
    assert "customer" not in first
    assert first["cart"]["customer"] == {"id": "ann"}


def test_files_have_names_of_their_own() -> None:
    found = report(kept(), kept(), cheap(), plain())
    names = [name for name, _ in witness_files([found])]
    assert len(set(names)) == 3
    assert sum(name.endswith("-2.json") for name in names) == 1
