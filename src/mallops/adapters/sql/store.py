"""All repositories in SQL, and units of work on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from attrs import frozen
from sqlalchemy import Connection, Engine

from mallops.adapters.sql.behaviour import SqlBehaviour
from mallops.adapters.sql.cases import SqlCases
from mallops.adapters.sql.catalog import SqlCatalog
from mallops.adapters.sql.coupons import SqlCoupons
from mallops.adapters.sql.orders import SqlOrders
from mallops.adapters.sql.outbox import SqlOutbox
from mallops.adapters.sql.points import SqlPoints
from mallops.adapters.sql.rulebooks import SqlRulebooks
from mallops.adapters.sql.usage import SqlUsage
from mallops.adapters.sql.work import Work


@frozen
class SqlUnit:
    """The repositories, on one connection and in one transaction of it."""

    catalog: SqlCatalog
    rulebooks: SqlRulebooks
    usage: SqlUsage
    coupons: SqlCoupons
    points: SqlPoints
    orders: SqlOrders
    cases: SqlCases
    outbox: SqlOutbox
    behaviour: SqlBehaviour

    @classmethod
    def on(cls, work: Work) -> SqlUnit:
        """The repositories of one unit of work."""
        return cls(
            SqlCatalog(work),
            SqlRulebooks(work),
            SqlUsage(work),
            SqlCoupons(work),
            SqlPoints(work),
            SqlOrders(work),
            SqlCases(work),
            SqlOutbox(work),
            SqlBehaviour(work),
        )


class SqlStore:
    """A `Store` in PostgreSQL, or in a file of SQLite, on tables that `create_schema` makes.

    Any number of threads may share it: each unit of work takes a connection of the engine's.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def begin(self) -> Iterator[SqlUnit]:
        """A unit of work: one transaction, which is rolled back if its block raises."""
        with self._engine.connect() as connection:
            work = Work(prepared(connection))
            work.begin()
            yield SqlUnit.on(work)
            work.commit()


def prepared(connection: Connection) -> Connection:
    """The connection, on which units say themselves where they begin, if it is SQLite's.

    Python's driver would begin late, and so fail where another was faster.
    """
    if connection.dialect.name == "sqlite":
        return connection.execution_options(isolation_level="AUTOCOMMIT")
    return connection
