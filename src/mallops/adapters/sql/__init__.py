"""Repositories in SQL: PostgreSQL through psycopg, or a file of SQLite. The extra is `sql`.

`docs/storage-sql.md` tells how to set it up, what the tables are, and what they guarantee.
"""

from __future__ import annotations

from mallops.adapters.sql.aio import AsyncSqlStore, AsyncSqlUnit
from mallops.adapters.sql.schema import SCHEMA_VERSION, NewerSchema, create_schema
from mallops.adapters.sql.store import SqlStore, SqlUnit

__all__ = [
    "SCHEMA_VERSION",
    "AsyncSqlStore",
    "AsyncSqlUnit",
    "NewerSchema",
    "SqlStore",
    "SqlUnit",
    "create_schema",
]
