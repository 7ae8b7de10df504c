"""What the same goods cost whoever only buys and keeps: the measure of what a story saved."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product

from attrs import define, evolve, field, frozen
from pendulum import DateTime

from mallops.aftersales.order import Order
from mallops.aftersales.windows import settles_at
from mallops.cart import Cart, Line, MaxPoints
from mallops.loopholes.sequences.holdings import Holdings, held
from mallops.loopholes.sequences.tales import Setting, Tale, further, opened, order_of, told
from mallops.promotions.compiled import Compiled
from mallops.stories.model import Cancel, Look, PlaceOrder, Receive, SendBack, Step

_FEW = 2
"""Of so many coupons all subsets are tried."""


@frozen
class Outlay:
    """What a story cost in all but freight, in minor units, less what its gifts are worth.

    `whole` counts the coupons that were used up at their face value, `paid` does not.
    """

    whole: int
    paid: int


def outlay_of(before: Holdings, after: Holdings) -> Outlay:
    """What it cost to come from one to the other."""
    whole = before.wealth - after.wealth - after.gifts
    return Outlay(whole, whole - before.coupons + after.coupons)


@define
class Honesty:
    """What honest customers pay in one setting; what was worked out once is kept.

    An order's goods that are kept are bought, received and then left alone until a story's end.
    Of all ways the least is given, by each measure.
    """

    compiled: Compiled
    setting: Setting
    start: Holdings = field(init=False)
    known: dict[Hashable, tuple[Tale, ...]] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self.start = held(self.compiled, opened(self.compiled, self.setting))

    def of_these_goods(self, tale: Tale, goods: Mapping[str, int]) -> Outlay | None:
        """The least that exactly these goods of a story cost; None if nobody can order them so.

        They are bought in one order, at an instant at which the story ordered, with any of the
        coupons held at first and with or without points; or in the story's own orders, each
        without what was returned.
        """
        if not goods:
            return Outlay(0, 0)
        ordered = _ordered(tale)
        instants = tuple(dict.fromkeys(at for at, _ in ordered))
        spends = tuple(dict.fromkeys((0, *(deed.cart.points for _, deed in ordered))))
        key = (tuple(goods.items()), instants, spends)
        if key not in self.known:
            at_once = _in_one(self.setting, ordered[0][1].cart, goods, instants, spends)
            self.known[key] = self._told(at_once)
        own = self._of_steps(_in_their_own(tale))
        return self._least((*self.known[key], *own), tale.at)

    def of_own_orders(self, tale: Tale) -> Outlay | None:
        """What the goods cost in the story's own orders alone: the soonest worked out."""
        return self._least(self._of_steps(_in_their_own(tale)), tale.at)

    def of_keeping(self, tale: Tale) -> Outlay | None:
        """The least that a story costs whoever never sends anything back.

        Of each order as much is ever ordered as was left of it at some time; of one that came
        back whole, all or nothing. None if the story then goes otherwise.
        """
        changed = [placed.order for placed in tale.world.orders.values() if placed.order.returned]
        choices = [_left_at_times(tale, order) for order in changed]
        found = [
            each
            for chosen in product(*choices)
            for each in self._of_steps(_with_less(tale, dict(chosen)))
        ]
        return self._least(found, tale.at)

    def _of_steps(self, steps: tuple[Step, ...]) -> tuple[Tale, ...]:
        if steps not in self.known:
            self.known[steps] = self._told((steps,))
        return self.known[steps]

    def _told(self, stories: Iterable[Sequence[Step]]) -> tuple[Tale, ...]:
        """Those of the stories that can be told."""
        found = (told(self.compiled, self.setting, steps) for steps in stories)
        return tuple(each for each in found if each is not None)

    def _least(self, tales: Iterable[Tale], at: DateTime) -> Outlay | None:
        """The least that stories cost which are left alone until an instant."""
        found = [outlay for tale in tales for outlay in self._left_alone(tale, at)]
        if not found:
            return None
        return Outlay(min(each.whole for each in found), min(each.paid for each in found))

    def _left_alone(self, tale: Tale, at: DateTime) -> Iterator[Outlay]:
        """What a story costs at an instant, and at the one before at which its points settled."""
        yield self._at(tale, max(at, tale.at))
        moments = (
            settles_at(placed.order, self.compiled.rulebook)
            for placed in tale.world.orders.values()
        )
        settling = [moment for moment in moments if moment is not None and moment < at]
        # By the story's end they may have expired again.
        if settling and max(settling) > tale.at:
            yield self._at(tale, max(settling))

    def _at(self, tale: Tale, at: DateTime) -> Outlay:
        later = tale if at == tale.at else _waited(self.compiled, tale, at)
        return outlay_of(self.start, held(self.compiled, later))


def _waited(compiled: Compiled, tale: Tale, at: DateTime) -> Tale:
    waited = further(compiled, tale, [Step(at, Look(), next(iter(tale.world.accounts), ""))])
    assert waited is not None, "looking is never refused"
    return waited


def _ordered(tale: Tale) -> list[tuple[DateTime, PlaceOrder]]:
    """The orders as they were asked for: a quote bounds the points that a cart may use."""
    return [(step.at, step.deed) for step in tale.steps if isinstance(step.deed, PlaceOrder)]


def _in_one(
    setting: Setting,
    like: Cart,
    goods: Mapping[str, int],
    instants: Sequence[DateTime],
    spends: Sequence[int | MaxPoints],
) -> Iterator[list[Step]]:
    """One order of all the goods, in every way there is of paying for them."""
    lines = tuple(
        Line(str(number), sku, count) for number, (sku, count) in enumerate(goods.items(), 1)
    )
    for at in instants:
        for coupons in _subsets(setting, like.shopper.id):
            for points in spends:
                cart = evolve(like, lines=lines, coupons=coupons, points=points)
                yield _bought("o1", cart, at)


def _in_their_own(tale: Tale) -> tuple[Step, ...]:
    """The story's orders, each of what is kept of it alone."""
    steps: list[Step] = []
    ordered = _ordered(tale)
    for at, deed in ordered:
        cart = _kept_of(tale.world.orders[deed.id].order, deed.cart)
        if cart.lines:
            # Whoever buys nothing else is new with the first of these.
            shopper = cart.shopper if steps else ordered[0][1].cart.shopper
            steps += _bought(deed.id, evolve(cart, shopper=shopper), at)
    return tuple(steps)


def _kept_of(order: Order, cart: Cart) -> Cart:
    """The cart of what is kept of an order: it has no lines if nothing is."""
    gone = [line for line, _ in order.returned]
    left = [(line, line.quantity - gone.count(line.id)) for line in cart.lines]
    lines = tuple(evolve(line, quantity=count) for line, count in left if count)
    return evolve(cart, lines=lines, shipping=())


def _left_at_times(tale: Tale, order: Order) -> list[tuple[str, Cart]]:
    """The carts of what was left of an order, at first and after each of its returns."""
    [cart] = [deed.cart for _, deed in _ordered(tale) if deed.id == order.id]
    nothing = (order.id, evolve(cart, lines=(), shipping=()))
    if order.cancelled is not None:
        return [nothing]
    if order.returned == order.units:
        return [(order.id, cart), nothing]
    found = [(order.id, cart)]
    for step in tale.steps:
        if isinstance(step.deed, SendBack) and step.deed.order == order.id:
            gone = step.deed.units
            left = [(line, line.quantity - gone.get(line.id, 0)) for line in cart.lines]
            lines = tuple(evolve(line, quantity=count) for line, count in left if count)
            cart = evolve(cart, lines=lines, shipping=())
            found.append((order.id, cart))
    return found


def _with_less(tale: Tale, fewer: Mapping[str, Cart]) -> tuple[Step, ...]:
    """The steps of a story without its returns, in which some orders are of less, or of nothing."""
    steps: list[Step] = []
    for step in tale.steps:
        name = order_of(step)
        if isinstance(step.deed, SendBack | Cancel) or (name in fewer and not fewer[name].lines):
            continue
        if isinstance(step.deed, PlaceOrder) and name in fewer:
            steps.append(evolve(step, deed=PlaceOrder(name, fewer[name])))
        else:
            steps.append(step)
    return tuple(steps)


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
