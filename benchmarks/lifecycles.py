"""What a guarded step costs, and what a case weighs, beside two other engines of state machines.

    python -m benchmarks.lifecycles [--rounds N]

One machine in four forms: a request is sent if two guards hold and its buyer sends it, and the
seller sends it back. Each round trip is two steps, by turns with the other engines; the best
round of each counts. The bare reducer looks the row up in a dict, checks the actor and both
guards, and builds the same frozen case. The third row of ours lets a deadline run as well.
"""

from __future__ import annotations

import argparse
import gc
import tracemalloc
from collections.abc import Callable
from time import perf_counter
from typing import Any

from attrs import evolve
from statemachine import State as PeerState
from statemachine import StateMachine
from transitions import Machine as PeerMachine

from mallops.lifecycles.case import Case, Step
from mallops.lifecycles.machine import Calendar, Deadline, Guard, Machine, Row, State, Term, Value
from mallops.lifecycles.stepping import begin, step
from mallops.time import instant

AT = instant("2026-11-11T12:00:00+08:00")
FACTS: dict[str, Value] = {"small": True, "proof": "photo"}
TRIPS, CASES = 500, 5_000

PLAIN = Machine(
    id="request",
    version="1",
    states=(State("open"), State("sent")),
    events=("send", "reopen"),
    actors=("buyer", "seller"),
    rows=(
        Row(
            "open",
            "send",
            "sent",
            frozenset({"buyer"}),
            (
                Guard("too_much", "small", frozenset({True})),
                Guard("no_proof", "proof", frozenset({"photo", "video"})),
            ),
        ),
        Row("sent", "reopen", "open", frozenset({"seller"})),
    ),
    facts={"small": (True, False), "proof": ("none", "photo", "video")},
)
TIMED = evolve(
    PLAIN,
    actors=("buyer", "seller", "timer"),
    rows=(*PLAIN.rows, Row("sent", "reopen", "open", frozenset({"timer"}))),
    deadlines=(
        Deadline("answer", frozenset({"sent"}), (Term(48, Calendar.HOURS),), "reopen", "buyer"),
    ),
)


def ours(machine: Machine) -> Callable[[], None]:
    """A round trip of a case through the kernel."""
    case = begin(machine, "c1", AT)

    def trip() -> None:
        sent = step(machine, case, "send", "buyer", AT, FACTS)
        assert isinstance(sent, Step)
        back = step(machine, sent.case, "reopen", "seller", AT)
        assert isinstance(back, Step)

    return trip


def bare() -> Callable[[], None]:
    """A round trip by a dict of rows, with the same checks."""
    rows = {(row.source, row.event): row for row in PLAIN.rows}
    case = begin(PLAIN, "c1", AT)

    def move(case: Case, event: str, actor: str, facts: dict[str, Any]) -> Case:
        row = rows[case.state, event]
        for guard in row.guards:
            if facts[guard.fact] not in guard.among:
                raise ValueError(guard.code)
        if actor not in row.actors:
            raise ValueError(actor)
        return Case(case.id, case.machine, case.version, row.target, AT, case.steps + 1)

    def trip() -> None:
        move(move(case, "send", "buyer", FACTS), "reopen", "seller", FACTS)

    return trip


class Request:
    """What `transitions` moves: it gives the object its state and its triggers."""

    def is_small(self, _actor: str, facts: dict[str, Any]) -> bool:
        """The first guard."""
        return bool(facts["small"])

    def has_proof(self, _actor: str, facts: dict[str, Any]) -> bool:
        """The second guard."""
        return facts["proof"] in ("photo", "video")

    def by_buyer(self, actor: str, _facts: dict[str, Any]) -> bool:
        """Whether the buyer acts."""
        return actor == "buyer"

    def by_seller(self, actor: str, _facts: dict[str, Any]) -> bool:
        """Whether the seller acts."""
        return actor == "seller"


PEER = PeerMachine(
    model=None,
    states=["open", "sent"],
    initial="open",
    transitions=[
        {
            "trigger": "send",
            "source": "open",
            "dest": "sent",
            "conditions": ["is_small", "has_proof", "by_buyer"],
        },
        {"trigger": "reopen", "source": "sent", "dest": "open", "conditions": ["by_seller"]},
    ],
    auto_transitions=False,
)


def transitions_request() -> Any:
    """A request of `transitions`, under the one machine that all share."""
    request = Request()
    PEER.add_model(request)
    return request


def transitions() -> Callable[[], None]:
    """A round trip of `transitions`."""
    request = transitions_request()

    def trip() -> None:
        assert request.send("buyer", FACTS)
        assert request.reopen("seller", FACTS)

    return trip


class StateMachineRequest(StateMachine):
    """The machine of `python-statemachine`, which is its own case."""

    opened = PeerState(initial=True)
    sent = PeerState()
    send = opened.to(sent, cond=["is_small", "has_proof", "by_buyer"])
    reopen = sent.to(opened, cond=["by_seller"])

    def is_small(self, facts: dict[str, Any]) -> bool:
        """The first guard."""
        return bool(facts["small"])

    def has_proof(self, facts: dict[str, Any]) -> bool:
        """The second guard."""
        return facts["proof"] in ("photo", "video")

    def by_buyer(self, actor: str) -> bool:
        """Whether the buyer acts."""
        return actor == "buyer"

    def by_seller(self, actor: str) -> bool:
        """Whether the seller acts."""
        return actor == "seller"


def python_statemachine() -> Callable[[], None]:
    """A round trip of `python-statemachine`."""
    request = StateMachineRequest()

    def trip() -> None:
        request.send(actor="buyer", facts=FACTS)
        request.reopen(actor="seller", facts=FACTS)

    return trip


def microseconds(trip: Callable[[], None]) -> float:
    """The time of one step, over one round of trips."""
    start = perf_counter()
    for _ in range(TRIPS):
        trip()
    return (perf_counter() - start) / TRIPS / 2 * 1e6


def weight(make: Callable[[int], object]) -> float:
    """The bytes of one case, of many that are held at once."""
    gc.collect()
    tracemalloc.start()
    held = [make(number) for number in range(CASES)]
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return size / len(held)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=60, metavar="N", help="rounds of each")
    rounds = parser.parse_args().rounds
    trips = {
        "bare reducer": bare(),
        "mallops": ours(PLAIN),
        "mallops, with a deadline": ours(TIMED),
        "transitions": transitions(),
        "python-statemachine": python_statemachine(),
    }
    times = {name: min(microseconds(trip) for _ in range(rounds)) for name, trip in trips.items()}
    weights: dict[str, Callable[[int], object]] = {
        "mallops": lambda number: begin(PLAIN, f"c{number}", AT),
        "mallops, with a deadline": lambda number: step_sent(f"c{number}"),
        "transitions": lambda _: transitions_request(),
        "python-statemachine": lambda _: StateMachineRequest(),
    }
    ours_takes = times["mallops"]
    print("one guarded step                µs   by ours   by bare   bytes a case")
    for name, taken in times.items():
        size = f"{weight(weights[name]):>12,.0f}" if name in weights else ""
        by_bare = taken / times["bare reducer"]
        print(f"{name:<26} {taken:>7.2f} {taken / ours_takes:>9.2f} {by_bare:>9.2f}   {size}")
    peer = min(times["transitions"], times["python-statemachine"])
    print(f"\nours to the faster peer: {ours_takes / peer:.2f}")


def step_sent(case: str) -> Case:
    """A case whose deadline runs."""
    found = step(TIMED, begin(TIMED, case, AT), "send", "buyer", AT, FACTS)
    assert isinstance(found, Step)
    return found.case


if __name__ == "__main__":
    main()
