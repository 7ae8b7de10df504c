"""The conformance files: what every implementation of the rulebook's format has to answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from mallops.rulebook import Scenario, read_scenarios
from mallops.rulebook.running import Passed, run_scenario
from mallops.rulebook.shared import Shared

FOLDER = Path(__file__).parent / "conformance"
FILES = (
    "1-amounts",
    "2-benefits",
    "3-eligibility",
    "4-choice",
    "5-stories",
    "6-conditions",
    "7-returns",
    "8-points",
)
SCENARIOS = [
    pytest.param(scenario, id=f"{file}: {scenario.name}")
    for file in FILES
    for scenario in read_scenarios(FOLDER / f"{file}.json")
]


@pytest.fixture(scope="module")
def shared() -> Shared:
    return Shared()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_conformance(scenario: Scenario, shared: Shared) -> None:
    assert run_scenario(scenario, shared) == Passed(scenario.name)
