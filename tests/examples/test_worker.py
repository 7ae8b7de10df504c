"""Workers as processes of their own, over one database."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from signal import SIGTERM
from threading import Event
from time import sleep

import pytest
from sqlalchemy import Engine

from examples import worker
from mallops import Refusal, decode_cart, decode_catalog, decode_rulebook
from mallops.adapters.sql import SqlStore
from mallops.aftersales.payments import Capture
from mallops.lifecycles.case import Moved
from mallops.lifecycles.flows import FLOWS, HOUSE
from mallops.operations import Mall, Told, audit_points, cancel, checkout, pay, post_points
from mallops.points.drafting import Terms
from mallops.points.requests import Grant
from mallops.repositories import Message
from tests.adapters.sql.conftest import NewEngine

ROOT = Path(__file__).parents[2]
NOW = worker.now()
CUSTOMERS = 10

BOOK = decode_rulebook(
    {
        "format": "mallops.rulebook/1",
        "id": worker.RULEBOOK,
        "version": "1",
        "currency": "CNY",
        "promotions": [
            {
                "id": "flash",
                "lane": "item",
                "benefit": {"kind": "percent_off", "percent": "10"},
                "limits": {"total": 1000},
            }
        ],
        "points": {"worth": {"points": 100, "money": "1.00"}},
    }
)
GOODS = decode_catalog({"products": [{"sku": "TEA", "price": "60.00"}]}, BOOK.currency)

UNPAID = [f"unpaid-{place}" for place in range(120)]
LATE = [f"late-{place}" for place in range(40)]
CANCELLED = [f"cancelled-{place}" for place in range(40)]


def customer_of(order: str) -> str:
    return f"customer {int(order.partition('-')[2]) % CUSTOMERS}"


def mall_of(engine: Engine) -> Mall:
    return Mall(SqlStore(engine), BOOK.id, [flow(HOUSE) for flow in FLOWS])


def fill(engine: Engine) -> None:
    """Orders whose time to pay is over, with points held for some, and others to be refunded."""
    with SqlStore(engine).begin() as unit:
        unit.catalog.put(GOODS)
        unit.rulebooks.publish(BOOK, NOW.subtract(days=9))
        for place in range(CUSTOMERS):
            customer = f"customer {place}"
            grant = Grant(10_000)
            post_points(unit.points, customer, "hi", grant, NOW.subtract(days=8), Terms.of(BOOK))
    mall = mall_of(engine)
    for order in (*UNPAID, *LATE, *CANCELLED):
        lines = [{"id": "1", "sku": "TEA", "quantity": 1}]
        points = 100 if order.startswith("unpaid") else 0
        document = {"customer": {"id": customer_of(order)}, "lines": lines, "points": points}
        cart = decode_cart(document, BOOK.currency)
        at = NOW.subtract(minutes=2) if order in CANCELLED else NOW.subtract(days=1)
        placed = checkout(mall, order, cart, at)
        assert not isinstance(placed, Refusal), placed
        if order in CANCELLED:
            captures = [Capture(f"card {order}", "card", placed.order.quote.payable)]
            assert isinstance(pay(mall, order, captures, at), Moved)
            assert isinstance(cancel(mall, order, "seller", at), Moved)


@contextmanager
def workers(engine: Engine, calls: Path, number: int) -> Iterator[Sequence[subprocess.Popen[str]]]:
    """So many processes; whichever still runs at the end is killed."""
    calls.touch()
    address = engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.examples.counting_worker", address, str(calls)]
    begun = [
        subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
        for _ in range(number)
    ]
    try:
        yield begun
    finally:
        for each in begun:
            each.kill()
            each.communicate()


def wait_for(calls: Path, number: int) -> None:
    for _ in range(1200):
        if len(calls.read_text().splitlines()) >= number:
            return
        sleep(0.05)
    raise AssertionError(f"{len(calls.read_text().splitlines())} of {number} calls in a minute")


def stop(processes: Sequence[subprocess.Popen[str]]) -> None:
    """Each goes by itself, and says nothing."""
    for each in processes:
        each.send_signal(SIGTERM)
    for each in processes:
        _, said = each.communicate(timeout=30)
        assert (each.returncode, said) == (0, "")


def check_all_done(engine: Engine, calls: Path) -> None:
    """Every effect was performed once, and nothing is reserved, held or owed any more."""
    performed = Counter(calls.read_text().splitlines())
    assert set(performed.values()) == {1}, "something was performed twice"
    effects = Counter(each.partition(" ")[0] for each in performed)
    assert effects == {"void": len(UNPAID + LATE), "refund": len(LATE + CANCELLED)}
    with SqlStore(engine).begin() as unit:
        for order in (*UNPAID, *LATE, *CANCELLED):
            filed, purchase = unit.cases.case(order), unit.orders.order(order)
            assert filed is not None
            assert purchase is not None
            assert filed.case.state == ("closed" if order in UNPAID else "closed_refunded")
            assert all(left.minor == 0 for left in purchase.payments.left.values())
        assert unit.outbox.claim(NOW.add(years=1), NOW.add(years=2), 1) == []
        used = unit.usage.used(["flash"], "nobody", NOW)
        assert all(each.total == 0 for each in used.values())
        for place in range(CUSTOMERS):
            wallet = unit.points.wallet(f"customer {place}")
            assert (sum(wallet.available.values()), wallet.held) == (10_000, {})
            assert audit_points(unit.points, f"customer {place}") == ()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    new: NewEngine = request.getfixturevalue(f"new_{request.param}")
    found = new()
    fill(found)
    return found


def test_two_workers_do_each_thing_once(engine: Engine, tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    with workers(engine, calls, 2) as processes:
        wait_for(calls, len(UNPAID + LATE) + len(LATE + CANCELLED))
        stop(processes)
    check_all_done(engine, calls)


def test_a_worker_that_is_stopped_leaves_nothing_half_done(engine: Engine, tmp_path: Path) -> None:
    """Others go on at once: nothing waits for a lease of the one that has gone."""
    calls = tmp_path / "calls"
    for done in (3, 30):
        with workers(engine, calls, 1) as processes:
            wait_for(calls, done)
            stop(processes)
        assert len(calls.read_text().splitlines()) < len(UNPAID), "it was stopped too late"
    with workers(engine, calls, 1) as processes:
        wait_for(calls, len(UNPAID + LATE) + len(LATE + CANCELLED))
        stop(processes)
    check_all_done(engine, calls)


def test_a_message_that_cannot_be_performed_stands_in_nobodys_way(
    new_sqlite: NewEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = new_sqlite()
    fill(engine)
    stopped, asked = Event(), list[str]()

    def perform(message: Message) -> Told:
        asked.append(message.key)
        if len(asked) == 5:
            stopped.set()
        if len(asked) == 1:
            raise ConnectionError("nobody there")
        return Told(worker.SUCCEEDED[message.effect])

    worker.work(SqlStore(engine), perform, stopped, pause=0)
    assert capsys.readouterr().err == f"{asked[0]}: ConnectionError('nobody there')\n"
    assert len(set(asked)) == 5
    with SqlStore(engine).begin() as unit:
        waiting = {
            each.key for each in unit.outbox.claim(NOW.add(years=1), NOW.add(years=2), 10**6)
        }
    assert waiting.intersection(asked) == {asked[0]}
