"""Which share of points is never used: an estimate from what became of lots that are over.

A lot is over once none of its points are left and its end, if it has one, has come: lots
that were merely spent early would else count before those that are going to expire. Of the
points of such lots, those that expired are put beside those that paid for orders. What was
clawed back, corrected away, given to others or kept for a debt is neither.

The estimate takes the future to be like the past: the same rules, and customers like those of
the basis. It says nothing of how much of a lot that is half spent goes unused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import takewhile
from math import ceil, floor, sqrt

from attrs import frozen
from pendulum import DateTime

from mallops.money import Rounding, divide
from mallops.points.drafting import Terms
from mallops.points.liability import Liability, Owed, owed
from mallops.points.model import Account, Entry, Lot
from mallops.points.sweeping import sweep
from mallops.points.wallet import replay
from mallops.time import instant

_Z = 1.959964
"""The standard normal distribution has 95% within so many deviations."""


@frozen
class Breakage:
    """What became of so many lots of so many customers: the basis of the estimate.

    `low` and `high` bound the share with 95% confidence. They are Wilson's, with the effective
    number of customers for the number of trials: (sum of points)² / (sum of points², customer
    by customer). So they allow for customers who use all points or none, as long as they are
    independent of each other; by the number of points they would be far too narrow.

    Sources: Wilson, JASA 22 (1927), 209; Kish, Survey Sampling (1965); Franco and others,
    Journal of Survey Statistics and Methodology 7 (2019), 334, on effective sample sizes.
    """

    expired: int
    redeemed: int
    lots: int
    customers: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The part of the points that expired, from 0 to 1."""
        return self.expired / (self.expired + self.redeemed)


@frozen
class Net:
    """What is owed before and after the points that are expected to go unused.

    `unused` is the estimate, `least` and `most` are those at the ends of its interval. It is
    of available points that have an end; all others count in full.
    """

    gross: Owed
    unused: Owed
    least: Owed
    most: Owed
    basis: Breakage

    @property
    def net(self) -> Owed:
        """What is owed in all, less what is expected to go unused."""
        return self.gross - self.unused


def breakage(logs: Iterable[Iterable[Entry]], at: DateTime, terms: Terms) -> Breakage | None:
    """The share of points that go unused, by the customers' whole logs until an instant.

    None where no lot is over of which anything expired or paid for an order. Lots without an
    end of their own count where their owner's points go by inactivity. Raises `InputError` as
    `apply` does, and for a naive `at`.
    """
    at = instant(at, "$.at")
    tallies = [tally for log in logs if (tally := _tally(log, at, terms)).lots]
    points = sum(tally.points for tally in tallies)
    if not points:
        return None
    expired = sum(tally.expired for tally in tallies)
    effective = points * points / sum(tally.points**2 for tally in tallies)
    low, high = wilson(expired / points, effective)
    lots = sum(tally.lots for tally in tallies)
    return Breakage(expired, points - expired, lots, len(tallies), low, high)


def after_breakage(liability: Liability, basis: Breakage) -> Net:
    """A liability with and without the points that are expected to go unused.

    Points are rounded half up, at the ends of the interval outwards; their money as that of
    the liability.
    """
    ending = sum(owed.points for owed in liability.months.values())
    whole = basis.expired + basis.redeemed
    unused = divide(ending * basis.expired, whole, Rounding.HALF_UP)
    return Net(
        gross=liability.in_all,
        unused=owed(unused, liability.worth),
        least=owed(floor(ending * basis.low), liability.worth),
        most=owed(ceil(ending * basis.high), liability.worth),
        basis=basis,
    )


def wilson(share: float, trials: float) -> tuple[float, float]:
    """Wilson's interval for a share of so many independent trials, with 95% confidence.

    >>> low, high = wilson(0.2, 100)
    >>> print(f"{low:.4f} {high:.4f}")
    0.1334 0.2888
    """
    square = _Z * _Z / trials
    middle = share + square / 2
    reach = _Z * sqrt(share * (1 - share) / trials + square / trials / 4)
    return max(0.0, (middle - reach) / (1 + square)), min(1.0, (middle + reach) / (1 + square))


@frozen
class _Tally:
    """What became of one customer's lots that are over and had points expire or pay."""

    expired: int = 0
    redeemed: int = 0
    lots: int = 0

    @property
    def points(self) -> int:
        return self.expired + self.redeemed


def _tally(log: Iterable[Entry], at: DateTime, terms: Terms) -> _Tally:
    told = list(takewhile(lambda entry: entry.at <= at, log))
    if not told:
        return _Tally()
    wallet, due = sweep(replay(told[0].customer, told), at, terms)
    lots: dict[str, Lot] = {}
    sums: Counter[tuple[Account, str]] = Counter()
    for entry in (*told, *due):
        lots |= {lot.id: lot for lot in entry.lots}
        for posting in entry.postings:
            sums[posting.account, posting.lot] += posting.points
    expired = redeemed = count = 0
    for lot in lots.values():
        went, paid = sums[Account.EXPIRED, lot.id], sums[Account.REDEEMED, lot.id]
        left = sums[Account.AVAILABLE, lot.id] + sums[Account.HELD, lot.id]
        ended = wallet.idle_end is not None if lot.expires is None else lot.expires <= at
        if ended and not left and went + paid:
            expired, redeemed, count = expired + went, redeemed + paid, count + 1
    return _Tally(expired, redeemed, count)
