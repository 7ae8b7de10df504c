"""Values at which columns go wrong, there and back."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pendulum import DateTime
from sqlalchemy import Engine, select

from mallops.adapters.sql import SqlStore
from mallops.adapters.sql.tables import orders
from mallops.cart import Usage
from mallops.errors import InputError
from mallops.money import Currency, Money
from mallops.repositories import Behaviour, Coupon, Reservation, Take
from mallops.testing.contracts.purchases import plain
from mallops.testing.contracts.samples import START
from mallops.time import instant, local_instant
from tests.adapters.sql.conftest import NewEngine

INSTANTS = [
    "2026-11-11T00:00:00.123456+08:00",
    "1969-12-31T23:59:59.999999Z",
    "1970-01-01T00:00:00.000001Z",
    "1900-01-01T00:00:00+08:05",
    "0001-01-02T00:00:00Z",
    "9999-12-30T23:59:59.999999Z",
    "2026-11-01T01:30:00-04:00",
    "2026-11-01T01:30:00-05:00",
]
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


def expiring(code: str, at: DateTime) -> Coupon:
    return Coupon(code, "p", "anna", at)


@pytest.mark.parametrize("text", INSTANTS)
def test_instants_come_back_to_the_microsecond(engine: Engine, text: str) -> None:
    at = instant(text)
    with SqlStore(engine).begin() as unit:
        unit.coupons.issue([expiring("c", at)])
        assert unit.coupons.coupon("c") == expiring("c", at)
        assert unit.coupons.free("anna", ["p"], at) == []
        assert unit.coupons.free("anna", ["p"], at.subtract(microseconds=1)) != []


def test_instants_are_of_no_zone(engine: Engine) -> None:
    first = local_instant("2026-11-01T01:30", "America/New_York")
    with SqlStore(engine).begin() as unit:
        unit.coupons.issue([expiring("a", first), expiring("b", first.add(hours=1))])
        found = unit.coupons.free("anna", ["p"], first.subtract(days=1))
    assert [(each.code, each.expires) for each in found] == [
        ("a", instant("2026-11-01T05:30:00Z")),
        ("b", instant("2026-11-01T06:30:00Z")),
    ]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS, min_size=4, max_size=4))
def test_text_comes_back_as_it_was(new_engine: NewEngine, texts: list[str]) -> None:
    engine = _same(new_engine)
    name, customer, key, value = texts
    event = Behaviour(name, customer, key, START, value, name, {key: value})
    with suppress(LookupError), SqlStore(engine).begin() as unit:
        unit.behaviour.record([event])
        assert unit.behaviour.of_customer(customer, START, START.add(days=1), 9) == [event]
        raise LookupError


_ENGINES: dict[NewEngine, Engine] = {}


def _same(new_engine: NewEngine) -> Engine:
    """One database for all examples of a test."""
    if new_engine not in _ENGINES:
        _ENGINES.clear()
        _ENGINES[new_engine] = new_engine()
    return _ENGINES[new_engine]


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_text_that_no_database_holds_is_refused_by_each(engine: Engine, text: str) -> None:
    store = SqlStore(engine)
    with pytest.raises(InputError, match="without NUL"), store.begin() as unit:
        unit.coupons.coupon(text)
    with pytest.raises(InputError, match="without NUL"), store.begin() as unit:
        unit.behaviour.record([Behaviour("e", "anna", "k", START, details={"a": text})])


@pytest.mark.parametrize("minor", [2**53 + 1, 2**63 - 1, -(2**63) + 1, 0])
def test_amounts_are_whole_numbers_of_64_bits(engine: Engine, minor: int) -> None:
    money = Money(minor, Currency("POINTS OF OURS", 0))
    reservation = Reservation("o", "anna", (Take("p", 1, money),), START.add(days=1))
    with SqlStore(engine).begin() as unit:
        unit.usage.reserve(reservation, START)
        assert unit.usage.used(["p"], "anna", START) == {"p": Usage(1, 1, money)}


def test_larger_ones_are_refused(engine: Engine) -> None:
    money = Money(2**63, Currency.of("CNY"))
    reservation = Reservation("o", "anna", (Take("p", 1, money),), START.add(days=1))
    with pytest.raises(InputError, match="64 bits"), SqlStore(engine).begin() as unit:
        unit.usage.reserve(reservation, START)


def test_what_an_administrator_asks_of_orders_is_in_columns(engine: Engine) -> None:
    purchase = plain("o1", START)
    with SqlStore(engine).begin() as unit:
        unit.orders.add(purchase)
    with engine.connect() as connection:
        [row] = connection.execute(select(orders))
    assert (row.customer, row.version, row.settles_at) == ("anna", 1, START)
    assert Money(row.payable_minor, Currency.of(row.currency)) == purchase.order.quote.payable
