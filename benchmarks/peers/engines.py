"""The engines that are run side by side: how each is started, and by what policy it charges."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from select import select
from subprocess import PIPE, Popen
from typing import cast

from attrs import define, frozen

from benchmarks.peers.policies import (
    Policy,
    added_up,
    first_come_by_level,
    first_come_of_all,
    one_after_another,
)
from benchmarks.peers.serving import Answer, Asked

# Seconds that an engine may take for one request, of which most ask for a second or so.
PATIENCE = 60.0

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
OSCARS_PYTHON = ROOT / ".venv-peers" / "bin" / "python"
# What `make compiled` makes.
COMPILED = ROOT / "build" / "compiled"


@frozen
class Engine:
    """An engine in one of its modes.

    `command` gets the workload's file where it says `WORKLOAD`. `needs` must exist, and `make`
    makes it. Modules are looked for in `path` first. `why` tells of its `policy` where it differs
    from the mall's. `apart` is measured for ten lines of the mall only.
    """

    name: str
    command: tuple[str, ...]
    needs: Path
    policy: Policy | None = None
    why: str = ""
    apart: bool = False
    make: str = "bench-peers"
    path: Path | None = None

    def measures(self, family: str, lines: int) -> bool:
        """Whether it takes part in a table."""
        return not self.apart or (family == "mall" and lines == 10)


def node(script: str, *mode: str) -> tuple[str, ...]:
    """The command of a runner in Node."""
    return ("node", str(HERE / script), "WORKLOAD", *mode)


def oscar(*mode: str) -> tuple[str, ...]:
    """The command of Oscar's runner; its libraries warn of what they will drop one day."""
    module = "benchmarks.peers.django_oscar"
    return (str(OSCARS_PYTHON), "-W", "ignore", "-m", module, "WORKLOAD", *mode)


MODULES = HERE / "node_modules"
OURS = (sys.executable, "-m", "benchmarks.peers.ours", "WORKLOAD")
ENGINES = (
    Engine("mallops", OURS, HERE),
    Engine("mallops, compiled", OURS, COMPILED / "done", make="compiled", path=COMPILED),
    Engine(
        "Medusa",
        node("medusa.mjs", "all"),
        MODULES / "@medusajs" / "promotion",
        one_after_another,
        "less, since every rule that fits a unit is taken, one on what the other left, and every "
        "order rule whose threshold the list prices reach; more, since the rule with the higher "
        "number goes first, so that 60.00 off the order shrinks what 30% off a line is of",
    ),
    Engine(
        "Medusa, sifted",
        node("medusa.mjs", "sifted"),
        MODULES / "@medusajs" / "promotion",
        one_after_another,
        "as Medusa; its database has left out the rules that cannot fit, which is not in the time",
    ),
    Engine(
        "Vendure",
        node("vendure.mjs"),
        MODULES / "@vendure" / "core",
        added_up,
        "less, since every rule that fits a unit is taken, each a share of the list price, and "
        "every order rule that is still reached; more, where that much off loses a threshold",
    ),
    Engine(
        "Oscar, combined",
        oscar("combined"),
        OSCARS_PYTHON,
        first_come_by_level,
        "less, since thresholds and percentages of the order are of the list price; more, since "
        "the rule of the higher priority is taken and not the better one, and since a percentage "
        "ends at the first line that another rule has, with nothing for the dearer ones",
    ),
    Engine(
        "Oscar, exclusive",
        oscar("exclusive"),
        OSCARS_PYTHON,
        first_come_of_all,
        "more, since an order rule counts and reduces only lines that no item rule has",
    ),
    # As combined, and its queries counted.
    Engine("Oscar, with SQL", oscar("combined", "sql"), OSCARS_PYTHON, apart=True),
)


@frozen
class Absent:
    """An engine that is not here, and why."""

    reason: str


@define
class Running:
    """An engine's process, which answers a line with a line."""

    command: list[str]
    path: Path | None
    process: Popen[str]

    def ask(self, asked: Asked) -> Answer | None:
        """The answer; none if the process dies of the question, or takes `PATIENCE` over it.

        It is then started anew for the next question. What it said on the way out was seen.
        """
        if self.process.poll() is not None:
            self.process = process_of(self.command, self.path)
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        print(json.dumps(asked), file=stdin, flush=True)
        if select([stdout], [], [], PATIENCE)[0] and (line := stdout.readline()):
            return cast(Answer, json.loads(line))
        self.stop()
        return None

    def stop(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait()


def started(engine: Engine, workload: str) -> Running | Absent:
    """The engine's process, if what it needs is installed."""
    command = [workload if word == "WORKLOAD" else word for word in engine.command]
    if shutil.which(command[0]) is None:
        return Absent(f"not run: {Path(command[0]).name} is not installed")
    if not engine.needs.exists():
        return Absent(f"not run: `make {engine.make}` would install it")
    return Running(command, engine.path, process_of(command, engine.path))


def process_of(command: list[str], path: Path | None) -> Popen[str]:
    """A process that is spoken to."""
    first = {} if path is None else {"PYTHONPATH": str(path)}
    environment = {**os.environ, **first}
    return Popen(  # noqa: S603
        command, stdin=PIPE, stdout=PIPE, text=True, encoding="utf-8", env=environment
    )
