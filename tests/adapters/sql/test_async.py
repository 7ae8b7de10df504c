"""The contract of whole stores, by calls that are awaited."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from sqlalchemy import URL, Engine

from mallops.adapters.sql import AsyncSqlStore
from mallops.repositories import Store
from mallops.testing.contracts.blocking import Loop, blocking_store
from mallops.testing.contracts.store import StoreContract
from tests.adapters.sql.conftest import NewEngine

pytest.importorskip("greenlet", reason="SQLAlchemy awaits with greenlet")

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine


def awaited(engine: Engine) -> AsyncEngine:
    """An engine to be awaited, of the same database."""
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415

    url: URL = engine.url
    if url.drivername == "sqlite":
        url = url.set(drivername="sqlite+aiosqlite")
    return create_async_engine(url, pool_size=10)


class TestAsyncSqlStore(StoreContract):
    # Each call goes through a thread, and is a transaction.
    machine_settings = settings(StoreContract.machine_settings, max_examples=5)
    new_engine: NewEngine
    loop: Loop
    engines: list[AsyncEngine]

    @pytest.fixture(autouse=True)
    def _databases(self, new_engine: NewEngine) -> None:
        self.new_engine = new_engine

    def setup_method(self) -> None:
        self.loop, self.engines = Loop(), []

    def teardown_method(self) -> None:
        for engine in self.engines:
            self.loop.run(engine.dispose())
        self.loop.close()

    def make(self) -> Store:
        self.engines.append(awaited(self.new_engine()))
        return blocking_store(self.loop, AsyncSqlStore(self.engines[-1]))
