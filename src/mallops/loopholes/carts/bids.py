"""What a promotion can do at most to any cart of a visit: the ground that a proof stands on.

A `Bid` is a promotion in one place (a lane and, where its seats are shops, a shop). It says of
each price that a good can have what the promotion leaves of it at least, what it takes in all at
most, and what a cart needs to have it. `docs/loophole-carts.md` says why each holds whatever else
applies. Amounts are in minor units.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import assert_never

from attrs import define, evolve, frozen

from mallops.cart import Cart
from mallops.loopholes.carts.bounds import Bounds
from mallops.loopholes.carts.needs import (
    Need,
    Priced,
    asked_of,
    goods_of,
    may_fit,
    reached_of,
)
from mallops.loopholes.carts.sums import coupon_worth, gift_cost_of
from mallops.loopholes.carts.till import Visit
from mallops.promotions.benefits import freight
from mallops.promotions.compiled import Compiled, Rule, Step
from mallops.promotions.eligibility import budget_left, standing
from mallops.promotions.terms import (
    AddOnTerm,
    Bundle,
    EachAmount,
    EachPrice,
    Freight,
    GiftTerm,
    Lump,
    Nth,
    Percentage,
    RewardTerm,
    Term,
)
from mallops.rules.benefits import Reward
from mallops.rules.promotions import Scope, Seat
from mallops.stories.wealth import worth_of

WHOLE = Fraction(1)

TIMES = 3
"""So many times of an amount for every so much are told apart, and all that are more."""


Share = tuple[int, int]
"""A share as numerator and denominator, which is quicker to multiply by than a fraction."""


@frozen
class Limit:
    """What one term of a promotion can do in a place.

    By priced good: whether it is about it, the share that it takes of a unit at most (with `off`
    the most that it takes off one), and to which price it goes at most (`down`, None: any).
    `shared` tells that what it takes is rounded for several units together, and `roundings` how
    often at most. `rate` is the share that it takes of all goods, `cap` what it takes off goods in
    all (None: not bounded). `gives` is what it brings besides, `gives_of` that for each minor unit
    paid for goods.
    """

    fits: tuple[bool, ...]
    rates: tuple[Share, ...]
    off: tuple[int, ...]
    down: int | None
    shared: bool
    roundings: int
    rate: Share
    cap: int | None
    gives: int = 0
    gives_of: Fraction = Fraction(0)

    def left(self, priced: int, low: int) -> int:
        """What it leaves at least of a unit that costs `low` or more before it."""
        if not self.fits[priced]:
            return low
        up, down = self.rates[priced]
        # A unit's share is rounded with that of others first, and then to a whole minor unit.
        taken = (2 * low * up + down) // (2 * down)
        taken = min(taken + self.shared, self.off[priced])
        least = 0 if self.down is None else min(low, self.down)
        return max(least, low - taken)

    def most_of(self, total: int) -> int:
        """What it takes at most of all goods, which come to a total."""
        up, down = self.rate
        by_rate = -(-total * up // down) + self.roundings
        return by_rate if self.cap is None else min(by_rate, self.cap)


@frozen
class Bid:
    """A promotion in one place, or one of its tiers, or one count of its amount for every so much.

    All of `needs` hold of a cart that it applies to. `least` is what the units that it takes come
    to, at the start of its lane.
    """

    rule: Rule
    limit: Limit
    needs: tuple[Need, ...]
    least: int


@define
class Place:
    """A lane, or a shop in it: at most one of the bids applies, or each to units of its own."""

    lane: int
    shop: str
    several: bool
    bids: tuple[Bid, ...]


def rules_in_force(compiled: Compiled, visit: Visit) -> list[Rule]:
    """The promotions that a cart of the visit may have, whatever is in it."""
    cart = Cart(visit.visitor.shopper, coupons=visit.visitor.coupons)
    timezone = compiled.rulebook.timezone
    return [
        rule
        for rule in compiled.rules
        if not standing(rule.promotion, cart, visit.at, timezone, {})
    ]


def places_of(
    compiled: Compiled, visit: Visit, priced: Sequence[Priced], bounds: Bounds
) -> tuple[Place, ...]:
    """The places of the visit in the order of their lanes, those without a bid left out."""
    rules = rules_in_force(compiled, visit)
    shops = sorted({each.sku.shop for each in priced})
    fees = {fee.shop: fee.fee.minor for fee in bounds.fees}
    found: list[Place] = []
    for lane, of in enumerate(compiled.rulebook.lanes):
        here = [rule for rule in rules if rule.lane == lane]
        seats = shops if of.seat in (Seat.SHOP, Seat.PARCEL) else [""]
        for shop in seats:
            within = [
                each
                for each in priced
                if of.seat in (Seat.UNIT, Seat.ORDER) or each.sku.shop == shop
            ]
            useful = tuple(
                bid
                for rule in here
                for bid in _bids(compiled, rule, priced, within, fees.get(shop, 0), visit, bounds)
            )
            if useful:
                found.append(Place(lane, shop, of.seat is Seat.UNIT, useful))
    return tuple(found)


def _bids(
    compiled: Compiled,
    rule: Rule,
    priced: Sequence[Priced],
    within: Sequence[Priced],
    fee: int,
    visit: Visit,
    bounds: Bounds,
) -> Iterator[Bid]:
    """What a rule can do among the goods of one seat."""
    here = {id(each) for each in within}
    own = [id(each) in here and may_fit(rule.promotion.items, each) for each in priced]
    if not any(own):
        return
    asked = asked_of(rule, priced, own, here)
    goods = goods_of(priced, own)
    for step in rule.steps:
        limit = _limit(compiled, rule, step, priced, within, own, fee, visit, bounds)
        if limit.cap == 0 and not limit.gives and not limit.gives_of:
            continue
        reached = reached_of(step, goods)
        least = max(_own_amount(rule), step.amount or 0)
        for counted, times_limit in _counted(step.term, limit):
            needs = [asked, evolve(reached, amount=max(reached.amount, counted))]
            yield Bid(
                rule=rule,
                limit=times_limit,
                needs=tuple(need for need in needs if need.amount or need.quantity),
                least=max(least, counted),
            )


def _counted(term: Term, limit: Limit) -> Iterator[tuple[int, Limit]]:
    """An amount for every so much, once, twice and so on, with what its units come to then."""
    if not isinstance(term, Lump) or term.every is None:
        yield 0, limit
        return
    most = TIMES if term.times is None else min(TIMES, term.times)
    for times in range(1, most + 1):
        cap = term.amount * times
        yield (
            term.every * times,
            evolve(limit, cap=cap if limit.cap is None else min(cap, limit.cap)),
        )
    if term.times is None or term.times > most:
        yield term.every * (most + 1), limit


def _own_amount(rule: Rule) -> int:
    """What the units it takes come to at least, at the start of its lane, by what it requires."""
    asked = rule.promotion.requires
    own = asked.items is None and (asked.scope is Scope.SEAT or rule.seat is Seat.ORDER)
    return (rule.amount or 0) if own else 0


def _limit(
    compiled: Compiled,
    rule: Rule,
    step: Step,
    priced: Sequence[Priced],
    within: Sequence[Priced],
    own: Sequence[bool],
    fee: int,
    visit: Visit,
    bounds: Bounds,
) -> Limit:
    term = step.term
    match term:
        case GiftTerm():
            worth = gift_cost_of(compiled, term.sku, term.quantity, term.quantity * term.value)
            return _giving(len(priced), worth)
        case RewardTerm():
            return _giving(len(priced), *_reward(compiled, term.reward, visit))
        case Freight():
            return _giving(len(priced), freight(term, fee, compiled.rulebook.rounding))
        case _:
            pass
    if isinstance(term, AddOnTerm):
        here = {id(each) for each in within}
        own = [id(each) in here and each.sku.sku == term.sku for each in priced]
    prices = [each.price for each, fit in zip(priced, own, strict=True) if fit]
    dearest = max(prices, default=0)
    cap = _cap(term, dearest)
    most = rule.promotion.at_most_units
    if most is not None:
        cap = most * dearest if cap is None else min(cap, most * dearest)
    budget = budget_left(rule.promotion, {})
    if budget is not None:
        cap = budget if cap is None else min(cap, budget)
    least = max(_own_amount(rule), step.amount or 0) if most is None else 0
    own_prices = [each.price if fit else 0 for each, fit in zip(priced, own, strict=True)]
    rates = [_rate(term, price, dearest, least) for price in own_prices]
    return Limit(
        fits=tuple(own),
        rates=tuple(each.as_integer_ratio() for each in rates),
        off=tuple(
            min(price, term.amount) if isinstance(term, EachAmount) else price
            for price in own_prices
        ),
        down=term.price if isinstance(term, EachPrice | AddOnTerm) else None,
        shared=not isinstance(term, EachAmount | EachPrice | AddOnTerm),
        roundings=_roundings(term, bounds),
        rate=max(rates).as_integer_ratio(),
        cap=cap,
    )


def _roundings(term: Term, bounds: Bounds) -> int:
    """How often what a term takes of a cart is rounded at most: a percentage of each group."""
    if not isinstance(term, Nth):
        return 1
    groups = bounds.units // term.size
    return groups if term.times is None else min(groups, term.times)


def _giving(count: int, gives: int, gives_of: Fraction = Fraction(0)) -> Limit:
    """What takes nothing off goods."""
    return Limit(
        fits=(False,) * count,
        rates=((0, 1),) * count,
        off=(0,) * count,
        down=None,
        shared=False,
        roundings=0,
        rate=(0, 1),
        cap=0,
        gives=gives,
        gives_of=gives_of,
    )


def _cap(term: Term, dearest: int) -> int | None:
    """What a term takes in all at most, of units that cost no more than `dearest`."""
    match term:
        case Percentage():
            return term.at_most
        case Lump():
            if term.every is None:
                return term.amount
            return None if term.times is None else term.amount * term.times
        case Nth():
            if term.times is None:
                return None
            group = term.units * dearest * term.numerator // term.denominator + 1
            return term.times * group
        case Bundle():
            return (
                None
                if term.times is None
                else term.times * max(0, term.size * dearest - term.price)
            )
        case AddOnTerm():
            return term.quantity * max(0, dearest - term.price)
        case EachAmount() | EachPrice():
            return None
        case GiftTerm() | RewardTerm() | Freight():
            raise AssertionError(f"{term} takes nothing off goods")
        case _:
            assert_never(term)


def _rate(term: Term, price: int, dearest: int, least: int) -> Fraction:
    """The share that a term takes at most of a unit, of its group, or of all its goods."""
    match term:
        case Percentage():
            return min(WHOLE, Fraction(term.numerator, term.denominator))
        case Lump(every=None):
            return min(WHOLE, Fraction(term.amount, least)) if least else WHOLE
        case Lump(every=every):
            assert every is not None
            return min(WHOLE, Fraction(term.amount, every))
        case Nth():
            return Fraction(term.numerator * term.units, term.denominator * term.size)
        case Bundle():
            group = price + (term.size - 1) * dearest
            return 1 - Fraction(term.price, group) if group > term.price else Fraction(0)
        case EachPrice() | AddOnTerm():
            return 1 - Fraction(term.price, price) if price > term.price else Fraction(0)
        case EachAmount():
            return WHOLE
        case GiftTerm() | RewardTerm() | Freight():
            raise AssertionError(f"{term} takes nothing off goods")
        case _:
            assert_never(term)


def _reward(compiled: Compiled, reward: Reward, visit: Visit) -> tuple[int, Fraction]:
    """What a reward is worth, and what for each minor unit paid for goods."""
    if reward.coupon is not None:
        return coupon_worth(compiled, reward.coupon), Fraction(0)
    if reward.points is not None:
        worth = worth_of(compiled)
        # Rounded up: what is left of it may make up a minor unit with that of another reward.
        return -(-reward.points * worth.money.minor // worth.points), Fraction(0)
    earn = compiled.rulebook.earn
    if earn is None or reward.multiplier is None:
        return 0, Fraction(0)
    groups = visit.visitor.shopper.groups
    best = max([Fraction(1), *(Fraction(f) for g, f in earn.groups.items() if g in groups)])
    factor = max([Fraction(1), *(Fraction(each.multiplier) for each in earn.items)])
    worth = worth_of(compiled)
    points = Fraction(earn.points, earn.per.minor) * best * factor
    more = max(Fraction(0), Fraction(reward.multiplier) - 1)
    return 0, points * more * Fraction(worth.money.minor, worth.points)
