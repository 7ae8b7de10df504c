"""Orders, and the cases that they and their goods are, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nsmallest

from pendulum import DateTime

from mallops.adapters.memory.tables import Journal, Table
from mallops.repositories import Conflict, Filed, Logged, Purchase


class MemoryOrders:
    """An `OrderRepository`."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._orders = Table[str, Purchase](journal)

    def order(self, order: str) -> Purchase | None:
        """The order, if there is one."""
        with self._journal.unit():
            return self._orders.rows.get(order)

    def lock(self, order: str) -> Purchase | None:
        """The order, if there is one: there is only one unit at a time."""
        return self.order(order)

    def add(self, purchase: Purchase) -> None:
        """Store a new order; raises `Conflict`."""
        with self._journal.unit():
            if purchase.order.id in self._orders.rows:
                raise Conflict(f"order {purchase.order.id} is there already")
            self._orders[purchase.order.id] = purchase

    def save(self, purchase: Purchase) -> None:
        """Store an order that is there; raises `Conflict`."""
        with self._journal.unit():
            before = self._orders.rows.get(purchase.order.id)
            if before is None or before.version + 1 != purchase.version:
                raise Conflict(f"order {purchase.order.id} is not at {purchase.version - 1}")
            self._orders[purchase.order.id] = purchase

    def settling(self, at: DateTime, limit: int) -> Sequence[str]:
        """Orders whose points settle by `at`, who waits longest first."""
        with self._journal.unit():
            found = [(each.settles, name) for name, each in self._orders.rows.items()]
        waiting = [(moment, name) for moment, name in found if moment is not None and moment <= at]
        return [name for _, name in nsmallest(limit, waiting)]


class MemoryCases:
    """A `CaseRepository`."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._cases = Table[str, Filed](journal)
        self._log = Table[str, tuple[Logged, ...]](journal)

    def case(self, case: str) -> Filed | None:
        """The case, if there is one."""
        with self._journal.unit():
            return self._cases.rows.get(case)

    def of_order(self, order: str) -> Sequence[Filed]:
        """All cases of an order, by id."""
        with self._journal.unit():
            found = [each for each in self._cases.rows.values() if each.order == order]
        return sorted(found, key=lambda each: each.case.id)

    def add(self, filed: Filed, log: Sequence[Logged]) -> None:
        """Store a new case; raises `Conflict`."""
        with self._journal.unit():
            if filed.case.id in self._cases.rows:
                raise Conflict(f"case {filed.case.id} is there already")
            self._store(filed, log)

    def save(self, filed: Filed, log: Sequence[Logged]) -> None:
        """Store a case that is there; raises `Conflict`."""
        with self._journal.unit():
            before = self._cases.rows.get(filed.case.id)
            if before is None or before.case.steps + len(log) != filed.case.steps:
                raise Conflict(f"case {filed.case.id} has moved meanwhile")
            self._store(filed, log)

    def log(self, case: str) -> Sequence[Logged]:
        """All moves of a case."""
        with self._journal.unit():
            return self._log.rows.get(case, ())

    def logged(self, case: str, key: str) -> Logged | None:
        """The move of that key, if the case has made one."""
        return next((each for each in self.log(case) if key and each.key == key), None)

    def due(self, at: DateTime, limit: int) -> Sequence[str]:
        """Cases in which something is due by `at`, who waits longest first."""
        with self._journal.unit():
            found = [(each.case.due_at, name) for name, each in self._cases.rows.items()]
        waiting = [(moment, name) for moment, name in found if moment is not None and moment <= at]
        return [name for _, name in nsmallest(limit, waiting)]

    def _store(self, filed: Filed, log: Sequence[Logged]) -> None:
        moves = (*self.log(filed.case.id), *log)
        keys = [each.key for each in moves if each.key]
        if len(keys) > len({*keys}):
            raise Conflict(f"case {filed.case.id} has a move of that key")
        self._cases[filed.case.id] = filed
        self._log[filed.case.id] = moves
