"""One worker: its share of a phase, and a line in its journal for everything that it got through.

    python -m benchmarks.load.worker PHASE SLOT WORKERS ORDERS URI-FILE JOURNAL

It may be killed at any moment. Whoever takes its place goes through the last things again, under
the same keys.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter, sleep

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

TWICE = 20
"""Every so many orders, another worker asks for the same one at the same time."""


def main() -> None:
    """Work off a share, and tell of it in the journal."""
    phase, slot, workers, orders, uri, journal = sys.argv[1:]
    share = [*_share(int(slot), int(workers), int(orders))]
    path = Path(journal)
    done = len(path.read_text().splitlines()) if path.exists() else 0
    with path.open("a", buffering=1) as lines:
        if phase in ("place", "pay"):
            step = place if phase == "place" else paid
            for number in share[max(0, done - AGAIN) :]:
                started = perf_counter()
                outcome, retries = insisting(Path(uri), lambda mall, n=number: step(mall, n))
                took = perf_counter() - started
                lines.write(f"{number} {took:.6f} {retries} {outcome}\n")
        else:
            for outcome in swept(Path(uri)):
                lines.write(f"0 0 0 {outcome}\n")


def _share(slot: int, workers: int, orders: int) -> Iterator[int]:
    for number in range(orders):
        other = number % TWICE == 0 and (number // TWICE) % workers == slot
        if number % workers == slot or other:
            yield number


_MALLS: dict[str, Mall] = {}


def insisting(uri: Path, call: Callable[[Mall], str]) -> tuple[str, int]:
    """What a call comes to, again until it is through, and how often it had to be made again."""
    retries = 0
    while True:
        try:
            return call(_mall(uri.read_text())), retries
        except (Conflict, DBAPIError):
            retries += 1
            # A server that is starting again refuses at once.
            sleep(min(0.5, 0.002 * 2 ** min(retries, 8)))


def _mall(address: str) -> Mall:
    if address not in _MALLS:
        engine = create_engine(address, pool_size=1, max_overflow=0, pool_pre_ping=False)
        _MALLS[address] = mall_of(SqlStore(engine))
    return _MALLS[address]


def place(mall: Mall, number: int) -> str:
    """Place an order; what is refused is an answer too."""
    found = checkout(mall, f"o{number}", cart_of(number), placed_at(number))
    return found.code if isinstance(found, Refusal) else "placed"


def paid(mall: Mall, number: int) -> str:
    """Pay every other order, by one card."""
    if number % 2:
        return "left"
    with mall.store.begin() as unit:  # type: ignore[union-attr]
        purchase = unit.orders.order(f"o{number}")
    if purchase is None:
        return "none"
    captures = [Capture(f"p{number}", "card", purchase.order.quote.payable)]
    found = pay(mall, f"o{number}", captures, placed_at(number).add(minutes=1))
    return found.codes[0] if isinstance(found, Refused) else "paid"


def swept(uri: Path) -> Iterator[str]:
    """Let unpaid orders run out, and call their payments off, until nothing is left to do."""
    late: DateTime = START.add(days=1)
    lease = late
    while True:

        def once(mall: Mall) -> str:
            ran = run_due(mall, late, 20)
            drained = drain_outbox(mall, voided, late, lease, 20)
            return f"{len(ran.done)}/{len(drained.told)}/{len(ran.failed) + len(drained.refused)}"

        lease = lease.add(seconds=1)
        outcome, _ = insisting(uri, once)
        yield outcome
        if outcome == "0/0/0":
            return


def voided(message: Message) -> Told:
    """The provider: nothing had been paid."""
    assert message.effect == "void", message
    return Told("voided")


if __name__ == "__main__":
    main()
