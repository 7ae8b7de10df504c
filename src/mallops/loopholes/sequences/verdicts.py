"""What is wrong with where a story has led to: what it brought that nobody meant to give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from attrs import evolve, frozen

from mallops.aftersales.keeping import kept_cart
from mallops.aftersales.order import Order
from mallops.loopholes.sequences.holdings import Holdings, held
from mallops.loopholes.sequences.honest import honest_outlay, without_returns
from mallops.loopholes.sequences.tales import Tale, opened
from mallops.promotions.compiled import Compiled
from mallops.promotions.engine import quote
from mallops.rules.aftersales import LostThreshold

PUMP_MONEY = "pump_money"
PUMP_POINTS = "pump_points"
PUMP_COUPONS = "pump_coupons"
POINTS_BEAT_PRICE = "points_beat_price"
KEPT_TOO_CHEAP = "kept_too_cheap"
GIFT_FOR_NOTHING = "gift_for_nothing"
DEBT_LEFT = "debt_left"
LIMIT_PASSED = "limit_passed"
FREIGHT_FOR_NOTHING = "freight_for_nothing"


@frozen
class Verdict:
    """A code, and what the mall loses, in minor units; `about` is a promotion, where it is one."""

    code: str
    loss: int
    about: str = ""


def verdicts(compiled: Compiled, tale: Tale, start: Holdings | None = None) -> Iterator[Verdict]:
    """All that is wrong with a story; `start` is what was held before it, if that is known."""
    if start is None:
        start = held(compiled, opened(compiled, tale.setting))
    now = held(compiled, tale)
    yield from _of_wealth(compiled, tale, start, now)
    yield from _of_limits(compiled, tale)
    yield from _of_freight(tale, now)


def _of_wealth(
    compiled: Compiled, tale: Tale, start: Holdings, now: Holdings
) -> Iterator[Verdict]:
    found = _gained(compiled, tale, start, now)
    if found is not None:
        yield found
    elif now.debt > start.debt:
        # Nobody pays a debt who does not come back.
        forgiven = evolve(now, debt=start.debt)
        unpaid = _gained(compiled, tale, start, forgiven)
        if unpaid is not None:
            yield Verdict(DEBT_LEFT, min(unpaid.loss, now.debt - start.debt))


def _gained(compiled: Compiled, tale: Tale, start: Holdings, now: Holdings) -> Verdict | None:
    """What the story brought beyond what its goods are worth to the mall."""
    gain = now.wealth - start.wealth
    if not now.bought and not now.gifts:
        return Verdict(_pump(start, now), gain) if gain > 0 else None
    points = now.points - start.points - now.debt + start.debt
    if now.bought and points > 0 and now.cash - start.cash + points > 0:
        return Verdict(POINTS_BEAT_PRICE, now.cash - start.cash + points)
    if not any(placed.order.returned for placed in tale.world.orders.values()):
        return None
    cost = -gain - now.gifts
    honest = honest_outlay(compiled, tale)
    # A net that was rounded may be a minor unit off, for each unit.
    spare = sum(len(placed.order.units) for placed in tale.world.orders.values())
    if honest is None or cost + spare >= honest:
        return None
    kept = without_returns(compiled, tale)
    if kept is not None and cost + spare >= kept:
        # Who sends nothing back does as well: the bargain is the order, not the return.
        return None
    return Verdict(KEPT_TOO_CHEAP if now.bought else GIFT_FOR_NOTHING, honest - cost)


def _pump(start: Holdings, now: Holdings) -> str:
    if now.cash > start.cash:
        return PUMP_MONEY
    return PUMP_POINTS if now.points - now.debt > start.points - start.debt else PUMP_COUPONS


def _of_limits(compiled: Compiled, tale: Tale) -> Iterator[Verdict]:
    """Promotions that somebody has more often than allowed, because their use was given back."""
    uses: Counter[tuple[str, str]] = Counter()
    back: set[tuple[str, str]] = set()
    for placed in tale.world.orders.values():
        order = placed.order
        for applied in order.quote.applied:
            key = (placed.customer, applied.promotion)
            if applied.promotion not in order.undone:
                uses[key] += 1
            elif _stays(compiled, order, applied.promotion):
                uses[key] += 1
                back.add(key)
    for customer, name in sorted(back):
        allowed = compiled.rules[compiled.positions[name]].promotion.limits.per_customer
        if allowed is not None and uses[customer, name] > allowed:
            yield Verdict(LIMIT_PASSED, _benefit(compiled, tale, name), name)


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


def _benefit(compiled: Compiled, tale: Tale, promotion: str) -> int:
    """What one use of a promotion gives: discounts, and gifts at their value."""
    found = [
        sum(each.discount.minor for each in quoted.applied if each.promotion == promotion)
        + sum(gift.value.minor for gift in quoted.gifts if gift.promotion == promotion)
        for placed in tale.world.orders.values()
        for quoted in [placed.order.quote]
        if any(each.promotion == promotion for each in quoted.applied)
    ]
    return min(found)


def _of_freight(tale: Tale, now: Holdings) -> Iterator[Verdict]:
    """Freight that comes back for goods that travelled both ways."""
    if now.bought or now.gifts:
        return
    refunded = sum(
        placed.order.refunded_shipping
        for placed in tale.world.orders.values()
        if placed.order.received is not None
    )
    if refunded:
        yield Verdict(FREIGHT_FOR_NOTHING, refunded)
