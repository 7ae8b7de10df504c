"""A cart with a change made to it, and a change taken apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from attrs import evolve

from mallops.cart import Cart, Line, ShippingFee
from mallops.catalog.model import Sku
from mallops.promotions.hint import Added, Change

UNCHANGED = Change()


def changed(
    cart: Cart, change: Change, skus: Mapping[str, Sku], fees: Iterable[ShippingFee]
) -> Cart:
    """The cart after the change; `fees` are those of shops that it has no goods of yet.

    Goods join their SKU's line, the first by id; others come in a line `+SKU` of their own.
    """
    bought = {skus[line.sku].shop for line in cart.lines}
    shops = {skus[added.sku].shop for added in change.goods} - bought
    coupons = (coupon for coupon in cart.coupons if coupon not in change.instead_of)
    return evolve(
        cart,
        lines=_lines(cart.lines, change.goods),
        shipping=(*cart.shipping, *(fee for fee in fees if fee.shop in shops)),
        coupons=(*coupons, *change.coupons),
    )


def by_themselves(cart: Cart, change: Change, applied: Iterable[str]) -> Cart:
    """The goods added as a cart of their own, without fees, points, or coupons that are used."""
    return evolve(
        cart,
        lines=_lines((), change.goods),
        shipping=(),
        coupons=tuple(sorted(set(cart.coupons).difference(applied))),
        points=0,
    )


def splits(change: Change) -> Iterator[tuple[Change, Change]]:
    """The ways to part a change in two, the coupons staying together."""
    if change.coupons and change.goods:
        yield evolve(change, goods=()), Change(change.goods)
    for goods, rest in _parted(change.goods):
        yield evolve(change, goods=goods), Change(rest)


def _parted(goods: tuple[Added, ...]) -> Iterator[tuple[tuple[Added, ...], tuple[Added, ...]]]:
    """The goods in two, neither part being empty."""
    if len(goods) == 1:
        [added] = goods
        for count in range(1, added.quantity):
            yield (Added(added.sku, count),), (Added(added.sku, added.quantity - count),)
    elif goods:
        first, second = goods
        yield (first,), (second,)
        yield (second,), (first,)


def every_change(
    prices: Mapping[str, int], most_units: int, coupons: Sequence[Change]
) -> Iterator[Change]:
    """All changes: up to so many units of a SKU or one each of two, with each of the coupons.

    Few units come before many, and cheap SKUs before dear ones.
    """
    skus = sorted(prices, key=lambda sku: (prices[sku], sku))
    for taken in (UNCHANGED, *coupons):
        for count in range(1, most_units + 1):
            for sku in skus:
                yield with_goods(taken, Added(sku, count))
            if count == 2:
                for one, other in combinations(skus, 2):
                    yield with_goods(taken, Added(one, 1), Added(other, 1))


def count_changes(skus: int, most_units: int, coupons: int) -> int:
    """How many changes there are: those of `every_change`, and the coupons by themselves."""
    pairs = skus * (skus - 1) // 2 if most_units > 1 else 0
    return (1 + coupons) * (skus * most_units + pairs) + coupons


def with_goods(taken: Change, *goods: Added) -> Change:
    """The change with these goods."""
    return evolve(taken, goods=tuple(sorted(goods, key=lambda added: added.sku)))


def _lines(lines: Sequence[Line], goods: Iterable[Added]) -> tuple[Line, ...]:
    found = {line.id: line for line in lines}
    for added in goods:
        of_sku = [line.id for line in lines if line.sku == added.sku]
        if of_sku:
            line = found[min(of_sku)]
            found[line.id] = evolve(line, quantity=line.quantity + added.quantity)
        else:
            name = _new_name(added.sku, found)
            found[name] = Line(name, added.sku, added.quantity)
    return tuple(found.values())


def _new_name(sku: str, taken: Iterable[str]) -> str:
    name = f"+{sku}"
    while name in taken:
        name = f"+{name}"
    return name
