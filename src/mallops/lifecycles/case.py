"""A case on its way through a machine, and what a step of it brings."""

from __future__ import annotations

from attrs import frozen
from pendulum import DateTime

from mallops.findings import Refusal
from mallops.lifecycles.machine import Row


@frozen
class Running:
    """A deadline that runs; `at` is when it is due."""

    deadline: str
    at: DateTime


@frozen
class Awaited:
    """An effect that has not come back; `key` makes it happen once, `until` is its time-out."""

    key: str
    effect: str
    until: DateTime


@frozen
class Case:
    """Where something stands: which machine's version, which state, and what runs.

    `steps` counts its moves, so that a store can tell a case from an older copy of it.
    """

    id: str
    machine: str
    version: str
    state: str
    since: DateTime
    steps: int = 0
    deadlines: tuple[Running, ...] = ()
    awaited: tuple[Awaited, ...] = ()

    @property
    def due_at(self) -> DateTime | None:
        """The first instant at which a deadline or a time-out of it is due; None: nothing is."""
        ends = [each.at for each in self.deadlines] + [each.until for each in self.awaited]
        return min(ends, default=None)


@frozen
class Moved:
    """What the log says of a step."""

    case: str
    number: int
    at: DateTime
    actor: str
    event: str
    source: str
    target: str


@frozen
class Step:
    """A move that was made: the case before and after it, and what the caller has to do now."""

    before: Case
    case: Case
    row: Row
    actor: str

    @property
    def perform(self) -> tuple[Awaited, ...]:
        """The effects to be performed, once for each key."""
        return self.case.awaited[-len(self.row.effects) :] if self.row.effects else ()

    @property
    def set(self) -> tuple[Running, ...]:
        """The deadlines that begin to run, for the caller's scheduler."""
        ran = self.before.deadlines
        return tuple(running for running in self.case.deadlines if running not in ran)

    @property
    def cancelled(self) -> tuple[Running, ...]:
        """The deadlines that run no more."""
        run = self.case.deadlines
        return tuple(running for running in self.before.deadlines if running not in run)

    @property
    def log(self) -> Moved:
        """What is to be kept of the move."""
        after = self.case
        row = self.row
        return Moved(
            after.id, after.steps, after.since, self.actor, row.event, row.source, row.target
        )


@frozen
class Refused:
    """A move that was not made, with every reason against it."""

    reasons: tuple[Refusal, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The reasons' codes."""
        return tuple(reason.code for reason in self.reasons)
