"""What an order takes of promotions' limits."""

from __future__ import annotations

from mallops.aftersales.order import Order
from mallops.aftersales.returning import uses
from mallops.promotions.compiled import Compiled
from mallops.repositories import Take
from mallops.rules.promotions import Limits


def takes_of(compiled: Compiled, order: Order) -> tuple[Take, ...]:
    """A take of each promotion that the order applied and that has a limit, by id.

    Of the others nothing is counted: all orders of a festival would wait for one another, to
    count what nobody asks.
    """
    used = uses(order)
    limits = {name: compiled.rules[compiled.positions[name]].promotion.limits for name in used}
    return tuple(
        Take(name, used[name].total, used[name].spent, limits[name])
        for name in sorted(used)
        if limits[name] != Limits()
    )
