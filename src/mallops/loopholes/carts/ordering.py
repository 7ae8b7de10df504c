"""Carts ordered one after another: a story, and what each order comes to."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from mallops.loopholes.carts.stock import Stock
from mallops.loopholes.carts.till import Counts, Visit, cart_of
from mallops.loopholes.model import Witness
from mallops.promotions.quote import Quote
from mallops.stories.model import Opening, PlaceOrder, Step
from mallops.stories.playing import begin, play


def ordered(
    stock: Stock, visit: Visit, orders: Sequence[Counts]
) -> tuple[Witness, tuple[Quote, ...]]:
    """Orders of one shopper at one instant, each with the coupons that are still there."""
    visitor = visit.visitor
    opening = {visitor.shopper.id: Opening(coupons=visitor.coupons)}
    world = begin(stock.compiled, opening, visit.at)
    steps: list[Step] = []
    quotes: list[Quote] = []
    for number, counts in enumerate(orders, 1):
        held = world.accounts[visitor.shopper.id].coupons
        cart = cart_of(stock, evolve(visitor, coupons=held), counts)
        step = Step(visit.at, PlaceOrder(f"order {number}", cart))
        world, found = play(stock.compiled, world, step)
        assert isinstance(found, Quote), "the shopper has all that the carts name"
        steps.append(step)
        quotes.append(found)
    return Witness(tuple(steps), opening), tuple(quotes)
