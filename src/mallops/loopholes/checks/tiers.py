"""Tiers that give less the higher they are, or that nobody ever has."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from mallops.catalog.check import MAX_UNITS
from mallops.findings import Severity
from mallops.loopholes.examined import Examined
from mallops.loopholes.goods import Priced
from mallops.loopholes.model import Kind, Loophole
from mallops.loopholes.offers import Offer, offers, reached, taken
from mallops.promotions.terms import Bundle, Freight, GiftTerm, GoodsTerm, Nth, RewardTerm, Term
from mallops.rules.benefits import Tier, Tiers
from mallops.rules.promotions import Promotion, Scope, Seat

# Carts of thousands of units say no more than those of hundreds.
_MOST_UNITS = 1000


def check(examined: Examined) -> Iterator[Loophole]:
    """Each tier beside the one below it, and what the promotion asks for anyway."""
    for promotion in examined.live:
        if isinstance(promotion.benefit, Tiers):
            yield from _inverted(examined, promotion)
            yield from _skipped(examined, promotion, promotion.benefit.tiers)


def _inverted(examined: Examined, promotion: Promotion) -> Iterator[Loophole]:
    """Where the tier below would give more for the same goods, whichever of them are bought."""
    rule = examined.compiled.rules[examined.compiled.positions[promotion.id]]
    terms = [step.term for step in reversed(rule.steps)]
    steps = list(zip(offers(promotion), terms, strict=True))
    for (_, low), (offer, high) in pairwise(steps):
        if _gives_less(examined, promotion, offer, high, low):
            path = offer.path.removesuffix(".benefit")
            details = {"promotion": promotion.id, "tier": _name(path)}
            subject = examined.at_promotion(promotion.id, path)
            kind, severity = Kind.CONFIGURATION, Severity.WARNING
            yield Loophole("tier_gives_less", kind, severity, (subject,), details)


def _gives_less(
    examined: Examined, promotion: Promotion, offer: Offer, high: Term, low: Term
) -> bool:
    match high, low:
        case (GiftTerm(), GiftTerm()):
            return high.value * high.quantity < low.value * low.quantity
        case (RewardTerm(), RewardTerm()):
            return (high.reward.points or 0) < (low.reward.points or 0) or (
                (high.reward.multiplier or 0) < (low.reward.multiplier or 0)
            )
        case (Freight(), Freight()):
            return _frees_less(high, low)
        case _ if isinstance(high, GoodsTerm) and isinstance(low, GoodsTerm):
            goods = examined.goods(promotion.items)
            ends = [each for each in (goods.cheapest, goods.dearest) if each is not None]
            return bool(ends) and all(
                _takes_less(examined, promotion, offer, high, low, each) for each in ends
            )
        case _:
            return False


def _frees_less(high: Freight, low: Freight) -> bool:
    if high.amount is not None and low.amount is not None:
        return high.amount < low.amount
    if high.price is not None and low.price is not None:
        return high.price > low.price
    both_shares = (high.amount, high.price, low.amount, low.price) == (None,) * 4
    return both_shares and high.numerator * low.denominator < low.numerator * high.denominator


def _takes_less(
    examined: Examined,
    promotion: Promotion,
    offer: Offer,
    high: GoodsTerm,
    low: GoodsTerm,
    priced: Priced,
) -> bool:
    group = max(term.size if isinstance(term, Nth | Bundle) else 1 for term in (high, low))
    cart = reached(offer, priced, group)
    if cart is None or cart.units > _MOST_UNITS:
        return False
    rounding = examined.rulebook.rounding
    gives, gave = (taken(term, cart, promotion.at_most_units, rounding) for term in (high, low))
    return gives < gave


def _skipped(
    examined: Examined, promotion: Promotion, tiers: tuple[Tier, ...]
) -> Iterator[Loophole]:
    """Tiers that whoever may have the promotion is past already, or that no cart comes to."""
    dearest = examined.goods(promotion.items).most
    for place, tier in enumerate(tiers):
        past = place + 1 < len(tiers) and _is_met(examined, promotion, tiers[place + 1])
        if past or _is_beyond(tier, dearest):
            path = f".benefit.tiers[{place}]"
            details = {"promotion": promotion.id, "tier": _name(path)}
            subject = examined.at_promotion(promotion.id, path)
            kind, severity = Kind.CONFIGURATION, Severity.WARNING
            yield Loophole("tier_unreachable", kind, severity, (subject,), details)


def _is_met(examined: Examined, promotion: Promotion, tier: Tier) -> bool:
    """Whether whatever the promotion requires is enough for a tier."""
    requires = promotion.requires
    seat = examined.rulebook.lanes[examined.lanes[promotion.lane]].seat
    elsewhere = requires.items is not None
    if elsewhere or (requires.scope is Scope.ORDER and seat is not Seat.ORDER):
        return False
    if tier.amount is not None:
        return requires.amount is not None and requires.amount >= tier.amount
    return (requires.quantity or 1) >= (tier.quantity or 1)


def _is_beyond(tier: Tier, dearest: int) -> bool:
    if tier.amount is not None:
        return 0 < dearest * MAX_UNITS < tier.amount.minor
    return (tier.quantity or 0) > MAX_UNITS


def _name(path: str) -> str:
    return path.removeprefix(".benefit.")
