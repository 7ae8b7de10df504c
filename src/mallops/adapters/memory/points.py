"""Points in memory."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nsmallest

from pendulum import DateTime

from mallops.adapters.memory.tables import Journal, Table
from mallops.points.model import Entry
from mallops.points.sweeping import next_due
from mallops.points.wallet import Wallet
from mallops.repositories import Change, Conflict


class MemoryPoints:
    """A `PointsRepository` that forgets all when it goes; any number of threads may share it."""

    def __init__(self, journal: Journal | None = None) -> None:
        self._journal = journal or Journal()
        self._wallets = Table[str, Wallet](self._journal)
        self._entries = Table[tuple[str, int], Entry](self._journal)
        self._by_key = Table[tuple[str, str], Entry](self._journal)

    def wallet(self, customer: str) -> Wallet:
        """The customer's wallet as the last change left it."""
        with self._journal.unit():
            return self._wallets.rows.get(customer) or Wallet(customer)

    def entry(self, customer: str, key: str) -> Entry | None:
        """The customer's entry of that key, if there is one."""
        with self._journal.unit():
            return self._by_key.rows.get((customer, key))

    def entries(self, customer: str, after: int = 0) -> Sequence[Entry]:
        """The customer's entries by number, those above `after`."""
        with self._journal.unit():
            numbers = range(after + 1, self.wallet(customer).version + 1)
            return tuple(self._entries.rows[customer, number] for number in numbers)

    def append(self, changes: Sequence[Change]) -> None:
        """Store all changes or none; raises `Conflict`."""
        with self._journal.unit():
            for change in changes:
                self._check(change)
            for change in changes:
                self._store(change)

    def due(self, at: DateTime, limit: int) -> Sequence[str]:
        """Customers in whose wallets something is due by `at`: who waits longest comes first.

        Takes time in proportion to the customers.
        """
        with self._journal.unit():
            found = [(next_due(wallet), name) for name, wallet in self._wallets.rows.items()]
        waiting = [(moment, name) for moment, name in found if moment is not None and moment <= at]
        return [name for _, name in nsmallest(limit, waiting)]

    def _check(self, change: Change) -> None:
        version = self.wallet(change.customer).version
        if version != change.expected:
            raise Conflict(f"{change.customer} is at version {version}")
        for entry in change.entries:
            if (change.customer, entry.key) in self._by_key.rows:
                raise Conflict(f"{change.customer} has an entry of the key {entry.key}")

    def _store(self, change: Change) -> None:
        for entry in change.entries:
            self._entries[change.customer, entry.number] = entry
            self._by_key[change.customer, entry.key] = entry
        self._wallets[change.customer] = change.wallet
