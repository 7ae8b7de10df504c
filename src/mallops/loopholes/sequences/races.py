"""Two operations at once: every order of their calls, and whether one of them pays out too much.

This judges a description of somebody's handlers, not the handlers: which calls they make to a
store, one after the other, each of them atomic. A cell is whatever there is only so much of: the
points of a wallet, the uses of a promotion, a coupon (1), a message that is to be handled once
(1). An operation that comes to its end has given away what its `Write` took, or was to take.

Somebody reads a balance, decides on it, and writes what is left. Two of them at once:

>>> from mallops.loopholes.sequences.races import Check, Decide, Read, Write, find_race
>>> def spend(check):
...     return (Read("points"), Decide("points", 100), Write("points", 100, check))
>>> careless = {"till 1": spend(Check.NOTHING), "till 2": spend(Check.NOTHING)}
>>> search = find_race({"points": 100}, careless)
>>> search.race.given, search.race.gone
({'points': 200}, {'points': 100})
>>> print(*search.race.calls, sep=", ")
till 1 read, till 1 decide, till 2 read, till 1 write, till 2 decide, till 2 write

A write that checks what was read, or that takes only what is there, leaves no such order:

>>> for check in (Check.VERSION, Check.ENOUGH):
...     careful = {"till 1": spend(check), "till 2": spend(check)}
...     print(find_race({"points": 100}, careful).race)
None
None
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import assert_never

from attrs import evolve, field, frozen

from mallops.errors import InputError, Problem, shown


class Check(Enum):
    """What a write makes sure of, in one go with writing."""

    NOTHING = "nothing"
    """It stores what was read, less what is taken: what others wrote meanwhile is lost."""
    VERSION = "version"
    """It writes only where nobody has since the cell was read: else the operation ends undone."""
    ENOUGH = "enough"
    """It takes only what is there, whatever was read: else the operation ends undone."""
    BLIND = "blind"
    """It takes off whatever is there, and may so leave less than nothing."""


@frozen
class Read:
    """What is in a cell, and its version, are remembered."""

    cell: str


@frozen
class Decide:
    """The operation goes on only if what was read is so much at least."""

    cell: str
    amount: int


@frozen
class Write:
    """So much is taken out of a cell."""

    cell: str
    amount: int
    check: Check


Call = Read | Decide | Write


@frozen
class Made:
    """A call that was made: whose, and which."""

    operation: str
    call: Call

    def __str__(self) -> str:
        """The operation and the call by name."""
        return f"{self.operation} {type(self.call).__name__.lower()}"


@frozen
class Race:
    """An order of calls after which more was given away than there was, or than was taken.

    `given` is what the operations that came to their end gave away, by cell, `gone` what is gone
    of each.
    """

    calls: tuple[Made, ...]
    given: Mapping[str, int]
    gone: Mapping[str, int]


@frozen
class RaceSearch:
    """The race that was found, if any, and how many states of the operations there are."""

    race: Race | None
    states: int


@frozen
class _Cell:
    value: int
    version: int = 0


@frozen
class _Run:
    """How far an operation has come, and what it has read."""

    next: int = 0
    read: Mapping[str, _Cell] = field(factory=dict)
    is_undone: bool = False


@frozen
class _State:
    cells: Mapping[str, _Cell]
    runs: Mapping[str, _Run]

    @property
    def key(self) -> object:
        cells = tuple(sorted((name, each.value, each.version) for name, each in self.cells.items()))
        runs = tuple(
            (
                name,
                run.next,
                run.is_undone,
                tuple(sorted((cell, each.value, each.version) for cell, each in run.read.items())),
            )
            for name, run in sorted(self.runs.items())
        )
        return cells, runs


def find_race(cells: Mapping[str, int], operations: Mapping[str, tuple[Call, ...]]) -> RaceSearch:
    """Go through every order in which the operations' calls can come, and judge each end.

    All orders are gone through, so that none found is none there, for these operations: name one
    twice to see what it does twice. Raises `InputError` for a call about a cell that is not
    there (`$.operations`), and for one that uses what was never read.
    """
    _require_known(cells, operations)
    start = _State(
        {name: _Cell(value) for name, value in cells.items()},
        {name: _Run() for name in operations},
    )
    waiting: list[tuple[_State, tuple[Made, ...]]] = [(start, ())]
    known = {start.key}
    # Breadth first, so that the race with the fewest calls is the one that is told.
    for state, made in waiting:
        steps = list(_steps(state, operations))
        if not steps:
            race = _judged(cells, operations, state, made)
            if race is not None:
                return RaceSearch(race, len(known))
        for name, after in steps:
            if after.key not in known:
                known.add(after.key)
                call = operations[name][state.runs[name].next]
                waiting.append((after, (*made, Made(name, call))))
    return RaceSearch(None, len(known))


def _steps(
    state: _State, operations: Mapping[str, tuple[Call, ...]]
) -> Iterator[tuple[str, _State]]:
    """Each operation's next call, made."""
    for name, run in state.runs.items():
        if not run.is_undone and run.next < len(operations[name]):
            yield name, _made(state, name, operations[name][run.next])


def _made(state: _State, name: str, call: Call) -> _State:
    run = state.runs[name]
    on = evolve(run, next=run.next + 1)
    undone = evolve(run, is_undone=True)
    match call:
        case Read():
            return _went(
                state, name, evolve(on, read={**run.read, call.cell: state.cells[call.cell]})
            )
        case Decide():
            return _went(state, name, on if run.read[call.cell].value >= call.amount else undone)
        case Write():
            left = _left(state.cells[call.cell], run.read.get(call.cell), call)
            if left is None:
                return _went(state, name, undone)
            after = evolve(state, cells={**state.cells, call.cell: left})
            return _went(after, name, on)
        case _:
            assert_never(call)


def _left(cell: _Cell, read: _Cell | None, write: Write) -> _Cell | None:
    """What a write leaves; None if it writes nothing."""
    match write.check:
        case Check.NOTHING:
            assert read is not None, "it was checked before"
            return _Cell(read.value - write.amount, cell.version + 1)
        case Check.VERSION:
            assert read is not None, "it was checked before"
            if read.version != cell.version:
                return None
            return _Cell(read.value - write.amount, cell.version + 1)
        case Check.ENOUGH:
            if cell.value < write.amount:
                return None
            return _Cell(cell.value - write.amount, cell.version + 1)
        case Check.BLIND:
            return _Cell(cell.value - write.amount, cell.version + 1)
        case _:
            assert_never(write.check)


def _went(state: _State, name: str, run: _Run) -> _State:
    return evolve(state, runs={**state.runs, name: run})


def _judged(
    cells: Mapping[str, int],
    operations: Mapping[str, tuple[Call, ...]],
    state: _State,
    made: tuple[Made, ...],
) -> Race | None:
    given: Counter[str] = Counter()
    for name, run in state.runs.items():
        if not run.is_undone:
            for call in operations[name]:
                if isinstance(call, Write):
                    given[call.cell] += call.amount
    gone = {name: cells[name] - each.value for name, each in state.cells.items()}
    too_much = [name for name in cells if given[name] > min(cells[name], gone[name])]
    if not too_much:
        return None
    return Race(
        made, {name: given[name] for name in too_much}, {name: gone[name] for name in too_much}
    )


def _require_known(cells: Mapping[str, int], operations: Mapping[str, tuple[Call, ...]]) -> None:
    problems: list[Problem] = []
    for name, calls in operations.items():
        read: set[str] = set()
        for place, call in enumerate(calls):
            path = f"$.operations.{name}[{place}].cell"
            if call.cell not in cells:
                problems.append(Problem(path, shown(call.cell), "a cell of $.cells"))
            if isinstance(call, Read):
                read.add(call.cell)
            elif call.cell not in read and _needs_reading(call):
                problems.append(Problem(path, shown(call.cell), "a cell that was read before"))
    if problems:
        raise InputError(problems)


def _needs_reading(call: Decide | Write) -> bool:
    return isinstance(call, Decide) or call.check in {Check.NOTHING, Check.VERSION}
