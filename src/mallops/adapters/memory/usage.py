"""Limits in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from attrs import evolve, frozen
from pendulum import DateTime

from mallops.adapters.memory.tables import Journal, Table
from mallops.cart import Usage
from mallops.money import Money
from mallops.repositories import Conflict, Exhausted, Reservation, Take


@frozen
class _Reserved:
    """How an order's reservation stands; `broken` is one of which something was given back."""

    customer: str
    until: DateTime
    committed: bool = False
    broken: bool = False

    def counts(self, at: DateTime) -> bool:
        return self.committed or at < self.until


class MemoryUsage:
    """A `UsageRepository`. It adds up anew each time, and takes time for all that was used."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._orders = Table[str, _Reserved](journal)
        self._takes = Table[str, Mapping[str, Take]](journal)

    def used(self, promotions: Collection[str], customer: str, at: DateTime) -> Mapping[str, Usage]:
        """What is gone of each of these promotions."""
        with self._journal.unit():
            return {name: self._used(name, customer, at) for name in promotions}

    def reserve(self, reservation: Reservation, at: DateTime) -> None:
        """Count all its takes as gone; raises `Exhausted`, `Conflict`."""
        order, customer = reservation.order, reservation.customer
        with self._journal.unit():
            if order in self._orders.rows:
                raise Conflict(f"{order} has a reservation already")
            self._orders[order] = _Reserved(customer, reservation.until)
            for take in reservation.takes:
                self._lapse(take.promotion, at)
                before = self._takes.rows.get(take.promotion, {})
                self._takes[take.promotion] = {**before, order: take}
                _check(take, self._used(take.promotion, customer, at))

    def commit(self, order: str, at: DateTime) -> bool:
        """Keep what an order reserved for good."""
        with self._journal.unit():
            reserved = self._orders.rows.get(order)
            if reserved is None or reserved.broken or not reserved.counts(at):
                return False
            self._orders[order] = evolve(reserved, committed=True)
            return True

    def release(self, order: str, promotions: Collection[str]) -> None:
        """Give back what an order took of these promotions."""
        with self._journal.unit():
            for promotion in promotions:
                takes = self._takes.rows.get(promotion, {})
                if order in takes:
                    rest = {name: take for name, take in takes.items() if name != order}
                    self._takes[promotion] = rest
                    reserved = self._orders.rows[order]
                    self._orders[order] = evolve(reserved, broken=not reserved.committed)

    def _lapse(self, promotion: str, at: DateTime) -> None:
        """What is over is so for good: a clock that is behind brings nothing of it back."""
        for name in self._takes.rows.get(promotion, {}):
            if not self._orders.rows[name].counts(at):
                self._orders[name] = evolve(self._orders.rows[name], broken=True)

    def _used(self, promotion: str, customer: str, at: DateTime) -> Usage:
        takes = self._takes.rows.get(promotion, {})
        orders = {name: self._orders.rows[name] for name in takes}
        taken = {name: take for name, take in takes.items() if orders[name].counts(at)}
        spent = [take.spent for take in taken.values() if take.spent is not None]
        return Usage(
            total=sum(take.uses for take in taken.values()),
            customer=sum(
                take.uses for name, take in taken.items() if orders[name].customer == customer
            ),
            spent=sum(spent, Money.zero(spent[0].currency)) if spent else None,
        )


def _check(take: Take, used: Usage) -> None:
    limits = take.limits
    over = (
        (limits.total is not None and used.total > limits.total)
        or (limits.per_customer is not None and used.customer > limits.per_customer)
        or (limits.budget is not None and used.spent is not None and used.spent > limits.budget)
    )
    if over:
        raise Exhausted(f"{take.promotion} has not enough left")
