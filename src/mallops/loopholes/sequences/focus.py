"""What one search is about: a promotion, or points, with the carts and coupons that bear on it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence

from attrs import evolve, frozen
from pendulum import DateTime

from mallops.cart import Cart, Shopper
from mallops.loopholes.sequences.bounds import Bounds
from mallops.loopholes.sequences.choosing import chosen
from mallops.loopholes.sequences.probes import (
    Priced,
    cart_of,
    extremes,
    goods_of,
    opening_instant,
    probes,
    shopper_of,
)
from mallops.loopholes.sequences.tales import CUSTOMER, Setting
from mallops.promotions.compiled import Compiled
from mallops.rules.benefits import Reward
from mallops.rules.kinds import benefits_in
from mallops.rules.promotions import Limits, Promotion, Schedule
from mallops.stories.model import Opening
from mallops.stories.wealth import face_value, worth_of

POINTS = "points"


@frozen
class Focus:
    """A search's goods and beginning. Its carts have no coupons and use no points.

    `carts` are for the first order, `later` for those after it: none where one order tells all,
    because its promotion leaves a later order nothing. `edges` are the instants at which its
    promotions open or close, `weekly` whether some of them have hours.
    """

    name: str
    setting: Setting
    carts: tuple[Cart, ...]
    later: tuple[Cart, ...]
    edges: tuple[DateTime, ...] = ()
    weekly: bool = False


def focuses(compiled: Compiled, at: DateTime, bounds: Bounds) -> Iterator[Focus]:
    """Those for points, with none and with some, then one for each promotion that is chosen."""
    goods = goods_of(compiled)
    if not goods:
        return
    yield from _of_points(compiled, goods, at, bounds)
    seen: set[Hashable] = set()
    for promotion in chosen(running(compiled, at), bounds.promotions):
        found = _of_promotion(compiled, promotion, goods, at, bounds)
        if found is None:
            continue
        opening = tuple(found.setting.opening.items())
        carts = frozenset(found.carts), frozenset(found.later)
        key = (found.setting.at, opening, carts, found.edges, found.weekly)
        # What reaches one threshold may reach another: the engine applies both.
        if key not in seen:
            seen.add(key)
            yield found


def running(compiled: Compiled, at: DateTime) -> tuple[Promotion, ...]:
    """The promotions that run at an instant, or soon after it."""
    timezone = compiled.rulebook.timezone
    return tuple(
        each
        for each in compiled.rulebook.promotions
        if each.active and opening_instant(each, at, timezone) is not None
    )


def _of_points(
    compiled: Compiled, goods: Sequence[Priced], at: DateTime, bounds: Bounds
) -> Iterator[Focus]:
    """Plain orders of cheap and of dear goods, by somebody without points, or with some."""
    shopper = Shopper(CUSTOMER, _best_group(compiled), first_order=True)
    worth = worth_of(compiled)
    points = goods[-1].price * worth.points // worth.money.minor // 2
    carts = [cart_of(compiled, shopper, {each.sku.sku: 1}) for each in extremes(goods)[:2]]
    carts += _earning_a_step(compiled, goods, shopper, bounds)
    all_of_them = tuple(dict.fromkeys(carts))
    yield Focus(POINTS, Setting(at), all_of_them, all_of_them)
    if compiled.rulebook.points is not None and points:
        setting = Setting(at, {CUSTOMER: Opening(points)})
        yield Focus(POINTS, setting, all_of_them, all_of_them)


def _best_group(compiled: Compiled) -> frozenset[str]:
    earn = compiled.rulebook.earn
    if earn is None or not earn.groups:
        return frozenset()
    best = max(sorted(earn.groups), key=lambda group: earn.groups[group])
    return frozenset({best})


def _earning_a_step(
    compiled: Compiled, goods: Sequence[Priced], shopper: Shopper, bounds: Bounds
) -> Iterator[Cart]:
    """Enough of the dearest goods to earn as many points as can be spent at once."""
    rules = compiled.rulebook.points
    if rules is None or rules.earn is None or not rules.earn.points:
        return
    dearest, earn = goods[-1], rules.earn
    needed = -(-rules.step // earn.points) * earn.per.minor
    count = -(-needed // dearest.price)
    if 1 < count <= bounds.units:
        yield cart_of(compiled, shopper, {dearest.sku.sku: count})


def _of_promotion(
    compiled: Compiled,
    promotion: Promotion,
    goods: Sequence[Priced],
    at: DateTime,
    bounds: Bounds,
) -> Focus | None:
    opens = opening_instant(promotion, at, compiled.rulebook.timezone)
    assert opens is not None, "it was chosen of those that run"
    found = probes(compiled, promotion, goods, opens, bounds)
    if not found:
        return None
    shopper = shopper_of(promotion)
    granted = _granted(compiled, promotion)
    plain = cart_of(compiled, shopper, {goods[-1].sku.sku: 1})
    later: list[Cart] = []
    if _leaves_something(compiled, promotion):
        later = [*found[:1], *_spending(compiled, granted, goods, opens, bounds, shopper), plain]
    coupons = (promotion.id,) if promotion.coupon else ()
    opening = {CUSTOMER: Opening(0, coupons)} if coupons else {}
    related = (promotion, *granted)
    return Focus(
        promotion.id,
        Setting(opens, opening),
        _bare((*found, plain)),
        _bare(later),
        tuple(sorted({edge for each in related for edge in _edges(each) if edge > opens})),
        any(each.schedule != Schedule(each.schedule.window) for each in related),
    )


def _bare(carts: Iterable[Cart]) -> tuple[Cart, ...]:
    return tuple(dict.fromkeys(evolve(cart, coupons=()) for cart in carts))


def _leaves_something(compiled: Compiled, promotion: Promotion) -> bool:
    """Whether an order with a promotion has to do with what a later one may have.

    That is so by its limits, by what it rewards with, and by a coupon that comes back and whose
    worth nobody can tell. What somebody has of a coupon's worth is told without a second order.
    """
    if promotion.limits != Limits():
        return True
    if promotion.coupon and face_value(compiled, promotion.id) is None:
        return True
    return any(isinstance(each, Reward) for _, each in benefits_in(promotion.benefit, "$"))


def coupons_of(promotion: Promotion) -> list[str]:
    """The ids of the coupons that a promotion rewards with."""
    return [
        benefit.coupon
        for _, benefit in benefits_in(promotion.benefit, "$")
        if isinstance(benefit, Reward) and benefit.coupon is not None
    ]


def _granted(compiled: Compiled, promotion: Promotion) -> list[Promotion]:
    """The coupons that a promotion rewards with, as far as the rulebook knows them."""
    names = coupons_of(promotion)
    places = [compiled.positions[name] for name in names if name in compiled.positions]
    return [compiled.rules[place].promotion for place in places]


def _spending(
    compiled: Compiled,
    coupons: Sequence[Promotion],
    goods: Sequence[Priced],
    at: DateTime,
    bounds: Bounds,
    shopper: Shopper,
) -> Iterator[Cart]:
    """For each coupon that is granted, a cart to spend it on."""
    for promotion in coupons:
        for cart in probes(compiled, promotion, goods, at, bounds)[:1]:
            yield evolve(cart, shopper=shopper)


def _edges(promotion: Promotion) -> list[DateTime]:
    window = promotion.schedule.window
    return [edge for edge in (window.starts, window.ends) if edge is not None]
