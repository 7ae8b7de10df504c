"""What the same goods cost whoever only buys and keeps: the measure of what a story saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from attrs import evolve
from pendulum import DateTime

from mallops.aftersales.windows import settles_at
from mallops.cart import Cart, Line
from mallops.loopholes.sequences.holdings import held
from mallops.loopholes.sequences.tales import Setting, Tale, further, opened, told
from mallops.promotions.compiled import Compiled
from mallops.stories.model import Look, PlaceOrder, Receive, SendBack, Step

_FEW = 2
"""Of so many coupons all subsets are tried."""


def outlay(compiled: Compiled, tale: Tale) -> int:
    """What a story cost in all but freight, in minor units, less what its gifts are worth."""
    before, after = held(compiled, opened(compiled, tale.setting)), held(compiled, tale)
    return before.wealth - after.wealth - after.gifts


def honest_outlay(compiled: Compiled, tale: Tale) -> int | None:
    """The least that the goods a story keeps cost in honest orders of exactly these goods.

    They are bought in one order, at an instant at which the story ordered, with any of the
    coupons held and with or without points; or in the story's own orders, each without what was
    returned. Each is received at once and then left alone until the story's end. None where
    nobody can order them so.
    """
    goods = held(compiled, tale).bought
    if not goods:
        return 0
    found = [
        _left_alone(compiled, orders, tale.at)
        for orders in (*_in_one(tale, goods), _in_their_own(tale))
        for orders in [told(compiled, tale.setting, orders)]
        if orders is not None
    ]
    return min(found, default=None)


def without_returns(compiled: Compiled, tale: Tale) -> int | None:
    """What the story costs if nothing is ever sent back; None if it then goes otherwise."""
    steps = [step for step in tale.steps if not isinstance(step.deed, SendBack)]
    found = told(compiled, tale.setting, steps)
    return None if found is None else _left_alone(compiled, found, tale.at)


def _left_alone(compiled: Compiled, tale: Tale, at: DateTime) -> int:
    """The least that a story costs once its points have settled, or at the instant given."""
    found = outlay(compiled, _waited(compiled, tale, max(at, tale.at)))
    settling = [
        moment
        for placed in tale.world.orders.values()
        if (moment := settles_at(placed.order, compiled.rulebook)) is not None and moment < at
    ]
    if settling and max(settling) > tale.at:
        found = min(found, outlay(compiled, _waited(compiled, tale, max(settling))))
    return found


def _waited(compiled: Compiled, tale: Tale, at: DateTime) -> Tale:
    waited = further(compiled, tale, [Step(at, Look(), next(iter(tale.world.accounts), ""))])
    assert waited is not None, "looking is never refused"
    return waited


def _in_one(tale: Tale, goods: Mapping[str, int]) -> Iterator[list[Step]]:
    """One order of all the goods, in every way there is of paying for them."""
    carts = _carts_of(tale)
    lines = tuple(
        Line(str(number), sku, count) for number, (sku, count) in enumerate(sorted(goods.items()), 1)
    )
    first = carts[0][1].shopper
    for at in dict.fromkeys(at for at, _ in carts):
        for coupons in _subsets(tale.setting, first.id):
            for points in dict.fromkeys((0, *(cart.points for _, cart in carts))):
                cart = evolve(
                    carts[0][1], shopper=first, lines=lines, coupons=coupons, points=points
                )
                yield _bought("o1", cart, at)


def _in_their_own(tale: Tale) -> list[Step]:
    """The story's orders, each of what is kept of it alone."""
    steps: list[Step] = []
    shoppers = [cart.shopper for cart in tale.carts]
    for placed in tale.world.orders.values():
        order = placed.order
        gone = [line for line, _ in order.returned]
        lines = tuple(
            evolve(line, quantity=line.quantity - gone.count(line.id))
            for line in order.cart.lines
            if line.quantity > gone.count(line.id)
        )
        if lines and order.cancelled is None:
            # Whoever buys nothing else is new with the first of these.
            shopper = order.cart.shopper if steps else shoppers[0]
            cart = evolve(order.cart, lines=lines, shopper=shopper)
            steps += _bought(order.id, cart, order.quote.at)
    return steps


def _carts_of(tale: Tale) -> list[tuple[DateTime, Cart]]:
    return [
        (step.at, step.deed.cart) for step in tale.steps if isinstance(step.deed, PlaceOrder)
    ]


def _bought(name: str, cart: Cart, at: DateTime) -> list[Step]:
    # Freight is no part of what is compared, and a shop that sends nothing has no fee.
    return [Step(at, PlaceOrder(name, evolve(cart, shipping=()))), Step(at, Receive(name))]


def _subsets(setting: Setting, customer: str) -> Iterator[tuple[str, ...]]:
    given = setting.opening.get(customer)
    coupons = tuple(dict.fromkeys(given.coupons)) if given is not None else ()
    if len(coupons) <= _FEW:
        for count in range(len(coupons) + 1):
            yield from combinations(coupons, count)
    else:
        yield ()
        yield from ((coupon,) for coupon in coupons)
        yield coupons
