"""Customers' points: a log that only grows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from attrs import frozen
from pendulum import DateTime

from mallops.points.model import Entry
from mallops.points.wallet import Wallet
from mallops.repositories.answers import Answer


@frozen
class Change:
    """What one customer's log gains, oldest entry first, and the wallet that it leads to."""

    entries: tuple[Entry, ...]
    wallet: Wallet

    @property
    def customer(self) -> str:
        """Whose log it is."""
        return self.wallet.customer

    @property
    def expected(self) -> int:
        """The version of the wallet that it was decided on."""
        return self.wallet.version - len(self.entries)


class PointsRepository(Protocol):
    """Customers' points: a log of entries for each that only grows, and its newest wallet.

    In a database that is a table of entries, unique by (customer, number) and by (customer,
    key), and one of customers with their version, their wallet and when something is next due.
    Whatever `append` has stored, every later call sees, from whichever thread or process; a
    database with replicas has to be asked where it is written. Each call stands for itself: no
    transaction is held from one to the next. What a database raises of its own passes through.
    """

    def wallet(self, customer: str) -> Answer[Wallet]:
        """The wallet as the last change left it; of a customer without any, an empty one.

        It takes no time for the log's length.
        """

    def entry(self, customer: str, key: str) -> Answer[Entry | None]:
        """The customer's entry of that key, if there is one."""

    def entries(self, customer: str, after: int = 0) -> Answer[Iterable[Entry]]:
        """The customer's entries by number, those above `after`: all that were there when asked.

        There are no gaps, and what was read once reads the same for ever.
        """

    def append(self, changes: Sequence[Change]) -> Answer[None]:
        """Store all of these changes, of different customers, or none of them, in one go.

        Raises `Conflict`, with nothing stored, if a customer's version is no longer the
        `expected` one, or if a customer has an entry of that key or number already.
        """

    def due(self, at: DateTime, limit: int) -> Answer[Sequence[str]]:
        """Customers in whose wallets something is due by `at`: who waits longest comes first.

        At most `limit`. Due is what `mallops.points.sweeping.next_due` gives of the wallet.
        """
