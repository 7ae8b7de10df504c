"""From a cart and an instant to a quote: the engine's front door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pendulum import DateTime

from mallops.cart import Cart, Usage
from mallops.money import Money
from mallops.promotions.account import Account, carry_out
from mallops.promotions.basket import Basket, lay_out
from mallops.promotions.choice import Choice, best_choice
from mallops.promotions.compiled import Compiled, compile_rulebook
from mallops.promotions.eligibility import budget_left, standing
from mallops.promotions.priority import by_priority
from mallops.promotions.quote import (
    Applied,
    Quote,
    QuotedGift,
    QuotedLine,
    QuotedParcel,
    QuotedReward,
    QuotedUnit,
    Step,
)
from mallops.promotions.refusals import Refusals
from mallops.promotions.seating import Bidder, Granted, Judge, bidder
from mallops.promotions.tender import points_tender
from mallops.rules.book import Choice as ChoiceRule
from mallops.rules.promotions import Seat

__all__ = ["DEFAULT_SEARCH_BUDGET", "compile_rulebook", "quote"]

DEFAULT_SEARCH_BUDGET = 100_000


def quote(
    compiled: Compiled,
    cart: Cart,
    at: DateTime,
    usage: Mapping[str, Usage] | None = None,
    search_budget: int = DEFAULT_SEARCH_BUDGET,
) -> Quote:
    """What the cart costs at `at`, every unit's way from list price to net, and why.

    `usage` is what is gone of promotions' limits before this cart, by promotion id.
    `search_budget` bounds the search for the best choice in nodes, so that the same input
    gives the same quote on any machine. Raises `InputError` with the paths of the cart's
    problems. Pure: nothing is stored, and neither listing order nor a clock plays a part.
    """
    usage = usage or {}
    rulebook = compiled.rulebook
    basket = lay_out(compiled, cart, at)
    judge = Judge(basket, rulebook.rounding)
    bidders = _bidders(compiled, cart, at, usage, basket)
    lanes = [lane.seat for lane in rulebook.lanes]
    choice: Choice | None = None
    if rulebook.choice is ChoiceRule.BEST:
        choice = best_choice(bidders, judge, lanes, search_budget)
        seating = choice.seating
    else:
        seating = by_priority(bidders, judge, len(lanes))
    account = carry_out(seating, bidders, judge)
    refused = Refusals(compiled, cart, at, usage, judge, account)
    return _quote(compiled, cart, at, basket, account, choice, refused)


def _bidders(
    compiled: Compiled, cart: Cart, at: DateTime, usage: Mapping[str, Usage], basket: Basket
) -> list[Bidder]:
    """The promotions that stand and fit a unit, in order of id and numbered so."""
    timezone = compiled.rulebook.timezone
    skus = [line.sku.sku for line in basket.lines]
    touching = compiled.index.touching(skus, cart.shopper.groups, cart.coupons, at)
    found: list[Bidder] = []
    for position in sorted(touching):
        rule = compiled.rules[position]
        if rule.stands or not standing(rule.promotion, cart, at, timezone, usage):
            rest = None if rule.stands else budget_left(rule.promotion, usage)
            candidate = bidder(len(found), rule, basket, rest, touching[position])
            if any(candidate.seats):
                found.append(candidate)
    return found


def _quote(
    compiled: Compiled,
    cart: Cart,
    at: DateTime,
    basket: Basket,
    account: Account,
    choice: Choice | None,
    refused: Refusals,
) -> Quote:
    rulebook, final = compiled.rulebook, account.final
    currency = rulebook.currency
    used, paid = points_tender(rulebook.points, currency, cart.points, final.base)
    goods, shipping = sum(final.base) - sum(paid), sum(final.fees)
    lanes = [lane.id for lane in rulebook.lanes]
    return Quote(
        rulebook=rulebook.id,
        version=rulebook.version,
        at=at,
        payable=Money(goods + shipping, currency),
        goods=Money(goods, currency),
        shipping=Money(shipping, currency),
        points_used=used,
        points_worth=Money(sum(paid), currency),
        lines=_lines(compiled, basket, account, paid),
        parcels=_parcels(compiled, basket, account),
        applied=_applied(compiled, account, basket, lanes),
        gifts=_gifts(compiled, account),
        rewards=_rewards(account),
        refused=refused,
        optimal=None if choice is None else choice.complete,
        gap=None if choice is None or choice.complete else Money(choice.gap, currency),
    )


def _lines(
    compiled: Compiled, basket: Basket, account: Account, paid: Sequence[int]
) -> tuple[QuotedLine, ...]:
    currency, base = compiled.rulebook.currency, account.final.base
    steps = _unit_steps(compiled, account, len(base))
    found: list[QuotedLine] = []
    for line in basket.lines:
        list_price = Money(line.price, currency)
        span = line.units
        units = tuple(
            QuotedUnit(
                number=number,
                list_price=list_price,
                steps=tuple(steps[unit]),
                points=Money(paid[unit], currency),
                net=Money(base[unit] - paid[unit], currency),
            )
            for number, unit in enumerate(span, 1)
        )
        net = Money(sum(base[unit] - paid[unit] for unit in span), currency)
        found.append(QuotedLine(line.id, line.sku.sku, line.sku.shop, list_price, units, net))
    return tuple(found)


def _unit_steps(compiled: Compiled, account: Account, count: int) -> list[list[Step]]:
    currency, lanes = compiled.rulebook.currency, compiled.rulebook.lanes
    steps: list[list[Step]] = [[] for _ in range(count)]
    for granted in account.granted:
        rule, deal = granted.bidder.rule, granted.deal
        for unit, share in zip(deal.units, deal.shares, strict=True):
            if share:
                steps[unit].append(Step(lanes[rule.lane].id, rule.id, Money(share, currency)))
    return steps


def _parcels(compiled: Compiled, basket: Basket, account: Account) -> tuple[QuotedParcel, ...]:
    currency, lanes = compiled.rulebook.currency, compiled.rulebook.lanes
    steps: list[list[Step]] = [[] for _ in basket.parcels]
    for granted in account.granted:
        rule = granted.bidder.rule
        if rule.seat is Seat.PARCEL:
            off = Money(granted.deal.taken, currency)
            steps[granted.seat].append(Step(lanes[rule.lane].id, rule.id, off))
    return tuple(
        QuotedParcel(
            shop=basket.shops[shop],
            fee=Money(fee, currency),
            steps=tuple(steps[place]),
            net=Money(account.final.fees[place], currency),
        )
        for place, (shop, fee) in enumerate(basket.parcels)
    )


def _by_promotion(account: Account) -> list[tuple[Bidder, list[Granted]]]:
    found: dict[int, list[Granted]] = {}
    for granted in account.granted:
        found.setdefault(granted.bidder.number, []).append(granted)
    return [(deals[0].bidder, deals) for _, deals in sorted(found.items())]


def _applied(
    compiled: Compiled, account: Account, basket: Basket, lanes: Sequence[str]
) -> tuple[Applied, ...]:
    return tuple(
        Applied(
            promotion=winner.rule.id,
            lane=lanes[winner.rule.lane],
            discount=Money(sum(deal.deal.taken for deal in deals), compiled.rulebook.currency),
            seats=tuple(_seat_name(deal, basket) for deal in deals),
        )
        for winner, deals in _by_promotion(account)
    )


def _seat_name(granted: Granted, basket: Basket) -> str:
    match granted.bidder.rule.seat:
        case Seat.SHOP:
            return basket.shops[granted.seat]
        case Seat.PARCEL:
            return basket.shops[basket.parcels[granted.seat][0]]
        case _:
            return ""


def _gifts(compiled: Compiled, account: Account) -> tuple[QuotedGift, ...]:
    currency = compiled.rulebook.currency
    found: list[QuotedGift] = []
    for winner, deals in _by_promotion(account):
        by_sku: dict[str, tuple[int, int]] = {}
        for deal in (granted.deal for granted in deals):
            if deal.gift is not None:
                sku, quantity = deal.gift
                had, worth = by_sku.get(sku, (0, 0))
                by_sku[sku] = (had + quantity, worth + deal.worth)
        found.extend(
            QuotedGift(winner.rule.id, sku, quantity, Money(worth, currency))
            for sku, (quantity, worth) in sorted(by_sku.items())
        )
    return tuple(found)


def _rewards(account: Account) -> tuple[QuotedReward, ...]:
    return tuple(
        QuotedReward(winner.rule.id, reward.points, reward.multiplier, reward.coupon)
        for winner, deals in _by_promotion(account)
        for granted in deals
        if (reward := granted.deal.reward) is not None
    )
