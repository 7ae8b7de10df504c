"""Repositories of limits and of coupons that are wrong in one way each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from attrs import evolve
from pendulum import DateTime

from mallops.adapters.memory.coupons import MemoryCoupons
from mallops.adapters.memory.tables import Journal
from mallops.adapters.memory.usage import MemoryUsage
from mallops.cart import Usage
from mallops.repositories import Conflict, Coupon, CouponState, Exhausted, Reservation, Take
from mallops.rules.promotions import Limits

# --- usage ------------------------------------------------------------------------------------


class AllCustomers(MemoryUsage):
    """A customer's own uses are everybody's."""

    def used(self, promotions: Collection[str], customer: str, at: DateTime) -> Mapping[str, Usage]:
        found = super().used(promotions, customer, at)
        return {name: evolve(each, customer=each.total) for name, each in found.items()}


class TwentyAtMost(MemoryUsage):
    """The list of a statement has room for twenty."""

    def used(self, promotions: Collection[str], customer: str, at: DateTime) -> Mapping[str, Usage]:
        return super().used([*promotions][:20], customer, at)


class _Limits(MemoryUsage):
    def limits(self, limits: Limits) -> Limits:
        raise NotImplementedError

    def reserve(self, reservation: Reservation, at: DateTime) -> None:
        takes = (evolve(each, limits=self.limits(each.limits)) for each in reservation.takes)
        super().reserve(evolve(reservation, takes=tuple(takes)), at)


class TotalPassed(_Limits):
    """Limits in all are only told, and not held."""

    def limits(self, limits: Limits) -> Limits:
        return evolve(limits, total=None)


class CustomerPassed(_Limits):
    """Limits for each customer are only told, and not held."""

    def limits(self, limits: Limits) -> Limits:
        return evolve(limits, per_customer=None)


class BudgetPassed(_Limits):
    """A budget is only told, and not held."""

    def limits(self, limits: Limits) -> Limits:
        return evolve(limits, budget=None)


class FirstLimits(MemoryUsage):
    """A promotion's limits are those of who took of it first."""

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.first: dict[str, Limits] = {}

    def reserve(self, reservation: Reservation, at: DateTime) -> None:
        takes = [
            evolve(each, limits=self.first.setdefault(each.promotion, each.limits))
            for each in reservation.takes
        ]
        super().reserve(evolve(reservation, takes=tuple(takes)), at)


class LeftOut(MemoryUsage):
    """What is exhausted is left out, and the rest is reserved."""

    def reserve(self, reservation: Reservation, at: DateTime) -> None:
        takes = (each for each in reservation.takes if self.fits(each, reservation.customer, at))
        super().reserve(evolve(reservation, takes=tuple(takes)), at)

    def fits(self, take: Take, customer: str, at: DateTime) -> bool:
        used = self._used(take.promotion, customer, at)
        return take.limits.total is None or used.total + take.uses <= take.limits.total


class PlainConflict(MemoryUsage):
    """It is not said that it is a limit that stands against it."""

    def reserve(self, reservation: Reservation, at: DateTime) -> None:
        try:
            super().reserve(reservation, at)
        except Exhausted as error:
            raise Conflict(str(error)) from error


class ReservedAgain(MemoryUsage):
    """A second reservation takes the place of the first."""

    def reserve(self, reservation: Reservation, at: DateTime) -> None:
        if reservation.order in self._orders.rows:
            self.release(reservation.order, [*self._takes.rows])
            del self._orders[reservation.order]
        super().reserve(reservation, at)


class ReservationSwallowed(MemoryUsage):
    """A second reservation is passed over without a word."""

    def reserve(self, reservation: Reservation, at: DateTime) -> None:
        if reservation.order not in self._orders.rows:
            super().reserve(reservation, at)


class NeverLapses(MemoryUsage):
    """What is reserved is gone until somebody sweeps."""

    def reserve(self, reservation: Reservation, at: DateTime) -> None:
        super().reserve(evolve(reservation, until=reservation.until.add(years=50)), at)


class LapsesLate(MemoryUsage):
    """At its end a reservation counts still."""

    def reserve(self, reservation: Reservation, at: DateTime) -> None:
        super().reserve(evolve(reservation, until=reservation.until.add(microseconds=1)), at)


class CommitsForNow(MemoryUsage):
    """What is committed lapses like all else."""

    def commit(self, order: str, at: DateTime) -> bool:
        reserved = self._orders.rows.get(order)
        return reserved is not None and not reserved.broken and reserved.counts(at)


class CommitsAnything(MemoryUsage):
    """What has lapsed comes to life again."""

    def commit(self, order: str, at: DateTime) -> bool:
        reserved = self._orders.rows.get(order)
        return reserved is not None and super().commit(order, reserved.until.subtract(seconds=1))


class CommitsReleased(MemoryUsage):
    """What was released is said to be kept."""

    def commit(self, order: str, at: DateTime) -> bool:
        reserved = self._orders.rows.get(order)
        return super().commit(order, at) or (reserved is not None and reserved.broken)


class CommitsByItsClock(MemoryUsage):
    """A reservation is over for some workers, and for others not yet."""

    def _lapse(self, promotion: str, at: DateTime) -> None:
        pass


class CommitsOnce(MemoryUsage):
    """A payment that is told twice is refused the second time."""

    def commit(self, order: str, at: DateTime) -> bool:
        reserved = self._orders.rows.get(order)
        return reserved is not None and not reserved.committed and super().commit(order, at)


class ReleasesAll(MemoryUsage):
    """All that the order took is given back, whatever was named."""

    def release(self, order: str, promotions: Collection[str]) -> None:
        super().release(order, [*self._takes.rows])


class KeepsCommitted(MemoryUsage):
    """What was committed cannot be given back."""

    def release(self, order: str, promotions: Collection[str]) -> None:
        reserved = self._orders.rows.get(order)
        if reserved is not None and not reserved.committed:
            super().release(order, promotions)


class CountsDown(MemoryUsage):
    """A counter that each release takes something off."""

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.released = Counter[str]()

    def used(self, promotions: Collection[str], customer: str, at: DateTime) -> Mapping[str, Usage]:
        found = super().used(promotions, customer, at)
        return {
            name: evolve(each, total=each.total - max(0, self.released[name] - 1))
            for name, each in found.items()
        }

    def release(self, order: str, promotions: Collection[str]) -> None:
        super().release(order, promotions)
        self.released.update(promotions)


# --- coupons ----------------------------------------------------------------------------------


class Reissued(MemoryCoupons):
    """A reward that is issued again is free again."""

    def issue(self, coupons: Collection[Coupon]) -> None:
        super().issue(coupons)
        with self._journal.unit():
            for each in coupons:
                self._coupons[each.code] = each


class FirstIssued(MemoryCoupons):
    """A code that is there is passed over, whatever comes under it."""

    def issue(self, coupons: Collection[Coupon]) -> None:
        super().issue([each for each in coupons if each.code not in self._coupons.rows])


class IssuedOnce(MemoryCoupons):
    """A second delivery of the same coupons conflicts."""

    def issue(self, coupons: Collection[Coupon]) -> None:
        if any(each.code in self._coupons.rows for each in coupons):
            raise Conflict
        super().issue(coupons)


class Anybodys(MemoryCoupons):
    """Free coupons are free for all."""

    def free(self, customer: str, promotions: Collection[str], at: DateTime) -> Sequence[Coupon]:
        owners = {each.customer for each in self._coupons.rows.values()}
        free = super().free
        return [each for owner in sorted(owners) for each in free(owner, promotions, at)]


class StillFree(MemoryCoupons):
    """What is held is offered too."""

    def free(self, customer: str, promotions: Collection[str], at: DateTime) -> Sequence[Coupon]:
        held = [
            each
            for each in self._coupons.rows.values()
            if (each.customer, each.state) == (customer, CouponState.HELD)
        ]
        return [*super().free(customer, promotions, at), *held]


class ByCode(MemoryCoupons):
    """Free ones by code, so that those that expire soon expire."""

    def free(self, customer: str, promotions: Collection[str], at: DateTime) -> Sequence[Coupon]:
        return sorted(super().free(customer, promotions, at), key=lambda each: each.code)


class NeverFirst(MemoryCoupons):
    """Those without an end come first, as nulls do in some databases."""

    def free(self, customer: str, promotions: Collection[str], at: DateTime) -> Sequence[Coupon]:
        found = super().free(customer, promotions, at)
        return sorted(found, key=lambda each: each.expires is not None)


class FreeAtTheirEnd(MemoryCoupons):
    """A coupon can be held at the very instant of its end."""

    def free(self, customer: str, promotions: Collection[str], at: DateTime) -> Sequence[Coupon]:
        return super().free(customer, promotions, at.subtract(microseconds=1))


class HoldsOne(MemoryCoupons):
    """Of several coupons the first is held."""

    def hold(self, codes: Collection[str], order: str) -> None:
        super().hold([*codes][:1], order)


class HoldsTheirs(MemoryCoupons):
    """An order may hold again what it holds."""

    def hold(self, codes: Collection[str], order: str) -> None:
        mine = {each.code for each in self.of_order(order)}
        super().hold([each for each in codes if each not in mine], order)


class Taken(MemoryCoupons):
    """Whoever comes last holds it: one coupon pays for two orders."""

    def hold(self, codes: Collection[str], order: str) -> None:
        with self._journal.unit():
            for code in codes:
                if code not in self._coupons.rows:
                    raise Conflict
                held = evolve(self._coupons.rows[code], state=CouponState.HELD, order=order)
                self._coupons[code] = held


class NobodysOrder(MemoryCoupons):
    """What is of no order is of the order without a name."""

    def of_order(self, order: str) -> Sequence[Coupon]:
        return self._where(lambda each: each.order == order)

    def rewards(self, order: str) -> Sequence[Coupon]:
        return self._where(lambda each: each.source == order)


class RedeemsAll(MemoryCoupons):
    """All that is held is redeemed."""

    def redeem(self, order: str) -> None:
        with self._journal.unit():
            for each in [*self._coupons.rows.values()]:
                if each.state is CouponState.HELD:
                    self._coupons[each.code] = evolve(each, state=CouponState.REDEEMED)


class RedeemedForEver(MemoryCoupons):
    """Only what is held can be given back."""

    def give_back(self, codes: Collection[str], order: str) -> None:
        held = [each.code for each in self.of_order(order) if each.state is CouponState.HELD]
        super().give_back([each for each in codes if each in held], order)


class StillTheirs(MemoryCoupons):
    """What is given back is free, but not forgotten."""

    def give_back(self, codes: Collection[str], order: str) -> None:
        with self._journal.unit():
            for each in self.of_order(order):
                if each.code in codes:
                    self._coupons[each.code] = evolve(each, state=CouponState.FREE)


class GivesBackAny(MemoryCoupons):
    """Whoever's they are by now: two orders have the coupon."""

    def give_back(self, codes: Collection[str], order: str) -> None:
        with self._journal.unit():
            for code in codes:
                each = self._coupons.rows.get(code)
                if each is not None and each.state in (CouponState.HELD, CouponState.REDEEMED):
                    self._coupons[code] = evolve(each, state=CouponState.FREE, order="")


class RewardsLeft(MemoryCoupons):
    """Only those rewards are known that are free."""

    def rewards(self, order: str) -> Sequence[Coupon]:
        return [each for each in super().rewards(order) if each.state is CouponState.FREE]


class WithdrawsHeld(MemoryCoupons):
    """A reward is withdrawn although an order holds it."""

    def withdraw(self, codes: Collection[str]) -> None:
        with self._journal.unit():
            for code in codes:
                if code not in self._coupons.rows:
                    raise Conflict
                gone = evolve(self._coupons.rows[code], state=CouponState.WITHDRAWN, order="")
                self._coupons[code] = gone
