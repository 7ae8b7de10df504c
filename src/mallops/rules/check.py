"""All that is impossible in a rulebook, with the path at which its file would have it.

What merely looks unwise (a schedule that is over, a discount above its threshold) is not
found here: such a rulebook still has a price for every cart.
"""

from __future__ import annotations

from collections.abc import Iterator

from mallops.errors import InputError, Problem, shown
from mallops.money import Currency
from mallops.rules.book import Rulebook
from mallops.rules.bounds import check_amount, check_count, check_percent, check_unique
from mallops.rules.check_benefits import check_benefit, check_seat
from mallops.rules.check_policies import check_after_sales, check_points
from mallops.rules.kinds import benefits_in, kind_of
from mallops.rules.paths import at_key
from mallops.rules.promotions import Criteria, Lane, Limits, Promotion, Requires, Selector
from mallops.time import known_timezone

_UNCUT = frozenset({"nth_unit", "bundle_price", "gift", "add_on", "reward", "shipping_off"})


def rulebook_problems(rulebook: Rulebook) -> list[Problem]:
    """Every problem of a rulebook in itself, in the order of its file; none: it can be used.

    Takes time in proportion to the rulebook. Whether the SKUs it names exist is
    `mallops.catalog.check.reference_problems`. Source: rulebook sections 1, 3, 4 and 5.

    >>> from decimal import Decimal
    >>> from mallops.money import Currency
    >>> from mallops.rules.benefits import PercentOff
    >>> off = Promotion("p", "item", PercentOff(Decimal(120)))
    >>> book = Rulebook(Currency.of("CNY"), promotions=(off,))
    >>> print(*rulebook_problems(book))
    $.promotions[0].benefit.percent: got '120', expected a percentage from 0 to 100
    """
    return list(_problems(rulebook))


def _problems(book: Rulebook) -> Iterator[Problem]:
    yield from _check_timezone(book.timezone)
    yield from _check_lanes(book.lanes)
    yield from check_unique((one.id for one in book.promotions), "$.promotions", ".id")
    # Of two lanes with one id the first counts, so that only the second is a problem.
    places = {lane.id: place for place, lane in reversed(list(enumerate(book.lanes)))}
    coupons = {promotion.id: promotion.coupon for promotion in book.promotions}
    for i, promotion in enumerate(book.promotions):
        path = f"$.promotions[{i}]"
        yield from _check_lane(promotion, book.lanes, places, path)
        yield from _check_items(promotion.items, book.currency, f"{path}.items")
        yield from _check_requires(promotion.requires, book.currency, f"{path}.requires")
        yield from _check_units(promotion, path)
        yield from check_benefit(promotion.benefit, book.currency, coupons, f"{path}.benefit")
        yield from _check_limits(promotion.limits, book.currency, f"{path}.limits")
        yield from _check_funding(promotion, f"{path}.funding")
    if book.points is not None:
        yield from check_points(book.points, book.currency)
    yield from check_after_sales(book.after_sales)


def _check_timezone(name: str) -> Iterator[Problem]:
    try:
        known_timezone(name, "$.timezone")
    except InputError as error:
        yield from error.problems


def _check_lanes(lanes: tuple[Lane, ...]) -> Iterator[Problem]:
    if not lanes:
        yield Problem("$.lanes", shown(lanes), "at least one lane")
    yield from check_unique((lane.id for lane in lanes), "$.lanes", ".id")


def _check_lane(
    promotion: Promotion, lanes: tuple[Lane, ...], places: dict[str, int], path: str
) -> Iterator[Problem]:
    place = places.get(promotion.lane)
    if place is None:
        yield Problem(f"{path}.lane", shown(promotion.lane), "the id of a lane in $.lanes")
    else:
        yield from check_seat(promotion.benefit, lanes[place].seat, path)
    for i, blocked in enumerate(promotion.blocks):
        found = places.get(blocked)
        if found is None:
            expected = "the id of a lane in $.lanes"
            yield Problem(f"{path}.blocks[{i}]", shown(blocked), expected)
        elif place is not None and found <= place:
            expected = f"a lane that comes after {path}.lane in $.lanes"
            yield Problem(f"{path}.blocks[{i}]", shown(blocked), expected)


def _check_items(items: Selector, currency: Currency, path: str) -> Iterator[Problem]:
    yield from _check_prices(items.include, currency, path)
    if items.exclude is not None:
        if items.exclude == Criteria():
            yield Problem(f"{path}.except", "nothing", "at least one criterion, if given")
        yield from _check_prices(items.exclude, currency, f"{path}.except")


def _check_prices(criteria: Criteria, currency: Currency, path: str) -> Iterator[Problem]:
    yield from check_amount(criteria.at_least, currency, f"{path}.price.at_least")
    yield from check_amount(criteria.below, currency, f"{path}.price.below")


def _check_requires(requires: Requires, currency: Currency, path: str) -> Iterator[Problem]:
    yield from check_amount(requires.amount, currency, f"{path}.amount")
    yield from check_count(requires.quantity, f"{path}.quantity")
    yield from check_count(requires.distinct, f"{path}.distinct")
    if requires.items is not None:
        yield from _check_items(requires.items, currency, f"{path}.items")


def _check_units(promotion: Promotion, path: str) -> Iterator[Problem]:
    yield from check_count(promotion.at_most_units, f"{path}.at_most_units")
    if promotion.at_most_units is None:
        return
    for where, benefit in benefits_in(promotion.benefit, f"{path}.benefit"):
        kind = kind_of(benefit)
        if kind in _UNCUT:
            expected = f"no such bound beside {where}.kind {kind}"
            yield Problem(f"{path}.at_most_units", shown(promotion.at_most_units), expected)
            return


def _check_limits(limits: Limits, currency: Currency, path: str) -> Iterator[Problem]:
    yield from check_count(limits.per_customer, f"{path}.per_customer", least=0)
    yield from check_count(limits.total, f"{path}.total", least=0)
    yield from check_amount(limits.budget, currency, f"{path}.budget")


def _check_funding(promotion: Promotion, path: str) -> Iterator[Problem]:
    # Parts that do not add up to 100 are for a lint to find: no price hangs on them.
    for party, percent in promotion.funding.items():
        yield from check_percent(percent, at_key(path, party))
