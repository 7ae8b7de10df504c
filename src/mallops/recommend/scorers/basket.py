"""What is often bought together with what is in the cart."""

from __future__ import annotations

from collections.abc import Collection

from mallops.errors import InputError, Problem
from mallops.recommend.likeness import ALIKE
from mallops.recommend.scored import Part, Scored
from mallops.recommend.scorers.grid import best
from mallops.recommend.scorers.neighbours import Near, because, near_to
from mallops.recommend.state import State

__all__ = ["bought_together"]


def bought_together(state: State, cart: Collection[str]) -> tuple[Scored, ...]:
    """The SKUs that are near to those of a cart by the orders that took both, but those in it.

    Each part says which SKUs of the cart it is for. Raises `InputError` for a state whose
    settings have no likeness by orders.
    """
    links = state.order_links
    if links is None:
        raise InputError([Problem("$.settings.orders", "nothing", "a likeness by orders")])
    there = dict.fromkeys(sorted(cart), 1)
    rows = {sku: Near.of(links.row(sku)) for sku in there}
    amounts = {
        sku: nearness / ALIKE for sku, nearness in near_to(rows, there).items() if sku not in there
    }
    shares = because(rows, there, amounts)
    return best(
        Scored(sku, (Part("basket", amount, shares[sku]),)) for sku, amount in amounts.items()
    )
