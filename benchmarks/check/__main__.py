"""How long the full check takes, how that grows, and what random search finds in the same time.

    python -m benchmarks.check [--faults]

A mall of three shops has the promotions and coupons of `benchmarks/check/malls.py`, with points and
a policy of returns, and leaves a margin. Seconds are those of the processor, of one process. With
`--faults`, one benefit or policy at a time is made worse in steps, and the check and Hypothesis
look for it for the same time. Everything is drawn from seeds; nothing is asserted about time.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from time import process_time

from benchmarks.check.chance import first_find
from benchmarks.check.faults import Fault, faults
from benchmarks.check.malls import AT, catalog, compiled, rulebook
from mallops.loopholes.carts.finding import find_carts
from mallops.loopholes.carts.goals import BelowCost
from mallops.loopholes.checking import Search
from mallops.loopholes.searches import FULL
from mallops.loopholes.sequences.searching import find_stories
from mallops.loopholes.tolerance import USUAL
from mallops.promotions.compiled import Compiled

REALISTIC = (30, 18)
SIZES = (
    (30, 5),
    (100, 18),
    (3_000, 18),
    (100, 50),
    (3_000, 200),
    (3_000, 1_000),
)
"""SKUs and promotions."""

FEW = 1_000
"""Of so many SKUs and more, prices are a mall's usual ones, and many goods are alike."""

SEEDS = (1, 2)


def seconds_of(search: Search, rules: Compiled) -> tuple[float, dict[str, int]]:
    """How long a search takes, and what it says that it left out."""
    begun = process_time()
    found = search(rules, AT, USUAL)
    took = process_time() - begun
    left: dict[str, int] = {}
    for note in found.notes:
        for name in ("goods", "promotions"):
            if note.code == f"{name}_left_out":
                left[name] = int(note.details[name])
    return took, left


def grow() -> None:
    """A row for each size: seconds by search, and what was left out."""
    print("  SKUs  promotions   lint  carts  stories    all  SKUs aside  promotions aside")
    for skus, promotions in (REALISTIC, *SIZES):
        goods = catalog(skus, usual_prices=skus >= FEW)
        rules = compiled(rulebook(promotions, skus), goods)
        took, left = [], {"goods": 0, "promotions": 0}
        for search in FULL:
            each, aside = seconds_of(search, rules)
            took.append(each)
            left |= aside
        lint, carts, stories = took
        print(
            f"{skus:6,} {promotions:11,} {lint:6.2f} {carts:6.2f} {stories:8.2f} {sum(took):6.2f}"
            f" {left['goods']:11,} {left['promotions']:17,}",
            flush=True,
        )


def check(fault: Fault) -> tuple[str, float]:
    """Whether the search that is for it finds a fault or proves that there is none; its seconds."""
    rules = compiled(*fault.documents())
    begun = process_time()
    if fault.is_cart:
        carts = find_carts(rules, AT, BelowCost())
        codes, proven = {each.code for each in carts.found}, carts.proven
    else:
        stories = find_stories(rules, AT)
        codes, proven = {each.code for each in stories.loopholes}, stories.complete
    took = process_time() - begun
    return ("found" if codes & fault.codes else "none" if proven else "open"), took


def beside(tell: Callable[[str], None]) -> None:
    """A row for each fault: what the check and what chance found of its sizes.

    `by chance` is the mean over the seeds, `only so` how many sizes chance found with some seed
    and the check did not.
    """
    tell(
        "fault                          sizes  found  none  open  seconds  by chance  only so"
        "  first after"
    )
    totals = {"found": 0, "none": 0, "open": 0, "sizes": 0, "chance": 0.0, "only": 0}
    for name, sizes in faults():
        counts, took, chance, firsts = {"found": 0, "none": 0, "open": 0}, 0.0, 0.0, list[float]()
        only = 0
        for fault in sizes:
            outcome, seconds = check(fault)
            counts[outcome] += 1
            took = max(took, seconds)
            draws = [first_find(fault, seconds, seed)[0] for seed in SEEDS]
            chance += sum(each is not None for each in draws) / len(SEEDS)
            drawn = [each for each in draws if each is not None]
            only += outcome != "found" and bool(drawn)
            firsts += drawn
        first = f"{min(firsts):.2f}-{max(firsts):.2f}" if firsts else "never"
        tell(
            f"{name:30} {len(sizes):5} {counts['found']:6} {counts['none']:5} {counts['open']:5}"
            f" {took:8.1f} {chance:10.1f} {only:8} {first:>12}"
        )
        for outcome, count in counts.items():
            totals[outcome] += count
        totals["sizes"] += len(sizes)
        totals["chance"] += chance
        totals["only"] += only
    tell(
        f"{'all':30} {totals['sizes']:5} {totals['found']:6} {totals['none']:5} {totals['open']:5}"
        f" {'':8} {totals['chance']:10.1f} {totals['only']:8}"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", action="store_true")
    if parser.parse_args(arguments).faults:
        beside(lambda line: print(line, flush=True))
    else:
        grow()


if __name__ == "__main__":
    main()
