"""Every cart within tiny bounds, quoted one by one: what a search for carts has to agree with.

It shares nothing with `mallops.loopholes.carts` but the goals and bounds that it is asked with:
it knows no threshold, bound or class of goods, and does its sums from quotes alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import assert_never

from pendulum import DateTime

from mallops.cart import Cart, Line
from mallops.catalog.model import Listing
from mallops.loopholes.carts.bounds import Bounds, Visitor
from mallops.loopholes.carts.goals import (
    BelowCost,
    BelowMargin,
    CheaperSplit,
    CheaperWithMore,
    DeepDiscount,
    Free,
    Goal,
    SingleGoal,
)
from mallops.promotions.compiled import Compiled
from mallops.promotions.engine import quote
from mallops.promotions.quote import Quote
from mallops.rules.benefits import AmountOff, PercentOff
from mallops.stories.model import Opening, PlaceOrder, Step
from mallops.stories.playing import begin, play

Counts = tuple[tuple[str, int], ...]

Lines = Mapping[str, str]
"""The ids of lines, by SKU: where units tie for a minor unit, the smaller has it."""


def worst_of_all(
    compiled: Compiled,
    goal: Goal,
    bounds: Bounds,
    instants: Sequence[DateTime],
    lines: Lines,
) -> Fraction:
    """How far past the goal the worst of all carts is, below zero; zero where none is."""
    values = (
        value
        for at in instants
        for visitor in bounds.visitors
        for value in _values(compiled, lines, goal, bounds, visitor, at)
    )
    return min(values, default=Fraction(0))


def _values(
    compiled: Compiled,
    lines: Lines,
    goal: Goal,
    bounds: Bounds,
    visitor: Visitor,
    at: DateTime,
) -> Iterator[Fraction]:
    quotes = {
        counts: quote(compiled, _cart(compiled, lines, visitor, counts, bounds), at)
        for counts in _all_counts(compiled, bounds)
    }
    yield Fraction(0)
    match goal:
        case BelowCost() | BelowMargin() | Free() | DeepDiscount():
            for found in quotes.values():
                yield min(Fraction(0), _past(compiled, goal, found, visitor))
        case CheaperWithMore():
            least = max(1, goal.least.minor if goal.least is not None else 1)
            for counts, found in quotes.items():
                for part in _parts(counts):
                    if part and _is_worth_something(compiled, _less(counts, part)):
                        less = quotes[part].payable.minor - found.payable.minor
                        yield Fraction(-less if less >= least else 0)
        case CheaperSplit():
            least = max(1, goal.least.minor if goal.least is not None else 1)
            for counts, found in quotes.items():
                for part in _parts(counts):
                    rest = _less(counts, part)
                    if part and rest:
                        split = _in_turn(compiled, lines, bounds, visitor, at, (part, rest))
                        less = _outlay(compiled, [found], visitor) - _outlay(
                            compiled, split, visitor
                        )
                        yield Fraction(-less if less >= least else 0)
        case _:
            assert_never(goal)


def _all_counts(compiled: Compiled, bounds: Bounds) -> Iterator[Counts]:
    skus = sorted(
        sku.sku
        for sku in compiled.catalog.skus
        if sku.listing is Listing.LISTED and sku.price is not None
    )
    for counts in product(range(bounds.each + 1), repeat=len(skus)):
        distinct = sum(1 for count in counts if count)
        if 0 < distinct <= bounds.distinct and sum(counts) <= bounds.units:
            yield tuple((sku, count) for sku, count in zip(skus, counts, strict=True) if count)


def _parts(counts: Counts) -> Iterator[Counts]:
    """Every part of a cart but all of it."""
    for part in product(*(range(count + 1) for _, count in counts)):
        held = tuple((sku, n) for (sku, _), n in zip(counts, part, strict=True) if n)
        if held != counts:
            yield held


def _less(counts: Counts, part: Counts) -> Counts:
    gone = dict(part)
    left = ((sku, count - gone.get(sku, 0)) for sku, count in counts)
    return tuple((sku, count) for sku, count in left if count)


def _is_worth_something(compiled: Compiled, counts: Counts) -> bool:
    prices = (compiled.skus[sku].price for sku, _ in counts)
    return any(price is not None and price.minor > 0 for price in prices)


def _cart(
    compiled: Compiled, lines: Lines, visitor: Visitor, counts: Counts, bounds: Bounds
) -> Cart:
    shops = {compiled.skus[sku].shop for sku, _ in counts}
    found = tuple(Line(lines[sku], sku, count) for sku, count in counts)
    fees = tuple(fee for fee in bounds.fees if fee.shop in shops)
    return Cart(visitor.shopper, found, fees, visitor.coupons, channel=visitor.channel)


def _in_turn(
    compiled: Compiled,
    lines: Lines,
    bounds: Bounds,
    visitor: Visitor,
    at: DateTime,
    orders: Sequence[Counts],
) -> list[Quote]:
    """The quotes of orders one after another, with the coupons that are left and the usage."""
    name = visitor.shopper.id
    world = begin(compiled, {name: Opening(coupons=visitor.coupons)}, at)
    found: list[Quote] = []
    for number, counts in enumerate(orders):
        left = Visitor(visitor.shopper, world.accounts[name].coupons, visitor.channel)
        cart = _cart(compiled, lines, left, counts, bounds)
        world, outcome = play(compiled, world, Step(at, PlaceOrder(str(number), cart)))
        assert isinstance(outcome, Quote)
        found.append(outcome)
    return found


def _past(compiled: Compiled, goal: SingleGoal, found: Quote, visitor: Visitor) -> Fraction:
    paid, listed = found.payable.minor, _listed(found)
    match goal:
        case BelowCost():
            return paid - _fees(found) - _cost(compiled, found) - _rewards(compiled, found, visitor)
        case BelowMargin():
            cost = _cost(compiled, found) * (1 + Fraction(goal.percent) / 100)
            return paid - _fees(found) - cost - _rewards(compiled, found, visitor)
        case Free():
            most = 0 if goal.at_most is None else goal.at_most.minor
            return Fraction(paid - most - 1 if listed > most else 0)
        case DeepDiscount():
            if not listed:
                return Fraction(0)
            return Fraction(goal.percent) / 100 - 1 + Fraction(found.goods.minor, listed)
        case _:
            assert_never(goal)


def _listed(found: Quote) -> int:
    return sum(unit.list_price.minor for line in found.lines for unit in line.units)


def _fees(found: Quote) -> int:
    return sum(parcel.fee.minor for parcel in found.parcels)


def _cost(compiled: Compiled, found: Quote) -> Fraction:
    total = 0
    for line in found.lines:
        cost = compiled.skus[line.sku].cost
        total += len(line.units) * (0 if cost is None else cost.minor)
    for gift in found.gifts:
        known = compiled.skus.get(gift.sku)
        if known is None or known.cost is None:
            total += gift.value.minor
        else:
            total += known.cost.minor * gift.quantity
    return Fraction(total)


def _rewards(compiled: Compiled, found: Quote, visitor: Visitor) -> int:
    """Points at their worth, coupons at their face value."""
    book = compiled.rulebook
    earn, points, coupons = book.earn, 0, 0
    earned = 0
    if earn is not None:
        of_groups = [earn.groups[each] for each in visitor.shopper.groups if each in earn.groups]
        whole = found.goods.minor // earn.per.minor * earn.points
        earned = int(whole * Fraction(max(of_groups, default=1)))
    for reward in found.rewards:
        if reward.points is not None:
            points += reward.points
        elif reward.multiplier is not None:
            points += max(0, int(earned * (Fraction(reward.multiplier) - 1)))
        else:
            (named,) = (each for each in book.promotions if each.id == reward.coupon)
            if isinstance(named.benefit, AmountOff):
                coupons += named.benefit.amount.minor
            elif isinstance(named.benefit, PercentOff) and named.benefit.at_most is not None:
                coupons += named.benefit.at_most.minor
    worth = None if book.points is None else book.points.worth
    if worth is None:
        return points * int(10**book.currency.exponent) // 100 + coupons
    return points * worth.money.minor // worth.points + coupons


def _outlay(compiled: Compiled, quotes: Sequence[Quote], visitor: Visitor) -> int:
    """What is paid, less what gifts and rewards are worth."""
    return sum(
        found.payable.minor
        - sum(gift.value.minor for gift in found.gifts)
        - _rewards(compiled, found, visitor)
        for found in quotes
    )
