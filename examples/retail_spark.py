"""Compare two rulebooks over Online Retail II on Spark, and get the same totals to the penny.

    python -m examples.retail_spark [--carts N] [--processes N] [--search-budget N] [--top N]

Spark reads `retail/carts.parquet` and runs `compare_batches` by `mapInArrow` on two local
cores; the rows that come back are added up, and so are those of `examples/retail_arrow.py`.
Needs the extra `spark`, and Java 17 or later.

The exit status is 1 if the two differ in anything, 2 where Spark cannot run, else 0.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pyarrow import parquet

from examples import retail_arrow
from mallops.adapters.arrow import COMPARISONS, compare_batches, pairs
from mallops.money import Money
from mallops.promotions.compiled import Compiled
from mallops.simulation.comparison import Comparison, compared

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

JAVA = 17
CORES = 2
# Several a core, since a cart may take a hundred times as long as another.
PARTITIONS = 8
A_PARTITION = 1_000
BATCH = 200


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare twice, and tell both totals; 1 if they differ."""
    options = parsed(arguments)
    if missing := lacking():
        print(f"retail_spark: {missing}", file=sys.stderr)
        return 2
    versions = retail_arrow.read_versions()
    with local_session() as session:
        spark = on_spark(session, versions, options.carts, options.search_budget, options.top)
    table = parquet.read_table(retail_arrow.CARTS)[: options.carts]
    plain = retail_arrow.on_all_cores(
        table, versions, options.processes, options.search_budget, options.top
    )
    for name, found in (("Spark", spark), ("Arrow", plain)):
        print(f"{name:<6} {told(found)}")
    same = spark == plain
    print("the same in every sum and every cart" if same else "they differ")
    return 0 if same else 1


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options, checked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    retail_arrow.add_options(parser)
    return parser.parse_args(arguments)


def lacking() -> str | None:
    """What Spark needs and does not find here; None where it can run."""
    try:
        import pyspark  # noqa: F401, PLC0415 - an extra
    except ImportError:
        return "needs the extra spark: pip install 'mallops[spark]'"
    found = java_version()
    if found is None:
        return f"needs Java {JAVA} or later, and finds none: install it, or set JAVA_HOME"
    if found < JAVA:
        return f"needs Java {JAVA} or later, and finds {found}: install it, or set JAVA_HOME"
    return None


def java_version() -> int | None:
    """The major version of the Java that Spark would start; None where there is none."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else shutil.which("java")
    if java is None or not shutil.which(java):
        return None
    done = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)  # noqa: S603
    version = re.search(r'version "(?:1\.)?(\d+)', done.stderr)
    return int(version[1]) if version else None


@contextmanager
def local_session() -> Iterator[SparkSession]:
    """Spark on two cores of this machine, without its page."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra

    # Spark's workers are to be this Python, with what is installed for it.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    session = (
        SparkSession.builder.master(f"local[{CORES}]")
        .appName("retail_spark")
        .config("spark.ui.enabled", "false")
        # Python does the work here: Java that starts fast is worth more than fast Java.
        .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", BATCH)
        .getOrCreate()
    )
    try:
        yield session
    finally:
        session.stop()


def on_spark(
    session: SparkSession,
    versions: tuple[Compiled, Compiled],
    carts: int | None,
    search_budget: int,
    top: int,
) -> Comparison:
    """The comparison of the first so many carts (None: all), by Spark."""
    from pyspark.sql.pandas.types import from_arrow_schema  # noqa: PLC0415 - an extra

    frame, parts = session.read.parquet(str(retail_arrow.CARTS)), PARTITIONS
    if carts is not None:
        frame = frame.orderBy("at", "cart").limit(carts)
        parts = min(PARTITIONS, CORES + carts // A_PARTITION)
    work = partial(compare_batches, *versions, search_budget=search_budget)
    rows = frame.repartition(parts).mapInArrow(work, from_arrow_schema(COMPARISONS)).toArrow()
    currency = versions[0].rulebook.currency
    return compared(pairs(rows.to_batches(), currency), currency, top)


def told(found: Comparison) -> str:
    """The totals in a line: what is paid before and after, and what is granted."""

    def both(before: Money, after: Money) -> str:
        return f"{before} -> {after}"

    before, after = found.before, found.after
    paid = both(before.account.payable, after.account.payable)
    granted = both(before.granted.amount, after.granted.amount)
    return f"{before.carts} carts, paid {paid}, granted {granted}"


if __name__ == "__main__":
    sys.exit(main())
