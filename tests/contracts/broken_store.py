"""Stores whose units of work are wrong in one way each, or whose columns are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from time import sleep
from typing import Any, cast

from attrs import evolve, fields, frozen, has
from pendulum import DateTime

from mallops.adapters.memory.store import MemoryOutbox, MemoryStore, MemoryUnit
from mallops.adapters.memory.tables import Journal, Table
from mallops.money import Money
from mallops.repositories import Conflict, Unit

READS = (
    *("goods", "rulebook", "version", "used", "coupon", "free", "of_order", "rewards", "order"),
    *("wallet", "entry", "entries", "due", "settling", "case", "log", "logged", "of_customer"),
    "claim",
)


class Right(MemoryStore):
    """As it has to be."""

    @property
    def journal(self) -> Journal:
        return self._journal

    @property
    def unit(self) -> MemoryUnit:
        return self._unit

    def tables(self) -> list[Table[Any, Any]]:
        repositories = [getattr(self.unit, each.name) for each in fields(MemoryUnit)]
        return [
            each for one in repositories for each in vars(one).values() if isinstance(each, Table)
        ]

    def copy(self) -> Right:
        other = Right()
        for mine, its in zip(self.tables(), other.tables(), strict=True):
            its.rows.update(mine.rows)
        return other


# --- units of work ----------------------------------------------------------------------------


class Autocommit(Right):
    """Each call is stored at once, for good."""

    @contextmanager
    def begin(self) -> Iterator[MemoryUnit]:
        yield self.unit


class ConflictsAlone(Right):
    """Only a conflict takes back what the unit did."""

    errors: tuple[type[BaseException], ...] = (Conflict,)

    @contextmanager
    def begin(self) -> Iterator[MemoryUnit]:
        left: BaseException | None = None
        with super().begin() as unit:
            try:
                yield unit
            except self.errors:
                raise
            except BaseException as error:
                left = error
        if left is not None:
            raise left


class ErrorsAlone(ConflictsAlone):
    """Who is killed leaves half of it behind."""

    errors = (Exception,)


class Swallows(Right):
    """A conflict takes all back, and is passed over without a word."""

    @contextmanager
    def begin(self) -> Iterator[MemoryUnit]:
        try:
            with super().begin() as unit:
                yield unit
        except Conflict:
            pass


class OwnError(Right):
    """What a unit is left by comes out as another exception."""

    @contextmanager
    def begin(self) -> Iterator[MemoryUnit]:
        try:
            with super().begin() as unit:
                yield unit
        except Conflict:
            raise
        except BaseException as error:
            raise RuntimeError("the unit failed") from error


class NotJoined(Right):
    """The outbox is a queue beside the database."""

    def __init__(self) -> None:
        super().__init__()
        self._unit = evolve(self._unit, outbox=MemoryOutbox(Journal()))


class StaysLocked(Right):
    """After a unit that failed, nothing more is stored."""

    stuck = False

    @contextmanager
    def begin(self) -> Iterator[MemoryUnit]:
        if self.stuck:
            raise Conflict
        try:
            with super().begin() as unit:
                yield unit
        except BaseException:
            self.stuck = True
            raise


class _NoLock:
    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass


class DirtyReads(Right):
    """What a unit has stored so far is seen by others."""

    def __init__(self) -> None:
        super().__init__()
        vars_of = cast(Any, self.journal)
        vars_of._lock = _NoLock()  # noqa: SLF001

    @contextmanager
    def begin(self) -> Iterator[MemoryUnit]:
        with self.journal.unit():
            yield self.unit


class LastWriteWins(Right):
    """Each unit works on a copy, and what it changed is written back, whatever others did."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = Lock()

    @contextmanager
    def begin(self) -> Iterator[MemoryUnit]:
        with self.lock:
            before, mine = self.copy(), self.copy()
        with mine.begin() as unit:
            yield unit
        sleep(0.0005)
        with self.lock:
            for old, new, here in zip(before.tables(), mine.tables(), self.tables(), strict=True):
                for key in old.rows.keys() | new.rows.keys():
                    if key not in new.rows:
                        here.rows.pop(key, None)
                    elif new.rows[key] is not old.rows.get(key):
                        here.rows[key] = new.rows[key]


class SeenLater(Right):
    """A unit does not see what it has stored itself."""

    @contextmanager
    def begin(self) -> Iterator[Unit]:  # type: ignore[override]
        before = self.copy()
        with super().begin() as unit:
            yield cast(Unit, Reading(unit, before.unit))


class Replica(Right):
    """What is read comes from a copy that is a unit behind, until something is stored."""

    def __init__(self) -> None:
        super().__init__()
        self.behind = Right()

    @contextmanager
    def begin(self) -> Iterator[Unit]:  # type: ignore[override]
        newest = self.copy()
        with super().begin() as unit:
            yield cast(Unit, Reading(unit, self.behind.unit))
        self.behind = newest


@frozen
class Reading:
    """A unit that reads elsewhere than it stores."""

    unit: MemoryUnit
    copy: MemoryUnit

    def __getattr__(self, name: str) -> object:
        return _ReadingRepository(getattr(self.unit, name), getattr(self.copy, name))


@frozen
class _ReadingRepository:
    repository: object
    copy: object

    def __getattr__(self, name: str) -> object:
        return getattr(self.copy if name in READS else self.repository, name)


# --- columns ----------------------------------------------------------------------------------


class Columns(Right):
    """All that is handed over is changed by the columns that it goes through."""

    def column(self, value: object) -> object:
        raise NotImplementedError

    @contextmanager
    def begin(self) -> Iterator[Unit]:  # type: ignore[override]
        with super().begin() as unit:
            yield cast(Unit, _Changed(unit, self.column))


@frozen
class _Changed:
    part: object
    column: Callable[[object], object]

    def __getattr__(self, name: str) -> object:
        found = getattr(self.part, name)
        if not callable(found):
            return _Changed(found, self.column)
        return lambda *given: found(*(changed(each, self.column) for each in given))


def changed(value: Any, column: Callable[[object], object]) -> Any:
    """A value in which everything has gone through a column."""
    value = column(value)
    if has(type(value)) and not isinstance(value, Money):
        parts = {each.alias: getattr(value, each.name) for each in fields(type(value)) if each.init}
        return type(value)(**{name: changed(each, column) for name, each in parts.items()})
    if isinstance(value, Mapping):
        return {changed(key, column): changed(each, column) for key, each in value.items()}
    if isinstance(value, Collection) and not isinstance(value, str):
        kind = cast(Callable[[Any], Any], type(value))
        return kind(changed(each, column) for each in value)
    return value


class CaseBlind(Columns):
    """A collation to which A and a are one."""

    def column(self, value: object) -> object:
        return value.lower() if isinstance(value, str) and len(value) < 3 else value


class Padded(Columns):
    """A column that drops blanks at the end."""

    def column(self, value: object) -> object:
        return value.rstrip(" ") if isinstance(value, str) else value


class Narrow(Columns):
    """A column for 255 characters, that cuts off the rest."""

    def column(self, value: object) -> object:
        return value[:255] if isinstance(value, str) else value


class Latin(Columns):
    """A column for the letters of western Europe."""

    def column(self, value: object) -> object:
        if isinstance(value, str):
            return value.encode("latin-1", "replace").decode("latin-1")
        return value


class WholeSeconds(Columns):
    """A column for instants without their fractions."""

    def column(self, value: object) -> object:
        return value.replace(microsecond=0) if isinstance(value, DateTime) else value


class Floats(Columns):
    """A column for amounts that rounds those above 2**53."""

    def column(self, value: object) -> object:
        if isinstance(value, Money):
            return Money(int(float(value.minor)), value.currency)
        return value


class NoEmptyTexts(Columns):
    """A database to which an empty text is nothing."""

    def column(self, value: object) -> object:
        return "None" if value == "" else value


class Sorted(Columns):
    """Lists come back in the order of their contents, and not in their own."""

    def column(self, value: object) -> object:
        return tuple(sorted(value, key=str)) if isinstance(value, tuple) else value
