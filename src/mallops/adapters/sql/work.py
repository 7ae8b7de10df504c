"""A unit of work as its repositories see it: a connection that nothing is stored on after a fault.

PostgreSQL turns a commit after an error into a rollback and says nothing, and SQLite keeps what
was stored before it. Neither may happen here: once a statement has failed, the unit is spoilt.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias, TypeVar, cast

from sqlalchemy import Connection, CursorResult, Executable, Table
from sqlalchemy import Insert as BulkInsert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.exc import DBAPIError, StatementError

from mallops.errors import InputError, MallopsError
from mallops.repositories import Conflict

Rows: TypeAlias = Sequence[Mapping[str, Any]]

E = TypeVar("E", bound=MallopsError)

_CURABLE = {
    "40001",  # serialization failure
    "40P01",  # deadlock
    "55P03",  # a lock was not to be had in time
}
_UNIQUE = "23505"
_SQLITE_CURABLE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_SQLITE_UNIQUE = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}


class Work:
    """One unit of work on one connection, which it must have to itself."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._is_sqlite = connection.dialect.name == "sqlite"
        self._spoilt: Exception | None = None

    # --- its beginning and its end ----------------------------------------------------------------

    def begin(self) -> None:
        """Begin a transaction; raises `Conflict` where SQLite's one writer takes too long."""
        if not self._is_sqlite:
            return  # SQLAlchemy begins with the first statement.
        self._driver("PRAGMA foreign_keys = ON")
        # One that begins by reading, and then wants to write, fails at once if another wrote.
        self._driver("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Store all for good; raises `Conflict`, or what has spoilt the unit."""
        if self._spoilt is not None:
            raise self._spoilt
        with self._translated():
            if self._is_sqlite:
                self._connection.exec_driver_sql("COMMIT")
            self._connection.commit()

    # --- statements -------------------------------------------------------------------------------

    def run(
        self, statement: Executable, rows: Rows | None = None, taken: str = ""
    ) -> CursorResult[Any]:
        """What a statement gives, for one row or for many at once.

        Raises `Conflict` for what another attempt may cure and, if `taken` says what is there
        already, where a key is.
        """
        if self._spoilt is not None:
            raise Conflict(f"nothing of this unit is stored: {self._spoilt}") from self._spoilt
        with self._translated(taken):
            return self._connection.execute(statement, rows)

    def put(self, store: BulkInsert, rows: Rows, taken: str = "") -> None:
        """Insert rows, as `run` does, a thousand to a statement; of no rows, nothing is sent."""
        if rows:
            # Without asking for something back, SQLAlchemy sends a statement for each row.
            [*key] = store.table.primary_key
            self.run(store.returning(key[0]), rows, taken)

    def insert(self, table: Table) -> Insert:
        """An insertion that may say what becomes of rows that are there already."""
        # The two dialects' insertions are classes of their own, with the same methods.
        return cast(Insert, sqlite.insert(table)) if self._is_sqlite else postgresql.insert(table)

    def conflict(self, message: str) -> Conflict:
        """The conflict to be raised: nothing of this unit is stored any more."""
        return self.spoilt_by(Conflict(message))

    def spoilt_by(self, error: E) -> E:
        """The error to be raised: nothing of this unit is stored any more."""
        self._spoilt = self._spoilt or error
        return error

    def _driver(self, statement: str) -> None:
        with self._translated():
            self._connection.exec_driver_sql(statement)

    @contextmanager
    def _translated(self, taken: str = "") -> Iterator[None]:
        try:
            yield
        except StatementError as error:
            found = _translated(error, taken)
            self._spoilt = found
            raise found from error
        except Exception as error:
            self._spoilt = error
            raise


def _translated(error: StatementError, taken: str) -> Exception:
    """What the protocols call an error; what they have no name for, stays as it is."""
    cause = error.orig
    if isinstance(cause, InputError):
        return cause
    if isinstance(error, DBAPIError):
        if _is_one_of(cause, _CURABLE, _SQLITE_CURABLE):
            return Conflict(f"the database says: {cause}")
        if taken and _is_one_of(cause, {_UNIQUE}, _SQLITE_UNIQUE):
            return Conflict(taken)
    return error


def _is_one_of(cause: BaseException | None, states: set[str], codes: set[int]) -> bool:
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", 0)
        return code in codes or code & 0xFF in codes
    return getattr(cause, "sqlstate", None) in states
