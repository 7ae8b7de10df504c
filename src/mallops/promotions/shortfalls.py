"""How far a quote is from what its promotions ask: thresholds, tiers, further groups, add-ons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import frozen

from mallops.catalog.fitting import fits
from mallops.catalog.model import Sku
from mallops.money import Currency, Money
from mallops.promotions.hint import Shortfall
from mallops.promotions.promise import Prospect, promise
from mallops.promotions.quote import Quote
from mallops.rules.benefits import (
    AddOn,
    AmountOff,
    BundlePrice,
    NthUnit,
    SimpleBenefit,
    Tiers,
)
from mallops.rules.promotions import Criteria, Lane, Promotion, Requires, Scope, Seat, Selector


@frozen
class PricedUnit:
    """A unit at the start of a lane: list price and base in minor units, and closed or not."""

    sku: Sku
    price: int
    base: int
    closed: bool


@frozen
class Measure:
    """What is measured of goods: their cost in minor units, their count, and different SKUs."""

    amount: int = 0
    quantity: int = 0
    distinct: int = 0

    def or_more(self, other: Measure) -> Measure:
        """What reaches both."""
        return Measure(
            max(self.amount, other.amount),
            max(self.quantity, other.quantity),
            max(self.distinct, other.distinct),
        )

    def beyond(self, reached: Measure) -> Measure:
        """What of it is not reached."""
        return Measure(
            max(0, self.amount - reached.amount),
            max(0, self.quantity - reached.quantity),
            max(0, self.distinct - reached.distinct),
        )


NOTHING = Measure()


@frozen
class Need:
    """What is required of the goods `items` in a shop (None: of the whole order).

    `counting` are the units that count; those that `add_on` sells do not.
    """

    items: Selector
    shop: str | None
    required: Measure
    counting: Sequence[PricedUnit]
    add_on: AddOn | None


@frozen
class Aim:
    """A need of a promotion that a quote does not meet.

    `promise` is about what meeting it may bring.
    """

    promotion: Promotion
    lane: int
    need: Need
    missing: Measure
    promise: int

    def shortfall(self, currency: Currency) -> Shortfall:
        """What is missing, for people."""
        missing = self.missing
        return Shortfall(
            self.promotion.id,
            self.need.shop,
            self.need.items,
            Money(missing.amount, currency),
            missing.quantity,
            missing.distinct,
        )


def priced_units(
    quote: Quote,
    lanes: Sequence[Lane],
    promotions: Mapping[str, Promotion],
    skus: Mapping[str, Sku],
) -> list[list[PricedUnit]]:
    """The units of a quote at the start of each lane, in the order of the lanes."""
    found: list[list[PricedUnit]] = [[] for _ in lanes]
    for line in quote.lines:
        sku = skus[line.sku]
        for unit in line.units:
            price = base = line.list_price.minor
            steps = {step.lane: step for step in unit.steps}
            closed: set[str] = set()
            for lane, of_lane in zip(lanes, found, strict=True):
                of_lane.append(PricedUnit(sku, price, base, lane.id in closed))
                if lane.id in steps:
                    base -= steps[lane.id].amount.minor
                    closed.update(promotions[steps[lane.id].promotion].blocks)
    return found


def reached(aim: Aim, units: Sequence[Sequence[PricedUnit]]) -> Measure:
    """What of an aim's goods counts at the bases of a quote."""
    need = aim.need
    return _measured(_counting(need.items, need.shop, units[aim.lane], need.add_on))


def aims(
    promotion: Promotion,
    quote: Quote,
    units: Sequence[Sequence[PricedUnit]],
    lanes: Sequence[Lane],
    skus: Mapping[str, Sku],
) -> Iterator[Aim]:
    """All that a promotion asks and the quote lacks, where some of the cart counts for it."""
    lane = next(n for n, lane in enumerate(lanes) if lane.id == promotion.lane)
    fees = {parcel.shop: parcel.fee.minor for parcel in quote.parcels}
    seats: Iterable[str | None] = [None]
    match lanes[lane].seat:
        case Seat.SHOP:
            seats = sorted({line.shop for line in quote.lines})
        case Seat.PARCEL:
            seats = sorted(fees)
        case Seat.ORDER | Seat.UNIT:
            pass
    for shop in seats:
        fee = fees.get(shop, 0) if shop is not None else 0
        for benefit, tier in _steps(promotion, _of_shop(units[lane], shop)):
            for need in _needs(promotion, benefit, tier, shop, units[lane]):
                missing = need.required.beyond(_measured(need.counting))
                if missing != NOTHING:
                    hoped = promise(benefit, _prospect(need, fee), skus)
                    yield Aim(promotion, lane, need, missing, hoped)


def _prospect(need: Need, fee: int) -> Prospect:
    count = _measured(need.counting).or_more(need.required)
    dearest = max((unit.base for unit in need.counting), default=count.amount)
    return Prospect(count.amount, count.quantity, dearest, fee)


def _needs(
    promotion: Promotion,
    benefit: SimpleBenefit,
    tier: Measure,
    shop: str | None,
    units: Sequence[PricedUnit],
) -> Iterator[Need]:
    """What one benefit asks at one seat, where some units count for it."""
    requires = promotion.requires
    add_on = benefit if isinstance(benefit, AddOn) else None
    place = None if requires.scope is Scope.ORDER else shop
    items, wanted = promotion.items, requires.items or promotion.items
    taken = _counting(items, shop, units, add_on)
    measured = _counting(wanted, place, units, add_on)
    if not taken and not measured:
        return
    own, threshold = tier.or_more(_next_step(benefit, _measured(taken))), _threshold(requires)
    if (items, shop) == (wanted, place):
        yield Need(items, shop, own.or_more(threshold), taken, add_on)
    else:
        yield Need(items, shop, own, taken, add_on)
        yield Need(wanted, place, threshold, measured, add_on)
    if add_on is not None:
        sold = _extras(add_on, _of_shop(units, shop))
        only = Selector(Criteria(skus=frozenset({add_on.sku})))
        yield Need(only, shop, Measure(quantity=min(len(sold) + 1, add_on.quantity)), sold, None)


def _steps(
    promotion: Promotion, units: Sequence[PricedUnit]
) -> Iterator[tuple[SimpleBenefit, Measure]]:
    """The benefit, or those of the highest tier that is reached and of all above it."""
    tiers = promotion.benefit
    if not isinstance(tiers, Tiers):
        yield tiers, NOTHING
        return
    for number, tier in enumerate(tiers.tiers):
        above = tiers.tiers[number + 1 :]
        if above:
            benefit = above[0].benefit
            add_on = benefit if isinstance(benefit, AddOn) else None
            got = _measured(_counting(promotion.items, None, units, add_on))
            if _tier(above[0].amount, above[0].quantity).beyond(got) == NOTHING:
                continue
        yield tier.benefit, _tier(tier.amount, tier.quantity)


def _next_step(benefit: SimpleBenefit, got: Measure) -> Measure:
    """What the benefit wants next: a unit at least, one more `every`, one more whole group."""
    match benefit:
        case AmountOff() if benefit.every is not None and benefit.every.minor:
            times = got.amount // benefit.every.minor
            if benefit.at_most_times is None or times < benefit.at_most_times:
                return Measure(amount=benefit.every.minor * (times + 1))
        case NthUnit():
            return _next_group(benefit.n, benefit.at_most_times, got)
        case BundlePrice():
            return _next_group(benefit.size, benefit.at_most_times, got)
        case _:
            pass
    return Measure(quantity=1)


def _next_group(size: int, at_most_times: int | None, got: Measure) -> Measure:
    groups = got.quantity // size
    if at_most_times is None or groups < at_most_times:
        return Measure(quantity=size * (groups + 1))
    return Measure(quantity=1)


def _threshold(requires: Requires) -> Measure:
    asked = Measure(
        requires.amount.minor if requires.amount is not None else 0,
        requires.quantity or 0,
        requires.distinct or 0,
    )
    unmeasured = (requires.amount, requires.quantity, requires.distinct) == (None, None, None)
    return Measure(quantity=1) if requires.items is not None and unmeasured else asked


def _tier(amount: Money | None, quantity: int | None) -> Measure:
    return Measure(amount.minor if amount is not None else 0, quantity or 0)


def _of_shop(units: Sequence[PricedUnit], shop: str | None) -> Sequence[PricedUnit]:
    return units if shop is None else [unit for unit in units if unit.sku.shop == shop]


def _counting(
    items: Selector, shop: str | None, units: Sequence[PricedUnit], add_on: AddOn | None
) -> list[PricedUnit]:
    """The units of the shop that fit and are open, without those sold as add-ons."""
    of_shop = _of_shop(units, shop)
    aside = set() if add_on is None else {id(unit) for unit in _extras(add_on, of_shop)}
    return [
        unit
        for unit in of_shop
        if not unit.closed
        and id(unit) not in aside
        and fits(items, unit.sku, unit.price)[_reduced(unit)]
    ]


def _extras(add_on: AddOn, units: Iterable[PricedUnit]) -> list[PricedUnit]:
    """The units that an add-on sells: the dearest of its SKU."""
    of_sku = [unit for unit in units if unit.sku.sku == add_on.sku and not unit.closed]
    return sorted(of_sku, key=lambda unit: -unit.base)[: add_on.quantity]


def _reduced(unit: PricedUnit) -> bool:
    own = unit.sku.price
    return own is not None and unit.base < own.minor


def _measured(units: Sequence[PricedUnit]) -> Measure:
    return Measure(
        sum(unit.base for unit in units), len(units), len({unit.sku.sku for unit in units})
    )
