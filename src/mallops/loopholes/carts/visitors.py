"""Whom a rulebook tells apart, and when: the shoppers, coupons and instants worth trying."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from pendulum import DateTime

from mallops.cart import Cart, Shopper
from mallops.loopholes.carts.bounds import Visitor
from mallops.promotions.compiled import Compiled
from mallops.promotions.eligibility import standing
from mallops.rules.benefits import Gift, Reward
from mallops.rules.book import Choice
from mallops.rules.kinds import benefits_in
from mallops.rules.promotions import Promotion
from mallops.time import Window, instant

NAME = "shopper"
"""Who every visitor is, in a witness."""

FEW = 3
"""So many groups, or coupons, are tried in all their combinations."""

A_WEEK = 7


def visitors_of(compiled: Compiled, at: DateTime) -> tuple[Visitor, ...]:
    """The visitors that the rules in force at an instant tell apart.

    Groups are tried in all combinations where they are few; where they are many, none, each and
    all. So are coupons, where one more of them could make a cart dearer or bring less: under
    `best`, without gifts and rewards, it never does, and all coupons are tried at once. Channels
    are those of price entries.
    """
    found: list[Visitor] = []
    for groups in some(sorted(groups_in(compiled))):
        for first_order in first_orders(compiled):
            shopper = Shopper(NAME, frozenset(groups), first_order)
            for coupons in _coupon_sets(compiled, shopper, at):
                found += [Visitor(shopper, coupons, each) for each in channels(compiled)]
    return tuple(dict.fromkeys(found))


def instants_of(compiled: Compiled, at: DateTime, most: int) -> tuple[DateTime, ...]:
    """`at`, and the next instants at which other promotions or prices are in force than before.

    Weekly hours are followed for a week.
    """
    found: list[DateTime] = []
    seen: set[object] = set()
    for each in (at, *sorted(edge for edge in edges(compiled, at) if edge > at)):
        rules = in_force(compiled, each)
        if rules not in seen and len(found) < most:
            seen.add(rules)
            found.append(each)
    return tuple(found)


def groups_in(compiled: Compiled) -> set[str]:
    """The groups that a promotion or a price asks for."""
    asked = [each.audience.groups for each in compiled.rulebook.promotions if each.active]
    asked += [each.groups for each in compiled.catalog.prices]
    return {group for groups in asked for group in groups}


def first_orders(compiled: Compiled) -> tuple[bool, ...]:
    """Whether a first order is told apart from others: both, or that of nobody in particular."""
    asked = any(each.audience.first_order for each in compiled.rulebook.promotions)
    return (False, True) if asked else (False,)


def channels(compiled: Compiled) -> tuple[str, ...]:
    """No channel, and those that a price is for."""
    named = {channel for each in compiled.catalog.prices for channel in each.channels}
    return ("", *sorted(named))


def _coupon_sets(compiled: Compiled, shopper: Shopper, at: DateTime) -> Iterator[tuple[str, ...]]:
    """The sets of coupons, the largest first: what is found there is mostly the worst."""
    promotions = compiled.rulebook.promotions
    known = tuple(sorted(each.id for each in promotions if each.coupon))
    cart, timezone = Cart(shopper, coupons=known), compiled.rulebook.timezone
    held = [each for each in promotions if not standing(each, cart, at, timezone, {})]
    coupons = sorted(each.id for each in held if each.coupon)
    if _more_is_less(compiled, held):
        yield tuple(coupons)
        return
    yield from sorted(some(coupons), key=lambda each: (-len(each), each))


def _more_is_less(compiled: Compiled, promotions: Iterable[Promotion]) -> bool:
    """Whether one more coupon never makes a cart dearer for the shopper or the mall."""
    brings = any(
        isinstance(benefit, Gift | Reward)
        for each in promotions
        for _, benefit in benefits_in(each.benefit, "")
    )
    return compiled.rulebook.choice is Choice.BEST and not brings


def some(names: list[str]) -> Iterator[tuple[str, ...]]:
    """All combinations of few names; of many, none, each and all."""
    if len(names) <= FEW:
        for count in range(len(names) + 1):
            yield from combinations(names, count)
        return
    yield ()
    yield from ((name,) for name in names)
    yield tuple(names)


def edges(compiled: Compiled, at: DateTime) -> Iterator[DateTime]:
    """The instants at which a promotion or a price begins or ends; weekly hours for a week."""
    for window in _windows(compiled):
        yield from (edge for edge in (window.starts, window.ends) if edge is not None)
    local = at.in_timezone(compiled.rulebook.timezone)
    for promotion in compiled.rulebook.promotions:
        for hours in promotion.schedule.weekly:
            for day in range(A_WEEK + 1):
                midnight = local.start_of("day").add(days=day)
                for minute in (hours.start_minute, hours.end_minute):
                    yield instant(midnight.add(minutes=minute))


def _windows(compiled: Compiled) -> Iterator[Window]:
    yield from (each.schedule.window for each in compiled.rulebook.promotions if each.active)
    yield from (each.window for each in compiled.catalog.prices)


def in_force(compiled: Compiled, at: DateTime) -> tuple[tuple[bool, ...], tuple[bool, ...]]:
    """Which promotions, and which prices, an instant is in the time of."""
    timezone = compiled.rulebook.timezone
    return (
        tuple(each.schedule.contains(at, timezone) for each in compiled.rulebook.promotions),
        tuple(each.window.contains(at) for each in compiled.catalog.prices),
    )
