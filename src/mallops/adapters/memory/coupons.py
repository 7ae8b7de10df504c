"""Coupons in memory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from attrs import evolve
from pendulum import DateTime

from mallops.adapters.memory.tables import Journal, Table
from mallops.repositories import Conflict, Coupon, CouponState


class MemoryCoupons:
    """A `CouponRepository`. It looks through all coupons, and takes time for them."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._coupons = Table[str, Coupon](journal)

    def issue(self, coupons: Collection[Coupon]) -> None:
        """Store new coupons; raises `Conflict`."""
        with self._journal.unit():
            for coupon in coupons:
                before = self._coupons.rows.get(coupon.code)
                if before is None:
                    self._coupons[coupon.code] = coupon
                elif evolve(before, state=coupon.state, order=coupon.order) != coupon:
                    raise Conflict(f"coupon {coupon.code} is there already, and another one")

    def coupon(self, code: str) -> Coupon | None:
        """The coupon of that code, if there is one."""
        with self._journal.unit():
            return self._coupons.rows.get(code)

    def free(self, customer: str, promotions: Collection[str], at: DateTime) -> Sequence[Coupon]:
        """A customer's free coupons of these promotions, those that expire first."""
        found = self._where(
            lambda each: (
                (each.customer, each.state) == (customer, CouponState.FREE)
                and each.promotion in promotions
                and (each.expires is None or at < each.expires)
            )
        )
        return sorted(found, key=lambda each: (each.expires is None, each.expires or at, each.code))

    def of_order(self, order: str) -> Sequence[Coupon]:
        """The coupons that an order holds or has redeemed."""
        taken = (CouponState.HELD, CouponState.REDEEMED)
        return self._where(lambda each: each.state in taken and each.order == order)

    def rewards(self, order: str) -> Sequence[Coupon]:
        """The coupons that were an order's reward."""
        return self._where(lambda each: each.source != "" and each.source == order)

    def hold(self, codes: Collection[str], order: str) -> None:
        """Set coupons aside for an order; raises `Conflict`."""
        self._take(codes, CouponState.HELD, order)

    def redeem(self, order: str) -> None:
        """What an order holds is used up."""
        with self._journal.unit():
            for each in self.of_order(order):
                self._coupons[each.code] = evolve(each, state=CouponState.REDEEMED)

    def give_back(self, codes: Collection[str], order: str) -> None:
        """Those that the order holds or redeemed are free."""
        with self._journal.unit():
            for each in self.of_order(order):
                if each.code in codes:
                    self._coupons[each.code] = evolve(each, state=CouponState.FREE, order="")

    def withdraw(self, codes: Collection[str]) -> None:
        """Coupons are gone; raises `Conflict`."""
        self._take(codes, CouponState.WITHDRAWN, "")

    def _where(self, fits: Callable[[Coupon], bool]) -> list[Coupon]:
        with self._journal.unit():
            return [
                self._coupons.rows[code]
                for code in sorted(self._coupons.rows)
                if fits(self._coupons.rows[code])
            ]

    def _take(self, codes: Collection[str], state: CouponState, order: str) -> None:
        with self._journal.unit():
            for code in codes:
                coupon = self._coupons.rows.get(code)
                if coupon is None or coupon.state is not CouponState.FREE:
                    raise Conflict(f"coupon {code} is not free")
                self._coupons[code] = evolve(coupon, state=state, order=order)
