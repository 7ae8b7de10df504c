"""Which worlds are the same to a customer who wants more: ids and past instants play no part.

Two worlds with one key differ in nothing that a later step depends on but the money in the
accounts, and the one with more of it is the better for whoever is looking for a loophole. What
is still to come, the end of a return window or of a lot, is told by how far off it is.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping

from pendulum import DateTime

from mallops.aftersales.windows import window_end
from mallops.points.wallet import Take, Wallet
from mallops.promotions.compiled import Compiled
from mallops.rules.promotions import Limits
from mallops.stories.model import Placed, World


def key_of(compiled: Compiled, world: World, at: DateTime, *, timed: bool) -> Hashable:
    """What there is to know of a world at an instant, but for the money in its accounts.

    `timed` tells that the rules are not the same at all instants, so that the instant counts.
    """
    names = {
        name: _order(compiled, placed, at)
        for name, placed in world.orders.items()
        if is_open(compiled, world, placed, at)
    }
    accounts = tuple(
        (
            customer,
            account.coupons,
            tuple(sorted((sku, count) for sku, count in account.units.items() if count)),
            _wallet(account.wallet, names, at),
        )
        for customer, account in sorted(world.accounts.items())
    )
    return (
        _in_turn(names.values()),
        accounts,
        _used(compiled, world),
        tuple(sorted(world.campaigns.items())),
        _left_behind(compiled, world, at),
        any(map(_has_travelled_free, world.orders.values())),
        at if timed else None,
    )


def is_open(compiled: Compiled, world: World, placed: Placed, at: DateTime) -> bool:
    """Whether anything can still become of an order: it can come back, or its points settle."""
    order = placed.order
    if order.cancelled is not None:
        return False
    if order.returned == order.units:
        return order.id in world.accounts[placed.customer].wallet.pending
    if order.settled is None:
        return True
    ends = window_end(order, compiled.rulebook)
    return ends is None or at < ends


def _order(compiled: Compiled, placed: Placed, at: DateTime) -> Hashable:
    order = placed.order
    ends = window_end(order, compiled.rulebook)
    return (
        placed.customer,
        order.cart.lines,
        order.cart.shopper.first_order,
        order.quote.goods.minor,
        order.quote.shipping.minor,
        order.quote.points_used,
        tuple((each.promotion, each.discount.minor) for each in order.quote.applied),
        order.earned.points,
        order.shipped is not None,
        None if ends is None else (ends - at).total_seconds(),
        order.settled is not None,
        tuple(sorted(order.returned)),
        order.refunded_goods,
        order.points_returned,
        order.points_taken,
        order.owed,
        tuple(sorted(order.gone_gifts.items())),
        tuple(sorted(order.undone)),
        order.granted,
    )


def _used(compiled: Compiled, world: World) -> Hashable:
    """What is gone of limits, where there are any."""
    limited = [name for name in world.used if limits_of(compiled, name) != Limits()]
    of_all = [
        (name, used.total, used.spent.minor if used.spent is not None else 0)
        for name in limited
        for used in [world.used[name]]
        if used.total or used.spent
    ]
    by_customer = [each for each in world.used_by.items() if each[1] and each[0][1] in limited]
    return tuple(sorted(of_all)), tuple(sorted(by_customer))


def limits_of(compiled: Compiled, promotion: str) -> Limits:
    """The limits of a promotion; none where the rulebook does not know it."""
    place = compiled.positions.get(promotion)
    return Limits() if place is None else compiled.rules[place].promotion.limits


def _left_behind(compiled: Compiled, world: World, at: DateTime) -> Hashable:
    """Of orders that are over: gifts that are left of promotions whose use was given back."""
    return tuple(
        sorted(
            (placed.customer, gift.promotion, order.owed)
            for placed in world.orders.values()
            for order in [placed.order]
            if order.undone and order.cancelled is None and not is_open(compiled, world, placed, at)
            for gift in order.quote.gifts
            if gift.promotion in order.undone
            and gift.quantity > order.gone_gifts.get((gift.promotion, gift.sku), 0)
        )
    )


def _has_travelled_free(placed: Placed) -> bool:
    return placed.order.received is not None and placed.order.refunded_shipping > 0


def _wallet(wallet: Wallet, names: Mapping[str, Hashable], at: DateTime) -> Hashable:
    def lot(name: str) -> Hashable:
        found = wallet.lots[name]
        end = wallet.end_of(found)
        left = None if end is None else (end - at).total_seconds()
        return left, found.revived, names.get(found.order)

    def taken(takes: tuple[Take, ...]) -> Hashable:
        return tuple((lot(take.lot), take.points) for take in takes)

    return (
        _in_turn((lot(name), count) for name, count in wallet.available.items()),
        _in_turn((names.get(o), count) for o, count in wallet.pending.items()),
        _in_turn((names[o], taken(takes)) for o, takes in wallet.redeemed.items() if o in names),
        wallet.debt,
        tuple(sorted((name, count.period, count.value) for name, count in wallet.counts.items())),
    )


def _in_turn(parts: Iterable[Hashable]) -> Hashable:
    """The parts in an order that does not depend on the one in which they came."""
    found = tuple(parts)
    # What stands alone is most of it, and is not written out to be compared.
    return found if len(found) < 2 else tuple(sorted(found, key=repr))
