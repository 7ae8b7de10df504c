"""A promotion that alone sells below cost, or below the margin that has to be left."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from mallops.findings import Severity
from mallops.loopholes.examined import Examined
from mallops.loopholes.goods import Goods, Priced
from mallops.loopholes.model import Kind, Loophole
from mallops.loopholes.offers import Offer, Reached, offers, reached, taken
from mallops.money import Money
from mallops.promotions.terms import Bundle, GoodsTerm, Nth, term_of
from mallops.rules.benefits import (
    AmountOff,
    BundlePrice,
    FixedPrice,
    NthUnit,
    PercentOff,
    SimpleBenefit,
)
from mallops.rules.promotions import Promotion

# Carts of thousands of units say no more than those of hundreds.
_MOST_UNITS = 1000


def check(examined: Examined) -> Iterator[Loophole]:
    """Units of one SKU that a promotion leaves at less than they cost.

    Looked at are, of those with a cost, the SKUs with the thinnest margin, the highest cost and the
    extreme prices, not all: carts of several goods and promotions are `find_carts`' to try. What is
    below cost at its list price already is the list price's fault.
    """
    for promotion in examined.live:
        for offer in offers(promotion):
            found = _worst(examined, promotion, offer)
            if found is not None:
                yield _told(examined, promotion, offer, *found)


def _worst(examined: Examined, promotion: Promotion, offer: Offer) -> tuple[Reached, int] | None:
    """The cart with the largest share of its cost lost, and what is left to pay for it."""
    term = _goods_term(offer.benefit)
    if term is None or offer.elsewhere:
        return None
    worst: tuple[Reached, int] | None = None
    for priced in _extremes(examined.goods(promotion.items).known):
        cart = reached(offer, priced, term.size if isinstance(term, Nth | Bundle) else 1)
        if cart is None or cart.units > _MOST_UNITS or _is_short(examined, cart, cart.total):
            continue
        left = cart.total - taken(term, cart, promotion.at_most_units, examined.rulebook.rounding)
        if _is_short(examined, cart, left) and (worst is None or _lost(cart, left) > _lost(*worst)):
            worst = cart, left
    return worst


def _goods_term(benefit: SimpleBenefit) -> GoodsTerm | None:
    if isinstance(benefit, PercentOff | AmountOff | FixedPrice | NthUnit | BundlePrice):
        term = term_of(benefit, 0)
        assert isinstance(term, GoodsTerm)
        return term
    return None


def _extremes(goods: Goods) -> Iterator[Priced]:
    found = (goods.thinnest, goods.costliest, goods.cheapest, goods.dearest)
    yield from {each.id: each for each in found if each is not None}.values()


def _is_short(examined: Examined, cart: Reached, paid: int) -> bool:
    """Whether what is paid leaves less than the margin over what the units cost."""
    cost = _cost(cart)
    return (paid - cost) * 100 < Fraction(examined.tolerance.least_margin) * paid


def _cost(cart: Reached) -> int:
    return (cart.priced.cost or 0) * cart.units


def _lost(cart: Reached, left: int) -> Fraction:
    return Fraction(_cost(cart) - left, _cost(cart))


def _told(
    examined: Examined, promotion: Promotion, offer: Offer, cart: Reached, left: int
) -> Loophole:
    currency = examined.rulebook.currency
    cost = Money(_cost(cart), currency)
    details = {
        "promotion": promotion.id,
        "sku": cart.priced.id,
        "units": str(cart.units),
        "left": str(Money(left, currency)),
        "cost": str(cost),
    }
    subjects = (
        examined.at_promotion(promotion.id, offer.path),
        examined.at_sku(cart.priced.id, ".cost"),
    )
    kind, severity = Kind.BELOW_COST, Severity.WARNING
    return Loophole("promotion_below_cost", kind, severity, subjects, details)
