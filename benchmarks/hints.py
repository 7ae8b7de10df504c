"""How many near-misses of real carts a small budget of quotes finds, and how long it takes.

    python benchmarks/hints.py [--carts N]

The carts are invoices of the demo, of at most 12 lines and 60 units, under the rulebook of its
festival; any of the catalogue's SKUs may be added.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

from mallops import (
    Cart,
    Compiled,
    compile_rulebook,
    decode_cart,
    decode_catalog,
    decode_rulebook,
    hints,
    instant,
    read_document,
)

EXAMPLES = Path(__file__).parent.parent / "examples"
LINES, UNITS, SEARCH_BUDGET = 12, 60, 500
BUDGETS = (10, 20, 40, 100, 300)


def main() -> None:
    """Print what each budget finds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--carts", type=int, default=20, metavar="N", help="how many carts")
    carts = parser.parse_args().carts
    compiled = demo_mall()
    asked = demo_carts(compiled)[:carts]
    print(f"{len(asked)} carts, {len(compiled.skus)} SKUs\n\nquotes  hints    median")
    for budget in BUDGETS:
        found, seconds = 0, []
        for cart, at in asked:
            start = perf_counter()
            answer = hints(compiled, cart, at, requotes=budget, search_budget=SEARCH_BUDGET)
            seconds.append(perf_counter() - start)
            found += len(answer.hints)
        print(f"{budget:>6}  {found:>5}  {median(seconds) * 1000:>5.0f} ms")


def demo_mall() -> Compiled:
    """The festival's rulebook over the demo's catalogue."""
    rulebook = decode_rulebook(read_document(EXAMPLES / "festival" / "rulebook.json"))
    document = read_document(EXAMPLES / "data" / "catalog.json")
    catalog = decode_catalog(document, rulebook.currency, rulebook.timezone)
    return compile_rulebook(rulebook, catalog)


def demo_carts(compiled: Compiled) -> list[tuple[Cart, Any]]:
    """The demo's carts that are small enough, in an order of no meaning."""
    document: Any = read_document(EXAMPLES / "data" / "carts.json")
    currency = compiled.rulebook.currency
    carts = [
        (decode_cart(scenario["cart"], currency), instant(scenario["at"]))
        for scenario in document["scenarios"]
    ]
    small = [
        (cart, at)
        for cart, at in carts
        if len(cart.lines) <= LINES and sum(line.quantity for line in cart.lines) <= UNITS
    ]
    return Random(1).sample(small, len(small))


if __name__ == "__main__":
    main()
