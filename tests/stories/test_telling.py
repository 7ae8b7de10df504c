"""Stories for people: every story of the conformance files can be told, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from mallops.rulebook import read_scenarios
from mallops.rulebook.playing import Played, play_scenario
from mallops.rulebook.shared import Rejected, Shared
from mallops.stories.model import Outcome, Step, Undone
from mallops.stories.telling import story_text

FOLDER = Path(__file__).parent.parent / "conformance"
FILES = ("5-stories", "7-returns", "8-points")


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
@pytest.mark.parametrize("file", FILES)
def test_every_story_is_told_step_by_step(file: str, locale: str) -> None:
    shared = Shared()
    for scenario in read_scenarios(FOLDER / f"{file}.json"):
        played = play_scenario(scenario, shared)
        if isinstance(played, Rejected):
            continue
        told = _taken(played)
        text = story_text(told, played.rulebook, locale)
        begun = [line for line in text.splitlines() if not line.startswith(" ")]
        assert len(begun) == len(told)
        assert "{" not in text
        for _, outcome in told:
            if isinstance(outcome, Undone):
                assert str(outcome.found.refund) in text


def _taken(played: Played) -> list[tuple[Step, Outcome]]:
    return [
        (step.step, step.outcome) for step in played.steps if not isinstance(step.outcome, Rejected)
    ]
