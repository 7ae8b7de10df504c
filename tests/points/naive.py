"""Naive twins: obviously right, slow, and sharing nothing with what they judge but the rules."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, localcontext
from zoneinfo import ZoneInfo

import pendulum
from attrs import define, field, frozen
from pendulum import DateTime

from mallops.catalog.model import Sku
from mallops.points.earning import Goods
from mallops.rules.points import Action, Campaign, Earn, ExpireYearly, Tiers
from mallops.rules.promotions import Criteria, Selector


def day_of(at: DateTime, timezone: str) -> date:
    return datetime.fromisoformat(at.isoformat()).astimezone(ZoneInfo(timezone)).date()


# --- earning -----------------------------------------------------------------------------


@frozen
class Past:
    """An order that has earned."""

    day: date
    points: int
    campaign: str
    bonus: int


@define
class Ledger:
    """A customer's orders, every one of which is looked at again for every cap."""

    earn: Earn
    timezone: str
    orders: list[Past] = field(factory=list)

    def order(
        self, goods: Sequence[Goods], groups: frozenset[str], at: DateTime, first_order: bool
    ) -> Past:
        day = day_of(at, self.timezone)
        plain = e(self.earn, goods, groups, None)
        best, name = 0, ""
        for campaign in sorted(self.earn.campaigns, key=lambda one: one.id):
            if not self.runs(campaign, groups, at, first_order):
                continue
            bonus = e(self.earn, goods, groups, campaign) - plain
            had = sum(past.bonus for past in self.orders if past.campaign == campaign.id)
            for cap, gone in (
                (campaign.at_most_per_order, 0),
                (campaign.at_most_per_customer, had),
                (campaign.at_most, had),
            ):
                if cap is not None:
                    bonus = min(bonus, cap - gone)
            if bonus > best:
                best, name = bonus, campaign.id
        points, without = self.capped(plain + best, day), self.capped(plain, day)
        past = Past(day, points, name if points > without else "", points - without)
        self.orders.append(past)
        return past

    def capped(self, points: int, day: date) -> int:
        today = sum(past.points for past in self.orders if past.day == day)
        this_month = sum(
            past.points
            for past in self.orders
            if (past.day.year, past.day.month) == (day.year, day.month)
        )
        for cap, gone in (
            (self.earn.at_most_per_order, 0),
            (self.earn.at_most_per_day, today),
            (self.earn.at_most_per_month, this_month),
        ):
            if cap is not None:
                points = min(points, cap - gone)
        return points

    def runs(
        self, campaign: Campaign, groups: frozenset[str], at: DateTime, first_order: bool
    ) -> bool:
        window, audience = campaign.schedule.window, campaign.audience
        return (
            (window.starts is None or window.starts <= at)
            and (window.ends is None or at < window.ends)
            and (not audience.groups or bool(audience.groups & groups))
            and (first_order or not audience.first_order)
        )


def e(earn: Earn, goods: Iterable[Goods], groups: frozenset[str], campaign: Campaign | None) -> int:
    with localcontext() as context:
        context.prec = 100
        money = Decimal(0)
        for one in goods:
            factors = [rule.multiplier for rule in earn.items if fits(rule.items, one.sku)]
            factor = max(factors) if factors else Decimal(1)
            if Decimal(0) in factors:
                factor = Decimal(0)
            elif campaign is not None and fits(campaign.items, one.sku):
                factor *= campaign.multiplier
            money += one.paid * factor
        whole = int(money // earn.per.minor)
        multipliers = [earn.groups[group] for group in groups if group in earn.groups]
        return int(whole * earn.points * (max(multipliers) if multipliers else Decimal(1)))


def fits(selector: Selector, sku: Sku) -> bool:
    excluded = selector.exclude is not None and _meets(selector.exclude, sku)
    return _meets(selector.include, sku) and not excluded


def _meets(criteria: Criteria, sku: Sku) -> bool:
    in_category = any(f"{sku.category}/".startswith(f"{one}/") for one in criteria.categories)
    return (
        (not criteria.skus or sku.sku in criteria.skus)
        and (not criteria.tags or bool(criteria.tags & sku.tags))
        and (not criteria.categories or in_category)
    )


# --- actions -----------------------------------------------------------------------------


def acts(action: Action, done: Sequence[DateTime], timezone: str) -> Iterator[int | None]:
    """What each doing earns, all earlier ones being looked at again; None: refused."""
    earned: list[date] = []
    for at in done:
        day = day_of(at, timezone)
        used = (
            (action.times.day, sum(one == day for one in earned)),
            (action.times.month, sum(f"{one:%Y-%m}" == f"{day:%Y-%m}" for one in earned)),
            (action.times.year, sum(one.year == day.year for one in earned)),
            (action.times.ever, len(earned)),
        )
        if any(allowed is not None and gone >= allowed for allowed, gone in used):
            yield None
            continue
        points = action.points
        if day not in earned:
            length = 1
            while day - timedelta(days=length) in earned:
                length += 1
            points += sum(step.points for step in action.streak if step.days == length)
            if action.streak and length > (last := action.streak[-1]).days:
                points += last.points if length % last.days == 0 else 0
        earned.append(day)
        yield points


# --- expiry ------------------------------------------------------------------------------


def year_end(expire: ExpireYearly, settled: DateTime, timezone: str) -> DateTime:
    """One day after the other, then one month after the other."""
    day = day_of(settled, timezone)
    while not _is_the_day(day, expire):
        day += timedelta(days=1)
    year, month = day.year, day.month
    for _ in range(expire.grace_months):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    last = date(year, month, min(expire.day, calendar.monthrange(year, month)[1]))
    return pendulum.datetime(last.year, last.month, last.day, tz=timezone).add(days=1)


def _is_the_day(day: date, expire: ExpireYearly) -> bool:
    last = calendar.monthrange(day.year, day.month)[1]
    return day.month == expire.month and day.day == min(expire.day, last)


# --- tiers -------------------------------------------------------------------------------


@define
class Life:
    """A customer's tiers, from one local day to the next."""

    rules: Tiers
    day: date
    now: int = 0
    before: int = 0
    long_before: int = 0
    days: int = 0

    def next_day(self) -> None:
        self.day += timedelta(days=1)
        self.days += 1
        if self.day.day == 1 and (self.day.month - 1) % self.rules.months == 0:
            self.long_before, self.before, self.now = self.before, max(0, self.now), 0
            self.days = 0

    def rank(self) -> int:
        sums = [max(0, self.now), self.before]
        if self.days < self.rules.grace_days:
            sums.append(self.long_before)
        return sum(any(tier.points <= points for points in sums) for tier in self.rules.tiers)


def live(
    rules: Tiers, movements: Iterable[tuple[DateTime, int]], at: DateTime, timezone: str
) -> tuple[Life, date | None]:
    """The customer's life up to `at`, and the day on which the tier would be gone."""
    past = [
        (day_of(moved_at, timezone), points) for moved_at, points in movements if moved_at <= at
    ]
    today = day_of(at, timezone)
    life = Life(rules, date(min([today, *(day for day, _ in past)]).year, 1, 1))
    while True:
        life.now += sum(points for day, points in past if day == life.day)
        if life.day == today:
            break
        life.next_day()
    ahead = Life(rules, life.day, life.now, life.before, life.long_before, life.days)
    while ahead.rank() >= life.rank() > 0:
        ahead.next_day()
    return life, ahead.day if life.rank() else None
