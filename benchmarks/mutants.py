"""How many faults that are planted in safe malls the whole check finds, and what it misses.

    python -m benchmarks.mutants [--each N] [--processes N] [--seed N]

First the safe malls themselves: what is told of each. Then the faults of
`tests/loopholes/faults.py`, each with the code that has to tell of it. Then what
`tests/loopholes/breaking.py` breaks, N of each part of each mall, drawn from the seed: searched by
lint, then by carts, then by stories, until one tells of an error or a warning that the safe mall
has not; where none does, but a note is new, that counts as a note. It prints the tables of
`docs/loophole-mutants.md`.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from time import perf_counter

from mallops.findings import Severity
from mallops.loopholes.checking import Search, check
from mallops.loopholes.model import Loophole
from mallops.loopholes.searches import FULL
from mallops.rulebook.book import decode_rulebook
from mallops.rulebook.catalog import decode_catalog
from tests.loopholes import breaking
from tests.loopholes.breaking import Broken, drawn
from tests.loopholes.faults import FAULTS, Fault, documents_of
from tests.loopholes.mall import AT
from tests.loopholes.safe import SAFE
from tests.loopholes.safe.writing import Document

SEED = 20261111
EACH = 2
NAMES = ("lint", "carts", "stories")
ENDS = (*NAMES, "note", "missed")
Key = tuple[str, Severity, tuple[str, ...]]


def main() -> None:
    """Print the three tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=EACH)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    with ProcessPoolExecutor(asked.processes) as pool:
        print("| mall | promotions | goods | errors | warnings | notes | seconds |")
        print("|---|---|---|---|---|---|---|")
        for row in pool.map(of_mall, SAFE):
            print(row, flush=True)
        print("\n| mall | what is broken | told by | kind | |")
        print("|---|---|---|---|---|")
        for row in pool.map(of_fault, FAULTS):
            print(row, flush=True)
        mutants = drawn(asked.seed, asked.each)
        ends = list(zip(mutants, pool.map(found_by, mutants), strict=True))
    print("\n| part | broken | " + " | ".join(ENDS) + " |\n|---|---|---|---|---|---|---|")
    for part in dict.fromkeys(mutant.part for mutant in mutants):
        by = Counter(name for mutant, name in ends if mutant.part == part)
        row = " | ".join(str(by[name]) for name in ENDS)
        print(f"| {part} | {by.total()} | {row} |")
    share = 100 - 100 * sum(name == "missed" for _, name in ends) / len(ends)
    print(f"\n{len(ends)} broken, {share:.1f}% found. Missed:\n")
    for mutant, name in ends:
        if name == "missed":
            print(f"- {mutant.trade}: {mutant.place} = {mutant.value}")


def of_mall(trade: str) -> str:
    """A row for a safe mall."""
    begun = perf_counter()
    by = Counter(each.severity for search in FULL for each in told(*SAFE[trade], search))
    took = perf_counter() - begun
    counts = " | ".join(str(by[each]) for each in (Severity.ERROR, Severity.WARNING, Severity.NOTE))
    book, catalog = SAFE[trade]
    sizes = f"{len(book['promotions'])} | {len(catalog['products'])}"
    return f"| {trade} | {sizes} | {counts} | {took:.1f} |"


def of_fault(fault: Fault) -> str:
    """A row for a fault of the table."""
    search = "carts" if fault.code.startswith("cart_") else "stories"
    told = {(code, severity) for code, severity, _ in new_of(fault, search)}
    end = "found"
    if (fault.code, fault.severity) not in told:
        others = {
            code for name in NAMES for code, level, _ in new_of(fault, name) if is_more(level)
        }
        end = f"missed; told: {', '.join(sorted(others)) or 'nothing'}"
    return f"| {fault.trade} | {fault.title} | `{fault.code}` | {fault.kind.value} | {end} |"


def new_of(fault: Fault, name: str) -> frozenset[Key]:
    """What a search tells of a fault, and not of the safe mall."""
    found = told(*documents_of(fault), FULL[NAMES.index(name)])
    return frozenset(map(key_of, found)) - before(fault.trade, name)


def is_more(severity: Severity) -> bool:
    """Whether it is more than a note."""
    return severity is not Severity.NOTE


def found_by(broken: Broken) -> str:
    """The first search that tells of something that was not there before, `note`, or `missed`."""
    noted = False
    for name, search in zip(NAMES, FULL, strict=True):
        for each in told(*breaking.documents_of(broken), search):
            # What the safe mall has is only worked out where it matters.
            if key_of(each) not in before(broken.trade, name, bare=broken.bare):
                if is_more(each.severity):
                    return name
                noted = True
    return "note" if noted else "missed"


@cache
def before(trade: str, name: str, *, bare: bool = False) -> frozenset[Key]:
    """What a search tells of a mall in which nothing is broken."""
    documents = breaking.bare(trade) if bare else SAFE[trade]
    return frozenset(map(key_of, told(*documents, FULL[NAMES.index(name)])))


def told(book: Document, catalog: Document, search: Search) -> Iterator[Loophole]:
    """What a search tells of a mall."""
    rules = decode_rulebook(book)
    goods = decode_catalog(catalog, rules.currency, rules.timezone)
    yield from check(rules, goods, AT, [search]).found


def key_of(loophole: Loophole) -> Key:
    """What makes a loophole another than one of the safe mall."""
    paths = tuple(subject.path for subject in loophole.subjects)
    return loophole.code, loophole.severity, paths


if __name__ == "__main__":
    main()
