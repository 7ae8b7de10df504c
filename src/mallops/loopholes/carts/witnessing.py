"""From carts that are bad to a loophole that anybody can play."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve, frozen

from mallops.cart import ShippingFee
from mallops.findings import Severity
from mallops.loopholes.carts.goals import (
    BelowMargin,
    CheaperSplit,
    CheaperWithMore,
    DeepDiscount,
    Goal,
    code_of,
    kind_of,
    severity_of,
)
from mallops.loopholes.carts.measuring import excess, loss
from mallops.loopholes.carts.sums import Sums, sums_of
from mallops.loopholes.carts.till import Counts, Visit, cart_of
from mallops.loopholes.model import Loophole, Repeat, Subject, Witness
from mallops.loopholes.replay import replay
from mallops.loopholes.subjects import promotion_at, sku_at
from mallops.money import Money
from mallops.promotions.compiled import Compiled
from mallops.promotions.engine import quote
from mallops.promotions.quote import Quote
from mallops.stories.model import Opening, PlaceOrder, Step
from mallops.stories.playing import begin, play


@frozen
class Carts:
    """Carts of one visit, in the order in which they are ordered; one, but for a split.

    `other` is what they are compared with: a part of the cart, or all in one order.
    """

    visit: Visit
    orders: tuple[Counts, ...]
    other: Counts = ()


def ordered(
    compiled: Compiled, visit: Visit, orders: Sequence[Counts], fees: Sequence[ShippingFee]
) -> tuple[Witness, tuple[Quote, ...]]:
    """Orders of one shopper at one instant, each with the coupons that are still there."""
    visitor = visit.visitor
    opening = {visitor.shopper.id: Opening(coupons=visitor.coupons)}
    world = begin(compiled, opening, visit.at)
    steps: list[Step] = []
    quotes: list[Quote] = []
    for number, counts in enumerate(orders, 1):
        held = world.accounts[visitor.shopper.id].coupons
        cart = cart_of(compiled, evolve(visitor, coupons=held), counts, fees)
        step = Step(visit.at, PlaceOrder(f"order {number}", cart))
        world, found = play(compiled, world, step)
        assert isinstance(found, Quote), "the shopper has all that the carts name"
        steps.append(step)
        quotes.append(found)
    return Witness(tuple(steps), opening), tuple(quotes)


def loophole_of(
    compiled: Compiled, goal: Goal, carts: Carts, fees: Sequence[ShippingFee]
) -> Loophole:
    """The loophole that carts show, by what the engine of stories says of them."""
    witness, _ = ordered(compiled, carts.visit, carts.orders, fees)
    quotes = [found for found in replay(compiled, witness).outcomes if isinstance(found, Quote)]
    groups = carts.visit.visitor.shopper.groups
    sums = _added([sums_of(compiled, each, groups) for each in quotes])
    currency = compiled.rulebook.currency
    details = {
        "cart": " + ".join(map(shown, carts.orders)),
        "listed": str(Money(sums.listed, currency)),
        "paid": str(Money(sums.paid, currency)),
        "cost": str(Money(sums.cost + sums.fees + sums.rewards, currency)),
    }
    if isinstance(goal, BelowMargin | DeepDiscount):
        details["percent"] = str(goal.percent)
    severity = severity_of(goal)
    if isinstance(goal, CheaperWithMore | CheaperSplit):
        cart = cart_of(compiled, carts.visit.visitor, carts.other, fees)
        before = sums_of(compiled, quote(compiled, cart, carts.visit.at), groups)
        details["other"] = shown(carts.other)
        details["before"] = str(Money(before.paid, currency))
        lost = less(goal, before, sums)
        if isinstance(goal, CheaperWithMore) and sums.kept < 0:
            severity = Severity.ERROR
    else:
        assert excess(goal, sums) < 0, "a cart on its own costs what it does in a story"
        lost = loss(goal, sums)
    return Loophole(
        code=code_of(goal),
        kind=kind_of(goal),
        severity=severity,
        subjects=_subjects(compiled, carts.orders, quotes),
        details=details,
        witness=witness,
        loss=Money(lost, currency),
        repeat=_repeat(compiled, quotes),
    )


def less(goal: CheaperWithMore | CheaperSplit, before: Sums, after: Sums) -> int:
    """How much less is paid than before; for a split, what both bring besides is counted."""
    if isinstance(goal, CheaperWithMore):
        return before.paid - after.paid
    return before.paid - before.brought - after.paid + after.brought


def shown(counts: Counts) -> str:
    """Counts as text: `2 TEA, 1 CUP`."""
    return ", ".join(f"{count} {sku}" for sku, count in counts)


def _added(all_sums: Sequence[Sums]) -> Sums:
    columns = zip(*((s.listed, s.goods, s.paid, s.cost, s.fees, s.gifts, s.rewards) for s in all_sums), strict=True)
    return Sums(*map(sum, columns))


def _subjects(
    compiled: Compiled, orders: Sequence[Counts], quotes: Sequence[Quote]
) -> tuple[Subject, ...]:
    """The promotions that applied, and the goods."""
    applied = {each.promotion for found in quotes for each in found.applied}
    applied |= {each.promotion for found in quotes for each in (*found.gifts, *found.rewards)}
    skus = dict.fromkeys(sku for counts in orders for sku, _ in counts)
    return (
        *(promotion_at(compiled.rulebook, each) for each in sorted(applied)),
        *(sku_at(compiled.catalog, sku) for sku in skus),
    )


def _repeat(compiled: Compiled, quotes: Sequence[Quote]) -> Repeat:
    """Once, where a promotion that took part is bounded or asks for a coupon or a first order."""
    for found in quotes:
        for each in found.applied:
            promotion = compiled.rules[compiled.positions[each.promotion]].promotion
            limits = promotion.limits
            bounded = (limits.per_customer, limits.total, limits.budget) != (None, None, None)
            if bounded or promotion.coupon or promotion.audience.first_order:
                return Repeat.ONCE
    return Repeat.AGAIN
