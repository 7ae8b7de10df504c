"""Limits in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from attrs import evolve, frozen
from pendulum import DateTime

from mallops.adapters.memory.tables import Journal, Table
from mallops.cart import Usage
from mallops.money import Money
from mallops.repositories import Conflict, Exhausted, Reservation, Take


@frozen
class _Taken:
    """What an order took of one promotion, and until when: None, if it is for good."""

    customer: str
    take: Take
    until: DateTime | None


class MemoryUsage:
    """A `UsageRepository`. It adds up anew each time, and takes time for all that was used."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._orders = Table[str, None](journal)
        self._by_promotion = Table[str, Mapping[str, _Taken]](journal)

    def used(self, promotions: Collection[str], customer: str, at: DateTime) -> Mapping[str, Usage]:
        """What is gone of each of these promotions."""
        with self._journal.unit():
            return {name: self._used(name, customer, at) for name in promotions}

    def reserve(self, reservation: Reservation, at: DateTime) -> None:
        """Count all its takes as gone; raises `Exhausted`, `Conflict`."""
        with self._journal.unit():
            if reservation.order in self._orders.rows:
                raise Conflict(f"{reservation.order} has a reservation already")
            self._orders[reservation.order] = None
            for take in reservation.takes:
                taken = _Taken(reservation.customer, take, reservation.until)
                self._set(take.promotion, reservation.order, taken)
                _check(take, self._used(take.promotion, reservation.customer, at))

    def commit(self, order: str, at: DateTime) -> bool:
        """Keep what an order reserved for good."""
        with self._journal.unit():
            taken = [*self._of_order(order)]
            if order not in self._orders.rows or not all(_counts(each, at) for _, each in taken):
                return False
            for promotion, each in taken:
                self._set(promotion, order, evolve(each, until=None))
            return True

    def release(self, order: str, promotions: Collection[str]) -> None:
        """Give back what an order took of these promotions."""
        with self._journal.unit():
            for promotion, _ in self._of_order(order):
                if promotion in promotions:
                    rest = dict(self._by_promotion.rows[promotion])
                    del rest[order]
                    self._by_promotion[promotion] = rest

    def _of_order(self, order: str) -> Iterator[tuple[str, _Taken]]:
        for promotion, taken in [*self._by_promotion.rows.items()]:
            if order in taken:
                yield promotion, taken[order]

    def _set(self, promotion: str, order: str, taken: _Taken) -> None:
        before = self._by_promotion.rows.get(promotion, {})
        self._by_promotion[promotion] = {**before, order: taken}

    def _used(self, promotion: str, customer: str, at: DateTime) -> Usage:
        taken = [
            each
            for each in self._by_promotion.rows.get(promotion, {}).values()
            if _counts(each, at)
        ]
        spent = [each.take.spent for each in taken if each.take.spent is not None]
        return Usage(
            total=sum(each.take.uses for each in taken),
            customer=sum(each.take.uses for each in taken if each.customer == customer),
            spent=sum(spent, Money.zero(spent[0].currency)) if spent else None,
        )


def _counts(taken: _Taken, at: DateTime) -> bool:
    return taken.until is None or at < taken.until


def _check(take: Take, used: Usage) -> None:
    limits = take.limits
    over = (
        (limits.total is not None and used.total > limits.total)
        or (limits.per_customer is not None and used.customer > limits.per_customer)
        or (limits.budget is not None and used.spent is not None and used.spent > limits.budget)
    )
    if over:
        raise Exhausted(f"{take.promotion} has not enough left")
