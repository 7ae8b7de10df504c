"""What a customer may do next, as far as it can lead anywhere: orders, returns, waiting."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve
from pendulum import DateTime

from mallops.aftersales.order import Order
from mallops.aftersales.windows import settles_at, window_end
from mallops.cart import Cart, MaxPoints
from mallops.loopholes.sequences.bounds import Bounds
from mallops.loopholes.sequences.focus import Focus
from mallops.loopholes.sequences.keys import is_open
from mallops.loopholes.sequences.tales import CUSTOMER, OTHER, Tale
from mallops.points.drafting import Terms
from mallops.points.sweeping import balance as points_balance
from mallops.points.sweeping import next_due
from mallops.points.transfers import transferable
from mallops.promotions.compiled import Compiled
from mallops.rules.aftersales import GiftReturn
from mallops.stories.model import (
    Cancel,
    Look,
    Placed,
    PlaceOrder,
    Receive,
    SendBack,
    Step,
    Transfer,
    World,
)
from mallops.time import first_local_midnight_after

Move = tuple[Step, ...]
"""Steps that count as one: what comes back has been received."""


def moves(
    compiled: Compiled, focus: Focus, bounds: Bounds, tale: Tale, *, is_last: bool = False
) -> Iterator[Move]:
    """All moves from where a story stands; as the last one, no order that can bring nothing."""
    world, at = tale.world, tale.at
    ongoing = [placed for placed in world.orders.values() if is_open(compiled, world, placed, at)]
    for placed in ongoing:
        yield from _of_order(compiled, placed.order, at)
    if any(placed.order.settled is not None for placed in ongoing):
        yield from _given_away(compiled, world, at)
    for moment in _coming(compiled, focus, ongoing, world, at):
        yield (Step(moment, Look(), CUSTOMER),)
    idle = bool(world.orders) and is_last and _is_idle(world)
    if len(ongoing) < bounds.open_orders and not idle:
        for cart in _carts(compiled, focus, world, at):
            yield (Step(at, PlaceOrder(f"o{len(world.orders) + 1}", cart)),)


def _is_idle(world: World) -> bool:
    """Whether one more order is but an order: nothing that came back can be had again."""
    return not any(each.order.undone for each in world.orders.values())


def _of_order(compiled: Compiled, order: Order, at: DateTime) -> Iterator[Move]:
    received: Move = ()
    if order.received is None:
        received = (Step(at, Receive(order.id)),)
        yield received
        yield (Step(at, Cancel(order.id)),)
    gifts: tuple[str, ...] = ()
    if compiled.rulebook.after_sales.gift is GiftReturn.RETURN_OR_PAY:
        gifts = tuple(sorted({gift.sku for gift in order.quote.gifts}))
    for units in _choices(order):
        for kept in dict.fromkeys((gifts, ())):
            yield (*received, Step(at, SendBack(order.id, units, kept)))


def _given_away(compiled: Compiled, world: World, at: DateTime) -> Iterator[Move]:
    """All points that may be, to another account: an order that earned some may come back."""
    rules = compiled.rulebook.points
    if rules is None or not rules.transfer.allowed:
        return
    wallet, timezone = world.accounts[CUSTOMER].wallet, compiled.rulebook.timezone
    points = points_balance(wallet, at, Terms.of(compiled.rulebook)).available
    left = transferable(rules.transfer, at, timezone, wallet.counts)
    points = points if left is None else min(points, left)
    if points >= max(1, rules.transfer.at_least):
        yield (Step(at, Transfer(OTHER, points), CUSTOMER),)


def _choices(order: Order) -> Iterator[dict[str, int]]:
    """All that is left; or of one line all, all but one unit, or one unit."""
    left = {
        line.id: count
        for line in order.quote.lines
        if (count := len(line.units) - sum(gone == line.id for gone, _ in order.returned))
    }
    if not left:
        return
    yield left
    for line, count in left.items():
        if len(left) > 1:
            yield {line: count}
        for some in sorted({1, count - 1} - {0, count}):
            yield {line: some}


def _carts(compiled: Compiled, focus: Focus, world: World, at: DateTime) -> Iterator[Cart]:
    """The carts of the focus, with all coupons that are held, and with points and without."""
    account = world.accounts.get(CUSTOMER)
    is_new = all(placed.order.cancelled is not None for placed in world.orders.values())
    held: tuple[str, ...] = ()
    points: tuple[int | MaxPoints, ...] = (0,)
    if account is not None:
        held = tuple(name for name in dict.fromkeys(account.coupons) if name in compiled.positions)
        terms, rules = Terms.of(compiled.rulebook), compiled.rulebook.points
        if rules is not None:
            available = points_balance(account.wallet, at, terms).available
            points = (0, "max") if available >= rules.step else (0,)
    for cart in focus.later if world.orders else focus.carts:
        shopper = evolve(cart.shopper, first_order=cart.shopper.first_order and is_new)
        for spent in points:
            yield evolve(cart, shopper=shopper, coupons=held, points=spent)


def _coming(
    compiled: Compiled, focus: Focus, ongoing: list[Placed], world: World, at: DateTime
) -> list[DateTime]:
    """The next instant of each sort at which something happens by itself."""
    rulebook = compiled.rulebook
    orders = [placed.order for placed in ongoing]
    settling = [settles_at(order, rulebook) for order in orders if order.settled is None]
    closing = [window_end(order, rulebook) for order in orders]
    expiring = [next_due(account.wallet) for account in world.accounts.values()]
    sorts: list[list[DateTime | None]] = [settling, closing, expiring, list(focus.edges)]
    earn = rulebook.earn
    daily = focus.weekly or (earn is not None and earn.at_most_per_day is not None)
    if daily and world.orders:
        sorts.append([first_local_midnight_after(at, rulebook.timezone)])
    coming = [
        min((moment for moment in sort if moment is not None and moment > at), default=None)
        for sort in sorts
    ]
    return sorted({moment for moment in coming if moment is not None})
