"""What an order comes to for the mall: what it lists for, is paid, costs, and brings besides."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from attrs import astuple, frozen

from mallops.catalog.model import Sku
from mallops.points.earning import Goods, plain_points
from mallops.promotions.compiled import Compiled
from mallops.promotions.quote import Quote, QuotedGift, QuotedReward
from mallops.stories.wealth import face_value, worth_of


@frozen
class Sums:
    """One quote in minor units.

    `listed` is what the goods list for, `goods` what is paid for them, `paid` that and the
    freight. `cost` is what goods and gifts cost the mall, and `fees` what parcels do. `gifts` is
    what the shopper would have paid for the gifts, and `rewards` what the points and coupons are
    worth that the order brings.
    """

    listed: int
    goods: int
    paid: int
    cost: int
    fees: int = 0
    gifts: int = 0
    rewards: int = 0

    @property
    def kept(self) -> int:
        """What the mall keeps of what is paid, over what it costs."""
        return self.paid - self.rewards - self.cost - self.fees

    @property
    def brought(self) -> int:
        """What the shopper gets besides the goods."""
        return self.gifts + self.rewards


def sums_of(compiled: Compiled, quote: Quote, groups: frozenset[str]) -> Sums:
    """What a quote comes to, for a customer of these groups."""
    goods = sum(cost_of(compiled.skus[line.sku]) * len(line.units) for line in quote.lines)
    gifts = sum(gift_cost(compiled, gift) for gift in quote.gifts)
    fees = sum(parcel.fee.minor for parcel in quote.parcels)
    return Sums(
        listed=sum(line.list_price.minor * len(line.units) for line in quote.lines),
        goods=quote.goods.minor,
        paid=quote.payable.minor,
        cost=goods + gifts,
        fees=fees,
        gifts=sum(gift.value.minor for gift in quote.gifts),
        rewards=_rewards(compiled, quote, groups) if quote.rewards else 0,
    )


def added(several: Iterable[Sums]) -> Sums:
    """Several orders together."""
    columns = zip(*(astuple(each) for each in several), strict=True)
    return Sums(*map(sum, columns))


def applied(quote: Quote) -> set[str]:
    """The promotions that a quote owes something to: a price, a gift or a reward."""
    names = {each.promotion for each in quote.applied}
    names |= {each.promotion for each in quote.gifts}
    return names | {each.promotion for each in quote.rewards}


def cost_of(sku: Sku) -> int:
    """What a unit costs the mall; nothing where nobody says, so that no loss is made up."""
    return 0 if sku.cost is None else sku.cost.minor


def gift_cost(compiled: Compiled, gift: QuotedGift) -> int:
    """What gifts cost the mall: their SKU's cost or, where nobody says, what they are worth."""
    return gift_cost_of(compiled, gift.sku, gift.quantity, gift.value.minor)


def gift_cost_of(compiled: Compiled, sku: str, quantity: int, value: int) -> int:
    """What so many gifts of a SKU cost the mall; `value` is that of all of them."""
    known = compiled.skus.get(sku)
    return value if known is None or known.cost is None else known.cost.minor * quantity


def points_worth(compiled: Compiled, points: int) -> int:
    """What points are worth in minor units, rounded down."""
    worth = worth_of(compiled)
    return points * worth.money.minor // worth.points


def coupon_worth(compiled: Compiled, coupon: str) -> int:
    """A coupon's face value; nothing where nobody can tell."""
    value = face_value(compiled, coupon)
    return 0 if value is None else value.minor


def _rewards(compiled: Compiled, quote: Quote, groups: frozenset[str]) -> int:
    goods = [Goods(compiled.skus[line.sku], line.net.minor) for line in quote.lines]
    earned = plain_points(compiled.rulebook.earn, goods, groups)
    points = sum(_points(reward, earned) for reward in quote.rewards)
    coupons = [reward.coupon for reward in quote.rewards if reward.coupon is not None]
    return points_worth(compiled, points) + sum(coupon_worth(compiled, each) for each in coupons)


def _points(reward: QuotedReward, earned: int) -> int:
    if reward.multiplier is not None:
        return max(0, int(earned * (reward.multiplier - 1)))
    return reward.points or 0


def share(percent: Decimal) -> Fraction:
    """A percentage as a share of one."""
    return Fraction(percent) / 100
