"""Repositories in memory: for tests, for trials, and as the model of what a real one does."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nsmallest
from threading import Lock

from attrs import define, field
from pendulum import DateTime

from mallops.points.model import Entry
from mallops.points.sweeping import next_due
from mallops.points.wallet import Wallet
from mallops.repositories import Change, Conflict


@define
class _Account:
    wallet: Wallet
    due: DateTime | None = None
    log: list[Entry] = field(factory=list)
    by_key: dict[str, Entry] = field(factory=dict)


class MemoryPoints:
    """A `PointsRepository` that forgets all when it goes; any number of threads may share it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._accounts: dict[str, _Account] = {}

    def wallet(self, customer: str) -> Wallet:
        """The customer's wallet as the last change left it."""
        with self._lock:
            return self._account(customer).wallet

    def entry(self, customer: str, key: str) -> Entry | None:
        """The customer's entry of that key, if there is one."""
        with self._lock:
            return self._account(customer).by_key.get(key)

    def entries(self, customer: str, after: int = 0) -> Sequence[Entry]:
        """The customer's entries by number, those above `after`."""
        with self._lock:
            return tuple(self._account(customer).log[after:])

    def append(self, changes: Sequence[Change]) -> None:
        """Store all changes or none; raises `Conflict`."""
        with self._lock:
            for change in changes:
                self._check(change)
            for change in changes:
                self._store(change)

    def due(self, at: DateTime, limit: int) -> Sequence[str]:
        """Customers in whose wallets something is due by `at`: who waits longest comes first.

        Takes time in proportion to the customers.
        """
        with self._lock:
            waiting = [
                (account.due, customer)
                for customer, account in self._accounts.items()
                if account.due is not None and account.due <= at
            ]
        return [customer for _, customer in nsmallest(limit, waiting)]

    def _account(self, customer: str) -> _Account:
        return self._accounts.get(customer) or _Account(Wallet(customer))

    def _check(self, change: Change) -> None:
        account = self._account(change.customer)
        if account.wallet.version != change.expected:
            raise Conflict(f"{change.customer} is at version {account.wallet.version}")
        for entry in change.entries:
            if entry.key in account.by_key:
                raise Conflict(f"{change.customer} has an entry of the key {entry.key}")

    def _store(self, change: Change) -> None:
        account = self._accounts.setdefault(change.customer, self._account(change.customer))
        account.log.extend(change.entries)
        account.by_key.update((entry.key, entry) for entry in change.entries)
        account.wallet, account.due = change.wallet, next_due(change.wallet)
