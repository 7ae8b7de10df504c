"""What is wrong with where a story has led to: what it brought that nobody meant to give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from attrs import evolve, frozen

from mallops.aftersales.keeping import kept_cart
from mallops.aftersales.order import Order
from mallops.loopholes.sequences.holdings import Holdings, held
from mallops.loopholes.sequences.honest import Honesty, Outlay, outlay_of
from mallops.loopholes.sequences.tales import Tale, opened
from mallops.promotions.compiled import Compiled
from mallops.promotions.engine import quote
from mallops.rules.aftersales import LostThreshold
from mallops.rules.promotions import Limits

PUMP_MONEY = "pump_money"
PUMP_POINTS = "pump_points"
PUMP_COUPONS = "pump_coupons"
POINTS_BEAT_PRICE = "points_beat_price"
KEPT_TOO_CHEAP = "kept_too_cheap"
GIFT_FOR_NOTHING = "gift_for_nothing"
GIFT_UNPAID = "gift_unpaid"
DEBT_LEFT = "debt_left"
LIMIT_PASSED = "limit_passed"
FREIGHT_FOR_NOTHING = "freight_for_nothing"

PUMPS = frozenset({PUMP_MONEY, PUMP_POINTS, PUMP_COUPONS})
"""What can be done again and again, so that nothing beyond it needs to be looked for."""


@frozen
class Verdict:
    """A code, and what the mall loses, in minor units; `about` is a promotion, where it is one.

    `honest` is what honest customers pay for what is kept, gifts at their value aside.
    """

    code: str
    loss: int
    about: str = ""
    honest: int | None = None


def verdicts(
    compiled: Compiled,
    tale: Tale,
    start: Holdings | None = None,
    honesty: Honesty | None = None,
    known: Collection[tuple[str, str]] = (),
) -> Iterator[Verdict]:
    """All that is wrong with a story but what is `known`, by code and by what it is about.

    `start` is what was held before it, and `honesty` what honest customers pay in its setting,
    where somebody has worked it out.
    """
    start = start or held(compiled, opened(compiled, tale.setting))
    judge = _Judge(compiled, tale, start, held(compiled, tale), honesty, known)
    for verdict in (*judge.of_wealth(), *_of_limits(compiled, tale), *_of_freight(judge)):
        if (verdict.code, verdict.about) not in known:
            yield verdict


@frozen
class _Judge:
    """A story, what was held before and after it, and what of it is known to be wrong."""

    compiled: Compiled
    tale: Tale
    start: Holdings
    now: Holdings
    honesty: Honesty | None
    known: Collection[tuple[str, str]]

    def of_wealth(self) -> Iterator[Verdict]:
        """What the story brought beyond what its goods are worth to the mall."""
        found = self._gained(self.now)
        if found is not None:
            yield found
        elif self.now.debt > self.start.debt and not self._knows(DEBT_LEFT):
            # Nobody pays a debt who does not come back.
            unpaid = self._gained(evolve(self.now, debt=self.start.debt))
            if unpaid is not None:
                yield Verdict(DEBT_LEFT, min(unpaid.loss, self.now.debt - self.start.debt))

    def _gained(self, now: Holdings) -> Verdict | None:
        start, gain = self.start, now.wealth - self.start.wealth
        if not now.bought and not now.gifts:
            return Verdict(_pump(start, now), gain) if gain > 0 else None
        points = now.points - start.points - now.debt + start.debt
        if now.bought and points > 0 and now.cash - start.cash + points > 0:
            return Verdict(POINTS_BEAT_PRICE, now.cash - start.cash + points)
        if all(map(self._knows, (KEPT_TOO_CHEAP, GIFT_FOR_NOTHING, GIFT_UNPAID, DEBT_LEFT))):
            return None
        return self._saved(now)

    def _saved(self, now: Holdings) -> Verdict | None:
        """What the goods that are kept would have cost more if nothing had been sent back."""
        orders = [placed.order for placed in self.tale.world.orders.values()]
        if not any(order.returned for order in orders):
            return None
        honesty = self.honesty or Honesty(self.compiled, self.tale.setting)
        cost = outlay_of(self.start, now)
        # A net that was rounded may be a minor unit off, for each unit.
        spare = sum(len(order.units) for order in orders)
        own = honesty.of_own_orders(self.tale)
        if own is not None and not _is_less(cost, own, spare):
            return None
        kept = honesty.of_keeping(self.tale)
        if kept is not None and not _is_less(cost, kept, spare):
            # Who sends nothing back does as well: the bargain is the order, not the return.
            return None
        honest = honesty.of_these_goods(self.tale, now.bought)
        if honest is None:
            return None
        least = honest if kept is None else _lesser(honest, kept)
        if not _is_less(cost, least, spare):
            return None
        by_wealth = cost.whole + spare < least.whole
        spent, due = (cost.whole, honest.whole) if by_wealth else (cost.paid, honest.paid)
        owed = sum(order.owed for order in orders)
        if owed and spent + owed + spare >= due:
            return Verdict(GIFT_UNPAID, due - spent, honest=due)
        code = KEPT_TOO_CHEAP if now.bought else GIFT_FOR_NOTHING
        return Verdict(code, due - spent, honest=due)

    def _knows(self, code: str) -> bool:
        return (code, "") in self.known


def _is_less(cost: Outlay, than: Outlay, spare: int) -> bool:
    """Whether it cost less by either measure.

    A coupon that was used up is worth its face to somebody who can still use it, and nothing to
    who kept too little to have been allowed it.
    """
    return cost.whole + spare < than.whole or cost.paid + spare < than.paid


def _lesser(one: Outlay, other: Outlay) -> Outlay:
    return Outlay(min(one.whole, other.whole), min(one.paid, other.paid))


def _pump(start: Holdings, now: Holdings) -> str:
    if now.cash > start.cash:
        return PUMP_MONEY
    return PUMP_POINTS if now.points - now.debt > start.points - start.debt else PUMP_COUPONS


def _of_limits(compiled: Compiled, tale: Tale) -> Iterator[Verdict]:
    """Promotions that are had more often than allowed, because their use was given back."""
    had: dict[str, list[tuple[str, int]]] = {}
    back: set[str] = set()
    for placed in tale.world.orders.values():
        for applied in placed.order.quote.applied:
            name = applied.promotion
            is_back = name in placed.order.undone
            if is_back and not _stays(compiled, placed.order, name):
                continue
            had.setdefault(name, []).append((placed.customer, _benefit(placed.order, name)))
            if is_back:
                back.add(name)
    for name in sorted(back):
        if _passes(compiled.rules[compiled.positions[name]].promotion.limits, had[name]):
            yield Verdict(LIMIT_PASSED, min(value for _, value in had[name]), name)


def _passes(limits: Limits, had: Sequence[tuple[str, int]]) -> bool:
    """Whether so many uses, by customer and with what they gave, are more than the limits allow."""
    by_customer = Counter(customer for customer, _ in had)
    spent = sum(value for _, value in had)
    return (
        (limits.per_customer is not None and max(by_customer.values()) > limits.per_customer)
        or (limits.total is not None and len(had) > limits.total)
        or (limits.budget is not None and spent > limits.budget.minor)
    )


def _stays(compiled: Compiled, order: Order, promotion: str) -> bool:
    """Whether an order still has something of a promotion whose use came back."""
    if order.cancelled is not None:
        return False
    for gift in order.quote.gifts:
        gone = order.gone_gifts.get((promotion, gift.sku), 0)
        if gift.promotion == promotion and gift.quantity > gone:
            return True
    if compiled.rulebook.after_sales.lost_threshold is LostThreshold.KEEP:
        return False
    found = quote(compiled, kept_cart(order), order.quote.at, order.usage)
    return any(each.promotion == promotion for each in found.applied)


def _benefit(order: Order, promotion: str) -> int:
    """What an order has of a promotion: discounts, and gifts at their value."""
    found = order.quote
    discounts = [each.discount.minor for each in found.applied if each.promotion == promotion]
    gifts = [gift.value.minor for gift in found.gifts if gift.promotion == promotion]
    return sum(discounts) + sum(gifts)


def _of_freight(judge: _Judge) -> Iterator[Verdict]:
    """Freight that comes back for goods that travelled both ways."""
    if judge.now.bought or judge.now.gifts:
        return
    refunded = sum(
        placed.order.refunded_shipping
        for placed in judge.tale.world.orders.values()
        if placed.order.received is not None
    )
    if refunded:
        yield Verdict(FREIGHT_FOR_NOTHING, refunded)
