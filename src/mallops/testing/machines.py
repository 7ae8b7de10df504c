"""Drives an integrator's own handler through a machine, and tells where the two first differ.

The handler loads, decides and saves in its own way; the machine says what ought to come of it.
Hypothesis brings events, right and wrong, by all actors, with all facts, at the very instant of
a deadline and a second before, and shrinks what it finds to the shortest way there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attrs import fields
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from hypothesis.strategies import DataObject
from pendulum import DateTime

from mallops.lifecycles.case import Case, Refused, Step
from mallops.lifecycles.machine import PROVIDER, TIMER, Machine, Row, Value
from mallops.lifecycles.stepping import begin, due, expected, step
from mallops.time import instant

Handler = Callable[[Case, str, str, DateTime, Mapping[str, Value], str], Case | Refused]
"""What is driven: case, event, actor, instant, facts, and the key of the effect that it answers."""

BEGINS = instant("2026-11-09T10:00:00+08:00")
"""When each case begins."""


class Differs(AssertionError):
    """A handler did something else than its machine."""


def handler_machine(machine: Machine, handler: Handler) -> type[RuleBasedStateMachine]:
    """A Hypothesis state machine that drives a handler beside `step`.

    After each event the handler's case has to equal the machine's, or both have to refuse, with
    the same codes; else `Differs` is raised. Its `TestCase` is for a test file to hold. Events,
    actors and facts are the machine's own, and every fact is given.

    >>> from hypothesis.stateful import run_state_machine_as_test
    >>> from mallops.lifecycles.machine import Row, State
    >>> pay = Row("created", "pay", "paid", frozenset({"buyer"}))
    >>> states = (State("created"), State("paid", final=True))
    >>> order = Machine("order", "1", states, ("pay",), ("buyer", "seller"), (pay,))
    >>> def anybody_pays(case, event, actor, at, facts, answers):
    ...     made = step(order, case, event, "buyer", at, facts, answers)
    ...     return made.case if isinstance(made, Step) else made
    >>> try:
    ...     run_state_machine_as_test(handler_machine(order, anybody_pays))
    ... except Differs as found:
    ...     print(found)
    pay by seller in created: expected a refusal (not_yours), got a case in paid
    """
    ends = {state.id for state in machine.states if state.final}

    class Driven(RuleBasedStateMachine):
        case: Case
        now: DateTime
        count: int

        @initialize()
        def begin(self) -> None:
            self.now, self.count = BEGINS, 1
            self.case = begin(machine, "case 1", BEGINS)

        @precondition(lambda self: self.case.state in ends)
        @rule()
        def another_begins(self) -> None:
            # A short life would leave most of a run to a case that is over.
            self.count += 1
            self.case = begin(machine, f"case {self.count}", self.now)

        @rule(data=st.data())
        def somebody_acts(self, data: DataObject) -> None:
            event, actor = data.draw(_moves(machine, self.case.state), label="event, actor")
            keys = ("", "unheard-of", *(each.key for each in self.case.awaited))
            # The newest effect first: an answer is rarely to nothing.
            answers = data.draw(st.sampled_from(keys[::-1]), label="answers")
            self._bring(event, actor, data.draw(_facts(machine), label="facts"), answers)

        @precondition(lambda self: any(expected(machine, self.case)))
        @rule(data=st.data())
        def the_timer_fires(self, data: DataObject) -> None:
            first = min(expected(machine, self.case))
            self.now = max(self.now, first.at)
            (late,) = due(machine, [self.case], self.now)
            self._bring(late.event, TIMER, data.draw(_facts(machine), label="facts"), "")

        @rule(data=st.data())
        def time_goes_by(self, data: DataObject) -> None:
            ahead = [each.at for each in expected(machine, self.case)]
            near = [at.subtract(seconds=1) for at in ahead] + ahead
            some = [self.now.add(minutes=1), self.now.add(hours=30), self.now.add(days=400)]
            self.now = max(self.now, data.draw(st.sampled_from([*some, *near]), label="at"))

        def _bring(self, event: str, actor: str, facts: Mapping[str, Value], answers: str) -> None:
            right = step(machine, self.case, event, actor, self.now, facts, answers)
            got = handler(self.case, event, actor, self.now, facts, answers)
            told = _difference(right.case if isinstance(right, Step) else right, got)
            if told:
                raise Differs(f"{event} by {actor} in {self.case.state}: {told}")
            if isinstance(right, Step):
                self.case = right.case

    # What matters is told by `Differs`; to explain it, Hypothesis would take minutes.
    phases = tuple(phase for phase in Phase if phase is not Phase.explain)
    Driven.TestCase.settings = settings(Driven.TestCase.settings, phases=phases)
    return Driven


def _moves(machine: Machine, state: str) -> st.SearchStrategy[tuple[str, str]]:
    """An event and an actor: mostly such as a row of the state has, or as it has not."""
    anything = st.tuples(st.sampled_from(machine.events), st.sampled_from(machine.actors))
    here = [row for row in machine.rows if row.source == state and row.actors]
    return st.one_of(st.sampled_from(here).flatmap(_by_row), anything) if here else anything


def _by_row(row: Row) -> st.SearchStrategy[tuple[str, str]]:
    # People before what has to be waited for.
    actors = sorted(row.actors, key=lambda actor: (actor in {TIMER, PROVIDER}, actor))
    return st.tuples(st.just(row.event), st.sampled_from(actors))


def _facts(machine: Machine) -> st.SearchStrategy[dict[str, Value]]:
    return st.fixed_dictionaries(
        {fact: st.sampled_from(domain) for fact, domain in machine.facts.items()}
    )


def _difference(right: Case | Refused, got: Case | Refused) -> str:
    """What differs first, in words; nothing where nothing does."""
    match right, got:
        case Case(), Case():
            differing = [
                f"expected {each.name} {_said(getattr(right, each.name))}, "
                f"got {_said(getattr(got, each.name))}"
                for each in fields(Case)
                if getattr(right, each.name) != getattr(got, each.name)
            ]
            return next(iter(differing), "")
        case Refused(), Refused():
            same = sorted(right.codes) == sorted(got.codes)
            return "" if same else f"expected {_said(right)}, got {_said(got)}"
        case _:
            return f"expected {_said(right)}, got {_said(got)}"


def _said(value: Any) -> str:
    match value:
        case Case():
            return f"a case in {value.state}"
        case Refused():
            return f"a refusal ({', '.join(value.codes)})"
        case _:
            return str(value)
