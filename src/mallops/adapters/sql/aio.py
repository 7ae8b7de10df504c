"""The same repositories to be awaited: each call runs as it is, on an engine that is awaited.

No logic is here twice. SQLAlchemy runs a plain function on the connection of an `AsyncEngine`, and
lets the event loop go on wherever that waits for the database.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from attrs import frozen

from mallops.adapters.sql.store import SqlUnit, prepared
from mallops.adapters.sql.work import Work
from mallops.repositories import (
    BehaviourRepository,
    CaseRepository,
    CatalogRepository,
    CouponRepository,
    OrderRepository,
    OutboxRepository,
    PointsRepository,
    RulebookRepository,
    UsageRepository,
)

if TYPE_CHECKING:
    # Without the library that SQLAlchemy awaits with, this module could not be imported.
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


@frozen
class _Awaited:
    """A repository whose methods are to be awaited."""

    _repository: object
    _connection: AsyncConnection

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        method = getattr(self._repository, name)

        async def call(*args: Any, **kwargs: Any) -> Any:
            return await self._connection.run_sync(lambda _: method(*args, **kwargs))

        return call


@frozen
class AsyncSqlUnit:
    """The repositories, on one connection and in one transaction of it; one call at a time."""

    catalog: CatalogRepository
    rulebooks: RulebookRepository
    usage: UsageRepository
    coupons: CouponRepository
    points: PointsRepository
    orders: OrderRepository
    cases: CaseRepository
    outbox: OutboxRepository
    behaviour: BehaviourRepository


class AsyncSqlStore:
    """A `Store` for `async` code, on the tables that `create_schema` makes.

    Any number of tasks may share it: each unit of work takes a connection of the engine's.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSqlUnit]:
        """A unit of work: one transaction, which is rolled back if its block raises."""
        async with self._engine.connect() as connection:
            work = await connection.run_sync(lambda plain: Work(prepared(plain)))
            await connection.run_sync(lambda _: work.begin())
            unit = SqlUnit.on(work)

            def awaited(repository: object) -> Any:
                return _Awaited(repository, connection)

            yield AsyncSqlUnit(
                awaited(unit.catalog),
                awaited(unit.rulebooks),
                awaited(unit.usage),
                awaited(unit.coupons),
                awaited(unit.points),
                awaited(unit.orders),
                awaited(unit.cases),
                awaited(unit.outbox),
                awaited(unit.behaviour),
            )
            await connection.run_sync(lambda _: work.commit())
