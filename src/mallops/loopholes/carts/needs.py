"""What a cart has to hold for a promotion to apply, measured at list prices."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from mallops.catalog.fitting import fits
from mallops.catalog.model import Sku
from mallops.catalog.prices import list_price
from mallops.loopholes.carts.bounds import Bounds
from mallops.loopholes.carts.sums import cost_of
from mallops.loopholes.carts.till import Visit
from mallops.promotions.compiled import Compiled, Rule, Step
from mallops.promotions.terms import Bundle, Nth
from mallops.rules.promotions import Scope, Seat, Selector


@frozen
class Priced:
    """A good at one of the list prices that it can have; `good` is its place among the goods."""

    good: int
    sku: Sku
    price: int
    floor: int
    cost: int


@frozen
class Need:
    """What a cart has to hold of some goods (by place): an amount at list price, and a number."""

    goods: frozenset[int]
    amount: int
    quantity: int


def priced_goods(
    compiled: Compiled, visit: Visit, goods: Sequence[Sku], bounds: Bounds
) -> tuple[Priced, ...]:
    """The goods at each list price that they have for a quantity within the bounds."""
    found: list[Priced] = []
    for place, sku in enumerate(goods):
        entries = compiled.entries.get(sku.sku, ())
        quantities = {1, *(each.min_quantity for each in entries)}
        prices = {
            list_price(
                sku, entries, visit.visitor.shopper.groups, visit.visitor.channel, count, visit.at
            ).minor
            for count in quantities
            if count <= bounds.each
        }
        floor = sku.floor.minor if sku.floor is not None else 0
        found += [Priced(place, sku, price, floor, cost_of(sku)) for price in sorted(prices)]
    return tuple(found)


def asked_of(rule: Rule, priced: Sequence[Priced], own: Sequence[bool], here: set[int]) -> Need:
    """What a rule requires of a cart."""
    asked = rule.promotion.requires
    measured = list(own)
    if asked.items is not None:
        everywhere = asked.scope is Scope.ORDER or rule.seat is Seat.UNIT
        measured = [
            (everywhere or id(each) in here) and may_fit(asked.items, each) for each in priced
        ]
    elif asked.scope is Scope.ORDER:
        measured = [may_fit(rule.promotion.items, each) for each in priced]
    return Need(goods_of(priced, measured), rule.amount or 0, max(rule.quantity, rule.distinct))


def reached_of(step: Step, goods: frozenset[int]) -> Need:
    """What a tier requires of the goods that its rule is about."""
    group = step.term.size if isinstance(step.term, Nth | Bundle) else 1
    return Need(goods, step.amount or 0, max(group, step.quantity or 0))


def may_fit(items: Selector, priced: Priced) -> bool:
    """Whether a selector is about a good at this price, reduced or not."""
    return fits(items, priced.sku, priced.price) != (False, False)


def goods_of(priced: Sequence[Priced], which: Sequence[bool]) -> frozenset[int]:
    """The goods of those prices that are wanted."""
    return frozenset(each.good for each, wanted in zip(priced, which, strict=True) if wanted)
