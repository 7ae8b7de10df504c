"""How many statements there are, and which index each finds its rows by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from attrs import evolve
from sqlalchemy import Connection, Engine, event, text

from mallops.adapters.sql import SqlStore
from mallops.adapters.sql.store import SqlUnit
from mallops.lifecycles.case import Case
from mallops.money import Currency, Money
from mallops.points.wallet import Wallet
from mallops.promotions.quote import QuotedUnit
from mallops.repositories import Coupon, Filed, Purchase, Reservation, Take
from mallops.testing.contracts.purchases import goods, plain
from mallops.testing.contracts.samples import START, grant
from tests.adapters.sql.conftest import NewEngine

CNY = Currency.of("CNY")
TOMORROW = START.add(days=1)


@contextmanager
def sent(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """The statements that reach the database meanwhile, with their parameters."""
    found: list[tuple[str, Any]] = []

    def note(_1: object, _2: object, statement: str, parameters: Any, *_: Any) -> None:
        # A list of parameters is a statement for each.
        many = parameters if isinstance(parameters, list) else [parameters]
        found.extend((statement, each) for each in many)

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


# --- how many ------------------------------------------------------------------------------------


def big(order: str, units: int) -> Purchase:
    """An order of so many units, in as many lines."""
    purchase = plain(order)
    quote = purchase.order.quote
    [line] = quote.lines
    [unit] = line.units
    lines = tuple(evolve(line, id=f"{number}") for number in range(units))
    assert isinstance(unit, QuotedUnit)
    return evolve(purchase, order=evolve(purchase.order, quote=evolve(quote, lines=lines)))


def bought(unit: SqlUnit, name: str, size: int) -> None:
    """All that a checkout and its payment store: for so many promotions, coupons and lines."""
    promotions = [f"p{number}" for number in range(size)]
    codes = [f"{name}/{each}" for each in promotions]
    takes = tuple(Take(each, 1, Money(1, CNY)) for each in promotions)
    unit.catalog.put(goods())
    unit.catalog.goods(promotions)
    unit.coupons.issue([Coupon(code, "p", "anna") for code in codes])
    unit.usage.used(promotions, "anna", START)
    change = grant(unit.points.wallet("anna"), name)
    unit.points.append([change])
    purchase = big(name, size)
    unit.orders.add(purchase)
    unit.cases.add(Filed(Case(name, "m", "1", "s", START), name, START), ())
    unit.coupons.hold(codes, name)
    unit.usage.reserve(Reservation(name, "anna", takes, TOMORROW), START)
    unit.usage.commit(name, START)
    unit.coupons.redeem(name)
    units = frozenset((line.id, 1) for line in purchase.order.quote.lines)
    unit.orders.save(evolve(purchase, version=2, order=evolve(purchase.order, returned=units)))
    unit.usage.release(name, promotions)
    unit.coupons.give_back(codes, name)


def test_statements_do_not_grow_with_what_is_bought(engine: Engine) -> None:
    store, counts = SqlStore(engine), []
    for size in (2, 200):
        with sent(engine) as statements, store.begin() as unit:
            bought(unit, f"o{size}", size)
        counts.append(len(statements))
    assert counts[0] == counts[1] < 40, counts


def test_what_has_lapsed_costs_no_statement_more(engine: Engine) -> None:
    store, counts = SqlStore(engine), []
    for turn, late in enumerate((START, TOMORROW, TOMORROW.add(days=9))):
        for order in ("x", "y", "z"):
            until = late.add(hours=1)
            with sent(engine) as statements, store.begin() as unit:
                takes = (Take("p", 1, None), Take("q", 1, None))
                unit.usage.reserve(Reservation(f"{order}{turn}", order, takes, until), late)
            counts.append(len(statements))
        with store.begin() as unit:
            assert unit.usage.used(["p"], "x", late)["p"].total == 3
    assert len({*counts}) == 1, counts


# --- by which index ------------------------------------------------------------------------------


FILLED = """
INSERT INTO mallops_orders
SELECT 'o' || n, 'c' || mod(n, 5000), 'r', '1', moment, 1, 'CNY', NULL, NULL, NULL, NULL,
  CASE WHEN mod(n, 100) = 0 THEN moment + n * interval '1 hour' END, 1, '{}', '{}'
FROM generate_series(1, 20000) n;
INSERT INTO mallops_order_units
SELECT 'o' || n, '1', k, 's' || mod(n, 3000), 1, 0, 1, false
FROM generate_series(1, 20000) n, generate_series(1, 2) k;
INSERT INTO mallops_cases
SELECT 'o' || n, 'o' || n, 'm', '1', 's', moment, 1, moment,
  CASE WHEN mod(n, 100) = 0 THEN moment + n * interval '1 hour' END, NULL, NULL, '{}'
FROM generate_series(1, 20000) n;
INSERT INTO mallops_case_log
SELECT 'o' || n, k, moment, 'a', 'e', 's', 't', 'k' || k, ''
FROM generate_series(1, 20000) n, generate_series(1, 2) k;
INSERT INTO mallops_outbox
SELECT 'o' || n, 'o' || n, 'o' || n, 'e', moment + n * interval '1 second', NULL,
  '{"format": 1, "value": []}', ''
FROM generate_series(1, 20000) n;
INSERT INTO mallops_coupons
SELECT 'o' || n, 'p' || mod(n, 20), 'c' || mod(n, 500), NULL,
  CASE WHEN mod(n, 3) = 0 THEN 'free' ELSE 'redeemed' END,
  CASE WHEN mod(n, 3) = 0 THEN '' ELSE 'o' || n END,
  CASE WHEN mod(n, 5) = 0 THEN 'o' || n ELSE '' END
FROM generate_series(1, 20000) n;
INSERT INTO mallops_points_wallets
SELECT 'c' || n, 1, CASE WHEN mod(n, 3) = 0 THEN moment + n * interval '1 hour' END, '{}'
FROM generate_series(1, 20000) n;
INSERT INTO mallops_points_entries
SELECT 'c' || n, k, 'k' || k, moment, 'Grant', '{}'
FROM generate_series(1, 20000) n, generate_series(1, 2) k;
INSERT INTO mallops_points_postings
SELECT 'c' || n, 1, k, 'available', 1, '', '' FROM generate_series(1, 20000) n,
  generate_series(0, 1) k;
INSERT INTO mallops_reservations
SELECT 'o' || n, 'c' || n, moment, mod(n, 50) <> 0 FROM generate_series(1, 20000) n;
INSERT INTO mallops_takes
SELECT 'o' || n, 'p' || k, 'c' || n, 1, NULL, NULL,
  CASE WHEN mod(n, 50) = 0 THEN 'reserved' ELSE 'committed' END, moment + n * interval '1 hour'
FROM generate_series(1, 20000) n, generate_series(1, 2) k;
INSERT INTO mallops_promotion_usage SELECT 'p' || n, 1, 0, NULL, NULL
FROM generate_series(1, 2000) n;
INSERT INTO mallops_customer_usage SELECT 'p' || mod(n, 20), 'c' || n, 1
FROM generate_series(1, 20000) n;
INSERT INTO mallops_skus
SELECT 's' || n, '', '', '', '', 'listed', 1, 'CNY', '{}' FROM generate_series(1, 20000) n;
INSERT INTO mallops_price_entries
SELECT 's' || n, 0, 1, 'CNY', 1, NULL, NULL, '{}' FROM generate_series(1, 20000) n;
INSERT INTO mallops_rulebooks
SELECT 'r' || mod(n, 5), 'v' || n, n, moment - n * interval '1 hour', '{}'
FROM generate_series(1, 2000) n;
INSERT INTO mallops_behaviour_events
SELECT 'e' || n, 'c' || mod(n, 500), 'view', moment - n * interval '1 minute', '', '',
  '{"format": 1, "value": {}}'
FROM generate_series(1, 20000) n;
ANALYZE
"""

CALLS: dict[str, Callable[[SqlUnit], object]] = {
    "catalog.goods": lambda unit: unit.catalog.goods(["none", "nothing"]),
    "catalog.put": lambda unit: unit.catalog.put(goods()),
    "rulebooks.rulebook": lambda unit: unit.rulebooks.rulebook("r1", "none"),
    "rulebooks.version": lambda unit: unit.rulebooks.version("r1", START),
    "usage.used": lambda unit: unit.usage.used(["p1", "p2"], "c7", START),
    "usage.reserve": lambda unit: unit.usage.reserve(
        Reservation("new", "c7", (Take("p1", 1, None),), TOMORROW), START
    ),
    "usage.commit": lambda unit: unit.usage.commit("o50", START),
    "usage.release": lambda unit: unit.usage.release("o50", ["p1"]),
    "coupons.coupon": lambda unit: unit.coupons.coupon("o7"),
    "coupons.issue": lambda unit: unit.coupons.issue([Coupon("new", "p", "anna")]),
    "coupons.free": lambda unit: unit.coupons.free("c7", ["p1", "p2"], START),
    "coupons.of_order": lambda unit: unit.coupons.of_order("o7"),
    "coupons.rewards": lambda unit: unit.coupons.rewards("o7"),
    "coupons.hold": lambda unit: unit.coupons.hold(["o9", "o12"], "new"),
    "coupons.redeem": lambda unit: unit.coupons.redeem("o7"),
    "coupons.give_back": lambda unit: unit.coupons.give_back(["o7"], "o7"),
    "points.wallet": lambda unit: unit.points.wallet("none"),
    "points.entry": lambda unit: unit.points.entry("c7", "none"),
    "points.entries": lambda unit: unit.points.entries("c7", 2),
    "points.append": lambda unit: unit.points.append([grant(Wallet("new"), "k")]),
    "points.due": lambda unit: unit.points.due(START, 10),
    "orders.order": lambda unit: unit.orders.order("none"),
    "orders.add": lambda unit: unit.orders.add(plain("new")),
    "orders.save": lambda unit: unit.orders.save(plain("o7", version=2)),
    "orders.settling": lambda unit: unit.orders.settling(START, 10),
    "cases.case": lambda unit: unit.cases.case("none"),
    "cases.of_order": lambda unit: unit.cases.of_order("none"),
    "cases.save": lambda unit: unit.cases.save(
        Filed(Case("o7", "m", "1", "s", START, 1), "o7", START), ()
    ),
    "cases.log": lambda unit: unit.cases.log("o7"),
    "cases.logged": lambda unit: unit.cases.logged("o7", "k1"),
    "cases.due": lambda unit: unit.cases.due(START, 10),
    "outbox.drop": lambda unit: unit.outbox.drop("o7"),
    "behaviour.of_customer": lambda unit: unit.behaviour.of_customer("c7", START, TOMORROW, 9),
}
"""All calls that look for rows; but `outbox.claim`, for whose messages see below."""


def _plans(connection: Connection, statements: list[tuple[str, Any]]) -> Iterator[str]:
    for statement, parameters in statements:
        plan = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
        yield "\n".join(str(row[0]) for row in plan)


def test_rows_are_found_by_an_index(new_postgresql: NewEngine) -> None:
    engine = new_postgresql()
    store = SqlStore(engine)
    with engine.begin() as connection:
        for statement in FILLED.split(";"):
            since = statement.replace("moment", "timestamptz '2026-10-20'")
            connection.exec_driver_sql(since)
    read = set[str]()
    for name, call in {**CALLS, "outbox.claim": _claimed}.items():
        with sent(engine) as statements, store.begin() as unit:
            call(unit)
        with engine.begin() as connection:
            for plan in _plans(connection, statements):
                assert "Seq Scan" not in plan, f"{name} reads whole tables:\n{plan}"
                read.update(word for word in plan.split() if word.startswith("mallops_"))
    with engine.connect() as connection:
        names = connection.execute(text("SELECT indexname FROM pg_indexes")).scalars()
        ours = {each for each in names if each.startswith("mallops_")}
    for_people = {"mallops_orders_customer_idx", "mallops_order_units_sku_idx"}
    only_unique = {
        "mallops_schema_pk",
        "mallops_rulebooks_rulebook_number_key",
        "mallops_points_postings_pk",
        "mallops_behaviour_events_pk",
    }
    assert ours - read - for_people - only_unique == set()


def _claimed(unit: SqlUnit) -> None:
    unit.outbox.claim(START, TOMORROW, 10)


@pytest.mark.parametrize("name", CALLS)
def test_sqlite_finds_rows_by_an_index_too(new_sqlite: NewEngine, name: str) -> None:
    engine = new_sqlite()
    with sent(engine) as statements, SqlStore(engine).begin() as unit:
        unit.coupons.issue([Coupon("o9", "p", "a"), Coupon("o12", "p", "a")])
        unit.orders.add(plain("o7"))
        unit.cases.add(Filed(Case("o7", "m", "1", "s", START, 1), "o7", START), ())
        statements.clear()
        CALLS[name](unit)
    with engine.connect() as connection:
        for statement, parameters in statements:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            for row in plan:
                whole = row.detail.startswith("SCAN mallops_")
                assert not whole, f"{name} reads whole tables: {row.detail}\n{statement}"
