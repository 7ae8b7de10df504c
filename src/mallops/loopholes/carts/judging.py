"""What a cart is for a goal: by itself, beside its parts, or beside itself in two orders."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from attrs import frozen

from mallops.loopholes.carts.goals import CheaperSplit, CheaperWithMore, Goal
from mallops.loopholes.carts.measuring import Excess, excess, less
from mallops.loopholes.carts.ordering import ordered
from mallops.loopholes.carts.sums import Sums, added, applied, sums_of
from mallops.loopholes.carts.till import Counts, Till
from mallops.promotions.quote import Quote
from mallops.rules.promotions import Limits

NO_LIMITS = Limits()


@frozen
class Judged:
    """How far a cart is past the goal, below zero where it is a loophole.

    `orders` are the carts to order for it, one after another; `other` is what they are compared
    with: a part of the cart, or all of it at once.
    """

    value: Excess
    orders: tuple[Counts, ...]
    other: Counts = ()


def judge(till: Till, goal: Goal, counts: Counts) -> Judged:
    """How far a cart is past the goal, in the way that is worst."""
    if isinstance(goal, CheaperWithMore):
        return _beside_its_parts(till, goal, counts)
    if isinstance(goal, CheaperSplit):
        return _beside_its_split(till, goal, counts)
    return Judged(excess(goal, till.sums(counts)), (counts,))


def _beside_its_parts(till: Till, goal: CheaperWithMore, counts: Counts) -> Judged:
    worst = Judged(Fraction(0), (counts,))
    for part, rest in _parts(counts):
        if not _is_worth_something(till, rest) or not till.can_quote(part, counts):
            continue
        value = _at_least(goal, less(goal, till.sums(part), till.sums(counts)))
        if value < worst.value:
            worst = Judged(value, (counts,), part)
    return worst


def _beside_its_split(till: Till, goal: CheaperSplit, counts: Counts) -> Judged:
    worst = Judged(Fraction(0), (counts,))
    for part, rest in _parts(counts):
        if not till.can_quote(part, rest, counts):
            continue
        value = _at_least(goal, less(goal, till.sums(counts), _in_turn(till, part, rest)))
        if value < worst.value:
            worst = Judged(value, (part, rest), counts)
    return worst


def _at_least(goal: CheaperWithMore | CheaperSplit, amount: int) -> Excess:
    """An amount that counts from the goal's least on."""
    least = goal.least.minor if goal.least is not None else 1
    return Fraction(-amount if amount >= max(1, least) else 0)


def _in_turn(till: Till, first: Counts, second: Counts) -> Sums:
    """Both carts in turn: the second as if alone, if the first takes nothing away from it."""
    if _leaves_all(till, till.quote(first)):
        return added([till.sums(first), till.sums(second)])
    found = till.in_turn.get((first, second))
    if found is None:
        till.spent += 1
        _, quotes = ordered(till.stock, till.visit, (first, second))
        groups = till.visit.visitor.shopper.groups
        found = added([sums_of(till.compiled, each, groups) for each in quotes])
        till.in_turn[first, second] = found
    return found


def _leaves_all(till: Till, quote: Quote) -> bool:
    """Whether an order uses up no coupon and no promotion's limit."""
    used = applied(quote)
    rules = (till.compiled.rules[till.compiled.positions[each]] for each in used)
    return not any(rule.promotion.coupon or rule.promotion.limits != NO_LIMITS for rule in rules)


def _parts(counts: Counts) -> Iterator[tuple[Counts, Counts]]:
    """Every way to part a cart in two, neither of them empty, and what is left of it."""
    for part in product(*(range(count + 1) for _, count in counts)):
        held = tuple((sku, some) for (sku, _), some in zip(counts, part, strict=True) if some)
        rest = tuple(
            (sku, count - some)
            for (sku, count), some in zip(counts, part, strict=True)
            if count > some
        )
        if held and rest:
            yield held, rest


def _is_worth_something(till: Till, counts: Counts) -> bool:
    prices = (till.compiled.skus[sku].price for sku, _ in counts)
    return any(price is not None and price.minor for price in prices)
