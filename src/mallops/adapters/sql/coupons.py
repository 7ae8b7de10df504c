"""Coupons, in SQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from attrs import evolve
from pendulum import DateTime
from sqlalchemy import ColumnElement, or_, select, update

from mallops.adapters.sql.columns import fixed
from mallops.adapters.sql.tables import coupons
from mallops.adapters.sql.work import Work
from mallops.repositories import Coupon, CouponState

_TAKEN = (CouponState.HELD.value, CouponState.REDEEMED.value)


class SqlCoupons:
    """A `CouponRepository`: a row for each coupon."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def issue(self, issued: Collection[Coupon]) -> None:
        """Store new coupons; raises `Conflict`."""
        if not issued:
            return
        store = self._work.insert(coupons).on_conflict_do_nothing().returning(coupons.c.code)
        rows = [_row(each) for each in sorted(issued, key=lambda each: each.code)]
        if len(self._work.run(store, rows).all()) == len(rows):
            return
        there = self._where(coupons.c.code.in_({each.code for each in issued}))
        by_code = {each.code: each for each in there}
        for coupon in issued:
            before = by_code[coupon.code]
            if evolve(before, state=coupon.state, order=coupon.order) != coupon:
                raise self._work.conflict(f"coupon {coupon.code} is there already, another one")

    def coupon(self, code: str) -> Coupon | None:
        """The coupon of that code, if there is one."""
        return next(iter(self._where(coupons.c.code == code)), None)

    def free(self, customer: str, promotions: Collection[str], at: DateTime) -> Sequence[Coupon]:
        """A customer's free coupons of these promotions, those that expire first."""
        return self._where(
            coupons.c.customer == customer,
            coupons.c.promotion.in_(promotions),
            coupons.c.state == fixed(CouponState.FREE.value),
            or_(coupons.c.expires_at.is_(None), coupons.c.expires_at > at),
            order=(coupons.c.expires_at.is_(None), coupons.c.expires_at, coupons.c.code),
        )

    def of_order(self, order: str) -> Sequence[Coupon]:
        """The coupons that an order holds or has redeemed."""
        return self._where(*_of_order(order), coupons.c.state.in_(_TAKEN))

    def rewards(self, order: str) -> Sequence[Coupon]:
        """The coupons that were an order's reward."""
        return self._where(
            coupons.c.source_order_id == order, coupons.c.source_order_id != fixed("")
        )

    def hold(self, codes: Collection[str], order: str) -> None:
        """Set coupons aside for an order; raises `Conflict`."""
        self._take(codes, CouponState.HELD, order)

    def redeem(self, order: str) -> None:
        """What an order holds is used up."""
        self._work.run(
            update(coupons)
            .where(*_of_order(order), coupons.c.state == CouponState.HELD.value)
            .values(state=CouponState.REDEEMED.value)
        )

    def give_back(self, codes: Collection[str], order: str) -> None:
        """Those that the order holds or redeemed are free."""
        self._work.run(
            update(coupons)
            .where(
                coupons.c.code.in_(codes), coupons.c.order_id == order, coupons.c.state.in_(_TAKEN)
            )
            .values(state=CouponState.FREE.value, order_id="")
        )

    def withdraw(self, codes: Collection[str]) -> None:
        """Coupons are gone; raises `Conflict`."""
        self._take(codes, CouponState.WITHDRAWN, "")

    def _take(self, codes: Collection[str], state: CouponState, order: str) -> None:
        taken = self._work.run(
            update(coupons)
            .where(coupons.c.code.in_(codes), coupons.c.state == CouponState.FREE.value)
            .values(state=state.value, order_id=order)
        )
        if taken.rowcount != len(codes):
            raise self._work.conflict(f"not all of {', '.join(sorted(codes))} are free")

    def _where(
        self, *conditions: ColumnElement[bool], order: Sequence[ColumnElement[Any]] = ()
    ) -> Sequence[Coupon]:
        found = select(coupons).where(*conditions).order_by(*(order or (coupons.c.code,)))
        return [_coupon(row) for row in self._work.run(found)]


def _of_order(order: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return coupons.c.order_id == order, coupons.c.order_id != fixed("")


def _row(coupon: Coupon) -> dict[str, Any]:
    return {
        "code": coupon.code,
        "promotion": coupon.promotion,
        "customer": coupon.customer,
        "expires_at": coupon.expires,
        "state": coupon.state.value,
        "order_id": coupon.order,
        "source_order_id": coupon.source,
    }


def _coupon(row: Any) -> Coupon:
    return Coupon(
        row.code,
        row.promotion,
        row.customer,
        row.expires_at,
        CouponState(row.state),
        row.order_id,
        row.source_order_id,
    )
