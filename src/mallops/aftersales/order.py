"""An order as it was priced, and what has come of it since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from attrs import evolve, field, frozen
from pendulum import DateTime

from mallops.cart import Cart, Usage
from mallops.findings import Refusal
from mallops.points.earning import Earned
from mallops.promotions.kept import Unit
from mallops.promotions.quote import Quote

CANCELLED = "cancelled"
ALREADY_SHIPPED = "already_shipped"


@frozen
class Rewards:
    """What promotions grant after payment: points, and coupons by id (sorted)."""

    points: int = 0
    coupons: tuple[str, ...] = ()

    def less(self, others: Rewards) -> Rewards:
        """These without those others, which are some of them."""
        coupons = Counter(self.coupons) - Counter(others.coupons)
        return Rewards(self.points - others.points, tuple(sorted(coupons.elements())))


@frozen
class Protected:
    """What price protection gave for a unit, in minor units: money, and worth in points."""

    money: int = 0
    points: int = 0


@frozen
class Order:
    """What was bought, under the rulebook that priced it, and how far it has come.

    `usage` is what was gone of promotions' limits before it, `earned` what it earned when it
    was paid, at `quote.at`. The rest is what happened since: amounts in minor units; the
    units that came back; `protected`, what price protection gave for units; `gone_gifts`, by
    promotion and SKU, came back or were paid for; `undone` are promotions whose use came back;
    `owed` is gift value that no refund could cover yet; `granted` are the rewards, from
    `settled` on. `refunded_goods` and `points_returned` have price protection in them.
    """

    id: str
    cart: Cart
    quote: Quote
    usage: Mapping[str, Usage] = field(factory=dict)
    earned: Earned = Earned(0)
    shipped: DateTime | None = None
    received: DateTime | None = None
    cancelled: DateTime | None = None
    settled: DateTime | None = None
    returned: frozenset[Unit] = frozenset()
    protected: Mapping[Unit, Protected] = field(factory=dict)
    refunded_goods: int = 0
    refunded_shipping: int = 0
    points_returned: int = 0
    points_taken: int = 0
    owed: int = 0
    gone_gifts: Mapping[tuple[str, str], int] = field(factory=dict)
    undone: frozenset[str] = frozenset()
    granted: Rewards = Rewards()

    @property
    def units(self) -> frozenset[Unit]:
        """All that was bought."""
        return frozenset((line.id, unit.number) for line in self.quote.lines for unit in line.units)

    @property
    def coupons(self) -> tuple[str, ...]:
        """The coupons that it used up: those that applied, sorted."""
        applied = {each.promotion for each in self.quote.applied}
        return tuple(sorted(applied.intersection(self.cart.coupons)))


def ship(order: Order, at: DateTime) -> Order | Refusal:
    """The order on its way; refused: `cancelled`, `already_shipped`."""
    if order.cancelled is not None:
        return Refusal(CANCELLED)
    if order.shipped is not None:
        return Refusal(ALREADY_SHIPPED)
    return evolve(order, shipped=at)


def receive(order: Order, at: DateTime) -> Order | Refusal:
    """The order in the customer's hands, and so shipped; refused: `cancelled`.

    Received twice is received once: the first instant stands, and with it the return window.
    """
    if order.cancelled is not None:
        return Refusal(CANCELLED)
    if order.received is not None:
        return order
    return evolve(order, received=at, shipped=order.shipped or at)
