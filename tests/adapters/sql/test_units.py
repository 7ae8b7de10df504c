"""Units of work on a database: what fails leaves nothing, and what may be tried again says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Thread

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from mallops.adapters.sql import SqlStore
from mallops.adapters.sql.store import SqlUnit
from mallops.errors import CurrencyMismatch, InputError
from mallops.money import Currency, Money
from mallops.repositories import Conflict, Coupon, Exhausted, Reservation, Take
from mallops.rules.promotions import Limits
from mallops.testing.contracts.outbox import claim, message
from mallops.testing.contracts.purchases import plain
from mallops.testing.contracts.samples import START
from tests.adapters.sql.conftest import NewEngine

CNY, JPY = Currency.of("CNY"), Currency.of("JPY")


@pytest.fixture
def store(engine: Engine) -> SqlStore:
    return SqlStore(engine)


def in_unit(store: SqlStore, work: Callable[[SqlUnit], None]) -> None:
    with store.begin() as unit:
        work(unit)


def conflicts(unit: SqlUnit) -> None:
    with pytest.raises(Conflict):
        unit.orders.save(plain("missing", version=2))


def is_exhausted(unit: SqlUnit) -> None:
    take = Take("p", 2, None, Limits(total=1))
    with pytest.raises(Exhausted):
        unit.usage.reserve(Reservation("o", "anna", (take,), START.add(days=1)), START)


def is_there_already(unit: SqlUnit) -> None:
    with pytest.raises(Conflict, match="o1 is there already"):
        unit.orders.add(plain("o1"))


def cannot_be_stored(unit: SqlUnit) -> None:
    with pytest.raises(InputError, match="text without NUL"):
        unit.coupons.hold(["a\0"], "o")


def is_of_another_currency(unit: SqlUnit) -> None:
    for order, money in (("a", Money(1, CNY)), ("b", Money(1, JPY))):
        reservation = Reservation(order, "anna", (Take("p", 1, money),), START.add(days=1))
        if money.currency == CNY:
            unit.usage.reserve(reservation, START)
        else:
            with pytest.raises(CurrencyMismatch):
                unit.usage.reserve(reservation, START)


FAULTS = [conflicts, is_exhausted, is_there_already, cannot_be_stored, is_of_another_currency]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_unit_that_has_met_a_fault_stores_nothing_though_it_is_left_in_peace(
    store: SqlStore, fault: Callable[[SqlUnit], None]
) -> None:
    with store.begin() as unit:
        unit.orders.add(plain("o1"))

    def work(unit: SqlUnit) -> None:
        unit.outbox.put([message("before")])
        fault(unit)
        with pytest.raises(Conflict, match="nothing of this unit is stored"):
            unit.outbox.put([message("after")])

    with pytest.raises((Conflict, InputError, CurrencyMismatch)):
        in_unit(store, work)
    assert claim(store, START) == []
    with store.begin() as unit:
        unit.outbox.put([message("again")])
    assert [each.key for each in claim(store, START)] == ["again"]


def test_an_error_of_the_database_passes_through_and_nothing_is_stored(engine: Engine) -> None:
    store = SqlStore(engine)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE mallops_coupons"))

    def work(unit: SqlUnit) -> None:
        unit.outbox.put([message("k")])
        with pytest.raises(DBAPIError):
            unit.coupons.redeem("o")

    with pytest.raises(DBAPIError):
        in_unit(store, work)
    assert claim(store, START) == []


def test_whoever_dies_in_the_middle_leaves_nothing(new_engine: NewEngine) -> None:
    engine = new_engine()
    dying = create_engine(engine.url)

    def work(unit: SqlUnit) -> None:
        unit.outbox.put([message("k")])
        unit.coupons.issue([Coupon("c", "p", "anna")])
        _cut(engine, unit)
        unit.outbox.put([message("l")])

    with pytest.raises(DBAPIError):
        in_unit(SqlStore(dying), work)
    dying.dispose()
    store = SqlStore(engine)
    assert claim(store, START) == []
    with store.begin() as unit:
        assert unit.coupons.coupon("c") is None


def _cut(engine: Engine, unit: SqlUnit) -> None:
    """The connection is gone, as if the process, or the server, were."""
    if engine.dialect.name == "sqlite":
        connection = unit.outbox._work._connection  # noqa: SLF001
        connection.connection.dbapi_connection.close()  # type: ignore[union-attr]
        return
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with engine.connect() as connection:
        connection.execute(text(f"SELECT pg_terminate_backend(pid) {others}"))


# --- what another attempt may cure ---------------------------------------------------------------


def test_sqlite_has_one_writer_and_whoever_waits_too_long_conflicts(new_sqlite: NewEngine) -> None:
    engine = new_sqlite()
    hasty = create_engine(engine.url, connect_args={"timeout": 0.01})
    with SqlStore(engine).begin() as unit:
        unit.outbox.put([message("k")])
        with pytest.raises(Conflict, match="locked"), SqlStore(hasty).begin():
            pass
    assert [each.key for each in claim(SqlStore(hasty), START)] == ["k"]
    hasty.dispose()


def test_a_lock_that_is_not_to_be_had_in_time_conflicts(new_postgresql: NewEngine) -> None:
    engine = new_postgresql()
    hasty = create_engine(engine.url, connect_args={"options": "-c lock_timeout=20ms"})
    with SqlStore(engine).begin() as unit:
        unit.outbox.put([message("k")])
        with pytest.raises(Conflict, match="lock timeout"), SqlStore(hasty).begin() as late:
            late.outbox.put([message("k")])
    hasty.dispose()


def test_of_two_that_wait_for_each_other_one_conflicts(new_postgresql: NewEngine) -> None:
    engine = new_postgresql()
    store = SqlStore(engine)
    with store.begin() as unit:
        unit.coupons.issue([Coupon("a", "p", "anna"), Coupon("b", "p", "anna")])
    lost: list[Conflict] = []
    with ExitStack() as stack:
        units = [stack.enter_context(_losing(store, lost)) for _ in range(2)]
        units[0].coupons.hold(["a"], "x")
        units[1].coupons.hold(["b"], "y")
        thread = Thread(target=_quietly, args=(lambda: units[1].coupons.hold(["a"], "y"), lost))
        thread.start()
        _quietly(lambda: units[0].coupons.hold(["b"], "x"), lost)
        thread.join()
    assert any("deadlock" in str(each) for each in lost)


@contextmanager
def _losing(store: SqlStore, lost: list[Conflict]) -> Iterator[SqlUnit]:
    try:
        with store.begin() as unit:
            yield unit
    except Conflict as conflict:
        lost.append(conflict)


def _quietly(call: Callable[[], object], lost: list[Conflict]) -> None:
    try:
        call()
    except Conflict as conflict:
        lost.append(conflict)


def test_what_cannot_be_serialized_conflicts(new_postgresql: NewEngine) -> None:
    engine = new_postgresql()
    strict = create_engine(engine.url, isolation_level="SERIALIZABLE")
    with SqlStore(engine).begin() as unit:
        unit.coupons.issue([Coupon("a", "p", "anna")])

    def work(late: SqlUnit) -> None:
        assert late.coupons.coupon("a") is not None
        in_unit(SqlStore(engine), lambda unit: unit.coupons.hold(["a"], "faster"))
        late.coupons.hold(["a"], "late")

    with pytest.raises(Conflict, match="could not serialize"):
        in_unit(SqlStore(strict), work)
    strict.dispose()


def test_a_server_that_is_not_there_is_no_conflict(new_postgresql: NewEngine) -> None:
    nowhere = create_engine(new_postgresql().url.set(database="nowhere"))
    with pytest.raises(OperationalError, match="does not exist"), SqlStore(nowhere).begin() as unit:
        unit.outbox.put([message("k")])
