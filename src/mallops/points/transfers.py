"""Points given by one customer to another, where the rules allow it. Beyond format 1."""

from __future__ import annotations

from collections.abc import Mapping

from pendulum import DateTime

from mallops.errors import InputError, Problem, shown
from mallops.findings import Refusal
from mallops.points.concluding import PARCEL, Decision, begin, check_key, concluded
from mallops.points.counts import Count
from mallops.points.drafting import Draft, Terms
from mallops.points.model import Account, Lot, Posting
from mallops.points.periods import Period, counted, counted_on, label_of
from mallops.points.requests import Parcel, Received, Sent
from mallops.points.wallet import Wallet
from mallops.rules.points import Transfer

NOT_ALLOWED = "transfer_not_allowed"
BELOW_LEAST = "transfer_below_least"
ABOVE_DAY = "transfer_above_day"

COUNTER = "transfers/day"
"""The counter of what a customer gave away, a local day at a time."""


def transferable(
    transfer: Transfer, at: DateTime, timezone: str, counts: Mapping[str, Count]
) -> int | None:
    """How many points may still be given away on the local day of `at`; None: without bound.

    `counts` are the giver's counters. Whether that many are there to be given, and `at_least`,
    are for the ledger. Raises `InputError` for an unknown timezone and a naive `at`.

    >>> from mallops.time import instant
    >>> at, given = instant("2026-11-11T12:00:00+08:00"), {COUNTER: Count("2026-11-11", 700)}
    >>> transferable(Transfer(True, at_most_per_day=1_000), at, "Asia/Shanghai", given)
    300
    >>> transferable(Transfer(), at, "Asia/Shanghai", {})
    0
    """
    if not transfer.allowed:
        return 0
    if transfer.at_most_per_day is None:
        return None
    today = label_of(Period.DAY, at, timezone)
    return max(0, transfer.at_most_per_day - counted(counts, COUNTER, today))


def after_transfer(
    transfer: Transfer, points: int, at: DateTime, timezone: str, counts: Mapping[str, Count]
) -> Mapping[str, Count]:
    """The giver's counters that giving away so many points moves on: none without a day's bound.

    Raises as `transferable` does.

    >>> from mallops.time import instant
    >>> at = instant("2026-11-11T12:00:00+08:00")
    >>> after_transfer(Transfer(True, at_most_per_day=1_000), 700, at, "Asia/Shanghai", {})
    {'transfers/day': Count(period='2026-11-11', value=700)}
    """
    if transfer.at_most_per_day is None:
        return {}
    return {COUNTER: counted_on(counts, COUNTER, label_of(Period.DAY, at, timezone), points)}


def transfer(
    sender: Wallet,
    receiver: Wallet,
    key: str,
    points: int,
    at: DateTime,
    rules: Transfer,
    terms: Terms,
) -> tuple[Decision, Decision] | Refusal:
    """Give points of one customer to another: two entries, to be appended together.

    They keep their lots' ends, so that passing points round keeps none alive; the receiver's
    debt is paid out of them first. Refused: `transfer_not_allowed` (also to oneself, and while
    the sender owes points), `transfer_below_least`, `transfer_above_day` and `points_short`.
    Raises `InputError` for fewer than 1 point and a naive `at`.
    """
    check_key(key)
    if type(points) is not int or points < 1:
        raise InputError([Problem("$.points", shown(points), "a number of points, at least 1")])
    draft, due = begin(sender, at, terms)
    refusal = _against(rules, draft, receiver, points)
    if refusal is not None:
        return refusal
    parcels: list[Parcel] = []
    for take in draft.take(points, draft.wallet.in_turn()):
        lot = draft.wallet.lots[take.lot]
        cell = Posting(Account.AVAILABLE, 0, lot=lot.id)
        draft.move(take.points, cell, Posting(Account.TRANSFERRED, 0))
        parcels.append(Parcel(take.points, lot.settled, lot.expires, lot.revived))
    counts = after_transfer(rules, points, draft.at, terms.timezone, sender.counts)
    sent = concluded(draft, key, Sent(receiver.customer, points, counts), due, counts)
    return sent, _receive(receiver, key, sender.customer, tuple(parcels), at, terms)


def _against(rules: Transfer, draft: Draft, receiver: Wallet, points: int) -> Refusal | None:
    sender = draft.wallet
    if not rules.allowed or sender.customer == receiver.customer or sender.debt:
        return Refusal(NOT_ALLOWED)
    if points < rules.at_least:
        return Refusal(BELOW_LEAST, {"points": str(points), "at_least": str(rules.at_least)})
    left = transferable(rules, draft.at, draft.terms.timezone, sender.counts)
    if left is not None and points > left:
        return Refusal(ABOVE_DAY, {"points": str(points), "left": str(left)})
    return draft.short_of(points)


def _receive(
    receiver: Wallet,
    key: str,
    sender: str,
    parcels: tuple[Parcel, ...],
    at: DateTime,
    terms: Terms,
) -> Decision:
    draft, due = begin(receiver, at, terms)
    number = draft.wallet.version + 1
    for place, parcel in enumerate(parcels):
        name = f"{PARCEL}{key}/{place}"
        lot = Lot(name, number, parcel.settled, parcel.expires, revived=parcel.revived)
        draft.open_lot(lot, parcel.points, Posting(Account.TRANSFERRED, 0))
    return concluded(draft, key, Received(sender, parcels), due, {})
