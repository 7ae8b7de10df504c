"""How every decision on a wallet begins and ends: with what is due, and with an entry."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen
from pendulum import DateTime

from mallops.errors import InputError, Problem, shown
from mallops.points.counts import Count
from mallops.points.drafting import Draft, Terms
from mallops.points.model import Entry
from mallops.points.requests import Request
from mallops.points.sweeping import DUE, sweep
from mallops.points.wallet import Wallet, apply

PARCEL = "from/"
"""What the ids of lots from another customer begin with: their entry's key and place follow."""


@frozen
class Decision:
    """The entries that a request leads to, oldest first, and the wallet after them."""

    entries: tuple[Entry, ...]
    wallet: Wallet

    @property
    def entry(self) -> Entry:
        """The request's own entry: those before it are of what fell due meanwhile."""
        return self.entries[-1]


def begin(wallet: Wallet, at: DateTime, terms: Terms) -> tuple[Draft, tuple[Entry, ...]]:
    """A draft on the wallet as it stands once all that is due has gone, and those entries."""
    swept, due = sweep(wallet, at, terms)
    return Draft(swept, swept.not_before(at), terms), due


def concluded(
    draft: Draft, key: str, request: Request, due: tuple[Entry, ...], counts: Mapping[str, Count]
) -> Decision:
    """The decision that a draft comes to."""
    entry = draft.entry(key, request, counts)
    return Decision((*due, entry), apply(draft.wallet, entry))


def check_key(key: str) -> None:
    """Raise `InputError` for a key that is empty, or begins like those that the ledger gives.

    A lot is named by the key of the entry that opened it, so no key may read like a parcel's.
    """
    if not key or key.startswith((DUE, PARCEL)):
        expected = f"a key that begins neither with {DUE} nor with {PARCEL}"
        raise InputError([Problem("$.key", shown(key), expected)])
