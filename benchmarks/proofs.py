"""How many choices are proven the best, and how far the bounds of the others are.

    python benchmarks/proofs.py [--carts N] [--budget NODES] [--processes N] [--solver]

The carts are those of `mallops.testing.families`: everyday ones, and families that are each hard
in their own way, of up to 15 lines, 60 units and 24 promotions. With `--solver` each quote is also
held to the optimum of `mallops.testing.exact_model`: it tells how far the quote is, not its bound.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from os import cpu_count
from statistics import median
from time import perf_counter

from mallops import (
    Quote,
    compile_rulebook,
    decode_cart,
    decode_catalog,
    decode_rulebook,
    instant,
    quote,
)
from mallops.testing.families import FAMILIES, LARGE, Doc, scenario

EVERYDAY = "everyday"
# Of the one realistic family there are more, since a share of them means something in itself.
REALISTIC = 5
# The solver's deterministic time; where it settles nothing, the cart is left out of its columns.
EFFORT = 5.0

HEAD = "family         carts  proven  price only    median   slowest           worst gap"
SOLVED = "   solved    best  worst miss"


@dataclass(frozen=True)
class Measured:
    """A quote of a cart: amounts in minor units, `miss` by how much it is above the optimum."""

    proven: bool
    gap: int
    paid: int
    seconds: float
    miss: int | None


def main() -> None:
    """Print a row for each family, and one for all families that are made to be hard."""
    asked = arguments()
    print(
        f"up to {LARGE.lines} lines, {LARGE.units} units, {LARGE.promotions} promotions;", end=" "
    )
    print(f"search budget {asked.budget:,} nodes\n\n{HEAD}{SOLVED if asked.solver else ''}")
    hard: list[Measured] = []
    with ProcessPoolExecutor(asked.processes) as pool:
        for family in FAMILIES:
            carts = asked.carts * (REALISTIC if family == EVERYDAY else 1)
            one = partial(measured, family, budget=asked.budget, solver=asked.solver)
            found = list(pool.map(one, range(carts), chunksize=4))
            print(row(family, found), flush=True)
            hard += [] if family == EVERYDAY else found
    print(row("all but everyday", hard))


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    carts = f"carts of each family, and {REALISTIC} times as many everyday ones"
    parser.add_argument("--carts", type=int, default=60, metavar="N", help=carts)
    parser.add_argument("--budget", type=int, default=5_000, metavar="NODES", help="search budget")
    parser.add_argument("--processes", type=int, default=cpu_count(), metavar="N")
    parser.add_argument("--solver", action="store_true", help="compare with the exact model")
    return parser.parse_args()


def measured(family: str, seed: int, budget: int, solver: bool) -> Measured:
    """The quote of a family's cart, the same in every process."""
    drawn = scenario(family, seed, LARGE)
    rulebook = decode_rulebook(drawn["rulebook"])
    catalog = decode_catalog(drawn["catalog"], rulebook.currency)
    cart = decode_cart(drawn["cart"], rulebook.currency)
    compiled = compile_rulebook(rulebook, catalog)
    start = perf_counter()
    found = quote(compiled, cart, instant(drawn["at"]), search_budget=budget)
    seconds = perf_counter() - start
    return Measured(
        proven=found.optimal is True,
        gap=0 if found.gap is None else found.gap.minor,
        paid=found.payable.minor,
        seconds=seconds,
        miss=missed(drawn, found) if solver else None,
    )


def missed(drawn: Doc, found: Quote) -> int | None:
    """By how much a quote is above the optimum; None where the model does not tell."""
    # Without `--solver` the benchmark needs no solver.
    from mallops.testing.exact_model import OutsideModel, best_objective  # noqa: PLC0415

    documents = (drawn["catalog"], drawn["rulebook"], drawn["cart"], drawn["at"])
    try:
        bounds = best_objective(*documents, effort=EFFORT)
    except OutsideModel:
        return None
    gifts = sum(gift.value.minor for gift in found.gifts)
    return found.payable.minor - gifts - bounds.found if bounds.proven else None


def row(family: str, found: Sequence[Measured]) -> str:
    """A family's line of the table."""
    return "".join(cells(family, found))


def cells(family: str, found: Sequence[Measured]) -> Iterator[str]:
    """Shares of quotes, times of one cart, and the worst gap in money and of what is paid."""
    yield f"{family:<16} {len(found):>3}  {sum(one.proven for one in found) / len(found):>6.1%}"
    yield f"  {sum(not one.proven and not one.gap for one in found) / len(found):>10.1%}"
    seconds = [one.seconds for one in found]
    yield f"  {median(seconds) * 1000:>5.0f} ms  {max(seconds):>6.1f} s"
    worst = max(found, key=share_of_gap)
    yield f"  {worst.gap / 100:>9.2f}  {share_of_gap(worst):>7.1%}" if worst.gap else f"  {'-':>18}"
    misses = [(one.miss, one.paid) for one in found if one.miss is not None]
    if misses:
        yield f"  {len(misses) / len(found):>7.1%}"
        yield f"  {sum(not miss for miss, _ in misses) / len(misses):>6.1%}"
        yield f"  {max(miss / max(1, paid) for miss, paid in misses):>10.1%}"


def share_of_gap(one: Measured) -> float:
    """The gap as a part of what is paid."""
    return one.gap / max(1, one.paid)


if __name__ == "__main__":
    main()
