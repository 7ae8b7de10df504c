"""mallops beside other promotion engines: how long a cart takes, and what each charges.

    python -m benchmarks.peers [--carts N] [--rounds N] [--plot FILE]

Every engine runs in a process of its own and keeps its rules in memory; the engines take turns,
cell by cell and round by round, so that whatever else the machine does meets them alike. An engine
that is not installed is told so in its rows. Nothing is asserted about time.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, median
from tempfile import NamedTemporaryFile

from benchmarks.peers.engines import ENGINES, Absent, Running, started
from benchmarks.peers.plot import plotted
from benchmarks.peers.report import (
    Cell,
    Found,
    Results,
    charges,
    checks,
    own_figures,
    reasons,
    times,
)
from benchmarks.peers.serving import Answer, Asked
from benchmarks.workload import LINES, SIZES, Family, families

# Seconds that an engine warms up in, while its charges are noted, and that a round may take.
WARMING = {"least": 0.4, "most": 4.0}
ROUND = {"least": 0.1, "most": 1.0}
# A cart of so many milliseconds is not measured again; ten times as many rules not at all.
SLOW, TOO_SLOW = 1_500.0, 10_000.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the tables, draw the plot."""
    options = parsed(arguments)
    workload = families(options.carts)
    with NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(workload, file)
        file.flush()
        running = {engine.name: started(engine, file.name) for engine in ENGINES}
        results = measured(running, workload, options.rounds)
        for one in running.values():
            if isinstance(one, Running):
                one.stop()
    print(f"{options.carts} carts of 10 lines, a third as many of 100; medians of all rounds")
    for family in workload:
        for lines in LINES:
            print(times(results, family, lines))
            print(charges(results, family, lines))
    print(f"{checks(results, workload)}\n{own_figures(results)}\n\n{reasons()}")
    for name, one in running.items():
        if isinstance(one, Absent):
            print(f"{name}: {one.reason}.")
    if options.plot is not None:
        options.plot.write_text(plotted(results), encoding="utf-8")


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--carts", type=int, default=30, metavar="N", help="carts of ten lines")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="rounds of each cell")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="where to draw the plot")
    return parser.parse_args(arguments)


def measured(
    running: dict[str, Running | Absent], workload: dict[str, Family], rounds: int
) -> Results:
    """Every cell of the tables, for every engine that is there."""
    results: Results = {}
    for family in workload:
        for lines in LINES:
            for size in SIZES:
                cell = Cell(family, lines, size)
                print(f"measuring {family}, {lines} lines, {size:,} rules", file=sys.stderr)
                there = [
                    (engine.name, one)
                    for engine in ENGINES
                    if isinstance(one := running[engine.name], Running)
                    and engine.measures(family, lines)
                    and not is_hopeless(results, cell, engine.name)
                ]
                for name, found in in_turns(there, cell, rounds).items():
                    results[cell, name] = found
    return results


def is_hopeless(results: Results, cell: Cell, engine: str) -> bool:
    """Whether a tenth of the rules took the engine too long already."""
    before = Cell(cell.family, cell.lines, cell.size // 10)
    found = results.get((before, engine))
    if found is None:
        return before.size in SIZES
    return found.median > TOO_SLOW


def in_turns(there: list[tuple[str, Running]], cell: Cell, rounds: int) -> dict[str, Found]:
    """One cell: a pass to warm up and to note the charges, then rounds in which all take turns."""
    first: dict[str, Answer] = {}
    for name, engine in there:
        if (answer := engine.ask(asked(cell, WARMING))) is not None:
            first[name] = answer
    quick = [
        (name, engine)
        for name, engine in there
        if name in first and mean(first[name]["times"]) < SLOW
    ]
    taken: dict[str, list[Answer]] = {name: [] for name, _ in quick}
    for _ in range(rounds):
        for name, engine in quick:
            if (answer := engine.ask(asked(cell, ROUND))) is not None:
                taken[name].append(answer)
    return {
        name: Found(
            median=median(median(one["times"]) for one in taken.get(name) or [answer]),
            slowest=max(max(one["times"]) for one in taken.get(name) or [answer]),
            charged=answer["charged"],
            notes=answer["notes"],
        )
        for name, answer in first.items()
    }


def asked(cell: Cell, seconds: dict[str, float]) -> Asked:
    """A request."""
    return {
        "family": cell.family,
        "size": cell.size,
        "lines": cell.lines,
        "least": seconds["least"],
        "most": seconds["most"],
    }


if __name__ == "__main__":
    main()
