"""Running scenarios: whether a scenario's quote, or its story, is what it expects."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import assert_never

from attrs import frozen

from mallops.findings import Refusal
from mallops.rulebook.asking import Quoted, quote_scenario
from mallops.rulebook.playing import Played, PlayedStep, play_scenario
from mallops.rulebook.quotes import encode_quote
from mallops.rulebook.scenarios import Scenario
from mallops.rulebook.shared import Rejected, Shared
from mallops.rulebook.stories import encode_outcome


@frozen
class Mismatch:
    """A field of the quote, or `error`, that is not what was expected; None: there is none."""

    field: str
    expected: object
    got: object


@frozen
class Passed:
    """The scenario has what it expects."""

    name: str


@frozen
class Failed:
    """The scenario has not what it expects: where not."""

    name: str
    mismatches: tuple[Mismatch, ...]


def run_scenario(scenario: Scenario, shared: Shared | None = None) -> Passed | Failed:
    """Whether a scenario's quote, or refusal, is what it expects; each field compared whole.

    An expected error has to be named, as a whole path, by the message of a refusal. Hand the
    same `Shared` to all scenarios of a file, so that what they share is compiled once.

    >>> from mallops.rulebook.scenarios import decode_scenarios
    >>> [scenario] = decode_scenarios({"scenarios": [{
    ...     "name": "nothing bought", "at": "2026-11-11T00:00:00+08:00", "cart": {},
    ...     "rulebook": {"currency": "CNY"}, "catalog": {}, "expect": {"payable": "1.00"},
    ... }]})
    >>> run_scenario(scenario)
    Failed(name='nothing bought', mismatches=(Mismatch(field='payable', expected='1.00', got='0.00'),))
    """  # noqa: E501
    if scenario.story is not None:
        mismatches = tuple(_told(scenario, play_scenario(scenario, shared)))
    else:
        mismatches = tuple(_quoted(scenario, quote_scenario(scenario, shared)))
    return Failed(scenario.name, mismatches) if mismatches else Passed(scenario.name)


def _quoted(scenario: Scenario, result: Quoted | Rejected) -> Iterator[Mismatch]:
    path = scenario.expected_error
    match result:
        case Rejected():
            yield from _refused(path, result)
        case Quoted() if path is not None:
            yield Mismatch("error", path, f"a quote of {result.quote.payable}")
        case Quoted():
            yield from _different("", scenario.expect, encode_quote(result.quote))
        case _:
            assert_never(result)


def _told(scenario: Scenario, result: Played | Rejected) -> Iterator[Mismatch]:
    path = scenario.expected_error
    match result:
        case Rejected():
            yield from _refused(path, result)
        case Played() if path is not None:
            yield Mismatch("error", path, f"a story of {len(result.steps)} steps")
        case Played():
            for place, step in enumerate(result.steps):
                yield from _step(f"story[{place}]", step)
        case _:
            assert_never(result)


def _step(where: str, step: PlayedStep) -> Iterator[Mismatch]:
    error = step.expect.get("error")
    if isinstance(step.outcome, Rejected):
        # A path that begins at the step is as good as one from the scenario down.
        paths = [error, f"$.{where}{error.removeprefix('$')}"] if isinstance(error, str) else []
        if not any(step.outcome.names(path) for path in paths):
            yield Mismatch(f"{where}.error", error, str(step.outcome))
        return
    got = encode_outcome(step.outcome)
    if isinstance(step.outcome, Refusal) and not isinstance(step.expect.get("refused"), str):
        # The other fields are not there to be looked at.
        yield Mismatch(f"{where}.refused", None, step.outcome.code)
    elif error is not None:
        yield Mismatch(f"{where}.error", error, got)
    else:
        yield from _different(f"{where}.", step.expect, got)


def _refused(path: str | None, result: Rejected) -> Iterator[Mismatch]:
    if path is None or not result.names(path):
        yield Mismatch("error", path, str(result))


def _different(
    where: str, expect: Mapping[str, object], got: Mapping[str, object]
) -> Iterator[Mismatch]:
    for key, wanted in expect.items():
        if not _same(wanted, got.get(key)):
            yield Mismatch(f"{where}{key}", wanted, got.get(key))


def _same(one: object, other: object) -> bool:
    # As JSON: in Python, true equals 1 and 1 equals 1.0.
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
