"""What is impossible in a benefit, and in a lane of its kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import assert_never

from mallops.errors import Problem, shown
from mallops.money import Currency
from mallops.rules.benefits import (
    AddOn,
    AmountOff,
    Benefit,
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
from mallops.rules.bounds import check_amount, check_count, check_factor, check_percent
from mallops.rules.kinds import benefits_in, kind_of
from mallops.rules.promotions import Seat

_WHOLE_SEATS = (Seat.SHOP, Seat.ORDER)


def check_benefit(
    benefit: Benefit, currency: Currency, coupons: Mapping[str, bool], path: str
) -> Iterator[Problem]:
    """The problems of the benefit at `path`, its tiers' included.

    `coupons` tells of every promotion's id whether it needs a coupon.
    """
    if isinstance(benefit, Tiers):
        yield from _check_tiers(benefit.tiers, currency, f"{path}.tiers")
    for where, simple in benefits_in(benefit, path):
        yield from _check_simple(simple, currency, coupons, where)


def check_seat(benefit: Benefit, seat: Seat, path: str) -> Iterator[Problem]:
    """The problems of seating the benefit of the promotion at `path` in a lane of such seats."""
    for where, simple in benefits_in(benefit, f"{path}.benefit"):
        kind = kind_of(simple)
        if isinstance(simple, ShippingOff) and seat is not Seat.PARCEL:
            wanted = "a parcel lane"
        elif isinstance(simple, Gift | AddOn | Reward) and seat not in _WHOLE_SEATS:
            wanted = "a shop or order lane"
        elif not isinstance(simple, ShippingOff) and seat is Seat.PARCEL:
            wanted = "a unit, shop or order lane"
        else:
            continue
        expected = f"another kind, or {wanted} for {where}: {path}.lane is a {seat.value} lane"
        yield Problem(f"{where}.kind", shown(kind), expected)


def _check_simple(
    benefit: SimpleBenefit, currency: Currency, coupons: Mapping[str, bool], path: str
) -> Iterator[Problem]:
    match benefit:
        case PercentOff():
            yield from check_percent(benefit.percent, f"{path}.percent")
            yield from check_amount(benefit.at_most, currency, f"{path}.at_most")
        case AmountOff():
            yield from _check_amount_off(benefit, currency, path)
        case FixedPrice():
            yield from check_amount(benefit.price, currency, f"{path}.price")
        case NthUnit():
            yield from _check_nth_unit(benefit, path)
        case BundlePrice():
            yield from check_count(benefit.size, f"{path}.size")
            yield from check_amount(benefit.price, currency, f"{path}.price")
            yield from check_count(benefit.at_most_times, f"{path}.at_most_times")
        case Gift():
            yield from _check_sku(benefit.sku, f"{path}.sku")
            yield from check_count(benefit.quantity, f"{path}.quantity")
            yield from check_amount(benefit.value, currency, f"{path}.value")
        case AddOn():
            yield from _check_sku(benefit.sku, f"{path}.sku")
            yield from check_amount(benefit.price, currency, f"{path}.price")
            yield from check_count(benefit.quantity, f"{path}.quantity")
        case ShippingOff():
            yield from _check_shipping_off(benefit, currency, path)
        case Reward():
            yield from _check_reward(benefit, coupons, path)
        case _:
            assert_never(benefit)


def _check_amount_off(benefit: AmountOff, currency: Currency, path: str) -> Iterator[Problem]:
    yield from check_amount(benefit.amount, currency, f"{path}.amount")
    yield from check_amount(benefit.every, currency, f"{path}.every", positive=True)
    yield from check_count(benefit.at_most_times, f"{path}.at_most_times")
    if benefit.per is not Per.UNIT:
        return
    expected = f"no such field, as {path}.per is unit"
    if benefit.every is not None:
        yield Problem(f"{path}.every", shown(str(benefit.every)), expected)
    if benefit.at_most_times is not None:
        yield Problem(f"{path}.at_most_times", shown(benefit.at_most_times), expected)


def _check_nth_unit(benefit: NthUnit, path: str) -> Iterator[Problem]:
    yield from check_count(benefit.n, f"{path}.n")
    yield from check_percent(benefit.percent, f"{path}.percent")
    yield from check_count(benefit.units, f"{path}.units")
    yield from check_count(benefit.at_most_times, f"{path}.at_most_times")
    if benefit.units > benefit.n:
        expected = f"at most {path}.n, which is {shown(benefit.n)}"
        yield Problem(f"{path}.units", shown(benefit.units), expected)


def _check_sku(sku: str, path: str) -> Iterator[Problem]:
    if not sku:
        yield Problem(path, shown(sku), "the SKU of a product")


def _check_shipping_off(benefit: ShippingOff, currency: Currency, path: str) -> Iterator[Problem]:
    given = {"percent": benefit.percent, "amount": benefit.amount, "price": benefit.price}
    yield from _check_one_of(given, path)
    yield from check_percent(benefit.percent, f"{path}.percent")
    yield from check_amount(benefit.amount, currency, f"{path}.amount")
    yield from check_amount(benefit.price, currency, f"{path}.price")


def _check_reward(benefit: Reward, coupons: Mapping[str, bool], path: str) -> Iterator[Problem]:
    given = {"points": benefit.points, "multiplier": benefit.multiplier, "coupon": benefit.coupon}
    yield from _check_one_of(given, path)
    yield from check_count(benefit.points, f"{path}.points")
    yield from check_factor(benefit.multiplier, f"{path}.multiplier", least=1)
    # A coupon of another rulebook, the next campaign's say, is none of this one's business.
    if benefit.coupon is not None and not coupons.get(benefit.coupon, True):
        expected = "the id of a promotion in $.promotions that has coupon true"
        yield Problem(f"{path}.coupon", shown(benefit.coupon), expected)


def _check_tiers(tiers: tuple[Tier, ...], currency: Currency, path: str) -> Iterator[Problem]:
    if not tiers:
        yield Problem(path, shown(tiers), "at least one tier")
    whole = True
    for i, tier in enumerate(tiers):
        given = {"amount": tier.amount, "quantity": tier.quantity}
        wrong = list(_check_one_of(given, f"{path}[{i}]"))
        yield from wrong
        yield from check_amount(tier.amount, currency, f"{path}[{i}].amount")
        yield from check_count(tier.quantity, f"{path}[{i}].quantity")
        whole = whole and not wrong
    if whole:
        yield from _check_ascent(tiers, path)


def _check_ascent(tiers: tuple[Tier, ...], path: str) -> Iterator[Problem]:
    """Tiers that each have one measure: all the same one, and more of it from tier to tier."""
    measures = ["quantity" if tier.amount is None else "amount" for tier in tiers]
    for i in range(1, len(tiers)):
        here, before = f"{path}[{i}].{measures[i]}", f"{path}[{i - 1}].{measures[i - 1]}"
        if measures[i] != measures[i - 1]:
            expected = f"the same measure as {before}, in all of {path}"
        elif _measure(tiers[i]) <= _measure(tiers[i - 1]):
            expected = f"more than {before}, as {path} ascend"
        else:
            continue
        got = tiers[i].quantity if tiers[i].amount is None else str(tiers[i].amount)
        yield Problem(here, shown(got), expected)


def _measure(tier: Tier) -> int:
    return (tier.quantity or 0) if tier.amount is None else tier.amount.minor


def _check_one_of(given: Mapping[str, object], path: str) -> Iterator[Problem]:
    present = [name for name, value in given.items() if value is not None]
    if len(present) == 1:
        return
    got = " and ".join(present) or "none of them"
    fields = ", ".join(f"{path}.{name}" for name in given)
    yield Problem(path, got, f"exactly one of {fields}")
