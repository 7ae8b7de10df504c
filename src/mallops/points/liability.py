"""What the mall owes in points and in money: in all, by account, and by the month of expiry.

Nothing is subtracted for points that may never be used: `mallops.points.breakage` estimates
those, and tells them beside the sums that are here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from attrs import frozen
from pendulum import DateTime

from mallops.money import Money, Rounding, divide
from mallops.points.drafting import Terms
from mallops.points.expiry import last_day
from mallops.points.sweeping import sweep
from mallops.points.wallet import Wallet
from mallops.rules.points import Worth
from mallops.time import local_date

_NEVER = ""


@frozen
class Owed:
    """So many points, and what they are worth."""

    points: int
    money: Money

    def __add__(self, other: Owed) -> Owed:
        return Owed(self.points + other.points, self.money + other.money)

    def __sub__(self, other: Owed) -> Owed:
        return Owed(self.points - other.points, self.money - other.money)


@frozen
class Liability:
    """What is owed to so many customers on a local day, at that `worth`.

    `debt` is what customers owe, above zero; `in_all` is available, pending and held points
    less the debt. `months` are the available points by the local month of their last day,
    "2026-12", the next first, and `never` those without an end: they add up to `available`.
    """

    day: date
    customers: int
    worth: Worth
    available: Owed
    pending: Owed
    held: Owed
    debt: Owed
    months: Mapping[str, Owed]
    never: Owed

    @property
    def in_all(self) -> Owed:
        """What is owed in all, less what customers owe."""
        return self.available + self.pending + self.held - self.debt


def liability(wallets: Iterable[Wallet], at: DateTime, terms: Terms, worth: Worth) -> Liability:
    """What the mall owes at an instant, once all that is due by then has gone.

    The money of each of the four accounts is rounded half up to the minor unit, by itself.
    That of the months is what is available shared out by largest remainder, and what is owed
    in all is the sum of the four: so the sums add up wherever they are read. Where idle
    customers' points go, the month is that of their present end. A wallet that is later than
    `at` counts as it stands. Raises `InputError` for an unknown timezone and a naive `at`.

    >>> from mallops.money import Currency
    >>> from mallops.points.deciding import decide
    >>> from mallops.points.requests import Grant
    >>> from mallops.rules.points import ExpireYearly
    >>> from mallops.time import instant
    >>> at, terms = instant("2026-11-18T09:30:00+08:00"), Terms(ExpireYearly(12, 31))
    >>> wallet = decide(Wallet("c1"), "g1", Grant(120), at, terms).wallet
    >>> found = liability([wallet], at, terms, Worth(100, Money(100, Currency("CNY", 2))))
    >>> print(found.in_all.points, found.in_all.money, *found.months)
    120 1.20 2026-12
    """
    accounts: Counter[str] = Counter()
    months: Counter[str] = Counter()
    customers = 0
    for wallet in wallets:
        swept, _ = sweep(wallet, at, terms)
        accounts["available"] += sum(swept.available.values())
        accounts["pending"] += sum(swept.pending.values())
        accounts["held"] += sum(take.points for held in swept.held.values() for take in held.takes)
        accounts["debt"] += swept.debt
        customers += bool(swept.available or swept.pending or swept.held or swept.debt)
        for lot, points in swept.available.items():
            end = swept.end_of(swept.lots[lot])
            months[_NEVER if end is None else last_day(end, terms.timezone).isoformat()[:7]] += (
                points
            )
    available = owed(accounts["available"], worth)
    labels = sorted(months)
    shares = available.money.allocate([months[label] for label in labels])
    by_month = {
        label: Owed(months[label], money) for label, money in zip(labels, shares, strict=True)
    }
    return Liability(
        day=local_date(at, terms.timezone),
        customers=customers,
        worth=worth,
        available=available,
        pending=owed(accounts["pending"], worth),
        held=owed(accounts["held"], worth),
        debt=owed(accounts["debt"], worth),
        never=by_month.pop(_NEVER, owed(0, worth)),
        months=by_month,
    )


def owed(points: int, worth: Worth) -> Owed:
    """Points with what they are worth, rounded half up to the minor unit.

    >>> from mallops.money import Currency
    >>> print(owed(15, Worth(10, Money(1, Currency("CNY", 2)))).money)
    0.02
    """
    minor = divide(points * worth.money.minor, worth.points, Rounding.HALF_UP)
    return Owed(points, Money(minor, worth.money.currency))
