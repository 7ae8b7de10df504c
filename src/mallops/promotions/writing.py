"""A seating written out as a quote: every unit's way down, and what each promotion gave."""

from __future__ import annotations

from collections.abc import Sequence

from pendulum import DateTime

from mallops.cart import Cart
from mallops.money import Currency, Money
from mallops.promotions.account import Account
from mallops.promotions.basket import Basket
from mallops.promotions.choice import Choice
from mallops.promotions.compiled import Compiled
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
from mallops.promotions.seating import Granted
from mallops.promotions.tender import points_tender
from mallops.rules.promotions import Seat


class _Amounts(dict[int, Money]):
    """Amounts by minor units, each made once: most units of a cart share theirs with others."""

    def __init__(self, currency: Currency) -> None:
        self.currency = currency

    def __missing__(self, minor: int) -> Money:
        found = self[minor] = Money(minor, self.currency)
        return found


def written(
    compiled: Compiled,
    cart: Cart,
    at: DateTime,
    basket: Basket,
    account: Account,
    choice: Choice | None,
    refused: Refusals,
) -> Quote:
    """The quote of an account; `choice` is None where promotions were chosen by priority."""
    rulebook, final = compiled.rulebook, account.final
    amounts = _Amounts(rulebook.currency)
    lanes = [lane.id for lane in rulebook.lanes]
    used, paid = points_tender(rulebook.points, rulebook.currency, cart.points, final.base)
    worth, shipping = sum(paid), sum(final.fees)
    goods = sum(final.base) - worth
    by_promotion = _by_promotion(account)
    return Quote(
        rulebook=rulebook.id,
        version=rulebook.version,
        at=at,
        payable=amounts[goods + shipping],
        goods=amounts[goods],
        shipping=amounts[shipping],
        points_used=used,
        points_worth=amounts[worth],
        lines=_lines(basket, account, paid, lanes, amounts),
        parcels=_parcels(basket, account, lanes, amounts) if basket.parcels else (),
        applied=tuple(_applied(granted, basket, lanes, amounts) for granted in by_promotion),
        gifts=tuple(gift for granted in by_promotion for gift in _gifts(granted, amounts)),
        rewards=tuple(reward for granted in by_promotion for reward in _rewards(granted)),
        refused=refused,
        optimal=None if choice is None else choice.complete,
        gap=None if choice is None or choice.complete else amounts[choice.gap],
    )


def _lines(
    basket: Basket, account: Account, paid: Sequence[int], lanes: Sequence[str], amounts: _Amounts
) -> tuple[QuotedLine, ...]:
    base = account.final.base
    steps = _unit_steps(account, len(base), lanes, amounts)
    found: list[QuotedLine] = []
    for line in basket.lines:
        list_price, net = amounts[line.price], 0
        units: list[QuotedUnit] = []
        for number, unit in enumerate(line.units, 1):
            left = base[unit] - paid[unit]
            net += left
            units.append(
                QuotedUnit(
                    number, list_price, tuple(steps[unit]), amounts[paid[unit]], amounts[left]
                )
            )
        sku = line.sku
        found.append(QuotedLine(line.id, sku.sku, sku.shop, list_price, tuple(units), amounts[net]))
    return tuple(found)


def _unit_steps(
    account: Account, count: int, lanes: Sequence[str], amounts: _Amounts
) -> list[list[Step]]:
    steps: list[list[Step]] = [[] for _ in range(count)]
    for granted in account.granted:
        rule, deal = granted.bidder.rule, granted.deal
        lane = lanes[rule.lane]
        made: dict[int, Step] = {}
        for unit, share in zip(deal.units, deal.shares, strict=True):
            if not share:
                continue
            if share not in made:
                made[share] = Step(lane, rule.id, amounts[share])
            steps[unit].append(made[share])
    return steps


def _parcels(
    basket: Basket, account: Account, lanes: Sequence[str], amounts: _Amounts
) -> tuple[QuotedParcel, ...]:
    steps: list[list[Step]] = [[] for _ in basket.parcels]
    for granted in account.granted:
        rule = granted.bidder.rule
        if rule.seat is Seat.PARCEL:
            off = amounts[granted.deal.taken]
            steps[granted.seat].append(Step(lanes[rule.lane], rule.id, off))
    return tuple(
        QuotedParcel(
            shop=basket.shops[shop],
            fee=amounts[fee],
            steps=tuple(steps[place]),
            net=amounts[account.final.fees[place]],
        )
        for place, (shop, fee) in enumerate(basket.parcels)
    )


def _by_promotion(account: Account) -> list[list[Granted]]:
    found: dict[int, list[Granted]] = {}
    for granted in account.granted:
        found.setdefault(granted.bidder.number, []).append(granted)
    return [found[number] for number in sorted(found)]


def _applied(
    granted: Sequence[Granted], basket: Basket, lanes: Sequence[str], amounts: _Amounts
) -> Applied:
    rule = granted[0].bidder.rule
    return Applied(
        promotion=rule.id,
        lane=lanes[rule.lane],
        discount=amounts[sum([each.deal.taken for each in granted])],
        seats=tuple([_seat_name(each, basket) for each in granted]),
    )


def _seat_name(granted: Granted, basket: Basket) -> str:
    match granted.bidder.rule.seat:
        case Seat.SHOP:
            return basket.shops[granted.seat]
        case Seat.PARCEL:
            return basket.shops[basket.parcels[granted.seat][0]]
        case _:
            return ""


def _gifts(granted: Sequence[Granted], amounts: _Amounts) -> list[QuotedGift]:
    """The gifts of one promotion, whichever of its seats brought them."""
    by_sku: dict[str, tuple[int, int]] = {}
    for each in granted:
        if each.deal.gift is not None:
            sku, quantity = each.deal.gift
            had, worth = by_sku.get(sku, (0, 0))
            by_sku[sku] = (had + quantity, worth + each.deal.worth)
    return [
        QuotedGift(granted[0].bidder.rule.id, sku, quantity, amounts[worth])
        for sku, (quantity, worth) in sorted(by_sku.items())
    ]


def _rewards(granted: Sequence[Granted]) -> list[QuotedReward]:
    return [
        QuotedReward(each.bidder.rule.id, reward.points, reward.multiplier, reward.coupon)
        for each in granted
        if (reward := each.deal.reward) is not None
    ]
