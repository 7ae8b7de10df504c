"""A return: what is refunded in money, points and coupons, and what is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from attrs import evolve, frozen
from pendulum import DateTime

from mallops.aftersales.keeping import Kept, keep, points_now, rewards_now
from mallops.aftersales.order import ALREADY_SHIPPED, CANCELLED, Order, Rewards
from mallops.aftersales.standing import (
    Standing,
    Stated,
    against_order,
    against_units,
    standings,
    stated_problems,
    undelivered,
)
from mallops.cart import Usage
from mallops.errors import InputError, Problem, shown
from mallops.findings import Refusal
from mallops.money import Money
from mallops.promotions.compiled import Compiled
from mallops.promotions.explain import require_same_rulebook
from mallops.promotions.kept import Unit, take_up
from mallops.promotions.quote import QuotedGift
from mallops.rules.aftersales import GiftReturn, ShippingRefund, Spent
from mallops.rules.paths import at_key


@frozen
class DueGift:
    """So many of a gift's units that are due back: they came, or their `value` is withheld."""

    promotion: str
    sku: str
    quantity: int
    value: Money
    kept: bool


@frozen
class Return:
    """What one step gives back and takes back; `order` is the order after it.

    `refund` = `goods` + `shipping` - `withheld`. `points_returned` are of those that paid,
    `points_taken` of those that the order earned, `rewards_taken` its promotions' rewards.
    `coupons` and `usage` (by promotion) are what is free to be used again.
    """

    order: Order
    units: tuple[Unit, ...]
    refund: Money
    goods: Money
    shipping: Money
    withheld: Money
    points_returned: int
    points_taken: int
    rewards_taken: Rewards
    coupons: tuple[str, ...]
    usage: Mapping[str, Usage]
    gifts: tuple[DueGift, ...]


def return_units(
    compiled: Compiled,
    order: Order,
    units: Mapping[str, int],
    at: DateTime,
    kept_gifts: Collection[str] = (),
    stated: Stated | None = None,
) -> Return | Refusal:
    """Take back so many units of each line: of those that can be returned, the lowest numbers.

    `compiled` is the rulebook that priced the order, under another policy where `under` says
    so. Gifts that are due have come back, unless `kept_gifts` has their SKU. Refused, with
    nothing done, by the first that holds of `cancelled`, `not_received`, `window_closed`,
    `already_returned`, `too_many`, `excluded`, `confirmed_exception`, `in_another_case`,
    `seal_broken`. Raises `InputError` for a line (`$.units`), a gift (`$.kept_gifts`) or
    what is stated (`$.stated`) that the order lacks, for a count below 1, and for a rulebook
    that did not price it (`$.rulebook`, `$.version`).
    """
    _check(order, units, kept_gifts, stated)
    require_same_rulebook(order.quote, compiled.rulebook)
    refusal = against_order(compiled, order, at)
    if refusal is not None:
        return refusal
    found = standings(compiled, order, at, stated)
    refusal = against_units(order, found, units)
    if refusal is not None:
        return refusal
    return _chosen(compiled, order, found, units, kept_gifts)


def refund_undelivered(
    compiled: Compiled,
    order: Order,
    units: Mapping[str, int],
    stated: Stated | None = None,
) -> Return | Refusal:
    """Refund so many units of each line that never arrived, the lowest numbers first.

    It is reckoned as a return is, but needs no receipt, has no window, and what cannot be
    returned is refunded too, since nobody ever had it. Gifts that are due did not arrive
    either. With the last unit of an order of which nothing arrived, its freight comes back
    whatever the policy says. Refused: `cancelled`, `already_returned`, `too_many`,
    `in_another_case`. Raises `InputError` as `return_units` does.
    """
    _check(order, units, (), stated)
    require_same_rulebook(order.quote, compiled.rulebook)
    if order.cancelled is not None:
        return Refusal(CANCELLED)
    pending = stated.pending if stated is not None else frozenset[Unit]()
    found = undelivered(order, pending)
    refusal = against_units(order, found, units)
    if refusal is not None:
        return refusal
    return _chosen(compiled, order, found, units, ())


def given_back(
    compiled: Compiled,
    order: Order,
    after: Order,
    units: tuple[Unit, ...] = (),
    kept_gifts: Collection[str] = (),
) -> Return:
    """The step from an order to `after`: the same with further `units` returned, or protected.

    All that is given back is worked out here, whatever it is given back for.
    """
    kept = keep(compiled, after)
    currency = order.quote.payable.currency
    goods, shipping = kept.refunded - order.refunded_goods, _shipping(compiled, after)
    gifts = _due_gifts(compiled, order, kept, kept_gifts)
    owed = order.owed + sum(gift.value.minor for gift in gifts if gift.kept)
    withheld = min(goods + shipping, owed)
    points = max(0, kept.points_back - order.points_returned)
    taken = max(0, order.earned.points - points_now(compiled, after, kept) - order.points_taken)
    granted = _still_granted(compiled, after, kept)
    undone = _undone(compiled, after)
    coupons = compiled.rulebook.after_sales.coupon is Spent.RETURN
    after = evolve(
        after,
        refunded_goods=kept.refunded,
        refunded_shipping=order.refunded_shipping + shipping,
        points_returned=order.points_returned + points,
        points_taken=order.points_taken + taken,
        owed=owed - withheld,
        gone_gifts=_gone(order, gifts),
        undone=order.undone | undone,
        granted=granted,
    )
    return Return(
        order=after,
        units=units,
        refund=Money(goods + shipping - withheld, currency),
        goods=Money(goods, currency),
        shipping=Money(shipping, currency),
        withheld=Money(withheld, currency),
        points_returned=points,
        points_taken=taken,
        rewards_taken=order.granted.less(granted),
        coupons=tuple(name for name in order.coupons if name in undone) if coupons else (),
        usage=_usage(order, undone),
        gifts=gifts,
    )


def cancel(order: Order, at: DateTime) -> Return | Refusal:
    """Undo a whole order that has not been shipped, whatever the policies of returns say.

    What was given back already, by price protection or for goods that were not to be had, is
    not given again. Refused: `cancelled`, `already_shipped`.
    """
    if order.cancelled is not None:
        return Refusal(CANCELLED)
    if order.shipped is not None:
        return Refusal(ALREADY_SHIPPED)
    quote, undone = order.quote, frozenset(each.promotion for each in order.quote.applied)
    currency, now = quote.payable.currency, undone - order.undone
    goods = Money(quote.goods.minor - order.refunded_goods, currency)
    shipping = Money(quote.shipping.minor - order.refunded_shipping, currency)
    after = evolve(
        order,
        cancelled=at,
        returned=order.units,
        refunded_goods=quote.goods.minor,
        refunded_shipping=quote.shipping.minor,
        points_returned=quote.points_used,
        points_taken=order.earned.points,
        gone_gifts={(gift.promotion, gift.sku): gift.quantity for gift in quote.gifts},
        undone=undone,
        granted=Rewards(),
    )
    return Return(
        order=after,
        units=tuple(sorted(order.units - order.returned)),
        refund=goods + shipping,
        goods=goods,
        shipping=shipping,
        withheld=Money.zero(currency),
        points_returned=quote.points_used - order.points_returned,
        points_taken=order.earned.points - order.points_taken,
        rewards_taken=order.granted,
        coupons=tuple(name for name in order.coupons if name in now),
        usage=_usage(order, now),
        gifts=tuple(
            _due(gift, left, kept=False)
            for gift in quote.gifts
            if (left := gift.quantity - order.gone_gifts.get((gift.promotion, gift.sku), 0))
        ),
    )


def settle(compiled: Compiled, order: Order, at: DateTime) -> tuple[Order, Rewards]:
    """The order once its earned points settle, and the rewards that are then granted."""
    rewards = Rewards()
    if order.quote.rewards:
        rewards = rewards_now(compiled, order, keep(compiled, order))
    return evolve(order, settled=at, granted=rewards), rewards


def uses(order: Order) -> Mapping[str, Usage]:
    """How often, and for how much, an order uses each promotion that it applied."""
    return _usage(order, frozenset(each.promotion for each in order.quote.applied))


def _chosen(
    compiled: Compiled,
    order: Order,
    found: tuple[Standing, ...],
    units: Mapping[str, int],
    kept_gifts: Collection[str],
) -> Return:
    """The step that gives back so many units of each line, of those that nothing is against."""
    free = [each.unit for each in found if not each.against]
    chosen = tuple(
        unit
        for line in sorted(units)
        for unit in [each for each in free if each[0] == line][: units[line]]
    )
    after = evolve(order, returned=order.returned.union(chosen))
    return given_back(compiled, order, after, chosen, kept_gifts)


def _check(
    order: Order, units: Mapping[str, int], kept_gifts: Collection[str], stated: Stated | None
) -> None:
    lines = {line.id for line in order.quote.lines}
    gifts = {gift.sku for gift in order.quote.gifts}
    problems = [
        Problem(at_key("$.units", line), shown(count), f"a line of order {order.id!r}")
        for line, count in units.items()
        if line not in lines
    ]
    problems += [
        Problem(at_key("$.units", line), shown(count), "a whole number, at least 1")
        for line, count in units.items()
        if type(count) is not int or count < 1
    ]
    problems += [
        Problem(f"$.kept_gifts[{place}]", shown(sku), f"a gift of order {order.id!r}")
        for place, sku in enumerate(kept_gifts)
        if sku not in gifts
    ]
    if not units:
        problems.append(Problem("$.units", shown({}), "one line at least"))
    if stated is not None:
        problems += stated_problems(order, stated)
    if problems:
        raise InputError(problems)


def _shipping(compiled: Compiled, after: Order) -> int:
    """What of the shipping fee comes back, in minor units: with the last unit, where it does."""
    last = compiled.rulebook.after_sales.shipping is ShippingRefund.LAST
    if after.returned == after.units and (last or after.received is None):
        return after.quote.shipping.minor
    return 0


def _due_gifts(
    compiled: Compiled, order: Order, kept: Kept, kept_gifts: Collection[str]
) -> tuple[DueGift, ...]:
    """The gifts that the kept units no longer earn, less those that are gone already."""
    if compiled.rulebook.after_sales.gift is GiftReturn.KEEP:
        return ()
    found: list[DueGift] = []
    for gift in order.quote.gifts:
        key = (gift.promotion, gift.sku)
        lost = gift.quantity - min(gift.quantity, kept.brought.gifts.get(key, 0))
        due = lost - order.gone_gifts.get(key, 0)
        if due > 0:
            found.append(_due(gift, due, kept=gift.sku in kept_gifts))
    return tuple(found)


def _due(gift: QuotedGift, quantity: int, *, kept: bool) -> DueGift:
    value = Money(gift.value.minor * quantity // gift.quantity, gift.value.currency)
    return DueGift(gift.promotion, gift.sku, quantity, value, kept)


def _gone(order: Order, gifts: tuple[DueGift, ...]) -> Mapping[tuple[str, str], int]:
    gone = Counter(order.gone_gifts)
    gone.update({(gift.promotion, gift.sku): gift.quantity for gift in gifts})
    return dict(gone)


def _still_granted(compiled: Compiled, after: Order, kept: Kept) -> Rewards:
    """What of the granted rewards stays; what was taken back does not come again."""
    if after.granted == Rewards():
        return after.granted
    now = rewards_now(compiled, after, kept)
    coupons = Counter(after.granted.coupons) & Counter(now.coupons)
    return Rewards(min(after.granted.points, now.points), tuple(sorted(coupons.elements())))


def _undone(compiled: Compiled, after: Order) -> frozenset[str]:
    """The promotions of which every unit that they are about has come back."""
    open_ones = [
        each.promotion for each in after.quote.applied if each.promotion not in after.undone
    ]
    if not open_ones:
        return frozenset()
    taken = take_up(compiled, after.cart, after.quote)
    return frozenset(name for name in open_ones if taken.units_of(name) <= after.returned)


def _usage(order: Order, promotions: frozenset[str]) -> Mapping[str, Usage]:
    """One use of each, with what it gave away: discounts, and gifts at their value."""
    return {
        each.promotion: Usage(1, 1, each.discount + _gift_value(order, each.promotion))
        for each in order.quote.applied
        if each.promotion in promotions
    }


def _gift_value(order: Order, promotion: str) -> Money:
    values = [gift.value for gift in order.quote.gifts if gift.promotion == promotion]
    return sum(values, Money.zero(order.quote.payable.currency))
