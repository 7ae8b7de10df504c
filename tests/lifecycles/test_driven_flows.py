"""Every flow, driven at random: by anybody, with any facts, answers and jumps of the clock.

The provider of refunds here is honest and forgetful: it moves money or does not when it is told
to, says so or says nothing, and tells the truth when it is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from mallops.lifecycles.calendars import due_at, hours_after
from mallops.lifecycles.case import Awaited, Case, Moved, Refused, Running, Step
from mallops.lifecycles.explaining import explain
from mallops.lifecycles.flows import FLOWS, WECHAT
from mallops.lifecycles.machine import PROVIDER, TIMER, Machine, Row, Value
from mallops.lifecycles.stepping import begin, due, expected, step
from tests.lifecycles.walking import START, YES

PAID = ("refunded", "refund_found")
UNPAID = ("refund_failed", "refund_not_found")
BY_HAND = {"confirm_refund", "confirm_timeout"}
LONGEST_WAY = 40

Well = Callable[[], bool]


def well_or_not(data: st.DataObject) -> Well:
    return lambda: data.draw(st.booleans())


def _well() -> bool:
    return True


class Driven(RuleBasedStateMachine):
    machine: Machine
    ways: dict[str, tuple[Row, ...]]

    def __init__(self) -> None:
        super().__init__()
        self.at = START
        self.case: Case = begin(self.machine, "c", self.at)
        self.log: list[Moved] = []
        self.told: list[Awaited] = []
        self.paid: dict[str, bool] = {}
        self.mute: dict[str, bool] = {}
        self.final = {state.id for state in self.machine.states if state.final}
        self.money = {state.id: state.axes.get("money", "none") for state in self.machine.states}
        self.people = [actor for actor in self.machine.actors if actor not in {TIMER, PROVIDER}]

    def facts(self, data: st.DataObject) -> dict[str, Value]:
        return {
            name: data.draw(st.just(YES[name]) | st.sampled_from(domain))
            for name, domain in self.machine.facts.items()
        }

    def take(self, found: Step | Refused, well: Well) -> bool:
        """Go on where a step leads. The provider moves money at once, if all is well."""
        if isinstance(found, Refused):
            assert found.reasons
            return False
        self.case = found.case
        self.log.append(found.log)
        self.told += found.perform
        for awaited in found.perform:
            if awaited.effect == "refund":
                self.paid[awaited.key] = well()
        return True

    @initialize(data=st.data())
    def the_case_is_somewhere_on_its_way(self, data: st.DataObject) -> None:
        """Else few would get past the first deadlines: the shortest way to any state."""
        way = self.ways[data.draw(st.sampled_from(sorted(self.ways)))]
        for i, row in enumerate(way):
            facts = {name: domain[0] for name, domain in self.machine.facts.items()}
            facts |= {guard.fact: min(guard.among) for guard in row.guards}
            actor, key = min(row.actors), ""
            if actor == TIMER:
                self.at = min(expected(self.machine, self.case)).at
            if row.event in self.machine.answers and actor == PROVIDER:
                key = self.case.awaited[0].key
            ahead = [later.event for later in way[i + 1 :]]
            paid = data.draw(st.booleans())
            for event in reversed(ahead):
                paid = (paid or event in PAID) and event not in UNPAID
            found = step(self.machine, self.case, row.event, actor, self.at, facts, key)
            if not self.take(found, partial(bool, paid)):
                # Another deadline of the state comes first.
                assert actor == TIMER
                break

    @precondition(lambda self: self.case.state not in self.final)
    @rule(data=st.data())
    def somebody_acts(self, data: st.DataObject) -> None:
        """Half of the time what could be done here, else anything; as `explain` foretold."""
        here = sorted({event for state, event in self.machine.moves if state == self.case.state})
        event = data.draw(st.sampled_from(here) | st.sampled_from(self.machine.events))
        rows = self.machine.moves.get((self.case.state, event), ())
        able = sorted({actor for row in rows for actor in row.actors if actor in self.people})
        anybody = st.sampled_from(self.people)
        actor = data.draw((st.sampled_from(able) | anybody) if able else anybody)
        facts = self.facts(data)
        outlook = explain(self.machine, self.case, actor, self.at, facts)
        shown = [move for move in outlook.moves if move.event == event]
        found = step(self.machine, self.case, event, actor, self.at, facts)
        assert isinstance(found, Step) == any(not move.against for move in shown)
        if isinstance(found, Step):
            assert found.row.approves != actor
            assert found.case.state in [move.target for move in shown if not move.against]
        elif shown and found.codes != ("not_yours",):
            assert set(found.codes) <= {no.code for move in shown for no in move.against}
        before = self.case
        moved = self.take(found, well_or_not(data))
        again = step(self.machine, self.case, event, actor, self.at, facts)
        if not moved:
            assert (self.case, again) == (before, found)

    @precondition(lambda self: (self.case.state, "paid") in self.machine.moves)
    @rule(data=st.data())
    def an_order_is_paid(self, data: st.DataObject) -> None:
        found = step(self.machine, self.case, "paid", PROVIDER, self.at, self.facts(data))
        self.take(found, well_or_not(data))

    @rule(hours=st.integers(0, 30) | st.integers(0, 30) | st.integers(0, 12 * 24))
    def the_clock_goes_on(self, hours: int) -> None:
        self.at += timedelta(hours=hours)

    @precondition(lambda self: bool(due(self.machine, [self.case], self.at)))
    @rule(data=st.data())
    def the_timer_comes(self, data: st.DataObject) -> None:
        (first,) = due(self.machine, [self.case], self.at)
        found = step(self.machine, self.case, first.event, TIMER, self.at, self.facts(data))
        assert self.take(found, well_or_not(data))

    @precondition(lambda self: self.case.awaited)
    @rule(data=st.data())
    def the_provider_answers(self, data: st.DataObject) -> None:
        awaited = data.draw(st.sampled_from(self.case.awaited))
        if awaited.key not in self.mute:
            self.mute[awaited.key] = data.draw(st.booleans())
        if self.mute[awaited.key]:
            return
        event = self.outcome(awaited, well_or_not(data))
        facts = self.facts(data)
        found = step(self.machine, self.case, event, PROVIDER, self.at, facts, awaited.key)
        self.take(found, well_or_not(data))

    @precondition(lambda self: len(self.told) > len(self.case.awaited))
    @rule(data=st.data())
    def an_answer_comes_late_or_again(self, data: st.DataObject) -> None:
        past = [each for each in self.told if each not in self.case.awaited]
        awaited = data.draw(st.sampled_from(past))
        effect = self.machine.effect(awaited.effect)
        event = data.draw(st.sampled_from([effect.succeeded, effect.failed]))
        facts = self.facts(data)
        found = step(self.machine, self.case, event, PROVIDER, self.at, facts, awaited.key)
        assert isinstance(found, Refused)

    def outcome(self, awaited: Awaited, well: Well) -> str:
        effect = self.machine.effect(awaited.effect)
        if effect.id == "refund":
            return effect.succeeded if self.paid[awaited.key] else effect.failed
        if effect.id == "ask_refund":
            return effect.succeeded if any(self.paid.values()) else effect.failed
        return effect.succeeded if well() else effect.failed

    @invariant()
    def what_is_over_waits_for_nothing(self) -> None:
        if self.case.state in self.final:
            assert (self.case.awaited, self.case.deadlines) == ((), ())
            assert due(self.machine, [self.case], self.at + timedelta(days=1000)) == ()
        else:
            assert list(expected(self.machine, self.case))

    @invariant()
    def money_moves_once(self) -> None:
        assert sum(self.paid.values()) <= 1
        state = self.money[self.case.state]
        by_hand = any(moved.event in BY_HAND for moved in self.log)
        if state == "refunded":
            assert by_hand or sum(self.paid.values()) == 1
        if any(self.paid.values()) and not by_hand:
            # What was paid is never sent again, nor taken for failed.
            assert state not in {"none", "refund_failed", "paid_by_hand"}

    @invariant()
    def only_what_passed_inspection_is_restocked_and_once(self) -> None:
        restocked = sum(awaited.effect == "restock" for awaited in self.told)
        assert restocked <= 1
        if restocked:
            inspected = [moved.target for moved in self.log if moved.event == "inspect"]
            assert "passed" in inspected[-1]
            assert "not_passed" not in inspected[-1]

    def teardown(self) -> None:
        """Nobody acts any more but the timer and, every second time, the provider: it ends."""
        for way in range(LONGEST_WAY):
            if self.case.state in self.final:
                break
            facts = {name: domain[way % len(domain)] for name, domain in self.machine.facts.items()}
            if self.case.awaited and way % 2:
                awaited = self.case.awaited[0]
                if awaited.until > self.at:
                    event = self.outcome(awaited, _well)
                    key = awaited.key
                    found = step(self.machine, self.case, event, PROVIDER, self.at, facts, key)
                    assert self.take(found, _well)
                    continue
            self.at = max(self.at, min(expected(self.machine, self.case)).at)
            (first,) = due(self.machine, [self.case], self.at)
            found = step(self.machine, self.case, first.event, TIMER, self.at, facts)
            assert self.take(found, _well)
        assert self.case.state in self.final
        self.money_moves_once()
        self.what_is_over_waits_for_nothing()


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.__name__)
def test_a_flow_keeps_its_promises_whatever_happens(flow: Any) -> None:
    driven = type("Driven", (Driven,), {"machine": flow(WECHAT), "ways": _ways(flow(WECHAT))})
    limits = settings(max_examples=max(settings().max_examples // 2, 1), stateful_step_count=50)
    run_state_machine_as_test(driven, settings=limits)


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.__name__)
@pytest.mark.parametrize("value", [0, -1])
def test_every_state_ends_by_the_timer_alone(flow: Any, value: int) -> None:
    """With nobody but the timer, whatever the facts: no circle, no dead end, from anywhere."""
    machine = flow(WECHAT)
    final = {state.id for state in machine.states if state.final}
    facts = {name: domain[value] for name, domain in machine.facts.items()}
    for state in sorted({row.source for row in machine.rows}):
        case = _entered(machine, state)
        for _ in range(LONGEST_WAY):
            if case.state in final:
                break
            coming = min(expected(machine, case))
            found = step(machine, case, coming.event, TIMER, coming.at, facts)
            assert isinstance(found, Step)
            case = found.case
        assert case.state in final


def _ways(machine: Machine) -> dict[str, tuple[Row, ...]]:
    """By state, the rows of a shortest way to it."""
    ways: dict[str, tuple[Row, ...]] = {machine.states[0].id: ()}
    for state in (queue := [machine.states[0].id]):
        for row in machine.rows:
            if row.source == state and row.target not in ways:
                ways[row.target] = (*ways[state], row)
                queue.append(row.target)
    return ways


def _entered(machine: Machine, state: str) -> Case:
    """A case that has just come into a state."""
    running = tuple(
        Running(deadline.id, due_at(deadline, START, machine))
        for deadline in machine.begins.get(state, ())
    )
    awaited = tuple(
        Awaited(f"c/0/{effect.id}", effect.id, hours_after(START, effect.within))
        for effect in machine.effects
        if (state, effect.succeeded) in machine.moves
    )
    return Case("c", machine.id, machine.version, state, START, 0, running, awaited)
