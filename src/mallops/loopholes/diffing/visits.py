"""Whom, and when, two worlds might charge differently."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from attrs import frozen
from pendulum import DateTime

from mallops.cart import Cart, Shopper
from mallops.catalog.prices import list_price
from mallops.loopholes.carts.bounds import Bounds, Visitor
from mallops.loopholes.carts.needs import Priced, priced_goods
from mallops.loopholes.carts.stock import Stock, traits_of
from mallops.loopholes.carts.till import Visit
from mallops.loopholes.carts.visitors import (
    NAME,
    channels,
    edges,
    first_orders,
    groups_in,
    in_force,
    some,
)
from mallops.loopholes.diffing.pricing import (
    differing,
    form_of,
    same_ground,
    settings_of,
)
from mallops.promotions.compiled import Compiled, Rule
from mallops.promotions.eligibility import standing

LOOKS = 4
"""So many visitors are looked at for each for whom carts may be quoted."""

Good = tuple[tuple[object, ...], tuple[int, ...]]
"""What a quote can tell a good by, and what one, two and more of it list for."""


@frozen
class Side:
    """One world as a visitor meets it: its goods at their prices, and the rules that stand."""

    stock: Stock
    goods: tuple[Good, ...]
    priced: tuple[Priced, ...]
    rules: tuple[Rule, ...]


@frozen
class Contrast:
    """A visit to both worlds, and what of them differs.

    `goods` are the places of goods that are not the same; `before` and `after` the rules of each
    world that the other lacks. Where `all_over`, any cart may differ.
    """

    visit: Visit
    old: Side
    new: Side
    goods: frozenset[int]
    before: tuple[Rule, ...]
    after: tuple[Rule, ...]
    all_over: bool

    @property
    def any(self) -> bool:
        """Whether any cart may differ at all."""
        return bool(self.goods or self.before or self.after or self.all_over)


def visitors_of_both(old: Compiled, new: Compiled, at: DateTime) -> tuple[Visitor, ...]:
    """The visitors that one of two worlds tells apart.

    Groups are tried as in a search of one world, and so are coupons: that one coupon more makes no
    cart dearer does not say what it does to a difference.
    """
    worlds = (old, new)
    groups = sorted({group for each in worlds for group in groups_in(each)})
    firsts = sorted({first for each in worlds for first in first_orders(each)})
    names = sorted({channel for each in worlds for channel in channels(each)})
    found: list[Visitor] = []
    for held, first in product(some(groups), firsts):
        shopper = Shopper(NAME, frozenset(held), first)
        coupons = sorted({name for each in worlds for name in _coupons(each, shopper, at)})
        found += [Visitor(shopper, each, name) for each in some(coupons) for name in names]
    return tuple(found)


@frozen
class Contrasts:
    """The visits that may differ, at the first instants at which any does, of all visitors.

    `is_partial` tells that there was no room for all visits.
    """

    instants: tuple[DateTime, ...]
    visitors: tuple[Visitor, ...]
    visits: tuple[Contrast, ...]
    is_partial: bool


def contrasts(old: Stock, new: Stock, at: DateTime, bounds: Bounds, most: int) -> Contrasts:
    """The visits that may differ, at most so many; where the worlds never do, at `at`."""
    worlds = _Worlds(old, new)
    found: list[Contrast] = []
    instants: list[DateTime] = []
    met: dict[Visitor, None] = {}
    looks = most * LOOKS
    for moment in worlds.instants(at):
        visitors = bounds.visitors or visitors_of_both(old.compiled, new.compiled, moment)
        met |= dict.fromkeys(visitors)
        here = [*worlds.apart(visitors[:looks], moment, bounds)]
        is_partial = len(visitors) > looks or len(found) + len(here) > most
        looks -= len(visitors)
        if here:
            instants.append(moment)
            found += here
        if is_partial:
            return Contrasts(tuple(instants) or (at,), tuple(met), tuple(found[:most]), is_partial)
        if len(instants) == bounds.instants:
            break
    return Contrasts(tuple(instants) or (at,), tuple(met), tuple(found), is_partial=False)


class _Worlds:
    """Two worlds, and what of them differs for anybody at any time."""

    def __init__(self, old: Stock, new: Stock) -> None:
        self.stocks = old, new
        self.compiled = old.compiled, new.compiled
        self.forms = [{r.id: form_of(r) for r in each.rules} for each in self.compiled]
        self.differing = differing(*self.compiled)
        self.same_ground = same_ground(*self.compiled, (sku.sku for sku in new.goods))
        self.all_over = settings_of(old.compiled) != settings_of(new.compiled)

    def instants(self, at: DateTime) -> Iterator[DateTime]:
        """`at`, and each later instant from which on something else is in force than before.

        Those are passed over at which everything that is in force is the same in both worlds.
        """
        seen: set[object] = set()
        later = {edge for world in self.compiled for edge in edges(world, at) if edge > at}
        for each in (at, *sorted(later)):
            if self._may_differ(each):
                key = tuple(in_force(world, each) for world in self.compiled)
                if key not in seen:
                    seen.add(key)
                    yield each

    def _may_differ(self, at: DateTime) -> bool:
        return not self.same_ground or any(
            rule.promotion.schedule.contains(at, world.rulebook.timezone)
            for world in self.compiled
            for rule in world.rules
            if rule.id in self.differing
        )

    def apart(
        self, visitors: Sequence[Visitor], at: DateTime, bounds: Bounds
    ) -> Iterator[Contrast]:
        """The visits at an instant for which the worlds differ; of those that are alike, one."""
        seen: set[object] = set()
        for visitor in sorted(visitors, key=_order):
            visit = Visit(visitor, at)
            old, new = (_side(stock, visit, bounds) for stock in self.stocks)
            key = tuple((side.goods, tuple(r.id for r in side.rules)) for side in (old, new))
            if key not in seen:
                seen.add(key)
                contrast = self._contrast(visit, old, new)
                if contrast.any:
                    yield contrast

    def _contrast(self, visit: Visit, old: Side, new: Side) -> Contrast:
        ours, theirs = (
            {rule.id: forms[rule.id] for rule in side.rules}
            for side, forms in zip((old, new), self.forms, strict=True)
        )
        return Contrast(
            visit=visit,
            old=old,
            new=new,
            goods=frozenset(
                place
                for place, (was, now) in enumerate(zip(old.goods, new.goods, strict=True))
                if was != now
            ),
            before=tuple(rule for rule in old.rules if theirs.get(rule.id) != ours[rule.id]),
            after=tuple(rule for rule in new.rules if ours.get(rule.id) != theirs[rule.id]),
            all_over=self.all_over,
        )


def _coupons(compiled: Compiled, shopper: Shopper, at: DateTime) -> Iterator[str]:
    known = [each.id for each in compiled.rulebook.promotions if each.coupon]
    cart = Cart(shopper, coupons=tuple(sorted(known)))
    return (each.id for each in _standing(compiled, cart, at) if each.promotion.coupon)


def _standing(compiled: Compiled, cart: Cart, at: DateTime) -> tuple[Rule, ...]:
    zone = compiled.rulebook.timezone
    return tuple(r for r in compiled.rules if not standing(r.promotion, cart, at, zone, {}))


def _side(stock: Stock, visit: Visit, bounds: Bounds) -> Side:
    cart = Cart(visit.visitor.shopper, coupons=visit.visitor.coupons)
    rules = _standing(stock.compiled, cart, visit.at)
    return Side(
        stock=stock,
        goods=tuple(_goods(stock, visit, bounds)),
        priced=priced_goods(stock.compiled, visit, stock.goods, bounds),
        rules=rules,
    )


def _goods(stock: Stock, visit: Visit, bounds: Bounds) -> Iterator[Good]:
    """What a quote knows of each good, and what so many of it list for."""
    shopper, channel = visit.visitor.shopper, visit.visitor.channel
    for sku in stock.goods:
        entries = stock.compiled.entries.get(sku.sku, ())
        counts = range(1, min(bounds.each, bounds.units) + 1)
        prices = [
            list_price(sku, entries, shopper.groups, channel, count, visit.at).minor
            for count in counts
        ]
        yield traits_of(sku), tuple(prices)


def _order(visitor: Visitor) -> tuple[object, ...]:
    shopper = visitor.shopper
    return (
        -len(visitor.coupons),
        visitor.coupons,
        sorted(shopper.groups),
        shopper.first_order,
        visitor.channel,
    )
