"""One worker: its share of a phase, and a line in its journal for everything that it got through.

    python -m benchmarks.load.worker PHASE SLOT WORKERS ORDERS URI-FILE JOURNAL

It may be killed at any moment. Whoever takes its place goes through the last things again, under
the same keys.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import perf_counter, sleep

from attrs import frozen
from pendulum import DateTime
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError

from benchmarks.load.mall import START, cart_of, mall_of, placed_at
from mallops.adapters.sql import SqlStore
from mallops.aftersales.payments import Capture
from mallops.findings import Refusal
from mallops.lifecycles.case import Refused
from mallops.operations import Mall, Told, checkout, drain_outbox, pay, run_due
from mallops.repositories import Conflict, Message

AGAIN = 5
"""How many of the last orders in a journal are asked for again."""

LATE = START.add(days=1)
"""When no order can be paid any more."""

TWICE = 20
"""Every so many orders, another worker asks for the same one at the same time."""


def main() -> None:
    """Work off a share, and tell of it in the journal."""
    phase, slot, workers, orders, uri, journal = sys.argv[1:]
    share = [*_share(int(slot), int(workers), int(orders))]
    path = Path(journal)
    done = len(path.read_text().splitlines()) if path.exists() else 0
    with path.open("a", buffering=1) as lines:
        if phase == "sweep":
            for outcome in swept(Path(uri), LATE):
                lines.write(f"0 0 0 {outcome}\n")
            return
        step = {"place": place, "pay": paid}[phase]
        for number in share[max(0, done - AGAIN) :]:
            started = perf_counter()
            outcome, retries = insisting(Path(uri), partial(step, number))
            took = perf_counter() - started
            lines.write(f"{number} {took:.6f} {retries} {outcome}\n")


def _share(slot: int, workers: int, orders: int) -> Iterator[int]:
    for number in range(orders):
        other = number % TWICE == 0 and (number // TWICE) % workers == slot
        if number % workers == slot or other:
            yield number


@frozen
class Desk:
    """A store, and the mall upon it."""

    store: SqlStore
    mall: Mall


_DESKS: dict[str, Desk] = {}


def insisting(uri: Path, call: Callable[[Desk], str]) -> tuple[str, int]:
    """What a call comes to, again until it is through, and how often it had to be made again."""
    retries = 0
    while True:
        try:
            return call(_desk(uri.read_text())), retries
        except (Conflict, DBAPIError):
            retries += 1
            # A server that is starting again refuses at once.
            sleep(min(0.5, 0.002 * 2 ** min(retries, 8)))


def _desk(address: str) -> Desk:
    if address not in _DESKS:
        store = SqlStore(create_engine(address, pool_size=1, max_overflow=0))
        _DESKS[address] = Desk(store, mall_of(store))
    return _DESKS[address]


def place(number: int, desk: Desk) -> str:
    """Place an order; what is refused is an answer too."""
    found = checkout(desk.mall, f"o{number}", cart_of(number), placed_at(number))
    return found.code if isinstance(found, Refusal) else "placed"


def paid(number: int, desk: Desk) -> str:
    """Pay every other order, by one card."""
    if number % 2:
        return "left"
    with desk.store.begin() as unit:
        purchase = unit.orders.order(f"o{number}")
    if purchase is None:
        return "none"
    captures = [Capture(f"p{number}", "card", purchase.order.quote.payable)]
    found = pay(desk.mall, f"o{number}", captures, placed_at(number).add(minutes=1))
    return found.codes[0] if isinstance(found, Refused) else "paid"


def swept(uri: Path, at: DateTime) -> Iterator[str]:
    """Let unpaid orders run out, and call their payments off, until nothing is left to do."""
    lease = at
    while True:
        lease = lease.add(seconds=1)
        outcome, _ = insisting(uri, partial(_sweep, at, lease))
        yield outcome
        if outcome == "0/0/0":
            return


def _sweep(at: DateTime, lease: DateTime, desk: Desk) -> str:
    ran = run_due(desk.mall, at, 20)
    drained = drain_outbox(desk.mall, voided, at, lease, 20)
    wrong = len(ran.failed) + len(drained.refused) + len(drained.failed)
    return f"{len(ran.done)}/{len(drained.told)}/{wrong}"


def voided(message: Message) -> Told:
    """The provider: nothing had been paid."""
    assert message.effect == "void", message
    return Told("voided")


if __name__ == "__main__":
    main()
