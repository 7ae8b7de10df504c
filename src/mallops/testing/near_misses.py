"""The naive twin of the hints: every change of a cart quoted, and the near-misses among them.

It asks `quote` for each change that `mallops.promotions.hints` says it looks at, in no order
and without a budget, and sifts them by the page on hints as written: pair by pair.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations

from attrs import evolve, frozen
from pendulum import DateTime

from mallops.cart import Cart, Line, ShippingFee, Usage
from mallops.catalog.model import Listing, Sku
from mallops.catalog.prices import price_of
from mallops.promotions.compiled import Compiled
from mallops.promotions.engine import DEFAULT_SEARCH_BUDGET, quote
from mallops.promotions.quote import Quote
from mallops.rules.benefits import AmountOff, Gift, Per, Tiers
from mallops.rules.book import Choice

Goods = Mapping[str, int]
"""Units to add, by SKU."""


Key = tuple[tuple[tuple[str, int], ...], str, str]
"""A change: goods, a coupon, and what it takes the place of."""


@frozen
class NearMiss:
    """A change, and what it brings; amounts in minor units, `seats` those of the coupon."""

    goods: tuple[tuple[str, int], ...]
    coupon: str
    instead_of: str
    less: int
    gain: int
    brings: frozenset[str]
    cheaper: frozenset[str]
    seats: frozenset[tuple[str, str]]


def near_misses(
    compiled: Compiled,
    cart: Cart,
    at: DateTime,
    usage: Mapping[str, Usage] | None = None,
    *,
    obtainable: Collection[str] = (),
    shipping: Sequence[ShippingFee] = (),
    most_units: int = 3,
    search_budget: int = DEFAULT_SEARCH_BUDGET,
) -> list[NearMiss]:
    """All near-misses, by gain: what `hints` finds where its budgets do not end first."""
    asked = _Asked(compiled, cart, at, usage or {}, tuple(shipping), search_budget)
    before = asked.quote(cart)
    every = [
        _judged(asked, before, goods, coupon, instead_of)
        for coupon, instead_of in _coupons(asked, before, obtainable)
        for goods in _goods(asked, most_units)
        if goods or coupon
    ]
    gains: dict[Key, int] = {
        (each.goods, each.coupon, each.instead_of): each.gain for each in every
    }
    single = [
        each
        for each in every
        if each.gain > 0 and (each.brings or each.cheaper) and not _splits(each, gains)
    ]
    cheapest = [
        each
        for each in single
        if not any(
            (other.brings, other.cheaper) == (each.brings, each.cheaper)
            and _cost(other) < _cost(each)
            for other in single
        )
    ]
    best = [each for each in cheapest if not any(_beats(other, each) for other in cheapest)]
    best.sort(key=lambda each: (-each.gain, -each.less, _names(each)))
    return [
        each
        for number, each in enumerate(best)
        if not each.seats
        or not any(
            (other.seats, bool(other.goods)) == (each.seats, bool(each.goods))
            for other in best[:number]
        )
    ]


@frozen
class _Asked:
    compiled: Compiled
    cart: Cart
    at: DateTime
    usage: Mapping[str, Usage]
    shipping: tuple[ShippingFee, ...]
    search_budget: int

    def quote(self, cart: Cart) -> Quote:
        return quote(self.compiled, cart, self.at, self.usage, self.search_budget)

    def listed(self, sku: str, quantity: int) -> int:
        groups, channel = self.cart.shopper.groups, self.cart.channel
        catalog = self.compiled.catalog
        return price_of(catalog, sku, groups, channel, quantity, self.at).minor

    def shops(self) -> set[str]:
        return {self.compiled.skus[line.sku].shop for line in self.cart.lines}


def _coupons(
    asked: _Asked, before: Quote, obtainable: Collection[str]
) -> Iterator[tuple[str, str]]:
    rulebook = asked.compiled.rulebook
    known = {promotion.id for promotion in rulebook.promotions if promotion.coupon}
    yield "", ""
    for coupon in sorted(known & set(obtainable) - set(asked.cart.coupons)):
        yield coupon, ""
        if rulebook.choice is Choice.PRIORITY:
            for applied in before.applied:
                if applied.promotion in known:
                    yield coupon, applied.promotion


def _goods(asked: _Asked, most_units: int) -> Iterator[Goods]:
    shops = asked.shops() | {fee.shop for fee in asked.shipping}
    skus = sorted(sku.sku for sku in asked.compiled.catalog.skus if _on_offer(sku, shops))
    yield {}
    for sku in skus:
        for quantity in range(1, most_units + 1):
            yield {sku: quantity}
    if most_units > 1:
        for one, other in combinations(skus, 2):
            yield {one: 1, other: 1}


def _on_offer(sku: Sku, shops: set[str]) -> bool:
    return sku.listing is Listing.LISTED and sku.shop in shops


def _judged(asked: _Asked, before: Quote, goods: Goods, coupon: str, instead_of: str) -> NearMiss:
    after = asked.quote(_changed(asked, goods, coupon, instead_of))
    used = {applied.promotion for applied in before.applied}
    own = asked.quote(
        evolve(
            asked.cart,
            lines=_lines((), goods),
            shipping=(),
            points=0,
            coupons=tuple(sorted(set(asked.cart.coupons) - used)),
        )
    )
    had, has, alone = _given(before), _given(after), _given(own)
    prices = {line.sku: line.list_price.minor for line in before.lines}
    now = {line.sku: line.list_price.minor for line in after.lines}
    worth = sum(
        quantity * min(asked.listed(sku, quantity), prices.get(sku, asked.listed(sku, quantity)))
        for sku, quantity in goods.items()
    )
    for promotion in asked.compiled.rulebook.promotions:
        off = alone[promotion.id]
        if promotion.id in used and _given_once(promotion.benefit):
            off = min(off, max(0, has[promotion.id] - had[promotion.id]))
        worth -= off
    seats = {applied.promotion: len(applied.seats) for applied in after.applied}
    less = _money(before) - _money(after)
    gifts = sum(gift.value.minor for gift in after.gifts)
    gifts -= sum(gift.value.minor for gift in before.gifts)
    return NearMiss(
        goods=tuple(sorted(goods.items())),
        coupon=coupon,
        instead_of=instead_of,
        less=less,
        gain=worth + less + gifts,
        brings=frozenset(
            name for name in seats if has[name] - had[name] - alone[name] > seats[name]
        ),
        cheaper=frozenset(sku for sku in prices if now[sku] < prices[sku]),
        seats=frozenset(
            (applied.lane, seat)
            for applied in after.applied
            for seat in applied.seats
            if applied.promotion == coupon
        ),
    )


def _changed(asked: _Asked, goods: Goods, coupon: str, instead_of: str) -> Cart:
    shops = {asked.compiled.skus[sku].shop for sku in goods} - asked.shops()
    coupons = [held for held in asked.cart.coupons if held != instead_of]
    return evolve(
        asked.cart,
        lines=_lines(asked.cart.lines, goods),
        shipping=(*asked.cart.shipping, *(fee for fee in asked.shipping if fee.shop in shops)),
        coupons=(*coupons, coupon) if coupon else tuple(coupons),
    )


def _lines(lines: Sequence[Line], goods: Goods) -> tuple[Line, ...]:
    """The lines with the goods in the first line of their SKU, or in a new one."""
    changed = sorted(lines, key=lambda line: line.id)
    for sku, quantity in sorted(goods.items()):
        for number, line in enumerate(changed):
            if line.sku == sku:
                changed[number] = evolve(line, quantity=line.quantity + quantity)
                break
        else:
            changed.append(Line(f"+{sku}", sku, quantity))
    return tuple(changed)


def _given(found: Quote) -> Counter[str]:
    given: Counter[str] = Counter()
    for applied in found.applied:
        given[applied.promotion] += applied.discount.minor
    for gift in found.gifts:
        given[gift.promotion] += gift.value.minor
    return given


def _given_once(benefit: object) -> bool:
    if isinstance(benefit, AmountOff):
        return benefit.every is None and benefit.per is Per.SEAT
    return isinstance(benefit, Gift | Tiers)


def _money(found: Quote) -> int:
    return found.payable.minor + found.points_worth.minor


def _splits(each: NearMiss, gains: Mapping[Key, int]) -> bool:
    """Whether the change falls into two others that gain as much together."""
    parts: list[tuple[tuple[str, int], ...]] = [()]
    sums: list[int] = []
    if len(each.goods) == 1:
        [(sku, quantity)] = each.goods
        parts = [((sku, count),) if count else () for count in range(quantity + 1)]
    elif each.goods:
        parts = [(), *((goods,) for goods in each.goods), each.goods]
    for part in parts:
        left = Counter(dict(each.goods))
        left.subtract(dict(part))
        rest = tuple(sorted((sku, count) for sku, count in left.items() if count))
        with_coupon, without = (part, each.coupon, each.instead_of), (rest, "", "")
        if with_coupon in gains and without in gains:
            # A part that loses is one that nobody makes.
            sums.append(max(0, gains[with_coupon]) + max(0, gains[without]))
    return any(both >= each.gain for both in sums)


def _cost(each: NearMiss) -> tuple[object, ...]:
    return -each.less, -each.gain, _names(each)


def _names(each: NearMiss) -> tuple[object, ...]:
    units = sum(quantity for _, quantity in each.goods)
    return units, bool(each.coupon), each.goods, each.coupon, each.instead_of


def _beats(one: NearMiss, other: NearMiss) -> bool:
    """Whether one is at least as good in everything, and before the other in order."""
    no_worse = (
        one.gain >= other.gain
        and one.less >= other.less
        and sum(count for _, count in one.goods) <= sum(count for _, count in other.goods)
        and (not one.coupon or bool(other.coupon))
        and one.brings >= other.brings
        and one.cheaper >= other.cheaper
    )
    first = (-one.gain, -one.less, _names(one)) < (-other.gain, -other.less, _names(other))
    return no_worse and first
