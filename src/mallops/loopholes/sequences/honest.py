"""What the same goods cost whoever only buys and keeps: the measure of what a story saved."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from attrs import define, evolve, field
from pendulum import DateTime

from mallops.aftersales.order import Order
from mallops.aftersales.windows import settles_at
from mallops.cart import Cart, Line, MaxPoints
from mallops.loopholes.sequences.holdings import held
from mallops.loopholes.sequences.tales import Setting, Tale, further, opened, order_of, told
from mallops.promotions.compiled import Compiled
from mallops.stories.model import Cancel, Look, PlaceOrder, Receive, SendBack, Step

_FEW = 2
"""Of so many coupons all subsets are tried."""


def outlay(compiled: Compiled, tale: Tale) -> int:
    """What a story cost in all but freight, in minor units, less what its gifts are worth."""
    before, after = held(compiled, opened(compiled, tale.setting)), held(compiled, tale)
    return before.wealth - after.wealth - after.gifts


@define
class Honesty:
    """What honest customers pay in one setting; what was worked out once is kept.

    An order's goods that are kept are bought, received and then left alone until a story's end.
    """

    compiled: Compiled
    setting: Setting
    known: dict[Hashable, int | None] = field(factory=dict)

    def of_these_goods(self, tale: Tale, goods: Mapping[str, int]) -> int | None:
        """The least that exactly these goods of a story cost; None if nobody can order them so.

        They are bought in one order, at an instant at which the story ordered, with any of the
        coupons held at first and with or without points; or in the story's own orders, each
        without what was returned.
        """
        if not goods:
            return 0
        carts = [(each.quote.at, each.cart) for each in _orders(tale)]
        instants = tuple(dict.fromkeys(at for at, _ in carts))
        spends = tuple(dict.fromkeys((0, *(cart.points for _, cart in carts))))
        key = (tuple(goods.items()), instants, spends, tale.at)
        if key not in self.known:
            at_once = _in_one(self.setting, carts[0][1], goods, instants, spends)
            self.known[key] = self._least(at_once, tale.at)
        found = (self.known[key], self._of_steps(_in_their_own(tale), tale.at))
        return min((each for each in found if each is not None), default=None)

    def of_keeping(self, tale: Tale) -> int | None:
        """The least that a story costs whoever never sends anything back.

        Of each order all is kept, or only what the story keeps of it is ever ordered. None if
        the story then goes otherwise.
        """
        changed = [each for each in _orders(tale) if each.returned or each.cancelled is not None]
        wholes = [each for each in changed if each.cancelled is None]
        found: list[int | None] = []
        for count in range(len(wholes) + 1):
            for kept in combinations(wholes, count):
                fewer = {each.id: _kept_of(each) for each in changed if each not in kept}
                found.append(self._of_steps(_with_less(tale, fewer), tale.at))
        return min((each for each in found if each is not None), default=None)

    def _of_steps(self, steps: tuple[Step, ...], at: DateTime) -> int | None:
        key = (steps, at)
        if key not in self.known:
            self.known[key] = self._least((steps,), at)
        return self.known[key]

    def _least(self, stories: Iterable[Sequence[Step]], at: DateTime) -> int | None:
        found = (told(self.compiled, self.setting, steps) for steps in stories)
        return min((self._left_alone(each, at) for each in found if each is not None), default=None)

    def _left_alone(self, tale: Tale, at: DateTime) -> int:
        """The least that a story costs once its points have settled, or at the instant given."""
        compiled = self.compiled
        found = outlay(compiled, _waited(compiled, tale, max(at, tale.at)))
        settling = [
            moment
            for order in _orders(tale)
            if (moment := settles_at(order, compiled.rulebook)) is not None and moment < at
        ]
        # By the story's end they may have expired again.
        if settling and max(settling) > tale.at:
            found = min(found, outlay(compiled, _waited(compiled, tale, max(settling))))
        return found


def _waited(compiled: Compiled, tale: Tale, at: DateTime) -> Tale:
    waited = further(compiled, tale, [Step(at, Look(), next(iter(tale.world.accounts), ""))])
    assert waited is not None, "looking is never refused"
    return waited


def _orders(tale: Tale) -> list[Order]:
    return [placed.order for placed in tale.world.orders.values()]


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
    orders = _orders(tale)
    for order in orders:
        cart = _kept_of(order)
        if cart.lines:
            # Whoever buys nothing else is new with the first of these.
            shopper = cart.shopper if steps else orders[0].cart.shopper
            steps += _bought(order.id, evolve(cart, shopper=shopper), order.quote.at)
    return tuple(steps)


def _kept_of(order: Order) -> Cart:
    """The cart of what is kept of an order: it has no lines if nothing is."""
    gone = [line for line, _ in order.returned]
    left = [(line, line.quantity - gone.count(line.id)) for line in order.cart.lines]
    lines = tuple(evolve(line, quantity=count) for line, count in left if count)
    return evolve(order.cart, lines=lines, shipping=())


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
