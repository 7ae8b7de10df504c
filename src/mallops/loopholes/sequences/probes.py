"""Carts worth trying: for each promotion those that just reach what it asks for.

What a sequence turns on is whether a return falls below a threshold, and how much money is in
what is kept. So a promotion is tried with the cheapest and the dearest goods that it is about,
in as few units as reach it, and with a dear unit that a cheap one lifts over the threshold. The
engine decides whether it applies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import evolve, frozen
from pendulum import DateTime

from mallops.cart import Cart, Line, ShippingFee, Shopper
from mallops.catalog.fitting import fits
from mallops.catalog.model import Listing, Sku
from mallops.errors import InputError
from mallops.loopholes.sequences.bounds import Bounds
from mallops.loopholes.sequences.tales import CUSTOMER
from mallops.money import Money
from mallops.promotions.compiled import Compiled
from mallops.promotions.engine import quote
from mallops.rules.benefits import AddOn, BundlePrice, NthUnit, Tiers
from mallops.rules.promotions import Promotion, Schedule, Selector

Lines = Mapping[str, int]
"""Units by SKU."""

_MARGINS = (100, 115, 150, 200)
"""By how many per cent of its amount a threshold is tried: other promotions come before it."""

_HOURS = 7 * 24


@frozen
class Priced:
    """A SKU that can be bought, and its own price in minor units."""

    sku: Sku
    price: int


def goods_of(compiled: Compiled) -> tuple[Priced, ...]:
    """All that can be bought, the cheapest first."""
    found = [
        Priced(sku, sku.price.minor)
        for sku in compiled.catalog.skus
        if sku.listing is Listing.LISTED and sku.price is not None and sku.price.minor
    ]
    return tuple(sorted(found, key=lambda each: (each.price, each.sku.sku)))


def opening_instant(promotion: Promotion, at: DateTime, timezone: str) -> DateTime | None:
    """The first instant from `at` on at which a promotion runs; None if there is none soon.

    Weekly hours are looked for a week ahead.
    """
    window = promotion.schedule.window
    if window.starts is not None and window.starts > at:
        at = window.starts
    if promotion.schedule == Schedule(window):
        return at if window.contains(at) else None
    for hours in range(_HOURS + 1):
        moment = at.add(hours=hours)
        if promotion.schedule.contains(moment, timezone):
            return moment
    return None


def shopper_of(promotion: Promotion) -> Shopper:
    """Somebody whom the promotion is for, and who is new only if that is asked."""
    audience = promotion.audience
    groups = frozenset(sorted(audience.groups)[:1])
    return Shopper(CUSTOMER, groups, first_order=audience.first_order)


def probes(
    compiled: Compiled, promotion: Promotion, goods: Sequence[Priced], at: DateTime, bounds: Bounds
) -> tuple[Cart, ...]:
    """Carts to which a promotion applies at an instant, those of the fewest units first."""
    shopper = shopper_of(promotion)
    coupons = (promotion.id,) if promotion.coupon else ()
    found: list[Cart] = []
    tried: set[tuple[tuple[str, int], ...]] = set()
    for per_cent in _MARGINS:
        for lines in _candidates(compiled, promotion, goods, bounds.units, per_cent):
            key = tuple(sorted(lines.items()))
            cart = cart_of(compiled, shopper, lines, coupons)
            if key not in tried and _applies(compiled, promotion, cart, at):
                found.append(cart)
            tried.add(key)
        if found:
            break
    return _varied(promotion, goods, found, bounds.carts)


def cart_of(
    compiled: Compiled, shopper: Shopper, lines: Lines, coupons: tuple[str, ...] = ()
) -> Cart:
    """A cart of so many units of each SKU, a line each, with a fee for every shop."""
    currency = compiled.rulebook.currency
    fee = Money(10 * 10**currency.exponent, currency)
    shops = sorted({compiled.skus[sku].shop for sku in lines})
    return Cart(
        shopper,
        tuple(Line(str(place), sku, lines[sku]) for place, sku in enumerate(sorted(lines), 1)),
        tuple(ShippingFee(shop, fee) for shop in shops),
        coupons,
    )


def extremes(goods: Sequence[Priced]) -> list[Priced]:
    """The cheapest, the dearest and one between, of goods by price."""
    places = dict.fromkeys((len(goods) - 1, 0, len(goods) // 2))
    return [goods[place] for place in places] if goods else []


def _varied(
    promotion: Promotion, goods: Sequence[Priced], carts: list[Cart], most: int
) -> tuple[Cart, ...]:
    """So many carts: one of more units than are taken, those of several goods, of several units."""
    pool = {each.sku.sku for each in _fitting(promotion.items, goods)}

    def is_over(cart: Cart) -> bool:
        units = sum(line.quantity for line in cart.lines if line.sku in pool)
        return promotion.at_most_units is not None and units > promotion.at_most_units

    over = next((cart for cart in sorted(carts, key=_units) if is_over(cart)), None)

    def turn(cart: Cart) -> tuple[bool, bool, bool, int]:
        return cart is not over, _units(cart) == 1, len(cart.lines) == 1, _units(cart)

    chosen = [_apart(promotion, cart) if cart is over else cart for cart in sorted(carts, key=turn)]
    # Of worlds that are alike the first is told: it is to be that of the fewest goods.
    return tuple(sorted(chosen[:most], key=_units))


def _apart(promotion: Promotion, cart: Cart) -> Cart:
    """The cart with as many units as are taken in a line of their own.

    Of one line the lowest units come back first, whichever were taken; of two either may.
    """
    most = promotion.at_most_units or 0
    parts = [
        evolve(line, quantity=count)
        for line in cart.lines
        for count in (min(line.quantity, most), line.quantity - most)
        if count > 0
    ]
    return evolve(cart, lines=tuple(evolve(each, id=str(i)) for i, each in enumerate(parts, 1)))


def _units(cart: Cart) -> int:
    return sum(line.quantity for line in cart.lines)


def _applies(compiled: Compiled, promotion: Promotion, cart: Cart, at: DateTime) -> bool:
    try:
        found = quote(compiled, cart, at)
    except InputError:
        return False
    return any(each.promotion == promotion.id for each in found.applied)


def _candidates(
    compiled: Compiled, promotion: Promotion, goods: Sequence[Priced], most: int, per_cent: int
) -> Iterator[Lines]:
    """Units that reach so much of what a promotion asks for, before others take something."""
    pool = _fitting(promotion.items, goods)
    asked = promotion.requires.items
    measured = pool if asked is None else _fitting(asked, goods)
    if not pool or not measured:
        return
    for amount, quantity in _thresholds(promotion):
        for lines in _reaching(measured, amount * per_cent // 100, quantity, promotion):
            for whole in _with_rest(promotion, pool, lines, goods, compiled):
                if sum(whole.values()) <= most:
                    yield whole


def _fitting(selector: Selector, goods: Sequence[Priced]) -> list[Priced]:
    return [each for each in goods if fits(selector, each.sku, each.price) != (False, False)]


def _thresholds(promotion: Promotion) -> list[tuple[int, int]]:
    """The amounts and quantities that are asked for: by `requires`, and by each tier."""
    requires, benefit = promotion.requires, promotion.benefit
    amount = requires.amount.minor if requires.amount is not None else 0
    quantity = max(requires.quantity or 1, requires.distinct or 1)
    match benefit:
        case NthUnit():
            quantity = max(quantity, benefit.n)
        case BundlePrice():
            quantity = max(quantity, benefit.size)
        case Tiers():
            steps = [
                (tier.amount.minor if tier.amount is not None else 0, tier.quantity or 1)
                for tier in benefit.tiers
            ]
            return [(max(amount, a), max(quantity, q)) for a, q in reversed(steps)]
        case _:
            pass
    every = getattr(benefit, "every", None)
    if every is not None:
        amount = max(amount, every.minor)
    return [(amount, quantity)]


def _reaching(
    pool: Sequence[Priced], amount: int, quantity: int, promotion: Promotion
) -> Iterator[dict[str, int]]:
    """As few units as reach an amount and a quantity: of one SKU, and of two."""
    distinct = promotion.requires.distinct or 1
    for each in extremes(pool):
        yield {each.sku.sku: max(quantity, -(-amount // each.price), 1)}
    cheapest = pool[0]
    for each in extremes(pool):
        if each is cheapest:
            continue
        # As many dear units as stay below it, and cheap ones up to it.
        dear = max(1, (amount - 1) // each.price) if amount else max(1, quantity - 1)
        rest = -(-max(0, amount - dear * each.price) // cheapest.price)
        yield {each.sku.sku: dear, cheapest.sku.sku: max(rest, quantity - dear, 1)}
    if promotion.at_most_units is not None:
        # One more than it takes: what it leaves may be what it takes once another is gone.
        for each in extremes(pool)[:2]:
            yield {each.sku.sku: max(quantity, promotion.at_most_units + 1)}
    if distinct > 1:
        yield {each.sku.sku: 1 for each in pool[-distinct:]}
        yield {each.sku.sku: 1 for each in pool[:distinct]}


def _with_rest(
    promotion: Promotion,
    pool: Sequence[Priced],
    lines: dict[str, int],
    goods: Sequence[Priced],
    compiled: Compiled,
) -> Iterator[Lines]:
    """The lines, and what the promotion takes, where that is something else than it measures."""
    names = {each.sku.sku for each in pool}
    benefit = promotion.benefit
    if isinstance(benefit, AddOn):
        if benefit.sku in {each.sku.sku for each in goods}:
            more = lines.get(benefit.sku, 0) + benefit.quantity
            yield {**lines, benefit.sku: more}
    elif names.isdisjoint(lines):
        for each in extremes(pool)[:2]:
            yield {**lines, each.sku.sku: 1}
    else:
        yield lines
        if sum(lines.values()) == 1 and len(goods) > 1:
            # Something beside it, which can come back alone.
            other = goods[0].sku.sku
            if other not in lines and compiled.skus[other].price is not None:
                yield {**lines, other: 1}
