"""Two units of work at once, step by step: who leaves out what, who waits, and who is refused."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from time import sleep

import pytest
from attrs import evolve
from sqlalchemy import Engine, text

from mallops.adapters.sql import SqlStore
from mallops.adapters.sql.store import SqlUnit
from mallops.lifecycles.case import Case, Moved, Running
from mallops.points.wallet import Wallet
from mallops.repositories import Conflict, Exhausted, Filed, Logged, Reservation, Take
from mallops.rules.promotions import Limits
from mallops.testing.contracts.outbox import message
from mallops.testing.contracts.purchases import plain
from mallops.testing.contracts.samples import START, grant
from tests.adapters.sql.conftest import NewEngine

UNTIL = START.add(hours=1)
LATE = START.add(hours=2)


@pytest.fixture
def engine(new_postgresql: NewEngine) -> Engine:
    return new_postgresql()


@pytest.fixture
def store(engine: Engine) -> SqlStore:
    return SqlStore(engine)


def waiting(engine: Engine, work: Callable[[SqlUnit], None]) -> Future[None]:
    """What becomes of another unit that does the work, once it waits for a lock of ours."""

    def do() -> None:
        with SqlStore(engine).begin() as unit:
            work(unit)

    thread = ThreadPoolExecutor(1)
    found = thread.submit(do)
    thread.shutdown(wait=False)
    for _ in range(500):
        with engine.connect() as connection:
            if connection.execute(text("SELECT 1 FROM pg_locks WHERE NOT granted")).first():
                return found
        sleep(0.01)
    raise AssertionError("it never waited")


# --- leaving out ---------------------------------------------------------------------------------


def test_workers_share_what_settles(store: SqlStore) -> None:
    with store.begin() as unit:
        for place in range(4):
            unit.orders.add(plain(f"o{place}", START.add(minutes=place)))
    with store.begin() as first, store.begin() as second:
        assert first.orders.settling(LATE, 2) == ["o0", "o1"]
        assert second.orders.settling(LATE, 9) == ["o2", "o3"]
        assert first.orders.settling(LATE, 9) == ["o0", "o1"]
    with store.begin() as unit:
        assert len(unit.orders.settling(LATE, 9)) == 4


def test_workers_share_what_is_due(store: SqlStore) -> None:
    with store.begin() as unit:
        for place in range(4):
            runs = (Running("d", START.add(minutes=place)),)
            case = Case(f"c{place}", "m", "1", "s", START, deadlines=runs)
            unit.orders.add(plain(f"o{place}"))
            unit.cases.add(Filed(case, f"o{place}", START), ())
    with store.begin() as first, store.begin() as second:
        assert first.cases.due(LATE, 2) == ["c0", "c1"]
        assert second.cases.due(LATE, 9) == ["c2", "c3"]


def test_what_is_in_hand_can_be_read_and_referred_to(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.orders.add(plain("o", START))
    with store.begin() as worker, store.begin() as other:
        assert worker.orders.settling(START, 1) == ["o"]
        assert other.orders.order("o") == plain("o", START)
        other.cases.add(Filed(Case("o", "m", "1", "s", START), "o", START), ())


def test_messages_are_leased_to_one(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.outbox.put([message(f"{place}") for place in range(4)])
    with store.begin() as first, store.begin() as second:
        assert [each.key for each in first.outbox.claim(START, UNTIL, 2)] == ["0", "1"]
        assert [each.key for each in second.outbox.claim(START, UNTIL, 9)] == ["2", "3"]
    with store.begin() as unit:
        assert unit.outbox.claim(UNTIL.subtract(microseconds=1), LATE, 9) == []
        assert len(unit.outbox.claim(UNTIL, LATE, 9)) == 4


# --- waiting -------------------------------------------------------------------------------------


def test_the_last_use_is_given_once(engine: Engine, store: SqlStore) -> None:
    last = Take("p", 1, None, Limits(total=1))

    def reserve(order: str) -> Callable[[SqlUnit], None]:
        return lambda unit: unit.usage.reserve(Reservation(order, order, (last,), UNTIL), START)

    with store.begin() as unit:
        reserve("first")(unit)
        second = waiting(engine, reserve("second"))
    with pytest.raises(Exhausted):
        second.result()
    with store.begin() as unit:
        assert unit.usage.used(["p"], "first", START)["p"].total == 1


def test_a_use_that_is_taken_back_is_given_to_who_waits(engine: Engine, store: SqlStore) -> None:
    last = Take("p", 1, None, Limits(total=1))
    second = Reservation("second", "bo", (last,), UNTIL)

    with suppress(LookupError), store.begin() as unit:
        unit.usage.reserve(Reservation("first", "anna", (last,), UNTIL), START)
        late = waiting(engine, lambda other: other.usage.reserve(second, START))
        raise LookupError
    late.result()


_CASE = Case("c", "m", "1", "s", START)
_MOVED = Filed(evolve(_CASE, state="t", steps=1), "o", START)
_LOG = [Logged(Moved("c", 1, START, "anna", "go", "s", "t"))]
_FIRST = grant(Wallet("anna"), "first")

LOST: dict[str, tuple[Callable[[SqlUnit], None], Callable[[SqlUnit], None]]] = {
    "order": (
        lambda unit: unit.orders.add(plain("o")),
        lambda unit: unit.orders.save(plain("o", START, version=2)),
    ),
    "case": (
        lambda unit: unit.cases.add(Filed(_CASE, "o", START), ()),
        lambda unit: unit.cases.save(_MOVED, _LOG),
    ),
    "wallet": (
        lambda unit: unit.points.append([_FIRST]),
        lambda unit: unit.points.append([grant(_FIRST.wallet, "second")]),
    ),
    "first entry": (lambda _: None, lambda unit: unit.points.append([_FIRST])),
    "new order": (lambda _: None, lambda unit: unit.orders.add(plain("o"))),
    "message": (lambda _: None, lambda unit: unit.outbox.put([message("k")])),
}


@pytest.mark.parametrize("name", LOST)
def test_of_two_that_were_decided_on_the_same_one_is_stored(
    engine: Engine, store: SqlStore, name: str
) -> None:
    before, change = LOST[name]
    with store.begin() as unit:
        before(unit)
    with store.begin() as unit:
        change(unit)
        late = waiting(engine, change)
    with pytest.raises(Conflict):
        late.result()
