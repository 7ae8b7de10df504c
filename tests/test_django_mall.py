"""Django's own models behind our protocols: on SQLite here, on PostgreSQL in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from mallops.testing.contracts.store import StoreContract
from tests.postgresql import new_database

if TYPE_CHECKING:
    from examples.django_mall.store import DjangoStore, DjangoUnit

ROOT = Path(__file__).parents[1]
DATABASE = "DJANGO_MALL_DATABASE"


@pytest.fixture(scope="module", autouse=True)
def _django(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Django set up, which is possible once in a process."""
    from examples.django_mall.settings import configure

    file = tmp_path_factory.mktemp("django") / "mall.sqlite3"
    configure(os.environ.get(DATABASE) or str(file))
    from django.db import connection

    yield
    connection.close()


def emptied() -> DjangoStore:
    """The store on tables with nothing in them, for any number of threads."""
    from django.apps import apps
    from django.db import connection

    from examples.django_mall.store import DjangoStore

    class Closing(DjangoStore):
        """A thread's connection is closed with its unit: nobody else would."""

        @contextmanager
        def begin(self) -> Iterator[DjangoUnit]:
            try:
                with super().begin() as unit:
                    yield unit
            finally:
                if threading.current_thread() is not threading.main_thread():
                    connection.close()

    for model in apps.get_app_config("django_mall").get_models():
        model.objects.all().delete()
    return Closing()


class TestDjangoStore(StoreContract):
    machine_settings = settings(StoreContract.machine_settings, max_examples=10)

    def make(self) -> DjangoStore:
        return emptied()


def test_the_story_ends_with_money_back(capsys: pytest.CaptureFixture[str]) -> None:
    from examples.django_mall.__main__ import tell

    emptied()
    tell()
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "o1: 134.00 to be paid"
    assert told[-1] == "o1: 83.75 left of what was paid"
    assert told.count("r1/5/refund: 50.25 to card-1") == 1


@pytest.mark.skipif(DATABASE in os.environ, reason="this is that process")
def test_it_holds_on_postgresql_too(postgresql: str) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n0", __file__],
        env=os.environ | {DATABASE: new_database(postgresql, "django")},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr
