"""What a promotion can bring, each with what has to be bought for it."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from mallops.catalog.check import MAX_UNITS
from mallops.loopholes.goods import Goods, Priced
from mallops.money import Rounding
from mallops.promotions import benefits
from mallops.promotions.terms import GoodsTerm
from mallops.rules.benefits import SimpleBenefit, Tiers
from mallops.rules.promotions import Promotion


@frozen
class Offer:
    """A benefit at `path` below its promotion, and what it asks for; amounts in minor units.

    `amount`, `quantity` and `distinct` are of the goods that it is about; `elsewhere` is what has
    to be spent on others.
    """

    path: str
    benefit: SimpleBenefit
    amount: int
    quantity: int
    distinct: int
    elsewhere: int


def offers(promotion: Promotion) -> Iterator[Offer]:
    """The promotion's benefit, or that of each tier.

    >>> from decimal import Decimal
    >>> from mallops.rules.benefits import PercentOff
    >>> half = Promotion("half", "item", PercentOff(Decimal(50)))
    >>> [(each.path, each.quantity) for each in offers(half)]
    [('.benefit', 1)]
    """
    requires = promotion.requires
    required = 0 if requires.amount is None else requires.amount.minor
    own, elsewhere = (required, 0) if requires.items is None else (0, required)
    units, distinct = requires.quantity or 1, requires.distinct or 1
    if requires.items is not None:
        units, distinct = 1, 1
    benefit = promotion.benefit
    if not isinstance(benefit, Tiers):
        yield Offer(".benefit", benefit, own, units, distinct, elsewhere)
        return
    for place, tier in enumerate(benefit.tiers):
        amount = max(own, 0 if tier.amount is None else tier.amount.minor)
        yield Offer(
            f".benefit.tiers[{place}].benefit",
            tier.benefit,
            amount,
            max(units, tier.quantity or 1),
            distinct,
            elsewhere,
        )


@frozen
class Reached:
    """So many units of a SKU, and what they come to in minor units."""

    priced: Priced
    units: int

    @property
    def total(self) -> int:
        """What the units cost together, at what anybody pays."""
        return self.priced.price * self.units


def reached(offer: Offer, priced: Priced, group: int = 1) -> Reached | None:
    """The fewest units of one SKU that an offer asks for, in whole groups; None: too many."""
    if not priced.price:
        return None
    needed = max(offer.quantity, -(-offer.amount // priced.price))
    units = -(-needed // group) * group
    return Reached(priced, units) if units <= MAX_UNITS else None


def cheapest_cart(offer: Offer, goods: Goods, floored: bool = True) -> Reached | None:
    """The units of one SKU that reach an offer for the least money; None: of none do.

    No cart of one SKU that reaches it costs less. Without `floored` only SKUs without a floor
    count.
    """
    best: Reached | None = None
    for each in goods.cheapest_first:
        if best is not None and (
            best.total <= offer.amount or each.price * offer.quantity >= best.total
        ):
            break
        found = reached(offer, each) if floored or not each.floor else None
        if found is not None and (best is None or found.total < best.total):
            best = found
    return best


def taken(term: GoodsTerm, cart: Reached, at_most_units: int | None, rounding: Rounding) -> int:
    """What a term takes off units of one SKU, which nothing else has reduced."""
    units = min(cart.units, at_most_units or cart.units)
    price, floor = cart.priced.price, cart.priced.floor
    bases = [price] * units
    room = [max(0, price - floor)] * units if floor else None
    return benefits.total(term, bases, room, rounding)
