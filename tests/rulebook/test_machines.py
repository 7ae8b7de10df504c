"""Machines as documents: nothing is lost on the way, and nothing that is odd gets in."""

from __future__ import annotations

import json
from datetime import date

import pytest
from attrs import evolve
from hypothesis import given

from mallops.errors import InputError
from mallops.lifecycles.machine import Calendar, Deadline, Machine, Term
from mallops.lifecycles.verifying import verify
from mallops.rulebook import canonical_json, decode_machine, encode_machine, parse_json
from tests.lifecycles.broken import BROKEN
from tests.lifecycles.claims import CLAIM
from tests.lifecycles.test_verifying_mutants import mutants
from tests.lifecycles.yudao import YUDAO
from tests.rulebook.documents import Doc, changed

FULL = evolve(
    CLAIM,
    deadlines=(
        *CLAIM.deadlines,
        Deadline(
            "workdays",
            frozenset({"applied"}),
            (
                Term(3, Calendar.WORKDAYS),
                Term(72, Calendar.HOURS, date(2026, 1, 1)),
                Term(2, Calendar.MIDNIGHTS, date(2027, 1, 1)),
            ),
            "silence",
            "buyer",
        ),
    ),
    timezone="Europe/London",
    holidays=frozenset({date(2026, 12, 25), date(2026, 1, 1)}),
    workdays=frozenset({date(2026, 2, 14)}),
)
FULL_MACHINE: Doc = encode_machine(FULL)


@pytest.mark.parametrize("machine", [CLAIM, YUDAO, FULL], ids=["claim", "yudao", "full"])
def test_a_machine_comes_back_as_it_was(machine: Machine) -> None:
    text = canonical_json(encode_machine(machine))
    assert decode_machine(parse_json(text)) == machine
    assert canonical_json(encode_machine(decode_machine(parse_json(text)))) == text


@given(mutants())
def test_any_machine_comes_back_as_it_was(machine: Machine) -> None:
    assert decode_machine(json.loads(json.dumps(encode_machine(machine)))) == machine


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ([], "$"),
        (changed(FULL_MACHINE, "format", "mallops.machine/2"), "$.format"),
        (changed(FULL_MACHINE, "id", ""), "$.id"),
        (changed(FULL_MACHINE, "version", None), "$.version"),
        (changed(FULL_MACHINE, "rows.0.actor", "buyer"), "$.rows[0].actor"),
        (changed(FULL_MACHINE, "rows.0.actors", "buyer"), "$.rows[0].actors"),
        (changed(FULL_MACHINE, "rows.1.guards.0.among.0", 1), "$.rows[1].guards[0].among[0]"),
        (changed(FULL_MACHINE, "states.0.final", "yes"), "$.states[0].final"),
        (changed(FULL_MACHINE, "facts.sealed.0", None), "$.facts.sealed[0]"),
        (
            changed(FULL_MACHINE, "deadlines.0.terms.0.length", 1.5),
            "$.deadlines[0].terms[0].length",
        ),
        (
            changed(FULL_MACHINE, "deadlines.0.terms.0.calendar", "weeks"),
            "$.deadlines[0].terms[0].calendar",
        ),
        (
            changed(FULL_MACHINE, "deadlines.0.terms.0.since", "2026-02-30"),
            "$.deadlines[0].terms[0].since",
        ),
        (changed(FULL_MACHINE, "effects.0.money", True), "$.effects[0].money"),
        (changed(FULL_MACHINE, "holidays.0", "20261225"), "$.holidays[0]"),
        (changed(FULL_MACHINE, "holidays.0", "2026-W01-1"), "$.holidays[0]"),
        (changed(FULL_MACHINE, "timezone", "Mars"), "$.timezone"),
        (changed(FULL_MACHINE, "moves", {}), "$.moves"),
    ],
)
def test_what_is_not_of_the_format_is_refused_at_its_path(document: object, path: str) -> None:
    with pytest.raises(InputError) as caught:
        decode_machine(document)
    assert [problem.path for problem in caught.value.problems] == [path]


def test_the_path_of_a_finding_leads_into_the_file() -> None:
    for code, machine in BROKEN:
        for finding in verify(machine):
            if code != "no_wording":
                assert _at(encode_machine(machine), finding.path) is not None, finding


def _at(document: object, path: str) -> object:
    """What stands at a path of plain keys and positions; keys that defaults leave out are ''."""
    keys = path.removeprefix("$").replace("[", ".").replace("]", "").replace('"', "").split(".")
    for i, key in enumerate(keys[1:], 1):
        if isinstance(document, list):
            document = document[int(key)]
        elif isinstance(document, dict):
            document = document.get(".".join(keys[i:]), document.get(key, ""))
        if document == "" or not isinstance(document, dict | list):
            break
    return document
