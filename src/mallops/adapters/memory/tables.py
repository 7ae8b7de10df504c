"""Rows in memory that can be put back as they were."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Generic, TypeVar

from attrs import define, field

from mallops.errors import MallopsError

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_MISSING = object()


class UnitOpen(MallopsError, RuntimeError):
    """A unit of work was begun within another, which is a mistake of whoever began it."""


@define(eq=False)
class Journal:
    """What a unit of work has changed so far; one at a time, all others wait for it."""

    _lock: RLock = field(factory=RLock)
    _before: list[tuple[dict[object, object], object, object]] | None = None

    @contextmanager
    def unit(self) -> Iterator[None]:
        """A block after which all changes stay, or, if it raises, none; one within joins it."""
        with self._lock:
            if self._before is not None:
                yield
                return
            before = self._before = []
            try:
                yield
            except BaseException:
                for rows, key, value in reversed(before):
                    if value is _MISSING:
                        rows.pop(key, None)
                    else:
                        rows[key] = value
                raise
            finally:
                self._before = None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """The same, but never within another; raises `UnitOpen`.

        To wait for the other would be for ever, since the thread has it open itself; and joined
        to it, what is undone here would stay there.
        """
        with self._lock:
            if self._before is not None:
                raise UnitOpen("a unit of work is open in this thread already")
            with self.unit():
                yield

    def note(self, rows: dict[object, object], key: object) -> None:
        """Remember how a row was, before it changes."""
        assert self._before is not None, "rows change in a unit of work only"
        self._before.append((rows, key, rows.get(key, _MISSING)))


@define(eq=False)
class Table(Generic[K, V]):
    """Rows by key. They are values, and never changed in place."""

    journal: Journal
    rows: dict[K, V] = field(factory=dict)

    def __setitem__(self, key: K, row: V) -> None:
        self.journal.note(self.rows, key)  # type: ignore[arg-type]  # dict is invariant
        self.rows[key] = row

    def __delitem__(self, key: K) -> None:
        self.journal.note(self.rows, key)  # type: ignore[arg-type]
        del self.rows[key]
