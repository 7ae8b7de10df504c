"""What an order earns: by the money paid for its goods, by campaigns, within caps.

All arithmetic is on whole numbers and fractions, and every rounding is down. With m the money
paid for goods, in minor units, each good's times its factor,

    E(m) = floor(floor(m / per) * points * the customer's best group multiplier).

m is a fraction where factors are, and is rounded at m / per alone. A campaign's bonus is E with
its multiplier less E without. The caps follow in this order: the campaign's, then what an order,
a local day and a local month earn at most. A later cap cuts the bonus first.

Source: stories section 2; campaigns, factors and further caps are beyond it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from attrs import field, frozen
from pendulum import DateTime

from mallops.catalog.fitting import fits
from mallops.catalog.model import Sku
from mallops.points.counts import Count
from mallops.points.periods import Period, counted, counted_on, label_of
from mallops.rules.points import Campaign, Earn
from mallops.rules.promotions import Selector

ORDERS = {Period.DAY: "orders/day", Period.MONTH: "orders/month"}
"""The counters of what orders earned, by the period that a cap is for."""

_NOTHING: Mapping[str, int] = MappingProxyType({})
_NO_COUNTS: Mapping[str, Count] = MappingProxyType({})


@frozen
class Goods:
    """A SKU's facts, and what is paid in money for its units, in minor units."""

    sku: Sku
    paid: int


@frozen
class Earned:
    """The points of an order after all caps, and the `bonus` in them that a `campaign` added.

    `counts` are the counters of caps that the order moves on, as they are after it.
    """

    points: int
    campaign: str = ""
    bonus: int = 0
    counts: Mapping[str, Count] = field(factory=dict)


def campaign_counter(campaign: str) -> str:
    """The counter of what a campaign has brought one customer.

    >>> campaign_counter("double11")
    'campaign/double11'
    """
    return f"campaign/{campaign}"


def earned(
    earn: Earn | None,
    goods: Sequence[Goods],
    groups: frozenset[str],
    at: DateTime,
    timezone: str,
    counts: Mapping[str, Count] = _NO_COUNTS,
    campaign_left: Mapping[str, int] = _NOTHING,
    *,
    first_order: bool = False,
) -> Earned:
    """What an order of those goods earns a customer in `groups`, placed at `at`.

    `counts` are the customer's counters before it. `campaign_left` is what is left of campaigns'
    `at_most`, by id; of one that is not there, nothing has been given yet. The campaign that
    brings most after its own caps counts, of equals the one with the smaller id. Raises
    `InputError` for an unknown timezone and a naive `at`.

    >>> from mallops.money import Currency, Money
    >>> from mallops.time import instant
    >>> yuan = Money(100, Currency.of("CNY"))
    >>> at = instant("2026-11-11T00:00:00+08:00")
    >>> tea = Goods(Sku("TEA", None), 25_050)
    >>> earned(Earn(yuan, 2), [tea], frozenset(), at, "Asia/Shanghai").points
    500
    >>> capped = Earn(yuan, 2, at_most_per_day=300)
    >>> earned(capped, [tea], frozenset(), at, "Asia/Shanghai")
    Earned(points=300, campaign='', bonus=0, counts={'orders/day': Count(period='2026-11-11', value=300)})
    """  # noqa: E501
    if earn is None:
        return Earned(0)
    plain = _uncapped(earn, goods, groups)
    offers = [
        (-_offered(earn, one, goods, groups, counts, campaign_left), one.id)
        for one in earn.campaigns
        if _is_open(one, groups, at, timezone) and (first_order or not one.audience.first_order)
    ]
    brought, campaign = min(offers, default=(0, ""))
    room = tuple(_room(earn, at, timezone, counts))
    points = min((plain - brought, *room))
    bonus = points - min((plain, *room))
    moved = dict(_moved(earn, campaign, points, bonus, at, timezone, counts))
    return Earned(points, campaign if bonus else "", bonus, moved)


def still_earned(
    earn: Earn | None,
    goods: Sequence[Goods],
    groups: frozenset[str],
    at: DateTime,
    timezone: str,
    before: Earned,
) -> int:
    """What an order that earned `before` still earns once only `goods` of it are kept.

    `groups` and `at` are those of the order. It is E of the goods kept and the bonus that the
    same campaign now brings, no more of it than before, and never more in all than before. Other
    orders, and caps that they reached, play no part. Raises as `earned` does.

    >>> from mallops.money import Currency, Money
    >>> from mallops.time import instant
    >>> yuan = Money(100, Currency.of("CNY"))
    >>> at = instant("2026-11-11T00:00:00+08:00")
    >>> kept = Goods(Sku("TEA", None), 10_000)
    >>> still_earned(Earn(yuan, 2), [kept], frozenset(), at, "Asia/Shanghai", Earned(500))
    200
    """
    if earn is None:
        return 0
    plain = _uncapped(earn, goods, groups)
    bonus = max(
        (
            _uncapped(earn, goods, groups, one) - plain
            for one in earn.campaigns
            if one.id == before.campaign and _is_open(one, groups, at, timezone)
        ),
        default=0,
    )
    return min(before.points, plain + min(bonus, before.bonus))


def plain_points(earn: Earn | None, goods: Sequence[Goods], groups: frozenset[str]) -> int:
    """E of the goods: what they earn a customer in `groups` before campaigns and caps.

    >>> from mallops.money import Currency, Money
    >>> yuan = Money(100, Currency.of("CNY"))
    >>> plain_points(Earn(yuan, 2, at_most_per_day=300), [Goods(Sku("TEA", None), 25_050)], frozenset())
    500
    """  # noqa: E501
    return 0 if earn is None else _uncapped(earn, goods, groups)


def _uncapped(
    earn: Earn, goods: Sequence[Goods], groups: frozenset[str], campaign: Campaign | None = None
) -> int:
    """E of the goods, with the campaign's multiplier if one is given."""
    money = sum((one.paid * _factor(earn, one.sku, campaign) for one in goods), Fraction(0))
    listed = [earn.groups[group] for group in groups if group in earn.groups]
    multiplier = Fraction(max(listed, default=1))
    return int(money // earn.per.minor * earn.points * multiplier)


def _factor(earn: Earn, sku: Sku, campaign: Campaign | None) -> Fraction:
    """What each minor unit that is paid for a SKU counts as."""
    fitting = [rule.multiplier for rule in earn.items if _is_of(rule.items, sku)]
    if 0 in fitting:
        return Fraction(0)
    factor = Fraction(max(fitting, default=1))
    if campaign is not None and _is_of(campaign.items, sku):
        return factor * Fraction(campaign.multiplier)
    return factor


def _is_of(items: Selector, sku: Sku) -> bool:
    # These selectors ask nothing of prices, so that any price will do.
    return fits(items, sku, 0)[0]


def _is_open(campaign: Campaign, groups: frozenset[str], at: DateTime, timezone: str) -> bool:
    """Whether it is the campaign's time, and the customer is of its groups."""
    wanted = campaign.audience.groups
    return campaign.schedule.contains(at, timezone) and not (wanted and wanted.isdisjoint(groups))


def _offered(
    earn: Earn,
    campaign: Campaign,
    goods: Sequence[Goods],
    groups: frozenset[str],
    counts: Mapping[str, Count],
    campaign_left: Mapping[str, int],
) -> int:
    """What the campaign would add, within its own caps."""
    bonus = _uncapped(earn, goods, groups, campaign) - _uncapped(earn, goods, groups)
    caps = [campaign.at_most_per_order]
    if campaign.at_most_per_customer is not None:
        had = counted(counts, campaign_counter(campaign.id), "")
        caps.append(max(0, campaign.at_most_per_customer - had))
    if campaign.at_most is not None:
        caps.append(max(0, campaign_left.get(campaign.id, campaign.at_most)))
    return min((bonus, *(cap for cap in caps if cap is not None)))


def _caps(earn: Earn) -> Iterator[tuple[Period, int]]:
    """What orders may earn in a period, of those that are capped."""
    if earn.at_most_per_day is not None:
        yield Period.DAY, earn.at_most_per_day
    if earn.at_most_per_month is not None:
        yield Period.MONTH, earn.at_most_per_month


def _room(earn: Earn, at: DateTime, timezone: str, counts: Mapping[str, Count]) -> Iterator[int]:
    """What one more order may earn, by each of the caps on orders."""
    if earn.at_most_per_order is not None:
        yield earn.at_most_per_order
    for period, cap in _caps(earn):
        yield max(0, cap - counted(counts, ORDERS[period], label_of(period, at, timezone)))


def _moved(
    earn: Earn,
    campaign: str,
    points: int,
    bonus: int,
    at: DateTime,
    timezone: str,
    counts: Mapping[str, Count],
) -> Iterator[tuple[str, Count]]:
    """The counters that an order of so many points moves on."""
    for period, _ in _caps(earn):
        label = label_of(period, at, timezone)
        yield ORDERS[period], counted_on(counts, ORDERS[period], label, points)
    capped = {one.id for one in earn.campaigns if one.at_most_per_customer is not None}
    if bonus and campaign in capped:
        yield campaign_counter(campaign), counted_on(counts, campaign_counter(campaign), "", bonus)
