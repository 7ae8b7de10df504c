"""Stories that pay, looked for by trying everything: to judge the search that does not.

Nothing is left out and nothing is remembered: every cart with every choice of coupons and of
points, every set of units, orders that are over as well as those under way. It takes minutes
where `mallops.loopholes.sequences` takes seconds, so keep it to two or three moves.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations, product

from attrs import evolve
from pendulum import DateTime

from mallops.aftersales.order import Order
from mallops.aftersales.windows import settles_at, window_end
from mallops.cart import Cart
from mallops.loopholes.sequences.focus import Focus
from mallops.loopholes.sequences.tales import CUSTOMER, OTHER, Tale, further, opened
from mallops.loopholes.sequences.verdicts import verdicts
from mallops.points.drafting import Terms
from mallops.points.sweeping import balance, next_due
from mallops.promotions.compiled import Compiled
from mallops.stories.model import Cancel, Look, PlaceOrder, Receive, SendBack, Step, Transfer
from mallops.time import first_local_midnight_after


def naive_stories(compiled: Compiled, focus: Focus, depth: int) -> dict[str, int]:
    """The codes of all that is wrong with stories of so many moves, and after how many first."""
    found: dict[str, int] = {}
    tales = [opened(compiled, focus.setting)]
    for length in range(1, depth + 1):
        tales = [
            after
            for tale in tales
            for move in _moves(compiled, focus, tale)
            if (after := further(compiled, tale, move)) is not None
        ]
        for tale in tales:
            for verdict in verdicts(compiled, tale):
                found.setdefault(verdict.code, length)
    return found


def _moves(compiled: Compiled, focus: Focus, tale: Tale) -> Iterator[tuple[Step, ...]]:
    at, world = tale.at, tale.world
    for name, placed in world.orders.items():
        yield (Step(at, Receive(name)),)
        yield (Step(at, Cancel(name)),)
        gifts = tuple(sorted({gift.sku for gift in placed.order.quote.gifts}))
        received = (Step(at, Receive(name)),)
        for units in _some_units(placed.order):
            for kept in dict.fromkeys(((), gifts)):
                yield (*received, Step(at, SendBack(name, units, kept)))
    for giver, to in ((CUSTOMER, OTHER), (OTHER, CUSTOMER)):
        if giver in world.accounts:
            terms = Terms.of(compiled.rulebook)
            points = balance(world.accounts[giver].wallet, at, terms).available
            for some in {1, points // 2, points} - {0}:
                yield (Step(at, Transfer(to, some), giver),)
    for moment in _instants(compiled, focus, tale):
        yield (Step(moment, Look(), CUSTOMER),)
    for cart in _carts(focus, tale):
        yield (Step(at, PlaceOrder(f"o{len(world.orders) + 1}", cart)),)


def _some_units(order: Order) -> Iterator[dict[str, int]]:
    lines = [(line.id, len(line.units)) for line in order.quote.lines]
    for counts in product(*(range(count + 1) for _, count in lines)):
        if any(counts):
            yield {line: n for (line, _), n in zip(lines, counts, strict=True) if n}


def _carts(focus: Focus, tale: Tale) -> Iterator[Cart]:
    world = tale.world
    account = world.accounts.get(CUSTOMER)
    held = tuple(dict.fromkeys(account.coupons)) if account is not None else ()
    is_new = all(placed.order.cancelled is not None for placed in world.orders.values())
    for cart in focus.later if world.orders else focus.carts:
        shopper = evolve(cart.shopper, first_order=cart.shopper.first_order and is_new)
        subsets = chain.from_iterable(combinations(held, n) for n in range(len(held) + 1))
        for coupons in subsets:
            yield evolve(cart, shopper=shopper, coupons=coupons, points=0)
            yield evolve(cart, shopper=shopper, coupons=coupons, points="max")


def _instants(compiled: Compiled, focus: Focus, tale: Tale) -> set[DateTime]:
    rulebook, world = compiled.rulebook, tale.world
    found: list[DateTime | None] = [*focus.edges]
    for placed in world.orders.values():
        found += [settles_at(placed.order, rulebook), window_end(placed.order, rulebook)]
    found += [next_due(account.wallet) for account in world.accounts.values()]
    found.append(first_local_midnight_after(tale.at, rulebook.timezone))
    return {moment for moment in found if moment is not None and moment > tale.at}
