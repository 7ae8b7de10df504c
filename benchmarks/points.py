"""How fast points are posted, and what a balance costs however long the log is.

    python benchmarks/points.py [--entries N] [--rounds N]

One customer orders once a week: the order earns points, which settle, nine tenths of them pay
for the next one, it is closed, and what is a year old expires. Every posting is one of the calls
of `mallops.operations` on `MemoryPoints`: read, decide, append. When the log has 10, 100, 1,000
... entries the balance is asked for, and beside it SQLite, in memory, adds up what the same log
posted to available points, from an index that holds all it needs. Both come to the same, which
is asserted. Nothing is asserted about time.
"""

from __future__ import annotations

import argparse
import platform
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from statistics import median
from time import perf_counter
from typing import TypeVar

from attrs import frozen
from pendulum import DateTime

from mallops.adapters.memory import MemoryPoints
from mallops.catalog.model import Sku
from mallops.money import Currency, Money
from mallops.operations import earn_points, post_points
from mallops.points.deciding import decide
from mallops.points.drafting import Terms
from mallops.points.earning import Goods
from mallops.points.model import Account, Entry
from mallops.points.requests import Close, Grant, Settle, Spend, Stated
from mallops.points.sweeping import balance
from mallops.points.wallet import Wallet, replay
from mallops.repositories import Change
from mallops.rules.points import Earn, ExpireByAge
from mallops.time import instant

START = instant("2026-01-01T12:00:00+08:00")
TERMS = Terms(ExpireByAge(365))
EARN = Earn(Money(100, Currency.of("CNY")), 1)
GOODS = [Goods(Sku("TEA", None), 10_000)]
CUSTOMER = "anna"
LOTS = (1, 10, 100, 1_000)
SPENDS = 100

T = TypeVar("T")


@frozen
class Figures:
    """Of a log of so many entries: seconds of a posting on the way there, and of each question."""

    entries: int
    lots: int
    posting: float
    asking: float
    replaying: float
    summing: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a row for each length of the log, then one for each number of lots alive."""
    options = parsed(arguments)
    python = f"{platform.python_implementation()} {platform.python_version()}"
    print(f"median of {options.rounds} rounds; {python}, SQLite {sqlite3.sqlite_version}")
    print(
        "\nentries  lots alive  postings/s      balance         SQL SUM"
        "  times balance           replay  times balance"
    )
    for one in figures(options.entries, options.rounds):
        print(
            f"{one.entries:>7,}  {one.lots:>10}  {1 / one.posting:>10,.0f}  {us(one.asking)}"
            f"  {us(one.summing)}  {one.summing / one.asking:>13,.2f}"
            f"  {us(one.replaying)}  {one.replaying / one.asking:>13,.2f}"
        )
    print("\nlots alive  postings/s  decided alone/s  to 1         balance   to 1")
    customers = [rich(lots) for lots in LOTS]
    # In turn, so that whatever else the machine does meets all alike.
    rounds = [[spending(one) for one in customers] for _ in range(options.rounds)]
    found = [typical([every[i] for every in rounds]) for i in range(len(LOTS))]
    for lots, each in zip(LOTS, found, strict=True):
        print(
            f"{lots:>10,}  {1 / each.posting:>10,.0f}  {1 / each.deciding:>15,.0f}"
            f"  {found[0].posting / each.posting:>4.2f}"
            f"  {us(each.asking)}  {each.asking / found[0].asking:>5.1f}"
        )


def us(seconds: float) -> str:
    """Seconds as microseconds, in a column."""
    return f"{seconds * 1e6:>11,.1f} µs"


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--entries", type=int, default=100_000, metavar="N", help="at most")
    parser.add_argument("--rounds", type=int, default=7, metavar="N", help="rounds, of the median")
    return parser.parse_args(arguments)


# -- a log that grows ------------------------------------------------------------------------


def figures(most: int, rounds: int) -> Iterator[Figures]:
    """At every power of ten up to `most`, on one customer's log."""
    # Time zones are loaded when first asked for.
    next(weekly(MemoryPoints()))
    repository, database, size, version = MemoryPoints(), opened(), 10, 0
    instants = weekly(repository)
    while size <= most:
        before, start = version, perf_counter()
        while version < size:
            at = next(instants)
            version = repository.wallet(CUSTOMER).version
        posting = (perf_counter() - start) / (version - before)
        store(database, repository.entries(CUSTOMER, before))
        yield asked(repository, database, at, posting, rounds)
        size *= 10


def weekly(repository: MemoryPoints) -> Iterator[DateTime]:
    """Post one thing after the other, and give the instant of each."""
    yield post(repository, "opening", Grant(100), START)
    for number in count():
        order, at = f"order {number}", START.add(weeks=number)
        yield post(repository, f"{order} is paid for", Spend(order, 90), at)
        earned = earn_points(
            repository, CUSTOMER, order, order, GOODS, frozenset(), at, EARN, TERMS
        )
        assert isinstance(earned, Entry)
        yield at
        yield post(repository, f"{order} settles", Settle(order), at)
        yield post(repository, f"{order} is closed", Close(order), at)


def post(repository: MemoryPoints, key: str, request: Stated, at: DateTime) -> DateTime:
    """Post what cannot be refused."""
    assert isinstance(post_points(repository, CUSTOMER, key, request, at, TERMS), Entry)
    return at


def asked(
    repository: MemoryPoints,
    database: sqlite3.Connection,
    at: DateTime,
    posting: float,
    rounds: int,
) -> Figures:
    """What the questions cost, in turns."""
    wallet, log = repository.wallet(CUSTOMER), repository.entries(CUSTOMER)
    asking: list[float] = []
    summing: list[float] = []
    replaying: list[float] = []
    for _ in range(rounds):
        seconds, found = timed(lambda: balance(repository.wallet(CUSTOMER), at, TERMS), 1_000)
        asking.append(seconds)
        seconds, total = timed(lambda: summed(database), max(3, 10_000 // len(log)))
        summing.append(seconds)
        assert found.available == total
        if len(log) <= 10_000 or not replaying:
            seconds, again = timed(lambda: replay(CUSTOMER, log), max(1, 1_000 // len(log)))
            replaying.append(seconds)
            assert again == wallet
    return Figures(
        entries=len(log),
        lots=len(wallet.available),
        posting=posting,
        asking=median(asking),
        summing=median(summing),
        replaying=median(replaying),
    )


def timed(call: Callable[[], T], times: int) -> tuple[float, T]:
    """The seconds of a call, made so many times, and what it gives."""
    start = perf_counter()
    for _ in range(times - 1):
        call()
    found = call()
    return (perf_counter() - start) / times, found


# -- the same postings in a table --------------------------------------------------------------


def opened() -> sqlite3.Connection:
    """A table of postings, with an index from which they can be added up alone."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE postings (customer TEXT, number INT, account TEXT, points INT)")
    database.execute("CREATE INDEX by_account ON postings (customer, account, points)")
    return database


def store(database: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    """The postings of some entries more."""
    rows = [
        (entry.customer, entry.number, posting.account, posting.points)
        for entry in entries
        for posting in entry.postings
    ]
    database.executemany("INSERT INTO postings VALUES (?, ?, ?, ?)", rows)


def summed(database: sqlite3.Connection) -> int:
    """The available points, added up."""
    asked = "SELECT SUM(points) FROM postings WHERE customer = ? AND account = ?"
    found = database.execute(asked, (CUSTOMER, Account.AVAILABLE)).fetchone()
    return int(found[0])


# -- many lots alive ---------------------------------------------------------------------------


@frozen
class Rich:
    """A customer with so many lots alive, the last of an instant."""

    lots: int
    log: Sequence[Entry]
    wallet: Wallet
    at: DateTime


@frozen
class Spent:
    """Seconds of a posting that spends, of deciding it alone, and of a balance."""

    posting: float
    deciding: float
    asking: float


def rich(lots: int) -> Rich:
    """A customer who was granted points so many times."""
    repository, at = MemoryPoints(), START
    for number in range(lots):
        at = START.add(minutes=number)
        post(repository, f"grant {number}", Grant(SPENDS), at)
    return Rich(lots, repository.entries(CUSTOMER), repository.wallet(CUSTOMER), at)


def spending(one: Rich) -> Spent:
    """What it costs that customer to spend points one by one."""
    repository, spend = MemoryPoints(), Spend("order", 1)
    repository.append([Change(tuple(one.log), one.wallet)])
    start = perf_counter()
    for number in range(SPENDS):
        post(repository, f"spend {number}", spend, one.at)
    posting = (perf_counter() - start) / SPENDS
    deciding, _ = timed(lambda: decide(one.wallet, "spend", spend, one.at, TERMS), SPENDS)
    asking, _ = timed(lambda: balance(one.wallet, one.at, TERMS), SPENDS)
    return Spent(posting, deciding, asking)


def typical(rounds: Sequence[Spent]) -> Spent:
    """Medians."""
    return Spent(
        median(each.posting for each in rounds),
        median(each.deciding for each in rounds),
        median(each.asking for each in rounds),
    )


if __name__ == "__main__":
    main()
