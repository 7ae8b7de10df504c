"""What falls due in a wallet by itself: lots at their end, holds that nobody captured."""

from __future__ import annotations

from attrs import evolve, frozen
from pendulum import DateTime

from mallops.points.drafting import Draft, Terms
from mallops.points.holding import release
from mallops.points.model import Account, Entry, Posting
from mallops.points.requests import Expire
from mallops.points.wallet import Wallet, apply
from mallops.rules.points import ExpireInactive

DUE = "due/"
"""What the keys of these entries begin with."""


def sweep(wallet: Wallet, at: DateTime, terms: Terms) -> tuple[Wallet, tuple[Entry, ...]]:
    """The wallet once all that is due by an instant has gone, and the entries that say so.

    Each entry is of the instant at which it fell due, so a ledger that is swept late reads
    like one that was swept every second. A lot is gone at its end, a hold lapses at its own.
    An instant before the wallet's own counts as that one. Raises `InputError` for a naive one.
    """
    entries: list[Entry] = []
    at = wallet.not_before(at)
    if wallet.idle_end is not None and not isinstance(terms.expire, ExpireInactive):
        wallet, entries = _no_longer_idle(wallet, at, terms)
    while (moment := next_due(wallet)) is not None and moment <= at:
        draft = Draft(wallet, wallet.not_before(moment), terms)
        for order, held in wallet.held.items():
            if held.until <= moment:
                release(draft, order)
        for name in list(draft.left):
            end = wallet.end_of(wallet.lots[name])
            if end is not None and end <= moment:
                source = Posting(Account.AVAILABLE, 0, lot=name)
                draft.move(draft.left[name], source, Posting(Account.EXPIRED, 0, lot=name))
        entry = draft.entry(f"{DUE}{wallet.version + 1}", Expire(), {})
        wallet = apply(wallet, entry)
        entries.append(entry)
    return wallet, tuple(entries)


def _no_longer_idle(wallet: Wallet, at: DateTime, terms: Terms) -> tuple[Wallet, list[Entry]]:
    """The wallet once idleness ends nothing any more, because the rules have changed.

    If its end was due there is an entry that says so: else it would be found due for ever.
    """
    was_due = wallet.idle_end is not None and wallet.idle_end <= at
    wallet = evolve(wallet, idle_end=None)
    if not was_due:
        return wallet, []
    entry = Draft(wallet, at, terms).entry(f"{DUE}{wallet.version + 1}", Expire(), {})
    return apply(wallet, entry), [entry]


def next_due(wallet: Wallet) -> DateTime | None:
    """The next instant at which a lot or a hold of the wallet ends; None if none ever does."""
    ends = [wallet.end_of(wallet.lots[lot]) for lot in wallet.available]
    ends += [held.until for held in wallet.held.values()]
    return min((end for end in ends if end is not None), default=None)


@frozen
class Balance:
    """What a customer has at an instant, in points; `debt` is what is owed, above zero."""

    available: int
    pending: int
    held: int
    debt: int


def balance(wallet: Wallet, at: DateTime, terms: Terms) -> Balance:
    """What a wallet holds at an instant, whether or not what is due by then was posted.

    Takes time in proportion to the lots alive, however long the history is, and as much again
    for each instant at which something fell due since. Raises as `sweep` does.
    """
    swept, _ = sweep(wallet, at, terms)
    return Balance(
        available=sum(swept.available.values()),
        pending=sum(swept.pending.values()),
        held=sum(take.points for held in swept.held.values() for take in held.takes),
        debt=swept.debt,
    )
