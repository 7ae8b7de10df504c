"""How many events a second signals are looked for in, and whether that hangs on how many there were.

    python benchmarks/signals.py [--most N]

Customers visit, order, use limited promotions and others' coupons, and are refunded; one in a
hundred is of a ring that shares a device, and some sellers order from themselves. A small mall and
one ten times as large are each followed to 10,000, to 100,000 and to 1,000,000 events, one after
the other. The rate is that over the last tenth up to there, when most is kept, in seconds of the
processor. Everything is drawn from a seed; nothing is asserted about time.
"""  # noqa: E501

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from itertools import count, islice
from random import Random
from time import process_time

from mallops.loopholes.signals.events import Act, Event, Use, Voucher
from mallops.loopholes.signals.tracking import Tracker
from mallops.money import Currency, Money
from mallops.time import instant

SEED = 20261111
SIZES = (10_000, 100_000, 1_000_000)
MALLS = ((5_000, 4_000), (50_000, 40_000))
"""Customers, and events a day."""
CNY = Currency.of("CNY")
AT = instant("2026-11-11T00:00:00+08:00")
ACTS = (*[Act.VISIT] * 60, *[Act.ORDER] * 30, *[Act.JOIN] * 4, *[Act.RETURN] * 5, Act.REFUND_ONLY)


def stream(customers: int, a_day: int) -> Iterator[Event]:
    """Events without end, nearly all of them in the order of time."""
    random = Random(SEED)
    for number in count():
        customer = random.randrange(customers)
        act = random.choice(ACTS)
        is_order = act is Act.ORDER
        is_ring = customer < customers // 100
        # Every hundredth is up to ten minutes late.
        late = random.randrange(600) if random.randrange(100) == 0 else 0
        uses = [Use(f"p{random.randrange(20)}", 3)] if is_order else []
        if is_order and (is_ring or random.randrange(20) == 0):
            uses.append(Use("newcomer", 1))
        sells = is_order and random.randrange(50) == 0
        yield Event(
            f"e{number}",
            f"c{customer}",
            act,
            AT.add(seconds=number * 86_400 // a_day - late),
            amount=Money(random.randrange(1_000, 50_000), CNY) if act is not Act.VISIT else None,
            address=f"a{customer // 3}",
            device=f"d{customer // 25 if is_ring else customer}",
            payment=f"p{customer // 2}" if is_order else "",
            promotions=tuple(uses),
            coupons=(Voucher("k", f"c{random.randrange(customers)}"),) if sells else (),
            sellers=(f"c{customer % 200}",) if is_order else (),
            referrer=f"c{random.randrange(customers)}" if act is Act.JOIN else "",
        )


def followed(customers: int, a_day: int, most: int) -> None:
    """Print a row whenever the stream of a mall has come to one of the sizes."""
    tracker, events, done = Tracker(), stream(customers, a_day), 0
    for size in SIZES:
        if size > most:
            return
        for event in islice(events, size - size // 10 - done):
            tracker.observe(event)
        # What makes the events is not what is measured.
        last = list(islice(events, size // 10))
        begun = process_time()
        told = sum(len(tracker.observe(event).suspicions) for event in last)
        took = process_time() - begun
        done, share = size, told / len(last)
        days, rate, rows = done / a_day, len(last) / took, len(tracker.rows)
        print(f"{customers:9,} {done:10,} {days:6.1f} {rate:11,.0f} {rows:11,} {share:12.3f}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a row for each mall and size."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--most", type=int, default=SIZES[-1], metavar="N", help="events at most")
    most = parser.parse_args(arguments).most
    print("customers     events   days    a second   rows kept   suspicions an event")
    for customers, a_day in MALLS:
        followed(customers, a_day, most)


if __name__ == "__main__":
    main()
