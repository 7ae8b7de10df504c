"""Steps as documents: those of the conformance files come back as they were written."""

from __future__ import annotations

from pathlib import Path

import pytest

from mallops.rulebook import read_scenarios
from mallops.rulebook.cart import decode_cart
from mallops.rulebook.playing import Played, play_scenario
from mallops.rulebook.reader import Notes
from mallops.rulebook.shared import Shared
from mallops.rulebook.stories import STEP, encode_step
from mallops.stories.model import PlaceOrder

FOLDER = Path(__file__).parent.parent / "conformance"


@pytest.mark.parametrize("file", ["5-stories", "7-returns", "8-points"])
def test_a_step_that_is_written_is_read_as_the_same(file: str) -> None:
    shared, seen = Shared(), set()
    for scenario in read_scenarios(FOLDER / f"{file}.json"):
        played = play_scenario(scenario, shared)
        if not isinstance(played, Played):
            continue
        for step in played.steps:
            notes = Notes()
            read = STEP.read(encode_step(step.step, step.expect), "$", notes)
            assert (notes.problems, read.step.at, read.expect) == ([], step.step.at, step.expect)
            assert read.step.customer == step.step.customer
            if isinstance(step.step.deed, PlaceOrder):
                assert decode_cart(read.cart, played.rulebook.currency) == step.step.deed.cart
            else:
                assert read.step.deed == step.step.deed
            seen.add(type(step.step.deed))
    assert PlaceOrder in seen
