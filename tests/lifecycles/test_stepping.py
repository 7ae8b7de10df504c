"""The kernel, against its naive twin on random machines, and case by case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from mallops.errors import InputError
from mallops.lifecycles.calendars import due_at
from mallops.lifecycles.case import Case, Refused, Step
from mallops.lifecycles.explaining import explain
from mallops.lifecycles.machine import (
    Calendar,
    Deadline,
    Effect,
    Guard,
    Machine,
    Row,
    State,
    Term,
    Value,
)
from mallops.lifecycles.stepping import begin, due, expected, step
from mallops.testing import naive_machine
from mallops.time import instant

NOON = instant("2026-11-11T12:00:00+08:00")

PAY = Effect("refund", "refunded", "failed", "silent", 24, money="refund")
MACHINE = Machine(
    id="m",
    version="1",
    states=(State("asked"), State("paying"), State("stuck"), State("done", final=True)),
    events=("agree", "refunded", "failed", "silent", "again", "lapse", "refuse"),
    actors=("buyer", "seller", "timer", "provider"),
    rows=(
        Row(
            "asked",
            "agree",
            "paying",
            frozenset({"seller"}),
            (
                Guard("too_much", "small", frozenset({True})),
                Guard("no_proof", "proof", frozenset({"photo", "video"})),
            ),
            ("refund",),
        ),
        Row("asked", "refuse", "done", frozenset({"seller"})),
        Row("asked", "lapse", "paying", frozenset({"timer"}), (), ("refund",)),
        Row("paying", "refunded", "done", frozenset({"provider"})),
        Row("paying", "failed", "stuck", frozenset({"provider"})),
        Row("paying", "silent", "stuck", frozenset({"timer"})),
        Row("stuck", "again", "paying", frozenset({"seller", "buyer"}), (), ("refund",)),
        Row("stuck", "lapse", "done", frozenset({"timer"})),
    ),
    facts={"small": (True, False), "proof": ("none", "photo", "video")},
    deadlines=(
        Deadline("answer", frozenset({"asked"}), (Term(48, Calendar.HOURS),), "lapse", "buyer"),
        Deadline("mend", frozenset({"stuck"}), (Term(24, Calendar.HOURS),), "lapse", "seller"),
    ),
    effects=(PAY,),
)
GOOD: Mapping[str, Value] = {"small": True, "proof": "photo"}


def moved(case: Case, event: str, actor: str, hours: int = 0, answers: str = "") -> Step:
    found = step(MACHINE, case, event, actor, NOON.add(hours=hours), GOOD, answers)
    assert isinstance(found, Step), found
    return found


def codes(case: Case, event: str, actor: str, hours: int = 0, **more: Any) -> tuple[str, ...]:
    facts = more.pop("facts", GOOD)
    found = step(MACHINE, case, event, actor, NOON.add(hours=hours), facts, **more)
    assert isinstance(found, Refused), found
    return found.codes


ASKED = begin(MACHINE, "c", NOON)


def test_a_step_says_what_to_do_and_what_to_keep() -> None:
    first = moved(ASKED, "agree", "seller", 1)
    assert [(each.key, each.effect) for each in first.perform] == [("c/1/refund", "refund")]
    assert first.perform[0].until == NOON.add(hours=25)
    assert [each.deadline for each in first.cancelled] == ["answer"]
    assert first.set == ()
    log = first.log
    assert (log.number, log.actor, log.source, log.target) == (1, "seller", "asked", "paying")
    again = moved(
        moved(first.case, "failed", "provider", 2, "c/1/refund").case, "again", "buyer", 3
    )
    assert [each.key for each in again.perform] == ["c/3/refund"]


def test_a_refusal_carries_every_reason() -> None:
    assert codes(ASKED, "agree", "seller", facts={"small": False, "proof": "none"}) == (
        "too_much",
        "no_proof",
    )
    assert codes(ASKED, "agree", "buyer") == ("not_yours",)
    assert codes(ASKED, "refunded", "provider") == ("not_here",)


def test_an_answer_is_taken_once() -> None:
    paying = moved(ASKED, "agree", "seller").case
    assert codes(paying, "refunded", "provider") == ("not_awaited",)
    assert codes(paying, "refunded", "provider", answers="c/9/refund") == ("not_awaited",)
    stuck = moved(paying, "failed", "provider", 1, "c/1/refund").case
    paid = moved(stuck, "again", "buyer", 2).case
    assert codes(paid, "refunded", "provider", 3, answers="c/1/refund") == ("not_awaited",)
    assert moved(paid, "refunded", "provider", 3, "c/3/refund").case.state == "done"


def test_what_is_overdue_comes_first_however_late_anybody_looks() -> None:
    assert codes(ASKED, "refuse", "seller", 48) == ("overdue",)
    assert codes(ASKED, "lapse", "timer", 47) == ("not_due",)
    assert moved(ASKED, "lapse", "timer", 48).case.state == "paying"
    assert moved(ASKED, "lapse", "timer", 500).case.state == "paying"
    paying = moved(ASKED, "agree", "seller").case
    assert codes(paying, "refunded", "provider", 24, answers="c/1/refund") == ("overdue",)
    assert moved(paying, "silent", "timer", 24).case.state == "stuck"


def test_what_is_late_is_refused_with_all_that_is_against_it_too() -> None:
    bad: Mapping[str, Value] = {"small": False, "proof": "none"}
    assert codes(ASKED, "agree", "seller", 48, facts=bad) == ("overdue", "too_much", "no_proof")
    assert codes(ASKED, "agree", "buyer", 48) == ("overdue", "not_yours")
    assert codes(ASKED, "agree", "seller", 48) == ("overdue",)
    # What nobody has looked up speaks for nothing.
    assert codes(ASKED, "agree", "seller", 48, facts={"small": False}) == ("overdue",)


def test_due_gives_each_case_its_first_event_in_order() -> None:
    later = begin(MACHINE, "b", NOON.add(hours=1))
    found = due(MACHINE, [later, ASKED], NOON.add(hours=49))
    assert [(each.case, each.event) for each in found] == [("c", "lapse"), ("b", "lapse")]
    assert due(MACHINE, [later, ASKED], NOON.add(hours=47)) == ()


def test_time_does_not_run_backwards() -> None:
    late = moved(ASKED, "agree", "seller", 10).case
    assert moved(late, "failed", "provider", 3, "c/1/refund").case.since == NOON.add(hours=10)


def test_due_is_asked_of_one_machine() -> None:
    with pytest.raises(InputError, match="a case of m/1"):
        due(MACHINE, [ASKED, begin(evolve(MACHINE, id="other"), "d", NOON)], NOON)


def test_a_case_of_another_machine_is_a_mistake() -> None:
    for case in (evolve(ASKED, version="2"), evolve(ASKED, machine="n")):
        with pytest.raises(InputError) as error:
            step(MACHINE, case, "agree", "seller", NOON, GOOD)
        assert error.value.problems[0].path == "$.case.version"


def test_a_deadline_that_leads_back_to_its_state_begins_anew() -> None:
    remind = Row("asked", "refuse", "asked", frozenset({"timer"}))
    daily = Deadline("remind", frozenset({"asked"}), (Term(24, Calendar.HOURS),), "refuse", "buyer")
    machine = evolve(MACHINE, rows=(*MACHINE.rows, remind), deadlines=(daily, *MACHINE.deadlines))
    case = begin(machine, "c", NOON)
    found = step(machine, case, "refuse", "timer", NOON.add(hours=30))
    assert isinstance(found, Step)
    assert [(each.deadline, each.at) for each in found.case.deadlines] == [
        ("answer", NOON.add(hours=48)),
        ("remind", NOON.add(hours=54)),
    ]


def test_what_the_machine_does_not_know_is_a_mistake() -> None:
    mistakes: list[tuple[str, str, Mapping[str, Value], str]] = [
        ("steal", "seller", GOOD, "$.event"),
        ("agree", "thief", GOOD, "$.actor"),
        ("agree", "seller", {"small": True}, "$.facts.proof"),
        ("agree", "seller", {"small": True, "proof": "song"}, "$.facts.proof"),
    ]
    for event, actor, facts, path in mistakes:
        with pytest.raises(InputError) as error:
            step(MACHINE, ASKED, event, actor, NOON, facts)
        assert error.value.problems[0].path == path
    paying = moved(ASKED, "agree", "seller").case
    for case, event, hours in ((ASKED, "agree", 48), (paying, "refunded", 1)):
        with pytest.raises(InputError, match="actor"):
            step(MACHINE, case, event, "thief", NOON.add(hours=hours), GOOD)


def test_explain_tells_every_move_and_who_waits() -> None:
    outlook = explain(MACHINE, ASKED, "seller", NOON, {"small": True, "proof": "none"})
    told = {move.event: [reason.code for reason in move.against] for move in outlook.moves}
    assert told == {"agree": ["no_proof"], "refuse": []}
    [waiting] = outlook.waiting
    assert (waiting.actors, waiting.until, waiting.benefits) == (
        ("seller",),
        NOON.add(hours=48),
        "buyer",
    )
    late = explain(MACHINE, ASKED, "buyer", NOON.add(hours=48))
    assert [reason.code for reason in late.moves[1].against] == ["not_yours", "overdue"]
    found = step(MACHINE, ASKED, "refuse", "seller", NOON.add(hours=48))
    assert isinstance(found, Refused)
    assert late.moves[1].against[1] == found.reasons[0]


# --- calendars -----------------------------------------------------------------------------------


def deadline(*terms: Term) -> Deadline:
    return Deadline("d", frozenset({"asked"}), terms, "lapse", "buyer")


@pytest.mark.parametrize(
    ("term", "since", "at"),
    [
        (Term(48, Calendar.HOURS), "2026-10-31T12:00:00-04:00", "2026-11-02T11:00:00-05:00"),
        (Term(2, Calendar.DAYS), "2026-10-31T12:00:00-04:00", "2026-11-02T12:00:00-05:00"),
        (Term(7, Calendar.MIDNIGHTS), "2026-11-01T15:00:00-05:00", "2026-11-09T00:00:00-05:00"),
        (Term(1, Calendar.WORKDAYS), "2026-11-06T15:00:00-05:00", "2026-11-10T00:00:00-05:00"),
        (Term(2, Calendar.WORKDAYS), "2026-11-24T15:00:00-05:00", "2026-11-28T00:00:00-05:00"),
    ],
)
def test_deadlines_are_counted_on_their_calendar(term: Term, since: str, at: str) -> None:
    thanksgiving = frozenset({date(2026, 11, 26)})
    machine = evolve(MACHINE, timezone="America/New_York", holidays=thanksgiving)
    assert due_at(deadline(term), instant(since), machine) == instant(at)


def test_a_weekend_can_be_worked() -> None:
    machine = evolve(MACHINE, workdays=frozenset({date(2026, 11, 14)}))
    friday = instant("2026-11-13T18:00:00+08:00")
    found = due_at(deadline(Term(1, Calendar.WORKDAYS)), friday, machine)
    assert found == instant("2026-11-15T00:00:00+08:00")


def test_the_term_in_force_when_the_state_was_entered_decides() -> None:
    terms = (
        Term(48, Calendar.HOURS),
        Term(24, Calendar.HOURS, since=date(2026, 11, 11)),
        Term(12, Calendar.HOURS, since=date(2027, 1, 1)),
    )
    eve = instant("2026-11-10T23:59:59+08:00")
    for since, hours in [(eve, 48), (eve.add(seconds=1), 24), (eve.add(days=400), 12)]:
        assert due_at(deadline(*terms), since, MACHINE) == since.add(hours=hours)


# --- random machines -----------------------------------------------------------------------------

STATES, EVENTS, ACTORS = ("s0", "s1", "s2", "s3"), ("e0", "e1", "e2", "e3"), ("a", "b", "timer")
EFFECT_ANSWERS = ("ok", "no", "late")
FACTS: dict[str, tuple[Value, ...]] = {"f": (True, False), "g": ("x", "y", "z")}


@st.composite
def machines(draw: st.DrawFn) -> Machine:
    guards = st.sampled_from(
        [
            Guard("f_false", "f", frozenset({True})),
            Guard("g_not_x", "g", frozenset({"x"})),
            Guard("g_z", "g", frozenset({"x", "y"})),
        ]
    )
    rows = draw(
        st.lists(
            st.builds(
                Row,
                st.sampled_from(STATES),
                st.sampled_from((*EVENTS, *EFFECT_ANSWERS)),
                st.sampled_from(STATES),
                st.frozensets(st.sampled_from(ACTORS), min_size=1),
                st.lists(guards, max_size=2, unique=True).map(tuple),
                st.sampled_from([(), (), ("pay",)]),
            ),
            min_size=3,
            max_size=14,
        )
    )
    deadlines = tuple(
        Deadline(
            f"d{number}",
            draw(st.frozensets(st.sampled_from(STATES), min_size=1, max_size=3)),
            (Term(draw(st.integers(1, 5)), Calendar.HOURS),),
            draw(st.sampled_from(EVENTS)),
            "a",
        )
        for number in range(draw(st.integers(0, 2)))
    )
    return Machine(
        "m",
        "1",
        tuple(State(name) for name in STATES),
        (*EVENTS, *EFFECT_ANSWERS),
        ACTORS,
        tuple(rows),
        FACTS,
        deadlines,
        (Effect("pay", *EFFECT_ANSWERS, within=2),),
    )


def plain(machine: Machine) -> dict[str, Any]:
    return {
        "states": list(STATES),
        "rows": [
            {
                "source": row.source,
                "event": row.event,
                "target": row.target,
                "actors": set(row.actors),
                "guards": [(guard.code, guard.fact, guard.among) for guard in row.guards],
                "effects": list(row.effects),
            }
            for row in machine.rows
        ],
        "deadlines": {
            each.id: {
                "states": set(each.states),
                "hours": each.terms[0].length,
                "event": each.event,
            }
            for each in machine.deadlines
        },
        "effects": {"pay": {"answers": list(EFFECT_ANSWERS), "within": 2}},
    }


MOVES = st.tuples(
    st.sampled_from((*EVENTS, *EFFECT_ANSWERS)),
    st.sampled_from(ACTORS),
    st.integers(-1, 3),
    st.fixed_dictionaries({name: st.sampled_from(domain) for name, domain in FACTS.items()}),
    st.sampled_from([0, 0, 1]),
)


@given(machines(), st.lists(MOVES, max_size=25))
def test_the_kernel_does_what_its_naive_twin_does(
    machine: Machine, moves: list[tuple[str, str, int, dict[str, Value], int]]
) -> None:
    naive, at = plain(machine), NOON
    case, other = begin(machine, "c", at), naive_machine.begin(naive, at)
    for event, actor, hours, facts, wrong in moves:
        at += timedelta(hours=hours)
        key = case.awaited[0].key if case.awaited and not wrong else "c/0/pay"
        found = step(machine, case, event, actor, at, facts, key)
        twin = naive_machine.step(naive, other, event, actor, at, facts, key)
        if isinstance(found, Refused):
            assert list(found.codes) == twin
            continue
        assert isinstance(twin, dict)
        case, other = found.case, twin
        assert (case.state, case.since, case.steps) == (twin["state"], twin["since"], twin["steps"])
        ran = sorted((each.deadline, each.at) for each in case.deadlines)
        assert ran == sorted(naive_machine.running(naive, twin))
        awaited = [(each.key, each.effect, each.until) for each in case.awaited]
        assert awaited == [(each["key"], each["effect"], each["until"]) for each in twin["awaited"]]
        comes = sorted((each.at, each.event, each.key) for each in expected(machine, case))
        assert comes == sorted(naive_machine.expected(naive, twin))
