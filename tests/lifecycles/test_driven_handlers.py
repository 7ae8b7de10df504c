"""The state machine for handlers passes a right one, and finds what each wrong one does wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from attrs import evolve
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from pendulum import DateTime

from mallops.lifecycles.case import Case, Refused, Step
from mallops.lifecycles.machine import Machine, Value
from mallops.lifecycles.stepping import step
from mallops.testing.machines import Differs, Handler, handler_machine
from tests.lifecycles.claims import CLAIM, row, without


def by(machine: Machine, change: Callable[[Case], Case] = lambda case: case) -> Handler:
    def handler(
        case: Case, event: str, actor: str, at: DateTime, facts: Mapping[str, Value], answers: str
    ) -> Case | Refused:
        made = step(machine, case, event, actor, at, facts, answers)
        return change(made.case) if isinstance(made, Step) else made

    return handler


def drive(handler: Handler, examples: int) -> None:
    # What is found is not made shorter: that takes longer than finding it.
    tried = settings(
        max_examples=examples,
        stateful_step_count=12,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
    )
    run_state_machine_as_test(handler_machine(CLAIM, handler), settings=tried)


def test_a_right_handler_passes() -> None:
    drive(by(CLAIM), 30)


def without_guard(source: str, event: str) -> Machine:
    guarded = row(source, event)
    rows = tuple(evolve(each, guards=()) if each == guarded else each for each in CLAIM.rows)
    return evolve(CLAIM, rows=rows)


def forgetful(case: Case) -> Case:
    return evolve(case, awaited=())


def sleepy(case: Case) -> Case:
    return evolve(case, deadlines=())


@pytest.mark.parametrize(
    ("handler", "told"),
    [
        (by(without_guard("applied", "refuse")), "expected a refusal (no_reason)"),
        (by(without(row("refused", "lapse"))), "expected a case in closed"),
        (by(without(row("refunding", "unanswered"))), "expected a case in failed"),
        (by(CLAIM, forgetful), "expected awaited"),
        (by(CLAIM, sleepy), "expected deadlines"),
        (by(CLAIM, lambda case: evolve(case, steps=0)), "expected steps 1, got 0"),
    ],
)
def test_a_wrong_handler_is_told_what_it_does_wrong(handler: Handler, told: str) -> None:
    with pytest.raises(Differs) as caught:
        drive(handler, 500)
    assert told in str(caught.value)
