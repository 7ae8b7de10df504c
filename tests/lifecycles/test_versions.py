from __future__ import annotations

import pytest
from attrs import evolve

from mallops.errors import InputError
from mallops.findings import Finding, Severity
from mallops.lifecycles.case import Awaited, Case, Step
from mallops.lifecycles.machine import Effect, Machine, Row, State
from mallops.lifecycles.stepping import begin, step
from mallops.lifecycles.versions import compare_versions, stranded
from mallops.messages import locales, message
from mallops.time import instant
from tests.lifecycles.claims import CLAIM, PLATFORM, by, instead, row, without

AT = instant("2026-11-11T10:00:00+08:00")
NEXT = evolve(CLAIM, version="2")


def renamed(machine: Machine, old: str, new: str) -> Machine:
    def name(state: str) -> str:
        return new if state == old else state

    return evolve(
        machine,
        states=tuple(evolve(state, id=name(state.id)) for state in machine.states),
        rows=tuple(
            evolve(row, source=name(row.source), target=name(row.target)) for row in machine.rows
        ),
        deadlines=tuple(
            evolve(deadline, states=frozenset(map(name, deadline.states)))
            for deadline in machine.deadlines
        ),
    )


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in findings]


def case(state: str, *awaited: str) -> Case:
    waiting = tuple(Awaited(f"c/{i}", name, AT.add(days=1)) for i, name in enumerate(awaited))
    return Case("c", "claim", "1", state, AT, awaited=waiting)


def test_the_same_machine_strands_nobody() -> None:
    assert compare_versions(CLAIM, CLAIM, {}) == ()
    assert compare_versions(CLAIM, NEXT, {}) == ()
    assert stranded([case("applied"), case("refunding", "refund")], CLAIM, NEXT, {}) == ()


def test_a_change_is_a_new_version() -> None:
    assert codes(compare_versions(CLAIM, evolve(CLAIM, timezone="UTC"), {})) == ["same_version"]
    assert codes(compare_versions(CLAIM, evolve(NEXT, id="order"), {})) == ["other_machine"]


def test_every_old_state_stands_for_one_of_the_new() -> None:
    new = renamed(NEXT, "disputed", "arbitrated")
    (finding,) = compare_versions(CLAIM, new, {})
    assert (finding.code, finding.path) == ("unmapped_state", "$.mapping.disputed")
    assert compare_versions(CLAIM, new, {"disputed": "arbitrated"}) == ()
    disputed = case("disputed")
    found = stranded([case("applied"), disputed, disputed], CLAIM, new, {})
    assert codes(found) == ["stranded_case", "stranded_case"]
    assert [finding.path for finding in found] == ["$.cases[1]", "$.cases[2]"]
    assert stranded([case("disputed")], CLAIM, new, {"disputed": "arbitrated"}) == ()


def test_a_mapping_names_what_there_is() -> None:
    assert codes(compare_versions(CLAIM, NEXT, {"aplied": "applied"})) == ["unknown_state"]
    assert codes(compare_versions(CLAIM, NEXT, {"applied": "aplied"})) == ["unknown_state"]


def test_what_is_over_stays_over_and_what_is_not_goes_on() -> None:
    assert codes(compare_versions(CLAIM, NEXT, {"closed": "disputed"})) == ["reopened_state"]
    ended = compare_versions(CLAIM, NEXT, {"disputed": "closed"})
    assert codes(ended) == ["ended_state"]


def test_a_deadline_that_goes_with_its_state_is_told() -> None:
    (finding,) = compare_versions(CLAIM, NEXT, {"refused": "disputed"})
    assert (finding.code, finding.severity) == ("dropped_deadline", Severity.WARNING)


def test_a_case_in_the_trap_of_the_new_version_is_stranded() -> None:
    # New cases never get into `old_dispute`; the old ones never get out.
    states = (*CLAIM.states, State("old_dispute", patient="only for old cases"))
    rows = (Row("old_dispute", "uphold", "old_dispute", by(PLATFORM)),)
    new = evolve(NEXT, states=states, rows=(*CLAIM.rows, *rows))
    mapping = {"disputed": "old_dispute"}
    assert codes(compare_versions(CLAIM, new, mapping)) == ["dead_end"]
    (finding,) = stranded([case("disputed"), case("applied")], CLAIM, new, mapping)
    assert finding.details == {"case": "c", "state": "disputed", "to": "old_dispute"}


def test_the_answers_of_what_is_awaited_are_taken_or_the_case_is_stranded() -> None:
    mapping = {"refunding": "disputed"}
    found = compare_versions(CLAIM, NEXT, mapping)
    assert {*codes(found)} == {"unanswered_effect", "moved_twice"}
    events = {each.details["event"] for each in found if each.details.get("state") == "disputed"}
    assert events == {"paid", "bounced", "unanswered"}
    (finding,) = stranded([case("refunding", "refund")], CLAIM, NEXT, mapping)
    assert finding.details["effect"] == "refund"


def test_an_effect_that_is_gone_is_lost() -> None:
    renames = {"refund": ("repay",)}
    repay = tuple(
        evolve(row, effects=renames["refund"]) if row.effects else row for row in CLAIM.rows
    )
    effect = Effect("repay", "paid", "bounced", "unanswered", 24, money="refund")
    new = evolve(NEXT, rows=repay, effects=(effect,))
    # Without the refund's answer, the new version waits where nobody can act.
    assert codes(compare_versions(CLAIM, new, {})) == ["lost_effect", "dead_end"]
    (finding,) = stranded([case("refunding", "refund")], CLAIM, new, {})
    assert finding.details["effect"] == "refund"


def test_money_that_has_moved_does_not_move_again_in_the_new_version() -> None:
    # What was paid in the old version waits in the new one among what failed.
    (finding, *_) = compare_versions(
        instead(row("refunding", "paid"), evolve(row("refunding", "paid"), target="disputed")),
        NEXT,
        {},
    )
    assert finding.code == "moved_twice"


def test_a_case_that_is_over_is_never_stranded() -> None:
    new = evolve(NEXT, states=tuple(state for state in CLAIM.states if state.id != "closed"))
    assert stranded([case("closed")], CLAIM, new, {}) == ()


def test_a_case_of_another_version_is_a_mistake() -> None:
    with pytest.raises(InputError):
        stranded([case("applied")], NEXT, NEXT, {})


def test_a_real_case_goes_on() -> None:
    made = step(CLAIM, begin(CLAIM, "c", AT), "agree", "seller", AT)
    assert isinstance(made, Step)
    assert stranded([made.case], CLAIM, NEXT, {}) == ()
    new = without(row("refunding", "bounced"), machine=NEXT)
    assert codes(stranded([made.case], CLAIM, new, {})) == ["stranded_case"]


@pytest.mark.parametrize("locale", locales())
def test_what_is_found_can_be_said(locale: str) -> None:
    findings = (
        *compare_versions(CLAIM, NEXT, {"refunding": "disputed", "refused": "closed"}),
        *compare_versions(CLAIM, evolve(NEXT, id="order"), {}),
        *compare_versions(CLAIM, evolve(CLAIM, timezone="UTC"), {}),
        *stranded([case("refunding", "refund")], CLAIM, NEXT, {"refunding": "disputed"}),
    )
    assert len(findings) > 5
    assert all(message(each.code, locale, each.details) for each in findings)
