"""A machine broken at random is judged by `verify` as by its naive twin."""

from __future__ import annotations

from attrs import asdict, evolve, fields
from hypothesis import given
from hypothesis import strategies as st

from mallops.findings import Finding
from mallops.lifecycles.machine import (
    PROVIDER,
    TIMER,
    Deadline,
    Effect,
    Guard,
    Machine,
    Row,
    State,
    Value,
)
from mallops.lifecycles.verifying import verify
from tests.lifecycles.broken import BROKEN
from tests.lifecycles.claims import CLAIM, by
from tests.lifecycles.naive import Found, naive
from tests.lifecycles.yudao import YUDAO

COMFORT = Effect("comfort", "paid", "bounced", "unanswered", 24, money="comfort")
BASES = (CLAIM, evolve(CLAIM, effects=(*CLAIM.effects, COMFORT)), YUDAO)


def guards(draw: st.DrawFn, machine: Machine) -> tuple[Guard, ...]:
    if not machine.facts:
        return ()
    facts = draw(st.lists(st.sampled_from(sorted(machine.facts)), max_size=2))
    known: list[Value] = ["none", "damaged", "late", True, False]
    values = st.frozensets(st.sampled_from(known), min_size=1)
    return tuple(Guard("no", fact, draw(values)) for fact in facts)


def changed_row(draw: st.DrawFn, machine: Machine, row: Row) -> tuple[Row, ...]:
    states = st.sampled_from([state.id for state in machine.states])
    match draw(
        st.sampled_from(
            ["removed", "target", "source", "event", "actors", "guards", "effects", "twin"]
        )
    ):
        case "removed":
            return ()
        case "target":
            return (evolve(row, target=draw(states)),)
        case "source":
            return (evolve(row, source=draw(states)),)
        case "event":
            return (evolve(row, event=draw(st.sampled_from(machine.events))),)
        case "actors":
            return (evolve(row, actors=draw(st.frozensets(st.sampled_from(machine.actors)))),)
        case "guards":
            return (evolve(row, guards=guards(draw, machine)),)
        case "effects":
            names = st.sampled_from([effect.id for effect in machine.effects])
            return (evolve(row, effects=tuple(draw(st.lists(names, max_size=2)))),)
        case _:
            return row, evolve(row, target=draw(states), guards=guards(draw, machine))


def changed_deadline(draw: st.DrawFn, machine: Machine, deadline: Deadline) -> Deadline:
    states = st.frozensets(st.sampled_from([state.id for state in machine.states]), max_size=3)
    events = st.sampled_from([deadline.event, *machine.events])
    return evolve(deadline, states=draw(states), event=draw(events))


@st.composite
def mutants(draw: st.DrawFn) -> Machine:
    machine = draw(st.sampled_from(BASES))
    for _ in range(draw(st.integers(1, 4))):
        if machine.deadlines and draw(st.integers(0, 4)) == 4:
            at = draw(st.integers(0, len(machine.deadlines) - 1))
            deadlines = list(machine.deadlines)
            deadlines[at] = changed_deadline(draw, machine, deadlines[at])
            machine = evolve(machine, deadlines=tuple(deadlines))
        elif machine.rows:
            at = draw(st.integers(0, len(machine.rows) - 1))
            new = changed_row(draw, machine, machine.rows[at])
            rows = (*machine.rows[:at], *new, *machine.rows[at + 1 :])
            machine = evolve(machine, rows=rows)
    return machine


KEYS = {
    "unreachable_state": ("state",),
    "dead_end": ("state",),
    "no_deadline": ("state",),
    "ambiguous_row": ("state", "event"),
    "unhandled_deadline": ("deadline", "state"),
    "unanswered_effect": ("effect", "state", "event"),
    "moved_twice": (),
    "nobody_acts": (),
}


def about(finding: Finding) -> object:
    keys = tuple(finding.details[key] for key in KEYS[finding.code])
    return keys[0] if len(keys) == 1 else keys or finding.path


def clever(machine: Machine) -> Found:
    found = Found()
    for finding in verify(machine):
        if finding.code in KEYS:
            getattr(found, finding.code).add(about(finding))
    return found


@given(mutants())
def test_a_mutant_is_judged_as_by_its_naive_twin(machine: Machine) -> None:
    assert asdict(clever(machine)) == asdict(naive(machine))


def test_broken_machines_are_judged_as_by_their_naive_twins() -> None:
    for code, machine in BROKEN:
        if code in KEYS:
            assert clever(machine) == naive(machine)
            assert getattr(naive(machine), code)


def test_what_goes_out_again_and_again_is_still_awaited_after_many_answers() -> None:
    ping = Effect("ping", "pong", "wrong", "late", 24)
    answers = tuple(
        Row(f"heard {i}", event, f"heard {i + 1}", by(PROVIDER, TIMER))
        for i in range(3)
        for event in ("pong", "wrong", "late")
    )
    machine = Machine(
        "pings",
        "1",
        (*(State(f"heard {i}") for i in range(3)), State("heard 3", final=True)),
        ("call", "pong", "wrong", "late"),
        ("caller", PROVIDER, TIMER),
        (Row("heard 0", "call", "heard 0", by("caller"), (), ("ping",)), *answers),
        effects=(ping,),
    )
    assert clever(machine) == naive(machine)
    assert ("ping", "heard 3", "late") in clever(machine).unanswered_effect


def test_the_twins_speak_of_the_same_codes() -> None:
    assert {each.name for each in fields(Found)} == KEYS.keys()
