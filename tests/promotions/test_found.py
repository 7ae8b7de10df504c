"""Scenarios on which the engine was once wrong, each as small as it could be made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mallops import encode_quote
from mallops.rulebook.asking import Quoted, quote_scenario
from mallops.rulebook.scenarios import decode_scenarios
from mallops.testing.oracle import quote_all

FOUND: dict[str, Any] = json.loads(
    (Path(__file__).parent / "found.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("number", range(len(FOUND["scenarios"])))
def test_the_oracle_agrees(number: int) -> None:
    document = FOUND["scenarios"][number]
    scenario = decode_scenarios(FOUND)[number]
    outcome = quote_scenario(scenario)
    assert isinstance(outcome, Quoted), document["name"]
    naive = quote_all(
        document["catalog"], document["rulebook"], document["cart"], document["at"], limit=60_000
    )
    encoded = encode_quote(outcome.quote)
    assert {key: encoded[key] for key in naive[0]} in naive, document["name"]
