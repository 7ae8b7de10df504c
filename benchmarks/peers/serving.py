"""What every runner in Python does alike: read the workload, answer each request with times.

A request is a line of JSON on standard input, `Asked`; the answer is a line on standard output,
`Answer`. `serving.mjs` is the same for Node. Nothing of mallops is imported while this runs, so
that a peer's own environment is enough.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Protocol, TypedDict, TypeVar

if TYPE_CHECKING:
    from benchmarks.workload import CartLine, Family

Rules = TypeVar("Rules")
Basket = TypeVar("Basket")
Outcome = TypeVar("Outcome")


class Asked(TypedDict):
    """Price the carts of so many lines under so many rules, for that many seconds."""

    family: str
    size: int
    lines: int
    least: float
    most: float


class Answer(TypedDict):
    """Milliseconds of every cart priced, and what each cart was charged; carts left out are absent.

    `notes` are figures of the engine's own for a cart, such as its queries.
    """

    times: list[float]
    charged: list[int]
    notes: dict[str, float]


class Engine(Protocol[Rules, Basket, Outcome]):
    """A promotion engine: only `price` is measured."""

    def rules(self, family: Family, size: int) -> Rules:
        """The first `size` rules of a family, loaded."""

    def basket(self, rules: Rules, cart: list[CartLine]) -> Basket:
        """A cart as the engine takes it, made anew for each time."""

    def price(self, rules: Rules, basket: Basket) -> Outcome:
        """What is measured."""

    def charged(self, outcome: Outcome) -> int:
        """What the cart costs, in minor units."""

    def notes(self) -> dict[str, float]:
        """Figures since they were last asked for."""


def serve(engine: Engine[Rules, Basket, Outcome]) -> None:
    """Answer requests until there are no more."""
    workload: dict[str, Family] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    loaded: dict[tuple[str, int], Rules] = {}
    for line in sys.stdin:
        asked: Asked = json.loads(line)
        family = workload[asked["family"]]
        key = asked["family"], asked["size"]
        if key not in loaded:
            loaded[key] = engine.rules(family, asked["size"])
        answer = measured(engine, loaded[key], family["carts"][str(asked["lines"])], asked)
        print(json.dumps(answer), flush=True)


def measured(
    engine: Engine[Rules, Basket, Outcome], rules: Rules, carts: list[list[CartLine]], asked: Asked
) -> Answer:
    """Whole passes over the carts for `least` seconds; ended by `most`, after one cart at least."""
    times: list[float] = []
    charged: list[int] = []
    engine.notes()
    began = perf_counter()
    while not times or perf_counter() - began < asked["least"]:
        for cart in carts:
            # Made anew each time and outside the clock: pricing may write into it.
            basket = engine.basket(rules, cart)
            start = perf_counter()
            outcome = engine.price(rules, basket)
            times.append((perf_counter() - start) * 1000)
            if len(charged) < len(carts):
                charged.append(engine.charged(outcome))
            if perf_counter() - began > asked["most"]:
                break
    return {"times": times, "charged": charged, "notes": engine.notes()}
