"""Which worlds are the same to a customer who wants more: ids and past instants play no part.

Two worlds with one key differ in nothing that a later step depends on but the money in the
accounts, and the one with more of it is the better for whoever is looking for a loophole. What
is still to come, the end of a return window or of a lot, is told by how far off it is.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from pendulum import DateTime

from mallops.aftersales.order import Order
from mallops.aftersales.windows import window_end
from mallops.points.wallet import Take, Wallet
from mallops.promotions.compiled import Compiled
from mallops.stories.model import Placed, World


def key_of(compiled: Compiled, world: World, at: DateTime, *, timed: bool) -> Hashable:
    """What there is to know of a world at an instant, but for the money in its accounts.

    `timed` tells that the rules are not the same at all instants, so that the instant counts.
    """
    names = {
        name: _order(compiled, placed, at)
        for name, placed in world.orders.items()
        if is_open(compiled, placed.order, at)
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
        tuple(sorted(names.values(), key=repr)),
        accounts,
        tuple(sorted((name, used.total, used.spent) for name, used in world.used.items())),
        tuple(sorted(world.used_by.items())),
        tuple(sorted(world.campaigns.items())),
        _left_behind(compiled, world, at),
        at if timed else None,
    )


def is_open(compiled: Compiled, order: Order, at: DateTime) -> bool:
    """Whether anything can still become of an order: it can come back, or its points settle."""
    if order.cancelled is not None:
        return False
    if order.settled is None:
        return True
    if order.returned == order.units:
        return False
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


def _left_behind(compiled: Compiled, world: World, at: DateTime) -> Hashable:
    """Of orders that are over: what of their promotions' limits came back, and is still owed."""
    return tuple(
        sorted(
            (tuple(sorted(order.undone)), tuple(sorted(order.gone_gifts.items())), order.owed)
            for placed in world.orders.values()
            for order in [placed.order]
            if order.cancelled is None and not is_open(compiled, order, at) and order.undone
        )
    )


def _wallet(wallet: Wallet, names: Mapping[str, Hashable], at: DateTime) -> Hashable:
    def lot(name: str) -> Hashable:
        found = wallet.lots[name]
        end = wallet.end_of(found)
        left = None if end is None else (end - at).total_seconds()
        return left, found.revived, names.get(found.order)

    def taken(takes: tuple[Take, ...]) -> Hashable:
        return tuple((lot(take.lot), take.points) for take in takes)

    return (
        tuple(sorted(((lot(name), count) for name, count in wallet.available.items()), key=repr)),
        tuple(sorted(((names.get(o), count) for o, count in wallet.pending.items()), key=repr)),
        tuple(
            sorted(
                ((names[o], taken(takes)) for o, takes in wallet.redeemed.items() if o in names),
                key=repr,
            )
        ),
        wallet.debt,
        tuple(sorted((name, count.period, count.value) for name, count in wallet.counts.items())),
    )
