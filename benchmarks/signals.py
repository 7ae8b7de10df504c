"""How many events a second signals are looked for in, and whether that hangs on how many there were.

    python benchmarks/signals.py [--most N]

Customers visit, order, use limited promotions and others' coupons, and are refunded, 20,000 events
a day; a few rings share a device, and some sellers order from themselves. The same stream is
followed to 10,000, to 100,000 and to 1,000,000 events. Beside the mean is the rate over the last
tenth of the stream, when most is kept, and beside that what is kept by then. Everything is drawn
from a seed; nothing is asserted about time.
"""  # noqa: E501

from __future__ import annotations

import argparse
import gc
from collections.abc import Iterator, Sequence
from random import Random
from time import process_time

from mallops.loopholes.signals.events import Act, Event, Use, Voucher
from mallops.loopholes.signals.tracking import Tracker
from mallops.money import Currency, Money
from mallops.time import instant

SEED = 20261111
SIZES = (10_000, 100_000, 1_000_000)
A_DAY = 20_000
CUSTOMERS = 50_000
CNY = Currency.of("CNY")
AT = instant("2026-11-11T00:00:00+08:00")
ACTS = (*[Act.VISIT] * 10, *[Act.ORDER] * 7, Act.JOIN, Act.RETURN, Act.REFUND_ONLY)


def stream(count: int) -> Iterator[Event]:
    """So many events, nearly all of them in the order of time."""
    random = Random(SEED)
    for number in range(count):
        customer = random.randrange(CUSTOMERS)
        act = random.choice(ACTS)
        is_order = act is Act.ORDER
        ring = customer < 500
        # Every hundredth is up to ten minutes late.
        late = random.randrange(600) if random.randrange(100) == 0 else 0
        yield Event(
            f"e{number}",
            f"c{customer}",
            act,
            AT.add(seconds=number * 86_400 // A_DAY - late),
            amount=Money(random.randrange(1_000, 50_000), CNY) if act is not Act.VISIT else None,
            address=f"a{customer // 3}",
            device=f"d{customer // 25 if ring else customer}",
            payment=f"p{customer // 2}" if is_order else "",
            promotions=(Use("newcomer", 1), Use(f"p{random.randrange(20)}", 3)) if is_order else (),
            coupons=(Voucher("k", f"c{random.randrange(CUSTOMERS)}"),)
            if is_order and random.randrange(50) == 0
            else (),
            sellers=(f"c{customer % 200}",) if is_order else (),
            referrer=f"c{random.randrange(100)}" if act is Act.JOIN else "",
        )


def followed(count: int) -> tuple[float, float, int, int]:
    """Events a second in all and over the last tenth, the rows kept, and the suspicions told."""
    tracker, told = Tracker(), 0
    took = last = 0.0
    chunk: list[Event] = []
    size, done = max(1, count // 10), 0
    for event in stream(count):
        chunk.append(event)
        if len(chunk) == size:
            # What makes the events is not what is measured.
            gc.collect()
            begun = process_time()
            for each in chunk:
                told += len(tracker.observe(each).suspicions)
            last = process_time() - begun
            took, done = took + last, done + len(chunk)
            chunk.clear()
    return done / took, size / last, len(tracker.rows), told


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one row for each size."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--most", type=int, default=SIZES[-1], metavar="N", help="events at most")
    most = parser.parse_args(arguments).most
    print("   events   a second   in the last tenth   rows kept   suspicions")
    for count in SIZES:
        if count <= most:
            mean, last, rows, told = followed(count)
            print(f"{count:9,} {mean:10,.0f} {last:19,.0f} {rows:11,} {told:12,}")


if __name__ == "__main__":
    main()
