"""Limits, in SQL: counters that are moved on first, and looked at afterwards.

`takes` says what each order took; `promotion_usage` and `customer_usage` are their sums, over all
that is reserved, committed, or has lapsed and was not yet given back. A unit that moves a counter
on has it to itself until it ends. So what it reads then is what holds, whoever else is at work.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from attrs import define, field
from pendulum import DateTime
from sqlalchemy import ColumnElement, and_, cast, false, func, insert, or_, select, tuple_, update

from mallops.adapters.sql.columns import Whole, fixed
from mallops.adapters.sql.tables import (
    COMMITTED,
    LAPSED,
    RELEASED,
    RESERVED,
    customer_usage,
    promotion_usage,
    reservations,
    takes,
)
from mallops.adapters.sql.work import Work
from mallops.cart import Usage
from mallops.errors import CurrencyMismatch
from mallops.money import Currency, Money
from mallops.repositories import Exhausted, Reservation, Take


class SqlUsage:
    """A `UsageRepository`; of each call, the number of statements is the same for any order."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def used(self, promotions: Collection[str], customer: str, at: DateTime) -> Mapping[str, Usage]:
        """What is gone of each of these promotions."""
        total, own = promotion_usage, customer_usage
        lapsed = (
            select(
                takes.c.promotion,
                func.sum(takes.c.uses).label("uses"),
                func.sum(takes.c.spent_minor).label("spent_minor"),
                func.sum(takes.c.uses).filter(takes.c.customer == customer).label("own"),
            )
            .where(_lapsed(promotions, at))
            .group_by(takes.c.promotion)
            .subquery()
        )
        found = (
            select(
                total.c.promotion,
                total.c.currency,
                total.c.exponent,
                _less(total.c.uses, lapsed.c.uses).label("uses"),
                _less(total.c.spent_minor, lapsed.c.spent_minor).label("spent_minor"),
                _less(own.c.uses, lapsed.c.own).label("own"),
            )
            .outerjoin_from(total, lapsed, lapsed.c.promotion == total.c.promotion)
            .outerjoin(own, and_(own.c.promotion == total.c.promotion, own.c.customer == customer))
            .where(total.c.promotion.in_(promotions))
        )
        return {row.promotion: _usage(row, row.own) for row in self._work.run(found)}

    def reserve(self, reservation: Reservation, at: DateTime) -> None:
        """Count all its takes as gone; raises `Exhausted`, `Conflict`."""
        order, customer = reservation.order, reservation.customer
        self._work.run(
            insert(reservations).values(
                order_id=order, customer=customer, lapses_at=reservation.until, committed=False
            ),
            taken=f"{order} has a reservation already",
        )
        if not reservation.takes:
            return
        moves = _Moves()
        for gone in self._lapse({each.promotion for each in reservation.takes}, at):
            moves.give_back(gone)
        for take in reservation.takes:
            moves.take(take, customer)
        self._work.put(insert(takes), [_row(reservation, take) for take in reservation.takes])
        totals, own = self._move(moves)
        for take in reservation.takes:
            self._check(take, totals[take.promotion], own[take.promotion, customer])

    def commit(self, order: str, at: DateTime) -> bool:
        """Keep what an order reserved for good."""
        # Whoever is giving something back is waited for.
        asked = select(takes.c.state).where(takes.c.order_id == order).with_for_update()
        gone = {LAPSED, RELEASED}.intersection(self._work.run(asked).scalars())
        holds = false() if gone else reservations.c.lapses_at > at
        kept = self._work.run(
            update(reservations)
            .where(reservations.c.order_id == order, or_(reservations.c.committed, holds))
            .values(committed=True)
        )
        if not kept.rowcount:
            return False
        self._work.run(
            update(takes)
            .where(takes.c.order_id == order, takes.c.state == RESERVED)
            .values(state=COMMITTED)
        )
        return True

    def release(self, order: str, promotions: Collection[str]) -> None:
        """Give back what an order took of these promotions."""
        moves = _Moves()
        released = self._work.run(
            update(takes)
            .where(
                takes.c.order_id == order,
                takes.c.promotion.in_(promotions),
                takes.c.state.in_((RESERVED, COMMITTED)),
            )
            .values(state=RELEASED)
            .returning(*_TAKEN)
        )
        for gone in released:
            moves.give_back(gone)
        self._move(moves)

    def _lapse(self, promotions: Collection[str], at: DateTime) -> Iterable[Any]:
        """Reservations that are over are given back, but those that another is at work on.

        Waiting for those, two units could wait for each other. Counting them as gone, this one
        may find a limit used up a moment longer than it is, and never the other way round.
        """
        over = (
            select(takes.c.order_id, takes.c.promotion)
            .where(_lapsed(promotions, at))
            .with_for_update(skip_locked=True)
            .cte("over")
        )
        return self._work.run(
            update(takes)
            .where(tuple_(takes.c.order_id, takes.c.promotion).in_(select(over)))
            .values(state=LAPSED)
            .returning(*_TAKEN)
        )

    def _move(self, moves: _Moves) -> tuple[Mapping[str, Any], Mapping[tuple[str, str], int]]:
        """The counters as they are afterwards, by promotion, and by promotion and customer."""
        if not moves.uses:
            return {}, {}
        store = self._work.insert(customer_usage)
        own = store.on_conflict_do_update(
            index_elements=["promotion", "customer"],
            set_={"uses": customer_usage.c.uses + store.excluded.uses},
        ).returning(*customer_usage.c)
        mine = {
            (row.promotion, row.customer): row.uses
            for row in self._work.run(own, moves.customer_rows())
        }
        # Last, since what all customers share is locked from here to the end of the unit.
        store = self._work.insert(promotion_usage)
        total, new = promotion_usage.c, store.excluded
        totals = store.on_conflict_do_update(
            index_elements=["promotion"],
            set_={
                "uses": total.uses + new.uses,
                "spent_minor": total.spent_minor + new.spent_minor,
                "currency": func.coalesce(total.currency, new.currency),
                "exponent": func.coalesce(total.exponent, new.exponent),
            },
        ).returning(*promotion_usage.c)
        found = {row.promotion: row for row in self._work.run(totals, moves.total_rows())}
        return found, mine

    def _check(self, take: Take, total: Any, own: int) -> None:
        limits, used = take.limits, _usage(total, own)
        spent = used.spent
        if take.spent is not None and spent is not None and take.spent.currency != spent.currency:
            codes = f"{take.spent.currency.code} and {spent.currency.code}"
            raise self._work.spoilt_by(CurrencyMismatch(f"{take.promotion}: {codes}"))
        over = (
            (limits.total is not None and used.total > limits.total)
            or (limits.per_customer is not None and used.customer > limits.per_customer)
            or (limits.budget is not None and spent is not None and spent > limits.budget)
        )
        if over:
            raise self._work.spoilt_by(Exhausted(f"{take.promotion} has not enough left"))


_TAKEN = (takes.c.promotion, takes.c.customer, takes.c.uses, takes.c.spent_minor)


@define
class _Moves:
    """By how much counters move, each once."""

    uses: Counter[str] = field(factory=Counter)
    spent: Counter[str] = field(factory=Counter)
    currencies: dict[str, Currency] = field(factory=dict)
    own: Counter[tuple[str, str]] = field(factory=Counter)

    def take(self, take: Take, customer: str) -> None:
        """An order takes."""
        self._add(take.promotion, customer, take.uses, _minor(take), 1)
        if take.spent is not None:
            self.currencies[take.promotion] = take.spent.currency

    def give_back(self, taken: Any) -> None:
        """What was taken comes back."""
        self._add(taken.promotion, taken.customer, taken.uses, taken.spent_minor, -1)

    def _add(self, promotion: str, customer: str, uses: int, spent: int | None, sign: int) -> None:
        self.uses[promotion] += sign * uses
        self.own[promotion, customer] += sign * uses
        self.spent[promotion] += sign * (spent or 0)

    def total_rows(self) -> list[dict[str, Any]]:
        """Rows of `promotion_usage`, in the order in which all units move them."""
        return [
            {
                "promotion": name,
                "uses": uses,
                "spent_minor": self.spent[name],
                "currency": self.currencies[name].code if name in self.currencies else None,
                "exponent": self.currencies[name].exponent if name in self.currencies else None,
            }
            for name, uses in sorted(self.uses.items())
        ]

    def customer_rows(self) -> list[dict[str, Any]]:
        """Rows of `customer_usage`, in the order in which all units move them."""
        return [
            {"promotion": promotion, "customer": customer, "uses": uses}
            for (promotion, customer), uses in sorted(self.own.items())
        ]


def _lapsed(promotions: Collection[str], at: DateTime) -> ColumnElement[bool]:
    return and_(
        takes.c.promotion.in_(promotions), takes.c.state == fixed(RESERVED), takes.c.lapses_at <= at
    )


def _less(counted: ColumnElement[int], gone: ColumnElement[int]) -> ColumnElement[int]:
    # PostgreSQL adds up to a type that any number fits, and SQLAlchemy takes it for another.
    return cast(func.coalesce(counted, 0) - func.coalesce(gone, 0), Whole)


def _usage(total: Any, own: int) -> Usage:
    spent = None
    if total.currency is not None:
        spent = Money(total.spent_minor, Currency(total.currency, total.exponent))
    return Usage(total.uses, own, spent)


def _row(reservation: Reservation, take: Take) -> dict[str, Any]:
    return {
        "order_id": reservation.order,
        "promotion": take.promotion,
        "customer": reservation.customer,
        "uses": take.uses,
        "spent_minor": _minor(take),
        "currency": None if take.spent is None else take.spent.currency.code,
        "state": RESERVED,
        "lapses_at": reservation.until,
    }


def _minor(take: Take) -> int | None:
    return None if take.spent is None else take.spent.minor
