"""An exchange: a return and a sale, and who pays the difference."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from attrs import evolve, frozen
from pendulum import DateTime

from mallops.aftersales.order import Order
from mallops.aftersales.quoting import RefundQuote, refund_quote
from mallops.aftersales.returning import Return
from mallops.aftersales.standing import Stated
from mallops.cart import Cart, Usage
from mallops.findings import Refusal
from mallops.money import Money
from mallops.promotions.compiled import Compiled
from mallops.promotions.engine import quote
from mallops.promotions.quote import Quote


@frozen
class Exchange:
    """A return and a sale at one instant, each under its own rulebook.

    `difference` is what the replacement costs more than is refunded: above zero the customer
    pays it, below zero the customer is paid. `points` is the same in points: those that the
    replacement uses less those that come back.
    """

    refund: RefundQuote
    returned: Return
    sale: Quote
    difference: Money
    points: int


def exchange(
    compiled: Compiled,
    order: Order,
    units: Mapping[str, int],
    at: DateTime,
    current: Compiled,
    replacement: Cart,
    usage: Mapping[str, Usage] | None = None,
    kept_gifts: Collection[str] = (),
    stated: Stated | None = None,
) -> Exchange | Refusal:
    """Units of an order for a cart of other goods, both at `at`.

    The units are refunded under `compiled`, the rulebook that priced the order, the cart is
    quoted under `current`. `usage` is what is gone of the limits of `current` before it; what
    the return gives back of it is free again, where both are versions of one rulebook.
    Refused, and raises, as `return_units` does for the units; raises as `quote` does for the
    cart, and `CurrencyMismatch` where the rulebooks have two currencies. Nothing is changed:
    carry it out by `returned.order` and a new order of `sale`.
    """
    refund = refund_quote(compiled, order, units, at, kept_gifts, stated)
    if isinstance(refund.found, Refusal):
        return refund.found
    returned = refund.found
    of_one_book = current.rulebook.id == compiled.rulebook.id
    free = _given_back(usage or {}, returned.usage) if of_one_book else usage
    sale = quote(current, replacement, at, free)
    return Exchange(
        refund=refund,
        returned=returned,
        sale=sale,
        difference=sale.payable - returned.refund,
        points=sale.points_used - returned.points_returned,
    )


def _given_back(usage: Mapping[str, Usage], free: Mapping[str, Usage]) -> Mapping[str, Usage]:
    """What is gone of limits once so much of it has come back."""
    return {
        promotion: _less(used, free[promotion]) if promotion in free else used
        for promotion, used in usage.items()
    }


def _less(used: Usage, free: Usage) -> Usage:
    spent = used.spent
    if spent is not None and free.spent is not None:
        spent = max(spent - free.spent, Money.zero(spent.currency))
    return evolve(
        used,
        total=max(0, used.total - free.total),
        customer=max(0, used.customer - free.customer),
        spent=spent,
    )
