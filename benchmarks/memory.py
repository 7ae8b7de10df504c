"""What a compiled rulebook weighs, in memory and pickled.

    python -m benchmarks.memory [--promotions N]

The rulebook and the catalogue of 2,000 SKUs are those of `benchmarks/quote.py`. Memory is what
Python's own allocator has handed out for it, the rulebook as data included, which a compiled
one holds on to.
"""

from __future__ import annotations

import argparse
import gc
import pickle
import tracemalloc
from collections.abc import Callable
from random import Random
from time import perf_counter
from typing import TypeVar

from benchmarks.quote import CNY, SEED, catalogue, promotions
from mallops import Catalog, Compiled, Rulebook, compile_rulebook

MEBIBYTE = 1 << 20

T = TypeVar("T")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--promotions", type=int, default=10_000, metavar="N", help="how many")
    size = parser.parse_args().promotions
    compiled, data, whole = weighed(size)
    text, pickling = timed(lambda: pickle.dumps(compiled, pickle.HIGHEST_PROTOCOL))
    _, unpickling = timed(lambda: pickle.loads(text))  # noqa: S301
    print(f"{size:,} promotions over {len(compiled.skus):,} SKUs")
    print(f"rulebook and catalogue   {data / MEBIBYTE:>7.1f} MiB")
    print(f"with what compiling adds {whole / MEBIBYTE:>7.1f} MiB")
    print(f"pickled                  {len(text) / MEBIBYTE:>7.1f} MiB")
    print(f"to pickle                {pickling * 1000:>7.0f} ms")
    print(f"to unpickle              {unpickling * 1000:>7.0f} ms")


def weighed(size: int) -> tuple[Compiled, int, int]:
    """A compiled rulebook, the bytes of what it is made from, and of all of it together."""
    gc.collect()
    tracemalloc.start()
    rulebook, catalog = made(size)
    gc.collect()
    data, _ = tracemalloc.get_traced_memory()
    compiled = compile_rulebook(rulebook, catalog)
    gc.collect()
    whole, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return compiled, data, whole


def made(size: int) -> tuple[Rulebook, Catalog]:
    """A rulebook of so many promotions, and a catalogue."""
    return (
        Rulebook(CNY, id="bench", promotions=promotions(Random(SEED), size)),
        catalogue(Random(SEED)),
    )


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What some work gives, and the least seconds that it took of five times."""
    found, seconds = work(), []
    for _ in range(5):
        start = perf_counter()
        found = work()
        seconds.append(perf_counter() - start)
    return found, min(seconds)


if __name__ == "__main__":
    main()
