"""Customers' coupons: each is one thing with a code, and pays for one order at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Protocol

from attrs import frozen
from pendulum import DateTime

from mallops.repositories.answers import Answer


class CouponState(StrEnum):
    """Where a coupon stands."""

    FREE = "free"
    HELD = "held"
    REDEEMED = "redeemed"
    WITHDRAWN = "withdrawn"


@frozen
class Coupon:
    """A coupon of a promotion, a customer's until it expires (None: never).

    `order` holds it or has redeemed it; of a free one it is empty. `source` is the order whose
    reward it is, if it is one.
    """

    code: str
    promotion: str
    customer: str
    expires: DateTime | None = None
    state: CouponState = CouponState.FREE
    order: str = ""
    source: str = ""


class CouponRepository(Protocol):
    """Coupons by code. What is free can be held, what is held redeemed, each by one order."""

    def issue(self, coupons: Collection[Coupon]) -> Answer[None]:
        """Store new coupons, all of them or none.

        One that was issued before, alike but for where it stands now, stays as it is: so it can
        be called twice. Raises `Conflict` where a code is there with another promotion,
        customer, end or source.
        """

    def coupon(self, code: str) -> Answer[Coupon | None]:
        """The coupon of that code, if there is one."""

    def free(
        self, customer: str, promotions: Collection[str], at: DateTime
    ) -> Answer[Sequence[Coupon]]:
        """A customer's free coupons of these promotions that have not expired by `at`.

        Those that expire first come first, those that never do last; of equals by code.
        """

    def of_order(self, order: str) -> Answer[Sequence[Coupon]]:
        """The coupons that an order holds or has redeemed, by code; nobody's are of no order."""

    def rewards(self, order: str) -> Answer[Sequence[Coupon]]:
        """The coupons that were an order's reward, wherever they stand, by code."""

    def hold(self, codes: Collection[str], order: str) -> Answer[None]:
        """Set coupons aside for an order; raises `Conflict` unless every one of them is free."""

    def redeem(self, order: str) -> Answer[None]:
        """What an order holds is used up; what it redeemed before stays so."""

    def give_back(self, codes: Collection[str], order: str) -> Answer[None]:
        """Those of these coupons that the order holds or redeemed are free, until their own end."""

    def withdraw(self, codes: Collection[str]) -> Answer[None]:
        """Coupons that were a reward are gone; raises `Conflict` unless every one is free."""
