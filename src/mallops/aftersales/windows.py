"""Until when goods can be returned, and when earned points settle."""

from __future__ import annotations

from typing import assert_never

from pendulum import DateTime

from mallops.aftersales.order import Order
from mallops.rules.book import Rulebook
from mallops.rules.points import Settles
from mallops.time import first_local_midnight_after


def window_end(order: Order, rulebook: Rulebook) -> DateTime | None:
    """The instant from which on nothing is returned; None while the order is not received.

    It is the first local midnight strictly after receipt, plus the policy's days.
    """
    if order.received is None:
        return None
    days = rulebook.after_sales.window_days
    return first_local_midnight_after(order.received, rulebook.timezone, days)


def settles_at(order: Order, rulebook: Rulebook) -> DateTime | None:
    """When its earned points, and its rewards, become the customer's; None: not known yet."""
    if order.cancelled is not None:
        return None
    earn = rulebook.earn
    settles = earn.settles if earn is not None else Settles.WINDOW_CLOSED
    match settles:
        case Settles.PAID:
            return order.quote.at
        case Settles.RECEIVED:
            return order.received
        case Settles.WINDOW_CLOSED:
            return window_end(order, rulebook)
        case _:
            assert_never(settles)
