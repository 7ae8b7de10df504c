"""A case that is walked through a flow, as a backend would do it."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define, field
from pendulum import DateTime

from mallops.lifecycles.case import Case, Refused, Step
from mallops.lifecycles.machine import PROVIDER, TIMER, Machine, Value
from mallops.lifecycles.stepping import begin, due, expected, step
from mallops.time import instant

START = instant("2026-11-11T12:00:00+08:00")

YES: Mapping[str, Value] = {
    "units": "open",
    "returnable": True,
    "difference": "due",
    "reason": True,
    "waybill": True,
    "carriage": "buyer",
    "passed": "all",
    "units_held": False,
    "units_kept": "some",
    "parcels": "all",
    "cases": "none",
}
"""Facts of a case without trouble."""


@define
class Walk:
    machine: Machine
    case: Case = field(init=False)
    at: DateTime = START
    performed: list[str] = field(factory=list)
    taken: list[Step] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.case = begin(self.machine, "c", self.at)

    @property
    def state(self) -> str:
        return self.case.state

    @property
    def final(self) -> bool:
        return next(state.final for state in self.machine.states if state.id == self.state)

    def tried(self, event: str, actor: str, **facts: Value) -> Step | Refused:
        return step(self.machine, self.case, event, actor, self.at, {**YES, **facts})

    def comes_back(self, event: str, key: str) -> Step | Refused:
        return step(self.machine, self.case, event, PROVIDER, self.at, YES, key)

    def does(self, actor: str, *events: str, **facts: Value) -> str:
        """Events of one actor, all of which have to be allowed; the state afterwards."""
        for event in events:
            self.take(self.tried(event, actor, **facts))
        return self.state

    def answered(self, *events: str) -> str:
        """Answers of the provider to what is awaited alone."""
        for event in events:
            (awaited,) = self.case.awaited
            self.take(self.comes_back(event, awaited.key))
        return self.state

    def waits(self, **facts: Value) -> tuple[str, str]:
        """The clock goes on to what is due next, and the timer brings it: the event, the state."""
        coming = min(expected(self.machine, self.case))
        self.at = max(self.at, coming.at)
        (now,) = due(self.machine, [self.case], self.at)
        self.take(self.tried(now.event, TIMER, **facts))
        return now.event, self.state

    def take(self, found: Step | Refused) -> None:
        assert isinstance(found, Step), found
        self.case = found.case
        self.performed += [awaited.effect for awaited in found.perform]
        self.taken.append(found)
