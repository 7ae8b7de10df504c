"""A worker without a queue: deadlines, points and what is to be done outside, in turn.

    python -m examples.worker [DATABASE]

DATABASE is an address as SQLAlchemy takes it; without one it is that of DATABASE_URL, or else the
file mall.sqlite3. Run as many as you like, on as many machines: each case is one worker's at a
time. A worker that is killed leaves nothing half done. SIGTERM lets it finish what it has in
hand: a short batch of cases, or one message.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from threading import Event
from typing import TypeAlias

import pendulum
from pendulum import DateTime
from sqlalchemy import create_engine, make_url

from mallops.adapters.sql import SqlStore, create_schema
from mallops.lifecycles.flows import FLOWS, HOUSE
from mallops.operations import (
    Mall,
    Perform,
    Told,
    drain_outbox,
    run_due,
    settle_points,
    sweep_points,
)
from mallops.operations.scheduled import Ran
from mallops.points.drafting import Terms
from mallops.repositories import Conflict, Message

RULEBOOK = "mall"
DRIVERS = {"postgresql": "postgresql+psycopg"}
BATCH = 20
PAUSE = 5.0
"""How many seconds it waits when nothing is due."""
LEASE = 10
"""For how many minutes a message is one worker's: longer than whoever performs it may take."""

Job: TypeAlias = Callable[[DateTime], bool]
"""One batch of something, at an instant; whether there was anything."""


def now() -> DateTime:
    """The one place where the clock is read."""
    return pendulum.now("UTC")  # noqa: TID251


def work(store: SqlStore, perform: Perform, stop: Event, pause: float = PAUSE) -> None:
    """Do what is due, batch by batch, until it is told to stop."""
    mall = Mall(store, RULEBOOK, [flow(HOUSE) for flow in FLOWS])
    jobs: Sequence[Job] = (
        lambda at: _any(run_due(mall, at, BATCH)),
        lambda at: _any(settle_points(mall, at, BATCH)),
        lambda at: _swept(store, at),
        lambda at: _performed(mall, perform, at),
    )
    while not stop.is_set():
        busy = False
        for job in jobs:
            if not stop.is_set():
                busy |= _done(job)
        if not busy:
            stop.wait(pause)


def _done(job: Job) -> bool:
    try:
        return job(now())
    except Conflict:
        # Others were faster, ten times over. They have done it, or it comes in the next turn.
        return True


def _any(ran: Ran) -> bool:
    for name, error in ran.failed.items():
        print(f"{name}: {error}", file=sys.stderr)
    return bool(ran.done)


def _swept(store: SqlStore, at: DateTime) -> bool:
    """Points that expire and holds that lapse, by the rules of the day."""
    with store.begin() as unit:
        version = unit.rulebooks.version(RULEBOOK, at)
        rulebook = version and unit.rulebooks.rulebook(RULEBOOK, version)
        return bool(rulebook and sweep_points(unit.points, at, Terms.of(rulebook), BATCH))


def _performed(mall: Mall, perform: Perform, at: DateTime) -> bool:
    """One message, so that none waits for its lease to end because this worker was stopped."""
    drained = drain_outbox(mall, perform, at, at.add(minutes=LEASE), limit=1)
    for key, refused in drained.refused.items():
        print(f"{key}: {', '.join(refused.codes)}", file=sys.stderr)
    for key, error in drained.failed.items():
        print(f"{key}: {error!r}", file=sys.stderr)
    return bool(drained.told or drained.refused)


# --- what is done outside ------------------------------------------------------------------------

SUCCEEDED = {
    "void": "voided",
    "refund": "refunded",
    "ask_refund": "refund_found",
    "restock": "restocked",
    "ship": "shipped",
    "call": "called",
}


def perform(message: Message) -> Told | None:
    """Where yours asks the payment's provider or the warehouse, under the message's key."""
    for part in message.parts:
        print(f"{message.key}: {part.amount} to {part.capture}")
    return Told(SUCCEEDED[message.effect])


def run(database: str, perform: Perform = perform, pause: float = PAUSE) -> None:
    """Work on a database until SIGTERM."""
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    url = make_url(database)
    engine = create_engine(url.set(drivername=DRIVERS.get(url.drivername, url.drivername)))
    create_schema(engine)
    work(SqlStore(engine), perform, stop, pause)
    engine.dispose()


def main(argv: Sequence[str] | None = None) -> int:
    """Work on the database that is given."""
    given = sys.argv[1:] if argv is None else [*argv]
    run((given or [os.environ.get("DATABASE_URL", "sqlite:///mall.sqlite3")])[0])
    return 0


if __name__ == "__main__":
    sys.exit(main())
