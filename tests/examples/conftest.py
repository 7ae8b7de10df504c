"""The examples run on the databases of the SQL adapter's tests."""

from __future__ import annotations

from tests.adapters.sql.conftest import new_postgresql, new_sqlite, postgresql

__all__ = ["new_postgresql", "new_sqlite", "postgresql"]
