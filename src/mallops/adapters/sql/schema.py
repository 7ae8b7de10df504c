"""The tables made, and brought up to date: one version after the other, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from sqlalchemy import Connection, Engine, func, insert, inspect, select, update

from mallops.adapters.sql.tables import metadata, schema_versions
from mallops.errors import MallopsError

Step: TypeAlias = Callable[[Connection], None]

STEPS: tuple[Step, ...] = ()
"""What brings a schema from version 1 to 2, from 2 to 3, and so on: none yet.

A new database gets the tables as they are now, and none of these.
"""

SCHEMA_VERSION = 1 + len(STEPS)
"""The version of the tables that this version of mallops works on."""

_LOCK = 5_117_062
"""Nobody else's advisory lock: two that begin at once make the tables once."""


class NewerSchema(MallopsError):
    """The tables were made by a later version of mallops, which alone knows what is in them."""


def create_schema(engine: Engine) -> None:
    """Make the tables, or bring them up to date; called again, it changes nothing.

    All of it is one transaction. On SQLite the file is set to write-ahead logging, so that
    readers do not wait for the one that writes. Raises `NewerSchema`.
    """
    with engine.connect() as connection:
        upgrade(connection)


def upgrade(connection: Connection) -> None:
    """What `create_schema` does, on a connection that nobody uses meanwhile.

    With an engine that has to be awaited: `await connection.run_sync(upgrade)`.
    """
    if connection.dialect.name == "sqlite":
        _upgrade_file(connection)
        return
    with connection.begin():
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        _upgrade(connection, STEPS)


def _upgrade_file(connection: Connection) -> None:
    # The driver would commit before each statement that makes a table.
    connection = connection.execution_options(isolation_level="AUTOCOMMIT")
    connection.exec_driver_sql("PRAGMA journal_mode = WAL")
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        _upgrade(connection, STEPS)
    except BaseException:
        connection.exec_driver_sql("ROLLBACK")
        raise
    connection.exec_driver_sql("COMMIT")


def _upgrade(connection: Connection, steps: Sequence[Step]) -> None:
    newest = 1 + len(steps)
    version = _version(connection)
    if version is None:
        metadata.create_all(connection, checkfirst=False)
        connection.execute(insert(schema_versions), {"version": newest})
        return
    if version > newest:
        raise NewerSchema(f"the tables are of version {version}, and known is {newest}")
    for step in steps[version - 1 :]:
        step(connection)
    connection.execute(update(schema_versions).values(version=newest))


def _version(connection: Connection) -> int | None:
    """The version of the tables that are there; None: there are none."""
    schema = connection.get_execution_options().get("schema_translate_map", {}).get(None)
    if not inspect(connection).has_table(schema_versions.name, schema=schema):
        return None
    version: int = connection.execute(select(schema_versions.c.version)).scalar_one()
    return version
