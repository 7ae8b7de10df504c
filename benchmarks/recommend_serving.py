"""Serves customers from a state that was stored, where numpy cannot be imported.

    python -m benchmarks.recommend_serving STATE AT ROUNDS CUSTOMER...

Prints the median over the customers of each one's fastest, and that of all calls, in seconds. A
round goes through all customers, so that what one of them needs is no longer near at hand when
their turn comes again.
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median
from time import process_time

# With None in their place, their import fails.
sys.modules.update({"numpy": None, "scipy": None})  # type: ignore[dict-item]

from mallops.recommend.scorers.blend import blend, ready  # noqa: E402
from mallops.recommend.storing import loads  # noqa: E402
from mallops.time import instant  # noqa: E402


def main(path: str, at: str, rounds: str, *customers: str) -> None:
    """Serve, and print the two medians."""
    shelf = ready(loads(Path(path).read_text("utf-8")), instant(at))
    runs: list[list[float]] = []
    for _ in range(int(rounds)):
        runs.append([])
        for customer in customers:
            start = process_time()
            blend(shelf, customer, 10)
            runs[-1].append(process_time() - start)
    fastest = map(min, zip(*runs, strict=True))
    print(median(fastest), median(seconds for run in runs for seconds in run))


if __name__ == "__main__":
    main(*sys.argv[1:])
