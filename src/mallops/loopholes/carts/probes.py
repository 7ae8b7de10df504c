"""Carts just over a threshold: where what a rulebook gives is most of what a cart costs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from mallops.catalog.fitting import fits
from mallops.catalog.model import Sku
from mallops.loopholes.carts.bounds import Bounds
from mallops.loopholes.carts.sums import cost_of
from mallops.loopholes.carts.till import Counts, counts_of, within
from mallops.promotions.compiled import Rule
from mallops.promotions.terms import Bundle, Lump, Nth
from mallops.rules.promotions import Selector

NEAREST = 3
"""So many SKUs of a promotion are tried: those that leave least, and the cheapest."""

TIMES = 3
"""An amount for every so much is tried once, and up to so many times."""


def probes(rules: Sequence[Rule], goods: Sequence[Sku], bounds: Bounds) -> Iterator[Counts]:
    """Small carts just over each threshold of each of some promotions, those of one SKU first.

    Thresholds are measured at list price. What other discounts take of it first, one unit more
    makes up for, or another SKU.
    """
    seen: set[Counts] = set()
    for counts in chain(_alone(rules, goods, bounds), _pairs(rules, goods, bounds)):
        if counts not in seen and within(bounds, counts):
            seen.add(counts)
            yield counts


def _alone(rules: Sequence[Rule], goods: Sequence[Sku], bounds: Bounds) -> Iterator[Counts]:
    for sku in goods:
        yield ((sku.sku, 1),)
    for rule in rules:
        for sku in nearest(rule, goods):
            for count in _counts(rule, sku):
                yield ((sku.sku, min(count, bounds.each)),)


def _pairs(rules: Sequence[Rule], goods: Sequence[Sku], bounds: Bounds) -> Iterator[Counts]:
    fillers = sorted(goods, key=lambda sku: (_price(sku), sku.sku))[:NEAREST]
    for rule in rules:
        for sku in nearest(rule, goods):
            besides = [*others(rule, goods), *fillers]
            if rule.promotion.requires.items is not None and not rule.promotion.at_most_units:
                # As many as one likes, for one of what it asks for.
                many = min(bounds.each, bounds.units - 1)
                yield from (
                    counts_of({sku.sku: many, other.sku: 1}) for other in besides if other != sku
                )
            for count in _counts(rule, sku):
                for other in besides:
                    if other is sku:
                        continue
                    yield counts_of({sku.sku: count // 2, other.sku: count - count // 2})
                    for more in (1, 2):
                        yield counts_of({sku.sku: count, other.sku: more})
                        if count > 1:
                            yield counts_of({sku.sku: count - 1, other.sku: more})


def steps(rule: Rule) -> Iterator[tuple[int | None, int | None]]:
    """The thresholds of a rule: (amount in minor units, quantity), one of them None."""
    if rule.amount is not None:
        yield rule.amount, None
    for quantity in (rule.quantity, rule.distinct, rule.promotion.at_most_units or 0):
        if quantity:
            yield None, quantity
    for step in rule.steps:
        if step.amount is not None:
            yield step.amount, None
        if step.quantity is not None:
            yield None, step.quantity
        match step.term:
            case Lump(every=every) if every is not None:
                yield from ((every * time, None) for time in range(1, TIMES + 1))
            case Nth() | Bundle():
                yield None, step.term.size
            case _:
                pass


def _counts(rule: Rule, sku: Sku) -> list[int]:
    """How many units of a SKU are just over each threshold, and one more for what came off."""
    price, found = max(1, _price(sku)), {1}
    for amount, quantity in steps(rule):
        least = quantity if amount is None else -(-amount // price)
        if least is not None:
            found |= {max(1, least), least + 1}
    return sorted(found)


def nearest(rule: Rule, goods: Iterable[Sku]) -> list[Sku]:
    """SKUs that it is about: those that leave least of their price over cost, and the cheapest."""
    return _few(rule.promotion.items, goods)


def others(rule: Rule, goods: Sequence[Sku]) -> list[Sku]:
    """What it asks for besides: goods to be met, and goods to be had cheaper."""
    asked = rule.promotion.requires.items
    met = _few(asked, goods) if asked is not None else nearest(rule, goods)
    return [*met, *(sku for sku in goods if sku.sku in rule.add_ons)]


def _few(items: Selector, goods: Iterable[Sku]) -> list[Sku]:
    fitting = [sku for sku in goods if fits(items, sku, _price(sku)) != (False, False)]
    by_price = sorted(fitting, key=lambda sku: (_price(sku), sku.sku))
    bymargin_of = sorted(fitting, key=margin_of)[:NEAREST]
    return list({sku.sku: sku for sku in (*bymargin_of, *by_price[:1], *by_price[-1:])}.values())


def margin_of(sku: Sku) -> tuple[int, str]:
    """What is left of a price over its cost, in millionths of it."""
    return (_price(sku) - cost_of(sku)) * 1_000_000 // max(1, _price(sku)), sku.sku


def _price(sku: Sku) -> int:
    return 0 if sku.price is None else sku.price.minor
