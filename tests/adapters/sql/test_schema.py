from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import (
    CheckConstraint,
    Connection,
    Engine,
    Inspector,
    Table,
    UniqueConstraint,
    create_engine,
    inspect,
    text,
)

from mallops.adapters.sql import SCHEMA_VERSION, NewerSchema, SqlStore, create_schema, schema
from mallops.adapters.sql.tables import metadata, schema_versions
from mallops.testing.contracts.samples import START
from tests.adapters.sql.conftest import NewEngine
from tests.adapters.sql.servers import PostgreSQL


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database without any tables."""
    engine: Engine = request.getfixturevalue(f"new_{request.param}")()
    metadata.drop_all(engine)
    assert inspect(engine).get_table_names() == []
    yield engine
    engine.dispose()


@pytest.fixture
def patch(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    return monkeypatch


def version(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return [*connection.execute(schema_versions.select()).scalars()]


def test_tables_are_made_once(empty: Engine) -> None:
    create_schema(empty)
    assert version(empty) == [SCHEMA_VERSION]
    before = inspect(empty).get_table_names()
    assert sorted(before) == sorted(metadata.tables)
    with SqlStore(empty).begin() as unit:
        assert unit.usage.commit("o", START) is False
    create_schema(empty)
    assert inspect(empty).get_table_names() == before
    assert version(empty) == [SCHEMA_VERSION]


def test_several_may_make_them_at_once(empty: Engine) -> None:
    with ThreadPoolExecutor(4) as threads:
        assert [*threads.map(create_schema, [empty] * 4)] == [None] * 4
    assert version(empty) == [SCHEMA_VERSION]


def test_an_older_schema_is_brought_up_to_date(empty: Engine, patch: pytest.MonkeyPatch) -> None:
    create_schema(empty)
    steps = [
        lambda connection: connection.execute(text("CREATE TABLE second (a INTEGER)")),
        lambda connection: connection.execute(text("ALTER TABLE second ADD COLUMN b INTEGER")),
    ]
    for count in (1, 2, 2):
        patch.setattr(schema, "STEPS", tuple(steps[:count]))
        create_schema(empty)
        assert version(empty) == [1 + count]
    assert [each["name"] for each in inspect(empty).get_columns("second")] == ["a", "b"]


def test_a_step_that_fails_leaves_all_as_it_was(empty: Engine, patch: pytest.MonkeyPatch) -> None:
    def fails(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE second (a INTEGER)"))
        raise LookupError

    create_schema(empty)
    patch.setattr(schema, "STEPS", (fails,))
    with pytest.raises(LookupError):
        create_schema(empty)
    assert version(empty) == [1]
    assert "second" not in inspect(empty).get_table_names()


def test_tables_of_a_later_version_are_refused(empty: Engine) -> None:
    create_schema(empty)
    with empty.begin() as connection:
        connection.execute(schema_versions.update().values(version=SCHEMA_VERSION + 1))
    with pytest.raises(NewerSchema, match=f"version {SCHEMA_VERSION + 1}, and known is"):
        create_schema(empty)


def test_the_database_has_what_the_metadata_says(engine: Engine) -> None:
    found = inspect(engine)
    for table in metadata.tables.values():
        assert _live(found, table) == _said(table), table.name
        types = {each["name"]: each["type"] for each in found.get_columns(table.name)}
        for column in table.columns:
            said = column.type.compile(engine.dialect)
            assert types[column.name].compile(engine.dialect) in {said, said.partition(" COLL")[0]}


def _live(found: Inspector, table: Table) -> dict[str, object]:
    name = table.name
    indexes = found.get_indexes(name)
    return {
        "columns": {each["name"]: each["nullable"] for each in found.get_columns(name)},
        "primary key": found.get_pk_constraint(name)["constrained_columns"],
        "foreign keys": sorted(
            (each["constrained_columns"], each["referred_table"], each["referred_columns"])
            for each in found.get_foreign_keys(name)
        ),
        "checks": sorted(str(each["name"]) for each in found.get_check_constraints(name)),
        "unique": sorted(each["column_names"] for each in found.get_unique_constraints(name)),
        "indexes": sorted(
            (str(each["name"]), each["column_names"], bool(each["unique"]))
            for each in indexes
            if "duplicates_constraint" not in each
        ),
    }


def _said(table: Table) -> dict[str, object]:
    return {
        "columns": {each.name: bool(each.nullable) for each in table.columns},
        "primary key": [each.name for each in table.primary_key],
        "foreign keys": sorted(
            (
                each.column_keys,
                each.referred_table.name,
                [element.column.name for element in each.elements],
            )
            for each in table.foreign_key_constraints
        ),
        "checks": sorted(
            str(each.name) for each in table.constraints if isinstance(each, CheckConstraint)
        ),
        "unique": sorted(
            [column.name for column in each.columns]
            for each in table.constraints
            if isinstance(each, UniqueConstraint)
        ),
        "indexes": sorted(
            (str(each.name), [column.name for column in each.columns], bool(each.unique))
            for each in table.indexes
        ),
    }


def test_a_file_of_sqlite_is_written_ahead(new_sqlite: NewEngine) -> None:
    with new_sqlite().connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_on_postgresql_the_tables_may_have_a_schema_of_their_own(postgresql: PostgreSQL) -> None:
    postgresql.tell("CREATE SCHEMA shop")
    plain = create_engine(postgresql.url)
    engine = plain.execution_options(schema_translate_map={None: "shop"})
    create_schema(engine)
    create_schema(engine)
    with SqlStore(engine).begin() as unit:
        unit.usage.release("o", [])
    assert sorted(inspect(plain).get_table_names("shop")) == sorted(metadata.tables)
    assert inspect(plain).get_table_names("public") == []
    plain.dispose()
    postgresql.tell("DROP SCHEMA shop CASCADE")
