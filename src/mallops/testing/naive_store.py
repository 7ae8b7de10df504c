"""A store as plain dicts, obviously right and slow: the twin that a real one is held to.

It shares no code with `mallops.adapters.memory`. Its methods have the names of the repository and
of the method that they stand for. One thread uses it; whoever undoes something puts back a copy.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from attrs import define, evolve, field
from pendulum import DateTime

from mallops.cart import Usage
from mallops.money import Money
from mallops.repositories import (
    Conflict,
    Coupon,
    CouponState,
    Exhausted,
    Filed,
    Logged,
    Message,
    Purchase,
    Reservation,
)

RESERVED, COMMITTED, BROKEN = "reserved", "committed", "broken"


@define
class NaiveStore:
    """All that a history at random touches; a row that has been dropped is gone."""

    reservations: dict[str, Reservation] = field(factory=dict)
    standing: dict[str, str] = field(factory=dict)
    coupons: dict[str, Coupon] = field(factory=dict)
    orders: dict[str, Purchase] = field(factory=dict)
    cases: dict[str, Filed] = field(factory=dict)
    logs: dict[str, list[Logged]] = field(factory=dict)
    messages: dict[str, Message] = field(factory=dict)
    claims: dict[str, DateTime] = field(factory=dict)

    def copy(self) -> NaiveStore:
        """The same, to be put back."""
        return NaiveStore(
            dict(self.reservations),
            dict(self.standing),
            dict(self.coupons),
            dict(self.orders),
            dict(self.cases),
            {name: [*log] for name, log in self.logs.items()},
            dict(self.messages),
            dict(self.claims),
        )

    # --- usage --------------------------------------------------------------------------------

    def usage_used(self, promotion: str, customer: str, at: DateTime) -> Usage:
        """What is gone of one promotion."""
        counting = [
            (each.customer == customer, take)
            for order, each in self.reservations.items()
            if self.standing[order] == COMMITTED or at < each.until
            for take in each.takes
            if take.promotion == promotion
        ]
        spent: Money | None = None
        for _, take in counting:
            if take.spent:
                spent = take.spent if spent is None else spent + take.spent
        own = sum(take.uses for mine, take in counting if mine)
        return Usage(sum(take.uses for _, take in counting), own, spent)

    def usage_reserve(self, reservation: Reservation, at: DateTime) -> None:
        """Reserve, or say what stands against it."""
        if reservation.order in self.reservations:
            raise Conflict
        self.reservations[reservation.order] = reservation
        self.standing[reservation.order] = RESERVED
        for take in reservation.takes:
            used, limits = self.usage_used(take.promotion, reservation.customer, at), take.limits
            money = used.spent.minor if used.spent else 0
            if limits.total is not None and used.total > limits.total:
                raise Exhausted
            if limits.per_customer is not None and used.customer > limits.per_customer:
                raise Exhausted
            if limits.budget is not None and money > limits.budget.minor:
                raise Exhausted

    def usage_commit(self, order: str, at: DateTime) -> bool:
        """Commit, if there is what to commit."""
        standing = self.standing.get(order)
        if standing == RESERVED and at < self.reservations[order].until:
            self.standing[order] = COMMITTED
        return self.standing.get(order) == COMMITTED

    def usage_release(self, order: str, promotions: Collection[str]) -> None:
        """Give back."""
        if order in self.reservations:
            before = self.reservations[order]
            rest = tuple(take for take in before.takes if take.promotion not in promotions)
            self.reservations[order] = evolve(before, takes=rest)
            if rest != before.takes and self.standing[order] == RESERVED:
                self.standing[order] = BROKEN

    # --- coupons ------------------------------------------------------------------------------

    def coupons_issue(self, coupons: Collection[Coupon]) -> None:
        """Issue what is new."""
        for new in coupons:
            old = self.coupons.setdefault(new.code, new)
            if (old.promotion, old.customer, old.expires, old.source) != (
                *(new.promotion, new.customer, new.expires, new.source),
            ):
                raise Conflict

    def coupons_coupon(self, code: str) -> Coupon | None:
        """One of them."""
        return self.coupons.get(code)

    def coupons_free(
        self, customer: str, promotions: Collection[str], at: DateTime
    ) -> list[Coupon]:
        """Those that can be held."""
        found = [
            each
            for each in self.coupons.values()
            if each.state is CouponState.FREE
            and each.customer == customer
            and each.promotion in promotions
            and (each.expires is None or each.expires > at)
        ]
        never = datetime.max.replace(tzinfo=at.tzinfo)
        return sorted(found, key=lambda each: (each.expires or never, each.code))

    def coupons_of_order(self, order: str) -> list[Coupon]:
        """Those of an order."""
        taken = {CouponState.HELD, CouponState.REDEEMED}
        return [each for _, each in sorted(self.coupons.items()) if self._taken(each, order, taken)]

    def coupons_rewards(self, order: str) -> list[Coupon]:
        """Those that an order brought."""
        return [each for _, each in sorted(self.coupons.items()) if each.source == order != ""]

    def coupons_hold(self, codes: Collection[str], order: str) -> None:
        """Hold those that are free."""
        self._from_free(codes, CouponState.HELD, order)

    def coupons_redeem(self, order: str) -> None:
        """Use up."""
        for code, each in self.coupons.items():
            if self._taken(each, order, {CouponState.HELD}):
                self.coupons[code] = evolve(each, state=CouponState.REDEEMED)

    def coupons_give_back(self, codes: Collection[str], order: str) -> None:
        """Free again."""
        for code, each in self.coupons.items():
            taken = self._taken(each, order, {CouponState.HELD, CouponState.REDEEMED})
            if code in codes and taken:
                self.coupons[code] = evolve(each, state=CouponState.FREE, order="")

    def coupons_withdraw(self, codes: Collection[str]) -> None:
        """Gone."""
        self._from_free(codes, CouponState.WITHDRAWN, "")

    def _taken(self, coupon: Coupon, order: str, states: set[CouponState]) -> bool:
        return coupon.order == order and coupon.state in states

    def _from_free(self, codes: Collection[str], state: CouponState, order: str) -> None:
        for code in codes:
            if code not in self.coupons or self.coupons[code].state is not CouponState.FREE:
                raise Conflict
            self.coupons[code] = evolve(self.coupons[code], state=state, order=order)

    # --- orders -------------------------------------------------------------------------------

    def orders_order(self, order: str) -> Purchase | None:
        """One of them."""
        return self.orders.get(order)

    def orders_add(self, purchase: Purchase) -> None:
        """A new one."""
        if purchase.order.id in self.orders:
            raise Conflict
        self.orders[purchase.order.id] = purchase

    def orders_save(self, purchase: Purchase) -> None:
        """One that is there."""
        name = purchase.order.id
        if name not in self.orders or self.orders[name].version != purchase.version - 1:
            raise Conflict
        self.orders[name] = purchase

    def settling(self, at: DateTime) -> list[tuple[DateTime, str]]:
        """When those settle that have come to it."""
        found = [(each.settles, name) for name, each in self.orders.items()]
        return sorted(
            (moment, name) for moment, name in found if moment is not None and moment <= at
        )

    # --- cases --------------------------------------------------------------------------------

    def cases_case(self, case: str) -> Filed | None:
        """One of them."""
        return self.cases.get(case)

    def cases_of_order(self, order: str) -> list[Filed]:
        """Those of an order."""
        return [filed for _, filed in sorted(self.cases.items()) if filed.order == order]

    def cases_log(self, case: str) -> list[Logged]:
        """What it did."""
        return [*self.logs.get(case, [])]

    def cases_logged(self, case: str, key: str) -> Logged | None:
        """One move of it."""
        found = [each for each in self.logs.get(case, []) if each.key == key != ""]
        return found[0] if found else None

    def cases_add(self, filed: Filed, log: Sequence[Logged]) -> None:
        """A new one."""
        if filed.case.id in self.cases:
            raise Conflict
        self._keep(filed, [*log])

    def cases_save(self, filed: Filed, log: Sequence[Logged]) -> None:
        """One that is there."""
        name = filed.case.id
        if name not in self.cases or self.cases[name].case.steps != filed.case.steps - len(log):
            raise Conflict
        self._keep(filed, [*self.logs[name], *log])

    def due(self, at: DateTime) -> list[tuple[DateTime, str]]:
        """Since when those are due that are."""
        found = []
        for name, filed in self.cases.items():
            ends = [each.at for each in filed.case.deadlines]
            ends += [each.until for each in filed.case.awaited]
            found += [(moment, name) for moment in sorted(ends)[:1] if moment <= at]
        return sorted(found)

    def _keep(self, filed: Filed, log: list[Logged]) -> None:
        keys = [each.key for each in log if each.key != ""]
        if sorted(keys) != sorted({*keys}):
            raise Conflict
        self.cases[filed.case.id] = filed
        self.logs[filed.case.id] = log

    # --- outbox -------------------------------------------------------------------------------

    def outbox_put(self, messages: Sequence[Message]) -> None:
        """New ones."""
        for message in messages:
            if message.key in self.messages:
                raise Conflict
            self.messages[message.key] = message

    def outbox_claim(self, at: DateTime, until: DateTime, limit: int) -> list[Message]:
        """The oldest of those that are nobody's."""
        found = [
            message
            for key, message in self.messages.items()
            if key not in self.claims or self.claims[key] <= at
        ]
        got = sorted(found, key=lambda each: (each.at, each.key))[:limit]
        self.claims.update({each.key: until for each in got})
        return got

    def outbox_drop(self, key: str) -> None:
        """Gone."""
        self.messages.pop(key, None)
        self.claims.pop(key, None)
