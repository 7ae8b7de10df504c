"""A customer's statement: what happened to the points, what is left, and what goes when.

A row is told by its cause and what that names, in no language: `mallops.points.statement_text`
puts it into words. What fell due is told at the instant at which it did, posted or not, so a
statement reads the same however late the ledger is swept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import takewhile
from typing import assert_never

from attrs import field, frozen
from pendulum import DateTime

from mallops.points.drafting import Terms
from mallops.points.expiry import last_day
from mallops.points.model import Account, Entry, Posting
from mallops.points.requests import (
    Act,
    Capture,
    Charge,
    Close,
    Correct,
    Earn,
    Expire,
    GiveBack,
    Grant,
    Hold,
    Received,
    Release,
    Request,
    Reverse,
    Sent,
    Settle,
    Spend,
    TakeBack,
)
from mallops.points.sweeping import Balance, balance, sweep
from mallops.points.wallet import Wallet, apply
from mallops.time import instant, local_date

EXPIRED = "expire"
"""The cause of rows by which lots went."""

LAPSED = "lapse"
"""The cause of rows by which a hold came to its end."""


@frozen
class Row:
    """What one cause did to a customer's points.

    `points` were added to what is available, or taken from it, and `balance` is what is
    available then. `pending`, `held` and `debt` are by how much more those became; `expired`
    points went, out of what was held or came back. `details` are the names that the cause
    has, such as its `order`, and a person's `reason` as it was given. `entry` is the number of
    the ledger's entry, of which several rows come where several things fell due at once. `day`
    is the local day of `at`; of points that went, the last on which they could be used.
    """

    entry: int
    at: DateTime
    day: date
    cause: str
    details: Mapping[str, str]
    points: int
    balance: int
    pending: int = 0
    held: int = 0
    debt: int = 0
    expired: int = 0


@frozen
class Expiring:
    """Available points that go, from `at` on; `day` is the last local day that has any of them.

    `if_idle`: only if the customer does nothing until then.
    """

    points: int
    day: date
    at: DateTime
    if_idle: bool = False


@frozen
class Statement:
    """A customer's rows, oldest first, between what was available at first and at `day`.

    `opening` and all rows' points add up to what is available in `balance`. `expiring` is
    what goes next, first.
    """

    customer: str
    day: date
    opening: int
    rows: tuple[Row, ...]
    balance: Balance
    expiring: tuple[Expiring, ...]


def statement(opening: Wallet, entries: Iterable[Entry], at: DateTime, terms: Terms) -> Statement:
    """What happened to a customer's points until an instant, it included.

    `opening` is the wallet before the first of the entries: `Wallet(customer)` for all of a
    log, or the checkpoint with which a month begins. Entries later than `at` are left out.
    Raises `InputError` as `apply` does, and for an unknown timezone and a naive `at`.

    >>> from mallops.points.deciding import decide
    >>> from mallops.time import instant
    >>> at, terms = instant("2026-11-11T10:00:00+08:00"), Terms()
    >>> earned = decide(Wallet("c1"), "k1", Earn("o1", 45), at, terms)
    >>> settled = decide(earned.wallet, "k2", Settle("o1"), at, terms)
    >>> entries = (*earned.entries, *settled.entries)
    >>> found = statement(Wallet("c1"), entries, at, terms)
    >>> for row in found.rows:
    ...     print(row.day, row.cause, row.points, row.balance, row.pending)
    2026-11-11 earn 0 0 45
    2026-11-11 settle 45 45 -45
    """
    wallet, zone, at = opening, terms.timezone, instant(at, "$.at")
    told = list(takewhile(lambda entry: entry.at <= at, entries))
    for entry in told:
        wallet = apply(wallet, entry)
    wallet, due = sweep(wallet, at, terms)
    first = sum(opening.available.values())
    rows: list[Row] = []
    for entry in (*told, *due):
        rows += _rows(entry, rows[-1].balance if rows else first, zone)
    return Statement(
        customer=wallet.customer,
        day=local_date(at, zone),
        opening=first,
        rows=tuple(rows),
        balance=balance(wallet, at, terms),
        expiring=expiring(wallet, zone),
    )


def expiring(wallet: Wallet, timezone: str) -> tuple[Expiring, ...]:
    """The available points that have an end, by their last local day, the next first.

    Points that are due already are among them: `sweep` the wallet first. Raises `InputError`
    for an unknown timezone.
    """
    found: dict[tuple[date, bool], Expiring] = {}
    for lot in wallet.in_turn():
        end = wallet.end_of(lot)
        if end is None:
            continue
        day, if_idle = last_day(end, timezone), lot.expires is None
        before = found.get((day, if_idle), Expiring(0, day, end, if_idle))
        points = before.points + wallet.available[lot.id]
        found[day, if_idle] = Expiring(points, day, before.at, if_idle)
    return tuple(found.values())


@frozen
class _Part:
    """The postings of an entry that have one cause."""

    cause: str
    details: Mapping[str, str] = field(factory=dict)
    postings: Sequence[Posting] = ()

    def moved(self, account: Account) -> int:
        return sum(posting.points for posting in self.postings if posting.account is account)


def _rows(entry: Entry, available: int, timezone: str) -> Iterator[Row]:
    for part in _parts(entry):
        available += part.moved(Account.AVAILABLE)
        yield Row(
            entry=entry.number,
            at=entry.at,
            day=_day(part.cause, entry.at, timezone),
            cause=part.cause,
            details=part.details,
            points=part.moved(Account.AVAILABLE),
            balance=available,
            pending=part.moved(Account.PENDING),
            held=part.moved(Account.HELD),
            # In the ledger a debt is below zero.
            debt=-part.moved(Account.DEBT),
            expired=part.moved(Account.EXPIRED),
        )


def _day(cause: str, at: DateTime, timezone: str) -> date:
    """The local day of a row: that of what went is the last on which it could be used."""
    return last_day(at, timezone) if cause == EXPIRED else local_date(at, timezone)


def _parts(entry: Entry) -> Iterator[_Part]:
    if not isinstance(entry.request, Expire):
        yield _Part(*_cause(entry.request), entry.postings)
        return
    # Postings come in pairs. What pays a debt comes after the release that it is paid out of.
    lapsed: dict[str, list[Posting]] = {}
    expired: list[Posting] = []
    into = expired
    for source, target in zip(entry.postings[::2], entry.postings[1::2], strict=True):
        if source.account is Account.HELD:
            into = lapsed.setdefault(source.order, [])
        elif target.account is Account.EXPIRED:
            into = expired
        into += (source, target)
    for order, postings in lapsed.items():
        yield _Part(LAPSED, {"order": order}, postings)
    if expired:
        yield _Part(EXPIRED, {}, expired)


def _cause(request: Request) -> tuple[str, Mapping[str, str]]:
    """What the request is called, and the names and reasons that it has."""
    match request:
        case Earn():
            return "earn", {"order": request.order}
        case Settle():
            rewards = {"rewards": str(request.rewards)} if request.rewards else {}
            return "settle", {"order": request.order, **rewards}
        case Act():
            return "act", {"action": request.action}
        case Grant():
            return "grant", {"reason": request.reason}
        case Spend():
            return "spend", {"order": request.order}
        case Hold():
            return "hold", {"order": request.order}
        case Capture():
            return "capture", {"order": request.order}
        case Release():
            return "release", {"order": request.order}
        case GiveBack():
            return "give_back", {"order": request.order}
        case TakeBack():
            return "take_back", {"order": request.order}
        case Charge():
            return "charge", {"order": request.order}
        case Close():
            return "close", {"order": request.order}
        case Expire():
            return EXPIRED, {}
        case Sent():
            return "sent", {"customer": request.to}
        case Received():
            return "received", {"customer": request.sender}
        case Correct():
            return "correct", {"reason": request.reason}
        case Reverse():
            return "reverse", {"key": request.key}
        case _:
            assert_never(request)
