from __future__ import annotations

import re
from pathlib import Path

import pytest
from attrs import evolve

from mallops.findings import Severity
from mallops.lifecycles import checks
from mallops.lifecycles.machine import TIMER, Deadline, Effect, Machine, Row, State
from mallops.lifecycles.verifying import verify
from mallops.messages import locales, message
from tests.lifecycles.broken import BROKEN, partly_paid
from tests.lifecycles.claims import (
    CLAIM,
    OPENED,
    SEALED,
    SELLER,
    by,
    days,
    instead,
    row,
    told,
    with_rows,
)
from tests.lifecycles.yudao import YUDAO
from tests.test_messages import codes_in

CHECKS = Path(checks.__file__).parent
PAGE = (Path(__file__).parents[2] / "docs" / "machine-checks.md").read_text("utf-8")


def codes(machine: Machine) -> set[str]:
    return {finding.code for finding in verify(machine)}


def test_a_good_machine_has_no_findings() -> None:
    assert verify(CLAIM) == ()


@pytest.mark.parametrize(
    ("code", "machine"), BROKEN, ids=[f"{code}-{i}" for i, (code, _) in enumerate(BROKEN)]
)
def test_a_planted_fault_is_found_and_nothing_else(code: str, machine: Machine) -> None:
    assert codes(machine) == {code}


def test_every_code_has_a_broken_machine() -> None:
    given = {code for module in CHECKS.glob("*.py") for code in codes_in(module)}
    assert given == {code for code, _ in BROKEN}


@pytest.mark.parametrize("locale", locales())
def test_a_finding_can_be_said_with_the_details_it_comes_with(locale: str) -> None:
    for code, machine in BROKEN:
        for finding in verify(machine):
            said = message(finding.code, locale, finding.details)
            shown = {"most"} if code == "too_many_places" else finding.details.keys() - {"facts"}
            assert all(finding.details[name] in said for name in shown)


def test_a_code_has_one_severity() -> None:
    found = {(each.code, each.severity) for _, machine in BROKEN for each in verify(machine)}
    assert len(found) == len({code for code, _ in found})


def test_the_page_has_a_section_for_each_code_with_a_bad_and_a_good_example() -> None:
    sections = dict(
        re.findall(r"^### `(\w+)`\n(.*?)(?=^##)", f"{PAGE}\n##", re.DOTALL | re.MULTILINE)
    )
    modules = (*CHECKS.glob("*.py"), CHECKS.parent / "versions.py")
    assert sections.keys() == {code for module in modules for code in codes_in(module)}
    severities = {each.code: each.severity for _, machine in BROKEN for each in verify(machine)}
    for code, section in sections.items():
        told = section.split(".", 1)[0].strip()
        assert told == severities.get(code, Severity[told.upper()]).name.capitalize()
        # The bad example first; what is good has no findings, or not this one.
        bad, good = section.split(code, 1)
        assert ">>> " in bad, code
        assert re.search(r"^(\[\]|\(\)|False)$", good, re.MULTILINE), code


def test_a_circle_that_facts_or_another_deadline_leave_is_none() -> None:
    lapse = row("refused", "lapse")
    by_facts = instead(
        lapse, evolve(lapse, target="refused", guards=(SEALED,)), evolve(lapse, guards=(OPENED,))
    )
    assert codes(told(by_facts)) == set()
    reminded = instead(lapse, evolve(lapse, target="refused"))
    assert codes(reminded) == {"deadline_cycle"}
    over = Deadline("over", frozenset({"refused"}), days(30), "silence", SELLER)
    ended = with_rows(Row("refused", "silence", "closed", by(TIMER)), machine=reminded)
    ended = evolve(ended, deadlines=(*CLAIM.deadlines, over))
    assert codes(told(ended)) == set()
    # A deadline of one state of the circle only begins anew with each round.
    silence = row("applied", "silence")
    again = row("refused", "lapse", ended)
    round_and_round = instead(again, evolve(again, target="applied"), machine=ended)
    round_and_round = instead(
        silence, evolve(silence, target="refused", effects=()), machine=round_and_round
    )
    assert codes(told(round_and_round)) == {"deadline_cycle"}


def test_money_of_another_name_may_move_as_well() -> None:
    transfer = Effect("transfer", "paid", "bounced", "unanswered", 24, money="refund")
    comfort = evolve(transfer, id="comfort", money="comfort")
    refunds = (*CLAIM.effects, transfer)
    assert codes(partly_paid("transfer", *refunds)) == {"moved_twice"}
    # Comfort is paid once more each time that it is paid partly.
    assert codes(partly_paid("comfort", *CLAIM.effects, comfort)) == {"moved_twice"}
    paid = row("refunding", "paid")
    once = with_rows(
        *(
            evolve(row("refunding", event), source="comforting", target="refunded")
            for event in ("paid", "bounced", "unanswered")
        ),
        machine=instead(paid, evolve(paid, target="comforting", effects=("comfort",))),
    )
    comforting = evolve(
        once,
        states=(*CLAIM.states, State("comforting")),
        effects=(*CLAIM.effects, comfort),
    )
    assert codes(told(comforting)) == set()
    assert codes(
        told(evolve(comforting, effects=(*CLAIM.effects, evolve(comfort, money="refund"))))
    ) == {"moved_twice"}


def test_yudao_has_no_deadlines_and_a_failed_refund_is_a_dead_end() -> None:
    found = [(each.code, each.details["state"]) for each in verify(YUDAO)]
    assert found == [
        ("dead_end", "WAIT_REFUND"),
        ("no_deadline", "APPLY"),
        ("no_deadline", "SELLER_AGREE"),
        ("no_deadline", "BUYER_DELIVERY"),
    ]
    assert verify(YUDAO)[0].details["after"] == "agree_refund, refund_failed"
