"""What a story leaves in somebody's hands: money without freight, points, coupons, and goods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from attrs import frozen
from pendulum import DateTime

from mallops.aftersales.order import Order
from mallops.loopholes.sequences.tales import Tale
from mallops.points.drafting import Terms
from mallops.points.sweeping import balance as points_balance
from mallops.promotions.compiled import Compiled
from mallops.stories.model import World
from mallops.stories.wealth import face_value, worth_of


@frozen
class Holdings:
    """What all accounts hold together, in minor units; `cash` is but for freight.

    `points` are worth what they pay for, rounded down, `debt` likewise, `coupons` their face
    value. `bought` are the goods that were paid for and not returned, `gifts` what gifts that
    are still held are worth.
    """

    cash: int
    points: int
    debt: int
    coupons: int
    freight: int
    bought: Mapping[str, int]
    gifts: int

    @property
    def wealth(self) -> int:
        """All but goods and freight."""
        return self.cash + self.points + self.coupons - self.debt


def holdings(compiled: Compiled, world: World, at: DateTime) -> Holdings:
    """What the accounts of a world hold at an instant."""
    worth, terms = worth_of(compiled), Terms.of(compiled.rulebook)
    cash = points = debt = coupons = 0
    held: Counter[str] = Counter()
    for account in world.accounts.values():
        found = points_balance(account.wallet, at, terms)
        cash += account.cash
        points += found.available * worth.money.minor // worth.points
        debt += found.debt * worth.money.minor // worth.points
        values = (face_value(compiled, coupon) for coupon in account.coupons)
        coupons += sum(value.minor for value in values if value is not None)
        held.update(account.units)
    orders = [placed.order for placed in world.orders.values()]
    freight = sum(each.quote.shipping.minor - each.refunded_shipping for each in orders)
    bought: Counter[str] = Counter()
    for order in orders:
        bought.update(kept(order))
    return Holdings(
        cash=cash + freight,
        points=points,
        debt=debt,
        coupons=coupons,
        freight=freight,
        bought={sku: count for sku, count in sorted(bought.items()) if count},
        gifts=_gifts(orders, held - bought),
    )


def held(compiled: Compiled, tale: Tale) -> Holdings:
    """What a story leaves."""
    return holdings(compiled, tale.world, tale.at)


def kept(order: Order) -> Counter[str]:
    """The goods of an order that have not come back."""
    skus = {line.id: line.sku for line in order.quote.lines}
    return Counter(skus[line] for line, _ in order.units - order.returned)


def _gifts(orders: list[Order], left: Mapping[str, int]) -> int:
    """What the gifts that are held are worth; of several values of one SKU the lowest counts."""
    if not any(left.values()):
        return 0
    values: dict[str, int] = {}
    for order in orders:
        for gift in order.quote.gifts:
            value = gift.value.minor // gift.quantity
            values[gift.sku] = min(value, values.get(gift.sku, value))
    return sum(values.get(sku, 0) * count for sku, count in left.items())
