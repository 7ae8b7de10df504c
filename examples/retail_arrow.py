"""Compare two rulebooks over the whole of Online Retail II, as Arrow batches on all cores.

    python -m examples.retail_arrow [--carts N] [--processes N] [--search-budget N]
                                    [--locale en|zh_CN] [--top N]

All 39,516 purchase invoices, see `examples/retail/README.md`, are priced under the rulebooks
`rulebook-1.json` and `rulebook-2.json` there. Each process takes a record batch through
`compare_batches` and adds its rows up; the sums are merged in whatever order they come back.

The exit status is 1 if a cart was lost or refused, else 0.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import perf_counter  # noqa: TID251 - it tells how long it took

import pyarrow as pa
from pyarrow import parquet

from mallops.adapters.arrow import compare_batches, pairs
from mallops.promotions.compiled import Compiled, compile_rulebook
from mallops.rulebook.book import decode_rulebook
from mallops.rulebook.catalog import decode_catalog
from mallops.rulebook.documents import read_document
from mallops.simulation.comparison import Comparison, compared, merge_comparisons
from mallops.simulation.report import comparison_text

DATA = Path(__file__).parent / "retail"
CARTS = DATA / "carts.parquet"

# A hundredth of the usual one: these rulebooks are plain, and a cart may hold 87,167 units.
SEARCH_BUDGET = 1_000
BATCH = 200


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, and tell what changed; 1 if a cart was lost or refused."""
    options = parsed(arguments)
    versions = read_versions()
    table = parquet.read_table(CARTS)[: options.carts]
    start = perf_counter()
    found = on_all_cores(table, versions, options.processes, options.search_budget, options.top)
    seconds = perf_counter() - start
    before, after = (version.rulebook for version in versions)
    print(comparison_text(found, before, after, options.locale))
    print(
        f"\n{table.num_rows} carts in, {found.moves.more + found.moves.less + found.moves.same}"
        f" compared, {found.uncompared} refused; {seconds:.0f} s on {options.processes} processes,"
        f" {table.num_rows / seconds:.0f} carts a second under both rulebooks"
    )
    return 0 if found.before.carts == found.after.carts == table.num_rows else 1


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options, checked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    add_options(parser)
    parser.add_argument("--locale", choices=["en", "zh_CN"], default="en", help="of the report")
    return parser.parse_args(arguments)


def add_options(parser: argparse.ArgumentParser) -> None:
    """What a run needs, whatever runs it."""
    whole = partial(at_least, 0)
    parser.add_argument("--carts", type=partial(at_least, 1), metavar="N", help="the first N only")
    parser.add_argument(
        "--processes", type=partial(at_least, 1), default=os.cpu_count() or 1, metavar="N"
    )
    parser.add_argument("--search-budget", type=whole, default=SEARCH_BUDGET, metavar="N")
    parser.add_argument("--top", type=whole, default=10, metavar="N", help="changed carts to name")


def at_least(least: int, text: str) -> int:
    """A whole number, as argparse reads it."""
    if not text.isascii() or not text.isdecimal() or int(text) < least:
        raise argparse.ArgumentTypeError(f"{text} is no whole number, at least {least}")
    return int(text)


def read_versions() -> tuple[Compiled, Compiled]:
    """Both rulebooks over the catalogue."""
    before, after = (
        decode_rulebook(read_document(DATA / f"rulebook-{number}.json")) for number in (1, 2)
    )
    document = read_document(DATA / "catalog.json")
    catalog = decode_catalog(document, before.currency, before.timezone)
    return compile_rulebook(before, catalog), compile_rulebook(after, catalog)


def on_all_cores(
    table: pa.Table,
    versions: tuple[Compiled, Compiled],
    processes: int,
    search_budget: int,
    top: int,
) -> Comparison:
    """The comparison of a table's carts, batch by batch on so many processes."""
    currency = versions[0].rulebook.currency
    batches = table.to_batches(max_chunksize=BATCH)
    with ProcessPoolExecutor(processes, initializer=equip, initargs=(versions,)) as pool:
        work = partial(compared_batch, search_budget=search_budget, top=top)
        runs = {pool.submit(work, batch): batch.num_rows for batch in batches}
        with progress(table.num_rows) as advance:
            parts = []
            for run in as_completed(runs):
                parts.append(run.result())
                advance(runs[run])
    return merge_comparisons(parts, currency, top)


# What a process compares with, sent to it once.
VERSIONS: list[Compiled] = []


def equip(versions: tuple[Compiled, Compiled]) -> None:
    """Hand a process the rulebooks."""
    VERSIONS[:] = versions


def compared_batch(batch: pa.RecordBatch, search_budget: int, top: int) -> Comparison:
    """The comparison of one batch."""
    before, after = VERSIONS
    currency = before.rulebook.currency
    rows = compare_batches(before, after, [batch], search_budget)
    return compared(pairs(rows, currency), currency, top)


@contextmanager
def progress(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, advanced by carts; plain counts where rich is not installed."""
    try:
        from rich.console import Console  # noqa: PLC0415 - an extra, and the example does without
        from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn  # noqa: PLC0415
    except ImportError:
        done = 0

        def told(carts: int) -> None:
            nonlocal done
            done += carts
            print(f"{done}/{total} carts", file=sys.stderr)

        yield told
        return
    columns = (*Progress.get_default_columns(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("Comparing", total=total)
        yield lambda carts: bar.advance(task, carts)


if __name__ == "__main__":
    sys.exit(main())
