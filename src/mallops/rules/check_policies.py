"""What is impossible in a rulebook's points and after-sales sections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from attrs import fields

from mallops.errors import Problem, shown
from mallops.money import Currency
from mallops.rules.aftersales import AfterSalesRules
from mallops.rules.bounds import (
    check_amount,
    check_count,
    check_factor,
    check_percent,
    check_range,
    check_unique,
)
from mallops.rules.paths import at_key
from mallops.rules.points import (
    Action,
    Campaign,
    Earn,
    Expire,
    ExpireByAge,
    ExpireInactive,
    ExpireYearly,
    PointsRules,
    StreakStep,
    Tiers,
    Times,
)
from mallops.rules.promotions import Criteria, Selector

# A century: an instant plus either stays far inside the years that a calendar can count.
_MOST_DAYS = 36_525
_MOST_MONTHS = 1_200
_MOST_MINUTES = _MOST_DAYS * 24 * 60
# Blocks of so many months fill a year.
_BLOCKS = (1, 2, 3, 4, 6, 12)
# A month has so many days at least, so that grace is over before the next period is.
_SHORTEST_MONTH = 28
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
    yield from check_unique((action.id for action in points.actions), f"{path}.actions", ".id")
    for i, action in enumerate(points.actions):
        yield from _check_action(action, f"{path}.actions[{i}]")
    if points.tiers is not None:
        yield from _check_tiers(points.tiers, f"{path}.tiers")
    transfer = points.transfer
    yield from check_count(transfer.at_least, f"{path}.transfer.at_least")
    yield from check_count(transfer.at_most_per_day, f"{path}.transfer.at_most_per_day", least=0)
    yield from check_range(points.hold_minutes, f"{path}.hold_minutes", 1, _MOST_MINUTES)


def check_after_sales(rules: AfterSalesRules) -> Iterator[Problem]:
    """The problems of `$.after_sales`."""
    path = "$.after_sales"
    yield from check_range(rules.window_days, f"{path}.window_days", 0, _MOST_DAYS)
    for key in ("excluded", "excluded_if_confirmed", "excluded_once_opened"):
        goods: Criteria | None = getattr(rules, key)
        if goods is not None:
            yield from _check_excluded(goods, f"{path}.{key}")


def _check_excluded(goods: Criteria, path: str) -> Iterator[Problem]:
    if not any((goods.categories, goods.brands, goods.skus, goods.shops, goods.tags)):
        yield Problem(path, "nothing", "at least one category, brand, SKU, shop or tag, if given")
    # Whether goods can come back is a matter of what they are, not of what they cost.
    yield from _check_unpriced(goods, path)


def _check_unpriced(criteria: Criteria, path: str) -> Iterator[Problem]:
    for bound in (criteria.at_least, criteria.below):
        if bound is not None:
            yield Problem(f"{path}.price", shown(str(bound)), "no such field here")
    if criteria.reduced is not None:
        yield Problem(f"{path}.reduced", shown(criteria.reduced), "no such field here")


def _check_earn(earn: Earn, currency: Currency, path: str) -> Iterator[Problem]:
    yield from check_amount(earn.per, currency, f"{path}.per", positive=True)
    yield from check_count(earn.points, f"{path}.points", least=0)
    for group, factor in earn.groups.items():
        yield from check_factor(factor, at_key(f"{path}.groups", group), least=0)
    yield from check_count(earn.at_most_per_day, f"{path}.at_most_per_day", least=0)
    yield from check_count(earn.at_most_per_order, f"{path}.at_most_per_order", least=0)
    yield from check_count(earn.at_most_per_month, f"{path}.at_most_per_month", least=0)
    for i, rule in enumerate(earn.items):
        yield from _check_goods(rule.items, f"{path}.items[{i}].items")
        yield from check_factor(rule.multiplier, f"{path}.items[{i}].multiplier", least=0)
    yield from check_unique((one.id for one in earn.campaigns), f"{path}.campaigns", ".id")
    for i, campaign in enumerate(earn.campaigns):
        yield from _check_campaign(campaign, f"{path}.campaigns[{i}]")


def _check_campaign(campaign: Campaign, path: str) -> Iterator[Problem]:
    # A campaign that takes points away is a factor by goods.
    yield from check_factor(campaign.multiplier, f"{path}.multiplier", least=1)
    yield from _check_goods(campaign.items, f"{path}.items")
    yield from check_count(campaign.at_most_per_order, f"{path}.at_most_per_order", least=0)
    yield from check_count(campaign.at_most_per_customer, f"{path}.at_most_per_customer", least=0)
    yield from check_count(campaign.at_most, f"{path}.at_most", least=0)


def _check_goods(items: Selector, path: str) -> Iterator[Problem]:
    """What goods earn is a matter of what they are, not of what they cost."""
    yield from _check_unpriced(items.include, path)
    if items.exclude is not None:
        if items.exclude == Criteria():
            yield Problem(f"{path}.except", "nothing", "at least one criterion, if given")
        yield from _check_unpriced(items.exclude, f"{path}.except")


def _check_action(action: Action, path: str) -> Iterator[Problem]:
    yield from check_count(action.points, f"{path}.points", least=0)
    for field in fields(Times):
        yield from check_count(getattr(action.times, field.name), f"{path}.times.{field.name}")
    yield from _check_streak(action.streak, f"{path}.streak")


def _check_streak(steps: tuple[StreakStep, ...], path: str) -> Iterator[Problem]:
    for i, step in enumerate(steps):
        yield from check_range(step.days, f"{path}[{i}].days", 2, _MOST_DAYS)
        yield from check_count(step.points, f"{path}[{i}].points")
        if i and step.days <= steps[i - 1].days:
            expected = f"more than {path}[{i - 1}].days"
            yield Problem(f"{path}[{i}].days", shown(step.days), expected)


def _check_tiers(tiers: Tiers, path: str) -> Iterator[Problem]:
    whole = tiers.months in _BLOCKS
    if not whole:
        yield Problem(f"{path}.months", shown(tiers.months), "one of 1, 2, 3, 4, 6, 12")
    most = tiers.months * _SHORTEST_MONTH if whole else _MOST_DAYS
    yield from check_range(tiers.grace_days, f"{path}.grace_days", 0, most)
    held = f"{path}.tiers"
    if not tiers.tiers:
        yield Problem(held, shown(tiers.tiers), "at least one tier")
    yield from check_unique((tier.id for tier in tiers.tiers), held, ".id")
    for i, tier in enumerate(tiers.tiers):
        yield from check_count(tier.points, f"{held}[{i}].points")
        if i and tier.points <= tiers.tiers[i - 1].points:
            expected = f"more than {held}[{i - 1}].points"
            yield Problem(f"{held}[{i}].points", shown(tier.points), expected)


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
