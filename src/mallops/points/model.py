"""What a points ledger is made of: accounts, postings, lots and entries.

A ledger is kept customer by customer, in double entry. Four accounts say what the customer
has: points that are pending, available or held for an unpaid order, and the debt, which is
below zero. Four say where points came from and went: issued (below zero), redeemed, expired
and transferred; together they are the mall's liability, always the first four's sum negated.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from attrs import field, frozen
from pendulum import DateTime

from mallops.points.counts import Count, copied
from mallops.points.requests import Request


class Account(StrEnum):
    """The accounts of a customer's ledger."""

    PENDING = "pending"
    AVAILABLE = "available"
    HELD = "held"
    DEBT = "debt"
    ISSUED = "issued"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    TRANSFERRED = "transferred"


CLAIMS = (Account.PENDING, Account.AVAILABLE, Account.HELD, Account.DEBT)
"""What the customer has, or owes."""

LIABILITY = (Account.ISSUED, Account.REDEEMED, Account.EXPIRED, Account.TRANSFERRED)
"""What the mall owes, by where it came from and went: the claims' sum, negated."""


@frozen
class Posting:
    """So many points into an account, or out of it where below zero.

    `order` says of which order they are (pending, held and redeemed points), `lot` of which
    lot (available, held and redeemed points).
    """

    account: Account
    points: int
    order: str = ""
    lot: str = ""


@frozen
class Lot:
    """Points that came together and go together: at `expires` (None: never by their age).

    Its id is the key of the entry that opened it; of what another customer gave, `from/`, that
    key and the place of the parcel. `number` is that entry's, `order` the order
    that earned it, if one did. `revived` tells that a return has moved its end already.
    """

    id: str
    number: int
    settled: DateTime
    expires: DateTime | None
    order: str = ""
    revived: bool = False


@frozen
class Entry:
    """One thing that happened to a customer's points, and what it moved; never changed.

    Entries are numbered from 1 for each customer; `key` is unique among them. The `request`
    is the cause. The postings sum to zero. `lots` are those that it opened or whose end it
    moved, `counts` the caps' counters that it set, and `idle_end` is when the points go
    unless the customer does something more, where the rules say so. `payload` is the
    fingerprint of what was asked under the key, where a repository keeps one.
    """

    customer: str
    number: int
    key: str
    at: DateTime
    request: Request
    postings: tuple[Posting, ...]
    lots: tuple[Lot, ...] = ()
    counts: Mapping[str, Count] = field(factory=dict, converter=copied)
    idle_end: DateTime | None = None
    payload: str = ""
