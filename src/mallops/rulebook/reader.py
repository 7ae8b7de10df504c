"""The strict kernel of the codec: what reading a document finds out, all problems at once.

A reader never stops at the first problem. What cannot be read is noted, and a stand-in of
the right type takes its place, so that the rest is read and checked as well. What a check
then says about a stand-in is left out: see `Reading.problems`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Generic, TypeVar

from attrs import define, field, frozen

from mallops.errors import InputError, Problem, shown
from mallops.money import Currency
from mallops.rules.paths import at_key, untouched

T = TypeVar("T")

MAX_PROBLEMS = 1_000
"""How many problems one reading collects: more say nothing new, and take memory."""

Schema = dict[str, object]
"""A JSON Schema, or a part of one."""


class Object(dict[str, object]):
    """A JSON object that remembers which of its keys were written more than once."""

    __slots__ = ("repeated",)

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        times = Counter(key for key, _ in pairs) if len(self) < len(pairs) else {}
        self.repeated = tuple(key for key, count in times.items() if count > 1)


@define(eq=False)
class Notes:
    """What one reading has found out so far.

    `currency` and `timezone` are what amounts and local instants are read in; None where
    the document's own could not be read, and then neither can they. `unread` are the paths
    at which a stand-in took the place of what was written.
    """

    currency: Currency | None = None
    timezone: str | None = None
    problems: list[Problem] = field(factory=list)
    unread: set[str] = field(factory=set)
    overflowing: bool = False

    def refuse(self, path: str, value: object, expected: str) -> None:
        """Note that `value` is not what `path` should hold."""
        self.add(Problem(path, shown(value), expected))

    def add(self, problem: Problem) -> None:
        """Note a problem, unless there are very many already."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)
            self.unread.add(problem.path)
        elif not self.overflowing:
            self.overflowing = True
            got = f"more than {MAX_PROBLEMS} problems"
            self.problems.append(Problem("$", got, "these to be mended first"))

    def attempt(self, read: Callable[[], T], stand_in: T) -> T:
        """What `read` returns; if it raises `InputError`, its problems are noted instead."""
        try:
            return read()
        except InputError as error:
            for problem in error.problems:
                self.add(problem)
            return stand_in

    def skip(self, path: str) -> None:
        """Note that what `path` holds depends on what could not be read elsewhere."""
        self.unread.add(path)


@frozen
class Reading(Generic[T]):
    """What a document holds, as far as it could be read, and the notes on the rest."""

    value: T
    notes: Notes

    def problems(self, check: Callable[[T], Iterable[Problem]]) -> list[Problem]:
        """What reading found, then what `check` finds in all that could be read."""
        if self.notes.overflowing:
            return self.notes.problems
        return [*self.notes.problems, *untouched(check(self.value), self.notes.unread)]

    def whole(self, check: Callable[[T], Iterable[Problem]]) -> T:
        """The value, or `InputError` with every problem."""
        if problems := self.problems(check):
            raise InputError(problems)
        return self.value


class Kind(ABC, Generic[T]):
    """How one type of value is written in files: read, written and described in one place.

    `read` returns a stand-in, and notes why, for what it cannot read; None stands for what
    is not there. `write` gives the canonical form; instants are written in `timezone`.
    `schema` accepts at least what `read` and the checks do, and adds to `defs` what it
    refers to.
    """

    @abstractmethod
    def read(self, value: object, path: str, notes: Notes, /) -> T:
        """The value at `path`."""

    @abstractmethod
    def write(self, value: T, timezone: str, /) -> object:
        """The value as JSON."""

    @abstractmethod
    def schema(self, defs: dict[str, Schema], /) -> Schema:
        """The JSON Schema of what `read` takes."""


def object_at(value: object, path: str, notes: Notes) -> Mapping[str, object]:
    """The object at `path`; an empty one where something else stands."""
    if not isinstance(value, dict):
        notes.refuse(path, value, "an object")
        return {}
    if isinstance(value, Object):
        for key in value.repeated:
            notes.add(Problem(at_key(path, key), "the key more than once", "it once"))
    return value


def list_at(value: object, path: str, notes: Notes) -> list[object]:
    """The list at `path`; an empty one where something else stands."""
    if not isinstance(value, list):
        notes.refuse(path, value, "a list")
        return []
    return value
