"""When a database's error is a `Conflict`, and that nothing of such a unit is stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, connection, transaction

from mallops.repositories import Conflict

CURABLE = {"40001", "40P01", "SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_LOCKED"}
TAKEN = {"23505", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}


def conflict(text: str, kind: type[Conflict] = Conflict) -> Conflict:
    """The error to raise; whoever swallows it, the unit stores nothing any more."""
    transaction.set_rollback(True)
    return kind(text)


def executed(execute: Callable[..., Any], *statement: Any) -> Any:
    """Every statement of a unit: what it raises is raised as `Conflict` where that is due."""
    spoilt = connection.needs_rollback
    try:
        return execute(*statement)
    except DatabaseError as error:
        transaction.set_rollback(True)
        if spoilt or code_of(error) in CURABLE | TAKEN:
            raise Conflict(str(error)) from error
        raise


def code_of(error: DatabaseError) -> str | None:
    """PostgreSQL's SQLSTATE, or the name of SQLite's code."""
    cause = error.__cause__
    return getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None)
