"""Whether one promotion applies whenever another does, and gives as much: a proof, not a guess.

Every function here says yes only where it is certain, for every cart and instant.
"""

from __future__ import annotations

from mallops.catalog.products import in_category
from mallops.loopholes.examined import Examined
from mallops.loopholes.goods import fields_of
from mallops.money import Money
from mallops.rules.benefits import (
    AmountOff,
    BundlePrice,
    FixedPrice,
    Gift,
    NthUnit,
    Per,
    PercentOff,
    Reward,
    ShippingOff,
    SimpleBenefit,
    Tier,
    Tiers,
)
from mallops.rules.promotions import (
    Audience,
    Criteria,
    Limits,
    Promotion,
    Requires,
    Scope,
    Seat,
    Selector,
)


def applies_whenever(examined: Examined, wide: Promotion, narrow: Promotion) -> bool:
    """Whether every cart that the narrow one may have, the wide one may have on all its units.

    Both are of one lane. Limits and coupons can keep the wide one away, so it has none.
    """
    return (
        not wide.coupon
        and wide.limits == Limits()
        and _audience(wide.audience, narrow.audience)
        and _schedule(examined, wide, narrow)
        and includes(wide.items, narrow.items)
        and _requires(wide.requires, narrow.requires)
    )


def _audience(wide: Audience, narrow: Audience) -> bool:
    groups = not wide.groups or (bool(narrow.groups) and narrow.groups <= wide.groups)
    return groups and (narrow.first_order or not wide.first_order)


def _schedule(examined: Examined, wide: Promotion, narrow: Promotion) -> bool:
    weekly = wide.schedule.weekly
    return examined.spans[wide.id].holds(examined.spans[narrow.id]) and (
        not weekly or (bool(narrow.schedule.weekly) and set(narrow.schedule.weekly) <= set(weekly))
    )


def includes(wide: Selector, narrow: Selector) -> bool:
    """Whether every unit that fits the narrow selector fits the wide one, in any catalogue.

    >>> tea = Selector(Criteria(categories=frozenset({"drinks/tea"})))
    >>> drinks = Selector(Criteria(categories=frozenset({"drinks"})))
    >>> includes(drinks, tea), includes(tea, drinks), includes(Selector(), tea)
    (True, False, True)
    """
    if wide.exclude is not None and wide.exclude != narrow.exclude:
        return False
    return _asks_no_more(wide.include, narrow.include)


def _asks_no_more(wide: Criteria, narrow: Criteria) -> bool:
    given = dict(fields_of(narrow))
    for field, names in fields_of(wide):
        if field not in given or not _names(field, names, given[field]):
            return False
    at_least = wide.at_least is None or (
        narrow.at_least is not None and narrow.at_least >= wide.at_least
    )
    below = wide.below is None or (narrow.below is not None and narrow.below <= wide.below)
    return at_least and below and wide.reduced in {None, narrow.reduced}


def _names(field: str, wide: frozenset[str], narrow: frozenset[str]) -> bool:
    if field != "category":
        return narrow <= wide
    return all(any(in_category(path, name) for name in wide) for path in narrow)


def _requires(wide: Requires, narrow: Requires) -> bool:
    if wide == Requires(scope=wide.scope):
        return True
    # Measured on other goods or elsewhere, the two thresholds cannot be compared.
    if (wide.items, wide.scope) != (narrow.items, narrow.scope):
        return False
    if wide.items is not None and wide != narrow:
        return False
    return (
        (wide.amount.minor if wide.amount else 0) <= (narrow.amount.minor if narrow.amount else 0)
        and (wide.quantity or 1) <= (narrow.quantity or 1)
        and (wide.distinct or 1) <= (narrow.distinct or 1)
    )


def gives_as_much(wide: Promotion, narrow: Promotion, seat: Seat) -> bool:
    """Whether a promotion that applies whenever another does takes as much off, or more.

    In a lane of units the other may be seated beside it, so that only what adds up unit by unit
    is compared there.
    """
    if set(wide.blocks) - set(narrow.blocks) or not _takes_as_many(wide, narrow):
        return False
    same = wide.items == narrow.items
    least = narrow.requires.amount if narrow.requires.items is None else None
    if narrow.requires.scope is Scope.ORDER and seat is not Seat.ORDER:
        least = None
    pairs = _pairs(wide, narrow, least.minor if least is not None else 0)
    return bool(pairs) and all(
        _as_much(high, low, reach, same)
        and (seat is not Seat.UNIT or (_adds_up(high) and _adds_up(low)))
        for high, low, reach in pairs
    )


def _takes_as_many(wide: Promotion, narrow: Promotion) -> bool:
    most, others = wide.at_most_units, narrow.at_most_units
    return most is None or (others is not None and others <= most)


_Pair = tuple[SimpleBenefit, SimpleBenefit, int]


def _pairs(wide: Promotion, narrow: Promotion, least: int) -> list[_Pair]:
    """Benefits that may stand against each other, with what the goods then cost at least.

    Empty where the wide one may give nothing, as its lowest tier is not reached.
    """
    lows = _steps(narrow)
    if len(lows) > 1 and any(tier is not None and tier.amount is None for _, tier in lows):
        return []
    found: list[_Pair] = []
    for low, tier in lows:
        amount = tier.amount.minor if tier is not None and tier.amount is not None else 0
        if tier is not None and tier.quantity is not None:
            return []
        reach = max(least, amount)
        highs = _steps(wide)
        if any(each is not None and each.amount is None for _, each in highs):
            return []
        measured = [
            (high, 0 if each is None or each.amount is None else each.amount.minor)
            for high, each in highs
        ]
        sure = [threshold for _, threshold in measured if threshold <= reach]
        if not sure:
            return []
        found += [
            (high, low, max(reach, threshold))
            for high, threshold in measured
            if threshold >= max(sure)
        ]
    return found


def _steps(promotion: Promotion) -> list[tuple[SimpleBenefit, Tier | None]]:
    benefit = promotion.benefit
    if isinstance(benefit, Tiers):
        return [(tier.benefit, tier) for tier in benefit.tiers]
    return [(benefit, None)]


def _adds_up(benefit: SimpleBenefit) -> bool:
    match benefit:
        case PercentOff():
            return benefit.at_most is None
        case AmountOff():
            return benefit.per is Per.UNIT
        case FixedPrice():
            return True
        case _:
            return False


def _as_much(high: SimpleBenefit, low: SimpleBenefit, reach: int, same: bool) -> bool:
    """Whether the high one takes as much as the low one, of `reach` in goods or more."""
    match high, low:
        case (PercentOff(), PercentOff()):
            return high.percent >= low.percent and _caps(high.at_most, low.at_most)
        case (PercentOff(), AmountOff()):
            return _percent_of(high, low, reach)
        case (AmountOff(), PercentOff()):
            return _is_plain(high) and low.at_most is not None and high.amount >= low.at_most
        case (AmountOff(), AmountOff()):
            return _amounts(high, low, reach)
        case (FixedPrice(), FixedPrice()):
            return high.price <= low.price
        case (NthUnit(), NthUnit()):
            alike = same and (high.n, high.units) == (low.n, low.units)
            times = _times(high.at_most_times, low.at_most_times)
            return alike and times and high.percent >= low.percent
        case (BundlePrice(), BundlePrice()):
            times = _times(high.at_most_times, low.at_most_times)
            return same and times and high.size == low.size and high.price <= low.price
        case (ShippingOff(), ShippingOff()):
            return _frees_as_much(high, low)
        case (Gift(), Gift()):
            return high == low
        case (Reward(), Reward()):
            return high == low
        case _:
            return False


def _caps(high: Money | None, low: Money | None) -> bool:
    return high is None or (low is not None and high >= low)


def _times(high: int | None, low: int | None) -> bool:
    return high is None or (low is not None and high >= low)


def _is_plain(off: AmountOff) -> bool:
    """Whether the amount comes off once, whatever is bought."""
    return off.every is None and off.per is Per.SEAT


def _percent_of(high: PercentOff, low: AmountOff, reach: int) -> bool:
    """Of `reach` a share is as much as the amount; of more it is more."""
    if not _is_plain(low) or not _caps(high.at_most, low.amount):
        return False
    return high.percent * reach >= low.amount.minor * 100


def _amounts(high: AmountOff, low: AmountOff, reach: int) -> bool:
    if high.per is not low.per:
        return False
    if _is_plain(low) or low.per is Per.UNIT:
        met = high.every is None or high.every.minor <= reach
        return met and high.amount >= low.amount
    if high.every is None:
        times = low.at_most_times
        return times is not None and high.amount >= low.amount * times
    assert low.every is not None, "an amount off the seat without it is plain"
    as_often = high.every <= low.every and _times(high.at_most_times, low.at_most_times)
    return as_often and high.amount >= low.amount


def _frees_as_much(high: ShippingOff, low: ShippingOff) -> bool:
    if high.percent == 100 or (high.price is not None and not high.price):
        return True
    if high.percent is not None and low.percent is not None:
        return high.percent >= low.percent
    if high.amount is not None and low.amount is not None:
        return high.amount >= low.amount
    return high.price is not None and low.price is not None and high.price <= low.price
