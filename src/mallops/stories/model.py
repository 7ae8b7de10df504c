"""What a story is made of: steps, the world that they change, and what comes of each."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen
from pendulum import DateTime

from mallops.aftersales.order import Order
from mallops.aftersales.returning import Return
from mallops.cart import Cart, Usage
from mallops.findings import Refusal
from mallops.money import Money
from mallops.points.wallet import Wallet
from mallops.promotions.quote import Quote


@frozen
class PlaceOrder:
    """A cart is quoted and, if the account allows it, paid at once."""

    id: str
    cart: Cart


@frozen
class Ship:
    """An order leaves the shop."""

    order: str


@frozen
class Receive:
    """An order reaches the customer."""

    order: str


@frozen
class Cancel:
    """An order is undone before it is shipped."""

    order: str


@frozen
class SendBack:
    """Units come back, so many of each line, and with them the gifts that are due but these."""

    order: str
    units: Mapping[str, int]
    kept_gifts: tuple[str, ...] = ()


@frozen
class GrantPoints:
    """The mall gives points."""

    points: int


@frozen
class GrantCoupon:
    """The mall gives a coupon."""

    coupon: str


@frozen
class Act:
    """Something other than an order is done that earns points: a sign-in, a referral."""

    action: str


@frozen
class Transfer:
    """A customer gives points to another."""

    to: str
    points: int


@frozen
class Look:
    """Somebody looks at an account."""


Deed = (
    PlaceOrder
    | Ship
    | Receive
    | Cancel
    | SendBack
    | GrantPoints
    | GrantCoupon
    | Act
    | Transfer
    | Look
)


@frozen
class Step:
    """A deed, its instant, and whose it is: a cart's own customer, or an order's, if empty."""

    at: DateTime
    deed: Deed
    customer: str = ""


@frozen
class Account:
    """What one customer has: points, coupons (sorted), money in minor units, units by SKU."""

    wallet: Wallet
    coupons: tuple[str, ...] = ()
    cash: int = 0
    units: Mapping[str, int] = field(factory=dict)


@frozen
class Opening:
    """What a customer begins with; the points are one lot."""

    points: int = 0
    coupons: tuple[str, ...] = ()


@frozen
class Placed:
    """An order, and the account that placed it."""

    customer: str
    order: Order


@frozen
class World:
    """Where a story stands after a step: a value, so that two ways from it can be tried.

    `used` is what all orders used of promotions' limits, `used_by` how often, by customer
    and promotion. `campaigns` is what each campaign of points brought to anybody. `settling`
    are the orders whose points have yet to settle and the instant is known, the next first,
    of equals the one that was placed first: instant, place among the orders, id. `steps`
    counts the steps so far, `at` is the instant of the last.
    """

    accounts: Mapping[str, Account] = field(factory=dict)
    orders: Mapping[str, Placed] = field(factory=dict)
    used: Mapping[str, Usage] = field(factory=dict)
    used_by: Mapping[tuple[str, str], int] = field(factory=dict)
    campaigns: Mapping[str, int] = field(factory=dict)
    settling: tuple[tuple[DateTime, int, str], ...] = ()
    steps: int = 0
    at: DateTime | None = None


@frozen
class Balance:
    """An account as a customer sees it; `cash` is below zero where more was paid than refunded.

    `wealth` is cash, points and coupons at what they are worth, less the debt; `unvalued` are
    the coupons whose worth nobody can tell.
    """

    points: int
    pending: int
    debt: int
    cash: Money
    units: Mapping[str, int]
    coupons: tuple[str, ...]
    wealth: Money
    unvalued: tuple[str, ...]


@frozen
class Gained:
    """What an action earned, the bonus of its streak included."""

    points: int


@frozen
class Done:
    """The step has happened; there is nothing to tell of it."""


@frozen
class Undone:
    """A return or a cancellation; `owed` are points for reward coupons that were spent already."""

    found: Return
    owed: int = 0

    @property
    def points_taken(self) -> int:
        """All points that were clawed back: what is missing without them is in no balance."""
        return self.found.points_taken + self.found.rewards_taken.points + self.owed


Outcome = Quote | Undone | Balance | Gained | Done | Refusal
"""A refusal has changed nothing."""
