"""Databases for the tests: new files of SQLite, and a PostgreSQL that the tests start themselves.

Each worker of pytest-xdist has a server of its own, and each test databases of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from mallops.adapters.sql import create_schema
from tests.adapters.sql.servers import PostgreSQL, running_postgresql

NewEngine = Callable[[], Engine]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    with running_postgresql() as server:
        yield server


@pytest.fixture
def new_postgresql(postgresql: PostgreSQL) -> Iterator[NewEngine]:
    """A database with empty tables in it, at each call."""
    with postgresql.databases() as new:
        yield new


@pytest.fixture
def new_sqlite(tmp_path: Path) -> Iterator[NewEngine]:
    """A file with empty tables in it, at each call."""
    engines: list[Engine] = []

    def new() -> Engine:
        engine = create_engine(f"sqlite:///{tmp_path / f'{len(engines)}.db'}")
        engines.append(engine)
        create_schema(engine)
        return engine

    yield new
    for engine in engines:
        engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def new_engine(request: pytest.FixtureRequest) -> NewEngine:
    """A database with empty tables in it, at each call: of either kind, one after the other."""
    found: NewEngine = request.getfixturevalue(f"new_{request.param}")
    return found


@pytest.fixture
def engine(new_engine: NewEngine) -> Engine:
    return new_engine()
