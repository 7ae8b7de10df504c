"""Our blend beside `implicit` on real sales: what each finds, how fast, and how sure that is.

    python -m benchmarks.recommend [PATH] [--threads N] [--rounds N] [--only speed|quality]

PATH is the parquet file of Online Retail II (D. Chen, 2019, doi 10.24432/C5CG6D, CC BY 4.0);
without it the invoices in `examples/retail` are read. Each fold asks what the customers who are
known then buy in four weeks. All models are tuned, by nDCG@10, on the four weeks before those,
and fitted anew with what was found: implicit's over 33 settings, ours over 12.

The exit status is 1 if a gain is smaller than it is to be, or if reasons do not add up. Times
are for reading: a machine that does other work is slow, which is no fault.
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from math import fsum
from pathlib import Path
from typing import Any

# As implicit asks for; it is read when numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from benchmarks.recommend_quality import MODELS, gains
from benchmarks.recommend_speed import paces
from benchmarks.retail_events import SHIPPED, sales
from benchmarks.retail_folds import FOLDS, N, Task, task
from mallops.recommend.fitting import fit
from mallops.recommend.fitting.batch import batch, best_of
from mallops.recommend.scorers.blend import blend, ready

LEAST = {False: 1.2, True: 1.3}


def met(held: bool) -> str:
    """Whether a figure is what it is to be."""
    return "" if held else "  missed"


def show_gains(table: Any, threads: int) -> bool:
    """Print what all found on every fold; whether every gain is as great as it is to be."""
    held = True
    rows: dict[bool, list[str]] = {False: [], True: []}
    for fold, at in FOLDS.items():
        for new_only, gain in gains(table, at, threads):
            fine = gain.times.estimate >= LEAST[new_only]
            held &= fine
            shown = "".join(f"{gain.means[name]:9.4f}" for name in (*MODELS, "mallops"))
            interval = f"{gain.times.low:.3f} to {gain.times.high:.3f}"
            times = f"{gain.times.estimate:7.3f}  {interval}  over {gain.best}"
            rows[new_only].append(f"{fold:<14}{shown}{times}{met(fine)}")
    for new_only, title in ((False, "with repeats"), (True, "new SKUs only")):
        heads = "".join(f"{name:>9}" for name in (*MODELS, "mallops"))
        print(f"nDCG@{N}, {title}; at least {LEAST[new_only]:.2f} times the best of implicit")
        print(f"{'':<14}{heads}{'times':>7}  95% interval")
        print("\n".join(rows[new_only]), end="\n\n")
    return held


def show_paces(of: Task, rounds: int, threads: int) -> None:
    """Print how fast each is."""
    clock = "of the processor" if threads == 1 else "of the wall"
    print(
        f"median of {rounds} rounds in turns, {threads} thread{'s' * (threads > 1)}, clock {clock}"
    )
    print(f"{'':<48}{'mallops':>12}{'other':>12}{'times':>7}{'at most':>9}")
    for pace in paces(of, rounds, threads):
        seconds = f"{pace.ours * 1e3:9.3f} ms{pace.theirs * 1e3:9.3f} ms"
        most = "" if pace.most is None else f"{pace.most:9.2f}{met(pace.times <= pace.most)}"
        print(f"{pace.name:<48}{seconds}{pace.times:7.2f}{most}")
    print()


def show_reasons(of: Task) -> bool:
    """Print whether parts sum to scores, one by one as for all at once."""
    shelf = ready(fit(of.events), of.at)
    many = best_of(batch(shelf), of.asked_names(), N)
    count, wrong = 0, 0
    for place, name in enumerate(of.asked_names()):
        listed = blend(shelf, name, N)
        sums = [fsum(part.amount for part in one.parts) for one in listed]
        shown = [(of.skus[sku], score) for sku, score in _pairs(many, place)]
        count += len(listed)
        wrong += sums != [one.score for one in listed]
        wrong += shown != [(one.sku, one.score) for one in listed]
    print(f"{count:,} recommendations to {len(of.asked):,} customers, each with its reasons:")
    told = "all parts sum to the score, and lists one by one are those of all at once"
    print(f"{wrong} lists do not add up, or differ from those of all at once" if wrong else told)
    return not wrong


def _pairs(many: Any, place: int) -> Iterable[tuple[int, float]]:
    both = zip(many.places[place].tolist(), many.scores[place].tolist(), strict=True)
    return [(sku, score) for sku, score in both if sku >= 0]


def main(arguments: Sequence[str]) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("path", type=Path, nargs="?", default=SHIPPED, help="the parquet file")
    parser.add_argument("--threads", type=int, default=1, help="of all that can have more")
    parser.add_argument("--rounds", type=int, default=7, help="of each measurement of time")
    parser.add_argument("--only", choices=["speed", "quality"], help="one half of it")
    options = parser.parse_args(arguments)
    # Its own matrices are not in the format that it asks for, and it says so at each fit.
    warnings.filterwarnings("ignore", module="implicit")
    table = sales(options.path)
    of = task(table, FOLDS["November 2011"])
    print(
        f"{options.path.name}: {table.num_rows:,} purchases of "
        f"{len(table['customer'].unique()):,} customers; implicit {version('implicit')}\n"
    )
    held = True
    if options.only != "quality":
        show_paces(of, options.rounds, options.threads)
        held &= show_reasons(of)
        print()
    if options.only != "speed":
        held &= show_gains(table, options.threads)
    return int(not held)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
