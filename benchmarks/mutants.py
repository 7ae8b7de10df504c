"""How many faults that are planted in safe malls the whole check finds, and what it misses.

    python -m benchmarks.mutants [--each N] [--processes N] [--seed N]

First the safe malls themselves: what is told of each. Then the faults of
`tests/loopholes/faults.py`, each with the code that has to tell of it. Then what
`tests/loopholes/breaking.py` breaks, N of each part of each mall, drawn from the seed: searched by
lint, then by carts, then by stories, until one tells of an error or a warning that the safe mall
has not; where none does, but a note is new, that counts as a note. Stories are first followed over
a few states, and as far as a check goes where nothing was told in these. Seconds are those of the
processor. It prints the tables of `docs/loophole-mutants.md`.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from time import process_time

from pendulum import DateTime

from mallops.findings import Severity
from mallops.loopholes.checking import Search, Searched, check
from mallops.loopholes.model import Loophole
from mallops.loopholes.searches import FULL
from mallops.loopholes.sequences.bounds import Bounds
from mallops.loopholes.sequences.searching import find_stories
from mallops.loopholes.tolerance import Tolerance
from mallops.promotions.compiled import Compiled
from mallops.rulebook.book import decode_rulebook
from mallops.rulebook.catalog import decode_catalog
from tests.loopholes import breaking
from tests.loopholes.breaking import Broken, drawn
from tests.loopholes.faults import FAULTS, Fault, documents_of
from tests.loopholes.mall import AT
from tests.loopholes.safe import SAFE
from tests.loopholes.safe.writing import Document

SEED = 20261111
EACH = 1
PARTS = 6
NAMES = ("lint", "carts", "stories")
ENDS = (*NAMES, "note", "missed")
SHORT = Bounds(states=2_000)
Key = tuple[str, Severity, tuple[str, ...]]
Told = Mapping[str, frozenset[Key]]
"""What is told, by search."""


def shortly(compiled: Compiled, at: DateTime, _: Tolerance) -> Searched:
    """The stories that a check comes by first."""
    return Searched(find_stories(compiled, at, SHORT).loopholes)


LINT, CARTS, STORIES = FULL
STAGES = (("lint", LINT), ("carts", CARTS), ("stories", shortly), ("stories", STORIES))


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
        safe: dict[str, Told] = {}
        for trade, (row, told_of) in zip(SAFE, pool.map(of_mall, SAFE), strict=True):
            print(row, flush=True)
            safe[trade] = told_of
        print("\n| mall | what is broken | told by | kind | |")
        print("|---|---|---|---|---|")
        for row in pool.map(partial(of_fault, safe), FAULTS):
            print(row, flush=True)
        mutants = drawn(asked.seed, asked.each)
        # Those of a mall go together, since each process works out once what it has without floors.
        found = pool.map(partial(found_by, safe), mutants, chunksize=PARTS * asked.each)
        ends = list(zip(mutants, found, strict=True))
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


def of_mall(trade: str) -> tuple[str, Told]:
    """A row for a safe mall, and what is told of it."""
    begun = process_time()
    found = {
        name: list(told(*SAFE[trade], search)) for name, search in zip(NAMES, FULL, strict=True)
    }
    took = process_time() - begun
    by = Counter(each.severity for some in found.values() for each in some)
    counts = " | ".join(str(by[each]) for each in (Severity.ERROR, Severity.WARNING, Severity.NOTE))
    book, catalog = SAFE[trade]
    sizes = f"{len(book['promotions'])} | {len(catalog['products'])}"
    row = f"| {trade} | {sizes} | {counts} | {took:.1f} |"
    return row, {name: frozenset(map(key_of, some)) for name, some in found.items()}


def of_fault(safe: Mapping[str, Told], fault: Fault) -> str:
    """A row for a fault of the table."""
    before = safe[fault.trade]
    by = "carts" if fault.code.startswith("cart_") else "stories"
    end, others = "", set[str]()
    # The search that is for it comes first: most need no other.
    for name, search in sorted(STAGES, key=lambda stage: stage[0] != by):
        new = frozenset(map(key_of, told(*documents_of(fault), search))) - before[name]
        if name == by and (fault.code, fault.severity) in {key[:2] for key in new}:
            end = "found"
            break
        others |= {code for code, severity, _ in new if is_more(severity)}
    end = end or f"missed; told: {', '.join(sorted(others)) or 'nothing'}"
    return f"| {fault.trade} | {fault.title} | `{fault.code}` | {fault.kind.value} | {end} |"


def is_more(severity: Severity) -> bool:
    """Whether it is more than a note."""
    return severity is not Severity.NOTE


def found_by(safe: Mapping[str, Told], broken: Broken) -> str:
    """The first search that tells of something that was not there before, `note`, or `missed`."""
    noted = False
    for name, search in STAGES:
        for each in told(*breaking.documents_of(broken), search):
            # What a mall has without floors is only worked out where it matters.
            there = before_bare(broken.trade, name) if broken.bare else safe[broken.trade][name]
            if key_of(each) not in there:
                if is_more(each.severity):
                    return name
                noted = True
    return "note" if noted else "missed"


@cache
def before_bare(trade: str, name: str) -> frozenset[Key]:
    """What a search tells of a mall without floors in which nothing else is broken."""
    return frozenset(map(key_of, told(*breaking.bare(trade), FULL[NAMES.index(name)])))


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
