"""What orders earn, against a ledger that adds up every order anew for every cap."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st
from pendulum import DateTime

from mallops.catalog.model import Sku
from mallops.money import Currency, Money
from mallops.points.counts import Count
from mallops.points.earning import Earned, Goods, earned, still_earned
from mallops.rules.points import Campaign, Earn, GoodsFactor
from mallops.rules.promotions import Audience, Criteria, Schedule, Selector
from mallops.time import Window, instant
from tests.points import naive

CNY = Currency.of("CNY")
ZONE = "Asia/Shanghai"
NOBODY = frozenset[str]()
AT = instant("2026-11-11T00:00:00+08:00")

TEA = Sku("TEA", None, category="food/tea")
CREAM = Sku("CREAM", None, category="care", tags=frozenset({"new"}))
CARD = Sku("CARD", None, category="cards")
SHELF = (TEA, CREAM, CARD)


def yuan(amount: str) -> Money:
    return Money.parse(amount, CNY)


def of(sku: Sku, amount: str) -> Goods:
    return Goods(sku, yuan(amount).minor)


def category(*names: str) -> Selector:
    return Selector(Criteria(categories=frozenset(names)))


def points(earn: Earn | None, *goods: Goods, **given_too: object) -> int:
    return found(earn, *goods, **given_too).points


def found(earn: Earn | None, *goods: Goods, **given_too: object) -> Earned:
    asked = {"groups": NOBODY, "at": AT, "timezone": ZONE, **given_too}
    return earned(earn, goods, **asked)  # type: ignore[arg-type]  # as the tests name them


# --- the law -----------------------------------------------------------------------------


def test_where_nothing_is_earned_nothing_is() -> None:
    assert found(None, of(TEA, "100.00")) == Earned(0)
    assert still_earned(None, [of(TEA, "100.00")], NOBODY, AT, ZONE, Earned(5)) == 0
    assert found(Earn(yuan("1.00"), 1)) == Earned(0)


@pytest.mark.parametrize(
    ("paid", "groups", "expected"),
    [
        ("0.99", (), 0),
        ("1.00", (), 3),
        ("199.99", (), 597),
        ("199.99", ("vip",), 895),  # 597 * 1.5 = 895.5
        ("199.99", ("vip", "gold"), 1194),
        ("199.99", ("stranger",), 597),
        ("199.99", ("staff",), 0),
    ],
)
def test_whole_amounts_earn_and_the_best_group_counts(
    paid: str, groups: tuple[str, ...], expected: int
) -> None:
    factors = {"vip": Decimal("1.5"), "gold": Decimal(2), "staff": Decimal(0)}
    earn = Earn(yuan("1.00"), 3, factors)
    assert points(earn, of(TEA, paid), groups=frozenset(groups)) == expected


def test_money_for_all_goods_is_added_before_it_is_rounded() -> None:
    assert points(Earn(yuan("1.00"), 1), of(TEA, "0.60"), of(CREAM, "0.60")) == 1


def test_a_day_is_a_local_one_and_starts_afresh() -> None:
    earn = Earn(yuan("1.00"), 1, at_most_per_day=100)
    first = found(earn, of(TEA, "70.00"), at=instant("2026-11-10T16:00:00Z"))
    assert first == Earned(70, counts={"orders/day": Count("2026-11-11", 70)})
    late, next_day = (instant(f"2026-11-11T{time}Z") for time in ("15:59:59", "16:00:00"))
    second = found(earn, of(TEA, "70.00"), at=late, counts=first.counts)
    assert second == Earned(30, counts={"orders/day": Count("2026-11-11", 100)})
    third = found(earn, of(TEA, "70.00"), at=next_day, counts=second.counts)
    assert third == Earned(70, counts={"orders/day": Count("2026-11-12", 70)})


def test_what_was_earned_under_a_higher_cap_leaves_nothing_under_a_lower() -> None:
    counts = {"orders/day": Count("2026-11-11", 500)}
    earn = Earn(yuan("1.00"), 1, at_most_per_day=100)
    assert points(earn, of(TEA, "70.00"), counts=counts) == 0


def test_an_instant_of_a_day_that_is_over_counts_into_the_counters_day() -> None:
    earn = Earn(yuan("1.00"), 1, at_most_per_day=100)
    counts = {"orders/day": Count("2026-11-12", 90)}
    assert found(earn, of(TEA, "70.00"), counts=counts) == Earned(
        10, counts={"orders/day": Count("2026-11-12", 100)}
    )


# --- further caps, factors and campaigns -------------------------------------------------


def test_an_order_a_day_and_a_month_have_caps_of_their_own() -> None:
    earn = Earn(yuan("1.00"), 1, at_most_per_day=100, at_most_per_order=60, at_most_per_month=130)
    counts: dict[str, Count] = {}
    got = []
    for at in ("11-11T08:00", "11-11T09:00", "11-12T08:00", "11-13T08:00", "12-01T00:00"):
        order = found(earn, of(TEA, "80.00"), at=instant(f"2026-{at}+08:00"), counts=counts)
        got.append(order.points)
        counts |= order.counts
    assert got == [60, 40, 30, 0, 60]
    assert counts == {
        "orders/day": Count("2026-12-01", 60),
        "orders/month": Count("2026-12", 60),
    }


def test_excluded_goods_earn_nothing_whatever_else_fits() -> None:
    earn = Earn(
        yuan("1.00"),
        1,
        items=(
            GoodsFactor(category("cards"), Decimal(0)),
            GoodsFactor(Selector(), Decimal("1.5")),
            GoodsFactor(category("care"), Decimal(3)),
        ),
        campaigns=(Campaign("all", Decimal(10)),),
    )
    plain = evolve(earn, campaigns=())
    assert points(plain, of(TEA, "10.00")) == 15
    assert points(plain, of(CREAM, "10.00")) == 30
    assert points(plain, of(CARD, "10.00")) == 0
    backwards = evolve(plain, items=tuple(reversed(plain.items)))
    assert points(backwards, of(CARD, "10.00")) == 0
    assert found(earn, of(CARD, "10.00")) == Earned(0)
    assert points(plain, of(TEA, "0.33"), of(CREAM, "0.17")) == 1  # 0.495 + 0.51


def test_a_campaign_multiplies_the_money_of_its_goods() -> None:
    campaign = Campaign("tea-week", Decimal(3), items=category("food"))
    earn = Earn(yuan("10.00"), 5, campaigns=(campaign,))
    assert found(earn, of(TEA, "19.00"), of(CREAM, "9.00")) == Earned(30, "tea-week", 20)
    assert found(earn, of(CREAM, "29.00")) == Earned(10)


def test_a_campaign_keeps_its_hours_and_its_audience() -> None:
    tomorrow = Schedule(Window(instant("2026-11-12T00:00:00+08:00")))
    earn = Earn(
        yuan("1.00"),
        1,
        campaigns=(
            Campaign("a-tomorrow", Decimal(9), tomorrow),
            Campaign("b-vip", Decimal(5), audience=Audience(frozenset({"vip"}))),
            Campaign("c-new", Decimal(3), audience=Audience(first_order=True)),
            Campaign("d-new-vip", Decimal(7), audience=Audience(frozenset({"vip"}), True)),
        ),
    )
    vip = frozenset({"vip"})
    order = of(TEA, "10.00")
    assert found(earn, order).campaign == ""
    assert found(earn, order, first_order=True).campaign == "c-new"
    assert found(earn, order, groups=vip).campaign == "b-vip"
    assert found(earn, order, groups=vip, first_order=True).campaign == "d-new-vip"
    later = instant("2026-11-12T00:00:00+08:00")
    assert found(earn, order, at=later) == Earned(90, "a-tomorrow", 80)


def test_the_campaign_that_brings_most_within_its_caps_counts() -> None:
    ten = Campaign("ten", Decimal(10), at_most_per_order=25)
    four = Campaign("four", Decimal(4))
    earn = Earn(yuan("1.00"), 1, campaigns=(ten, four))
    assert found(earn, of(TEA, "5.00")) == Earned(30, "ten", 25)
    assert found(earn, of(TEA, "10.00")) == Earned(40, "four", 30)
    twin = evolve(four, id="a-four")
    tied = evolve(earn, campaigns=(four, twin))
    assert found(tied, of(TEA, "5.00")).campaign == "a-four"


def test_a_campaign_runs_dry_for_a_customer_and_for_all() -> None:
    campaign = Campaign("c", Decimal(2), at_most_per_customer=50, at_most=80)
    earn = Earn(yuan("1.00"), 1, campaigns=(campaign,))
    order = of(TEA, "40.00")
    first = found(earn, order)
    assert first == Earned(80, "c", 40, {"campaign/c": Count("", 40)})
    second = found(earn, order, counts=first.counts, campaign_left={"c": 40})
    assert second == Earned(50, "c", 10, {"campaign/c": Count("", 50)})
    assert found(earn, order, counts=second.counts, campaign_left={"c": 30}) == Earned(40)
    other = found(earn, order, campaign_left={"c": 30})
    assert other == Earned(70, "c", 30, {"campaign/c": Count("", 30)})
    assert found(earn, order, campaign_left={"c": 0}) == Earned(40)


def test_later_caps_cut_the_bonus_first() -> None:
    campaign = Campaign("c", Decimal(3), at_most_per_customer=100)
    earn = Earn(yuan("1.00"), 1, at_most_per_order=50, campaigns=(campaign,))
    assert found(earn, of(TEA, "40.00")) == Earned(50, "c", 10, {"campaign/c": Count("", 10)})
    assert found(earn, of(TEA, "60.00")) == Earned(50)


def test_what_is_kept_earns_by_the_same_campaign_no_more_than_before() -> None:
    campaign = Campaign("c", Decimal(3), at_most_per_order=30)
    earn = Earn(yuan("1.00"), 1, campaigns=(campaign, Campaign("z", Decimal("1.5"))))
    before = found(earn, of(TEA, "20.00"))
    assert before == Earned(50, "c", 30)
    assert still_earned(earn, [of(TEA, "18.00")], NOBODY, AT, ZONE, before) == 48
    assert still_earned(earn, [of(TEA, "15.00")], NOBODY, AT, ZONE, before) == 45
    assert still_earned(earn, [of(TEA, "5.00")], NOBODY, AT, ZONE, before) == 15
    assert still_earned(earn, [], NOBODY, AT, ZONE, before) == 0


# --- laws --------------------------------------------------------------------------------

FACTORS = st.sampled_from([Decimal(text) for text in ("0", "0.5", "1", "1.25", "2", "3.333")])
CAPS = st.none() | st.integers(0, 400)
GROUPS = st.frozensets(st.sampled_from(["vip", "gold"]))
SELECTORS = st.builds(
    Selector,
    st.builds(
        Criteria,
        categories=st.frozensets(st.sampled_from(["food", "food/tea", "care"]), max_size=2),
        tags=st.sampled_from([NOBODY, frozenset({"new"})]),
    ),
    st.none() | st.builds(Criteria, skus=st.just(frozenset({"TEA"}))),
)
HOURS = st.integers(0, 24 * 70)
WINDOWS = st.builds(
    lambda starts, hours: Window(AT.add(hours=starts), AT.add(hours=starts + hours)), HOURS, HOURS
)
EARNS = st.builds(
    Earn,
    st.sampled_from([yuan("0.07"), yuan("1.00"), yuan("9.99")]),
    st.integers(0, 5),
    st.dictionaries(st.sampled_from(["vip", "gold"]), FACTORS),
    CAPS,
    at_most_per_order=CAPS,
    at_most_per_month=CAPS,
    items=st.lists(st.builds(GoodsFactor, SELECTORS, FACTORS), max_size=3).map(tuple),
    campaigns=st.lists(
        st.builds(
            Campaign,
            st.sampled_from("abcde"),
            FACTORS.filter(lambda factor: factor >= 1),
            st.just(Schedule()) | st.builds(Schedule, WINDOWS),
            st.builds(Audience, GROUPS, st.booleans()),
            SELECTORS,
            CAPS,
            CAPS,
            CAPS,
        ),
        max_size=3,
        unique_by=lambda campaign: campaign.id,
    ).map(tuple),
)
GOODS = st.lists(st.builds(Goods, st.sampled_from(SHELF), st.integers(0, 30_000)), max_size=4)
ORDERS = st.lists(st.tuples(HOURS, GOODS, st.booleans()), max_size=6).map(
    lambda orders: [
        (AT.add(hours=hours), goods, first)
        for hours, goods, first in sorted(orders, key=lambda order: order[0])
    ]
)
UNCAPPED = EARNS.map(
    lambda earn: evolve(
        earn, at_most_per_day=None, at_most_per_order=None, at_most_per_month=None, campaigns=()
    )
)


@given(EARNS, ORDERS, GROUPS, st.sampled_from([ZONE, "America/New_York"]))
def test_a_ledger_that_looks_at_every_order_again_finds_the_same(
    earn: Earn,
    orders: Sequence[tuple[DateTime, list[Goods], bool]],
    groups: frozenset[str],
    timezone: str,
) -> None:
    ledger = naive.Ledger(earn, timezone)
    counts: dict[str, Count] = {}
    left = {one.id: one.at_most for one in earn.campaigns if one.at_most is not None}
    for at, goods, first_order in orders:
        order = earned(earn, goods, groups, at, timezone, counts, left, first_order=first_order)
        past = ledger.order(goods, groups, at, first_order)
        assert (order.points, order.campaign, order.bonus) == (
            past.points,
            past.campaign,
            past.bonus,
        )
        # Counters never go down within a period, and a period never goes back.
        for name, count in order.counts.items():
            before = counts.get(name, Count("", 0))
            assert count.period > before.period or (
                count.period == before.period and count.value >= before.value
            )
        counts |= order.counts
        if order.campaign in left:
            left[order.campaign] -= order.bonus
    assert all(rest >= 0 for rest in left.values())
    for name, cap in (
        ("orders/day", earn.at_most_per_day),
        ("orders/month", earn.at_most_per_month),
        *((f"campaign/{one.id}", one.at_most_per_customer) for one in earn.campaigns),
    ):
        assert cap is None or name not in counts or counts[name].value <= cap


@given(EARNS, GOODS, st.sampled_from(SHELF), st.integers(0, 5_000), GROUPS, st.booleans())
def test_more_money_never_earns_fewer_points(
    earn: Earn, goods: list[Goods], sku: Sku, more: int, groups: frozenset[str], first: bool
) -> None:
    asked = {"groups": groups, "first_order": first}
    assert points(earn, *goods, Goods(sku, more), **asked) >= points(earn, *goods, **asked)


@given(EARNS, GOODS, GROUPS, st.randoms(use_true_random=False))
def test_the_order_of_listing_plays_no_part(
    earn: Earn, goods: list[Goods], groups: frozenset[str], chance: random.Random
) -> None:
    shuffled = evolve(
        earn,
        items=tuple(chance.sample(earn.items, len(earn.items))),
        campaigns=tuple(chance.sample(earn.campaigns, len(earn.campaigns))),
    )
    reordered = chance.sample(goods, len(goods))
    assert found(shuffled, *reordered, groups=groups) == found(earn, *goods, groups=groups)


@given(EARNS, GOODS, GROUPS)
def test_how_the_money_of_a_sku_is_listed_plays_no_part(
    earn: Earn, goods: list[Goods], groups: frozenset[str]
) -> None:
    halves = [
        Goods(one.sku, part) for one in goods for part in (one.paid // 3, one.paid - one.paid // 3)
    ]
    assert found(earn, *halves, groups=groups) == found(earn, *goods, groups=groups)


@given(UNCAPPED, GOODS, GOODS, GROUPS)
@example(Earn(yuan("1.00"), 5), [of(TEA, "0.50")], [of(TEA, "0.50")], NOBODY)
def test_splitting_an_order_costs_what_its_rounding_costs(
    earn: Earn, some: list[Goods], others: list[Goods], groups: frozenset[str]
) -> None:
    """One whole `per` and one rounding down of the multiplier, at most; never a gain."""
    apart = points(earn, *some, groups=groups) + points(earn, *others, groups=groups)
    together = points(earn, *some, *others, groups=groups)
    best = max((earn.groups[one] for one in groups & earn.groups.keys()), default=Decimal(1))
    assert apart <= together <= apart + int(earn.points * best) + 2


@given(EARNS, GOODS, GROUPS, st.data())
def test_what_is_kept_earns_ever_less_and_all_of_it_as_before(
    earn: Earn, goods: list[Goods], groups: frozenset[str], data: st.DataObject
) -> None:
    before = found(earn, *goods, groups=groups)
    kept = [Goods(one.sku, data.draw(st.integers(0, one.paid))) for one in goods]
    fewer = [Goods(one.sku, data.draw(st.integers(0, one.paid))) for one in kept]
    still = [
        still_earned(earn, held, groups, AT, ZONE, before) for held in (goods, kept, fewer, [])
    ]
    assert still == sorted(still, reverse=True)
    assert (still[0], still[-1]) == (before.points, 0)
