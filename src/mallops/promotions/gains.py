"""What the customer gains by a change, and which of all changes are worth telling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from attrs import frozen

from mallops.promotions.changes import splits
from mallops.promotions.hint import Change
from mallops.promotions.quote import Quote
from mallops.rules.benefits import AmountOff, Benefit, Gift, Per, Tiers
from mallops.rules.promotions import Promotion


@frozen
class Gain:
    """What a change brings, amounts in minor units: as in `mallops.promotions.hint.Hint`.

    `seats` are the lane and the seats that the coupons taken have.
    """

    change: Change
    worth: int
    less: int
    gain: int
    brings: frozenset[str]
    loses: frozenset[str]
    cheaper: frozenset[str]
    seats: frozenset[tuple[str, str]]

    @property
    def units(self) -> int:
        """How many units it adds."""
        return sum(added.quantity for added in self.change.goods)


def paid(quote: Quote) -> int:
    """What is paid in money, and in points at their worth."""
    return quote.payable.minor + quote.points_worth.minor


def outlay(quote: Quote) -> int:
    """What is paid less the gifts that come with it: what the best choice makes smallest."""
    return paid(quote) - sum(gift.value.minor for gift in quote.gifts)


def taken(quote: Quote) -> Mapping[str, int]:
    """What each promotion takes off, and gives in gifts."""
    found = Counter({applied.promotion: applied.discount.minor for applied in quote.applied})
    for gift in quote.gifts:
        found[gift.promotion] += gift.value.minor
    return found


def list_prices(quote: Quote) -> Mapping[str, int]:
    """The list price of each SKU of a quote."""
    return {line.sku: line.list_price.minor for line in quote.lines}


def gain(
    change: Change,
    before: Quote,
    after: Quote,
    alone: Quote | None,
    listed: int,
    promotions: Mapping[str, Promotion],
) -> Gain:
    """What a change brings; `alone` is the quote of the goods added, and `listed` their price."""
    had, has = taken(before), taken(after)
    by_itself: Mapping[str, int] = {} if alone is None else taken(alone)
    ordinary = sum(
        _ordinary(off, had.get(name), has.get(name, 0), promotions[name].benefit)
        for name, off in by_itself.items()
    )
    worth = listed - ordinary
    prices, now = list_prices(before), list_prices(after)
    return Gain(
        change=change,
        worth=worth,
        less=paid(before) - paid(after),
        gain=worth + outlay(before) - outlay(after),
        brings=_brought(after, (had, by_itself), has),
        loses=frozenset(had.keys() - has.keys()),
        cheaper=frozenset(sku for sku, price in prices.items() if now[sku] < price),
        seats=_seats(after, change.coupons),
    )


def _brought(
    after: Quote, apart: Collection[Mapping[str, int]], has: Mapping[str, int]
) -> frozenset[str]:
    """The promotions that take more off cart and goods together than off each.

    By more than a minor unit for each seat, which rounding may make.
    """
    return frozenset(
        applied.promotion
        for applied in after.applied
        if has[applied.promotion]
        > sum(had.get(applied.promotion, 0) for had in apart) + len(applied.seats)
    )


def _seats(quote: Quote, promotions: Collection[str]) -> frozenset[tuple[str, str]]:
    return frozenset(
        (applied.lane, seat)
        for applied in quote.applied
        if applied.promotion in promotions
        for seat in applied.seats
    )


def _ordinary(alone: int, had: int | None, has: int, benefit: Benefit) -> int:
    """What of a promotion's discount on the goods alone is part of their ordinary price.

    What is given once, however much is bought, the cart has had already: then only what the
    promotion takes more of both.
    """
    if had is None or not _once(benefit):
        return alone
    return min(alone, max(0, has - had))


def _once(benefit: Benefit) -> bool:
    match benefit:
        case AmountOff():
            return benefit.every is None and benefit.per is Per.SEAT
        case Gift() | Tiers():
            return True
        case _:
            return False


def near_misses(judged: Mapping[Change, Gain], least: int, most_extra: int | None) -> list[Gain]:
    """The changes worth telling, by gain: of those that bring the same, the cheapest.

    Each gains `least` or more, and asks for `most_extra` more money at most (None: any).
    """
    found = [
        each
        for each in judged.values()
        if each.gain >= least
        and (most_extra is None or -each.less <= most_extra)
        and (each.brings or each.cheaper)
        and not _composed(each, judged)
    ]
    return _one_coupon_a_seat(_undominated(_cheapest(found)))


def _composed(whole: Gain, judged: Mapping[Change, Gain]) -> bool:
    """Whether two parts of the change, made apart, gain as much."""
    return any(
        _of(one, judged) + _of(other, judged) >= whole.gain for one, other in splits(whole.change)
    )


def _of(change: Change, judged: Mapping[Change, Gain]) -> int:
    return max(0, judged[change].gain) if change in judged else 0


def _cheapest(found: Iterable[Gain]) -> list[Gain]:
    """Of the changes that bring the same, the one after which the least is paid."""
    best: dict[tuple[frozenset[str], frozenset[str]], Gain] = {}
    for each in sorted(found, key=lambda each: (-each.less, -each.gain, _effort(each))):
        best.setdefault((each.brings, each.cheaper), each)
    return list(best.values())


def _undominated(found: Sequence[Gain]) -> list[Gain]:
    """Those that no other is as good as in everything, by gain."""
    kept: list[Gain] = []
    for each in sorted(found, key=lambda each: (-each.gain, -each.less, _effort(each))):
        if not any(_no_worse(other, each) for other in kept):
            kept.append(each)
    return kept


def _one_coupon_a_seat(found: Iterable[Gain]) -> list[Gain]:
    """Of coupons that would have the same seats, the first; with goods to add, and without."""
    kept: dict[object, Gain] = {}
    for each in found:
        place = (each.seats, bool(each.change.goods)) if each.seats else each.change
        kept.setdefault(place, each)
    return list(kept.values())


def _no_worse(one: Gain, other: Gain) -> bool:
    return (
        one.gain >= other.gain
        and one.less >= other.less
        and one.units <= other.units
        and len(one.change.coupons) <= len(other.change.coupons)
        and one.brings >= other.brings
        and one.cheaper >= other.cheaper
    )


def _effort(
    each: Gain,
) -> tuple[int, int, tuple[tuple[str, int], ...], tuple[str, ...], tuple[str, ...]]:
    """Few units and no coupons first; then by name, so that listing order plays no part."""
    change = each.change
    goods = tuple((added.sku, added.quantity) for added in change.goods)
    return each.units, len(change.coupons), goods, change.coupons, change.instead_of
