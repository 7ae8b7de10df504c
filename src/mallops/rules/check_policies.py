"""What is impossible in a rulebook's points and after-sales sections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from mallops.errors import Problem, shown
from mallops.money import Currency
from mallops.rules.aftersales import AfterSalesRules
from mallops.rules.bounds import (
    check_amount,
    check_count,
    check_factor,
    check_percent,
    check_range,
)
from mallops.rules.paths import at_key
from mallops.rules.points import (
    Earn,
    Expire,
    ExpireByAge,
    ExpireInactive,
    ExpireYearly,
    PointsRules,
)

# A century: an instant plus either stays far inside the years that a calendar can count.
_MOST_DAYS = 36_525
_MOST_MONTHS = 1_200
# February's 29th is there in some years only, and then the month's end stands for it.
_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def check_points(points: PointsRules, currency: Currency) -> Iterator[Problem]:
    """The problems of `$.points`."""
    path = "$.points"
    if points.worth is not None:
        worth = points.worth
        yield from check_count(worth.points, f"{path}.worth.points")
        yield from check_amount(worth.money, currency, f"{path}.worth.money", positive=True)
    yield from check_percent(points.at_most_percent, f"{path}.at_most_percent")
    yield from check_count(points.step, f"{path}.step")
    if points.earn is not None:
        yield from _check_earn(points.earn, currency, f"{path}.earn")
    if points.expire is not None:
        yield from _check_expire(points.expire, f"{path}.expire")


def check_after_sales(rules: AfterSalesRules) -> Iterator[Problem]:
    """The problems of `$.after_sales`."""
    path = "$.after_sales"
    yield from check_range(rules.window_days, f"{path}.window_days", 0, _MOST_DAYS)
    excluded = rules.excluded
    if excluded is None:
        return
    named = (
        excluded.categories,
        excluded.brands,
        excluded.skus,
        excluded.shops,
        excluded.tags,
    )
    if not any(named):
        expected = "at least one category, brand, SKU, shop or tag, if given"
        yield Problem(f"{path}.excluded", "nothing", expected)
    # Whether goods can come back is a matter of what they are, not of what they cost.
    for bound in (excluded.at_least, excluded.below):
        if bound is not None:
            yield Problem(f"{path}.excluded.price", shown(str(bound)), "no such field here")
    if excluded.reduced is not None:
        yield Problem(f"{path}.excluded.reduced", shown(excluded.reduced), "no such field here")


def _check_earn(earn: Earn, currency: Currency, path: str) -> Iterator[Problem]:
    yield from check_amount(earn.per, currency, f"{path}.per", positive=True)
    yield from check_count(earn.points, f"{path}.points", least=0)
    for group, factor in earn.groups.items():
        yield from check_factor(factor, at_key(f"{path}.groups", group), least=0)
    yield from check_count(earn.at_most_per_day, f"{path}.at_most_per_day", least=0)


def _check_expire(expire: Expire, path: str) -> Iterator[Problem]:
    match expire:
        case ExpireByAge():
            yield from check_range(expire.after_days, f"{path}.after_days", 1, _MOST_DAYS)
            yield from check_range(expire.revive_days, f"{path}.revive_days", 0, _MOST_DAYS)
        case ExpireYearly():
            yield from _check_yearly(expire, path)
            yield from check_range(expire.revive_days, f"{path}.revive_days", 0, _MOST_DAYS)
        case ExpireInactive():
            yield from check_range(expire.inactive_days, f"{path}.inactive_days", 1, _MOST_DAYS)
        case _:
            assert_never(expire)


def _check_yearly(expire: ExpireYearly, path: str) -> Iterator[Problem]:
    there = 1 <= expire.month <= 12 and 1 <= expire.day <= _LONGEST_MONTHS[expire.month - 1]
    if not there:
        got = f"{expire.month:02}-{expire.day:02}"
        yield Problem(f"{path}.yearly", shown(got), "a date of the year such as 12-31")
    yield from check_range(expire.grace_months, f"{path}.grace_months", 0, _MOST_MONTHS)
