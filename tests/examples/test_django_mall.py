"""Django's models behind our protocols: on SQLite here, on PostgreSQL in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django import db
from django.apps import apps
from hypothesis import settings

from examples.django_mall.__main__ import tell as tell_story
from examples.django_mall.settings import configure
from mallops.repositories import Answer, Conflict, Unit
from mallops.testing.contracts.answers import told
from mallops.testing.contracts.asking import ask, tell
from mallops.testing.contracts.orders import adding, saving
from mallops.testing.contracts.purchases import plain
from mallops.testing.contracts.store import StoreContract
from tests.adapters.sql.conftest import NewEngine

if TYPE_CHECKING:
    from examples.django_mall.store import DjangoStore, DjangoUnit

ROOT = Path(__file__).parents[2]
DATABASE = "DJANGO_MALL_DATABASE"


@pytest.fixture(scope="module", autouse=True)
def _django(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Django set up, which is possible once in a process."""
    file = tmp_path_factory.mktemp("django") / "mall.sqlite3"
    configure(os.environ.get(DATABASE) or str(file))
    yield
    db.connection.close()


def emptied() -> DjangoStore:
    """The store on tables with nothing in them, for any number of threads."""
    from examples.django_mall.store import DjangoStore  # noqa: PLC0415  # has models

    class Closing(DjangoStore):
        """A thread's connection is closed with its unit: nobody else would."""

        @contextmanager
        def begin(self) -> Iterator[DjangoUnit]:
            try:
                with super().begin() as unit:
                    yield unit
            finally:
                if threading.current_thread() is not threading.main_thread():
                    db.connection.close()

    for model in apps.get_app_config("django_mall").get_models():
        model.objects.all().delete()
    return Closing()


class TestDjangoStore(StoreContract):
    machine_settings = settings(StoreContract.machine_settings, max_examples=5)

    def make(self) -> DjangoStore:
        return emptied()


@pytest.mark.parametrize(
    "late",
    [adding(plain("o1")), saving(plain("o1", version=3))],
    ids=["an id that is taken", "an older version"],
)
def test_a_unit_whose_conflict_was_swallowed_stores_nothing(
    late: Callable[[Unit], Answer[None]],
) -> None:
    """Whether the database objects or the repository does."""
    store = emptied()
    tell(store, adding(plain("o1")))

    def swallow(unit: Unit) -> None:
        told(unit.orders.add(plain("o2")))
        with pytest.raises(Conflict):
            told(late(unit))
        with pytest.raises(Conflict):
            told(unit.orders.order("o2"))

    with pytest.raises(Conflict):
        tell(store, swallow)
    assert ask(store, lambda unit: unit.orders.order("o2")) is None


def test_what_another_attempt_cannot_cure_passes_through() -> None:
    def ask_nonsense(_unit: Unit) -> None:
        with db.connection.cursor() as cursor:
            cursor.execute("SELECT nonsense FROM nowhere")

    with pytest.raises(db.DatabaseError, match="nowhere"):
        tell(emptied(), ask_nonsense)


def test_the_story_ends_with_money_back(capsys: pytest.CaptureFixture[str]) -> None:
    emptied()
    tell_story()
    told_by = capsys.readouterr().out.splitlines()
    assert told_by[0] == "o1: 134.00 to be paid"
    assert told_by[-1] == "o1: 83.75 left of what was paid"
    assert told_by.count("r1/5/refund: 50.25 to card-1") == 1


@pytest.mark.skipif(DATABASE in os.environ, reason="this is that process")
def test_all_this_holds_on_postgresql_too(new_postgresql: NewEngine) -> None:
    address = new_postgresql().url.render_as_string(hide_password=False)
    found = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n0", __file__],
        env=os.environ | {DATABASE: address},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr
