from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from mallops.findings import Severity
from mallops.loopholes.model import Repeat
from mallops.rules.benefits import AddOn, AmountOff, Benefit, Gift, Per, PercentOff, Reward
from mallops.rules.points import Action, Campaign, StreakStep, Times
from mallops.rules.promotions import Audience, Limits, Requires, Schedule
from tests.loopholes.asking import found, has
from tests.loopholes.mall import (
    CATALOG,
    FESTIVAL,
    acting,
    cny,
    earning,
    named,
    offering,
    sku,
    with_skus,
)

BAG = with_skus(sku("bag", "50.00", "20.00", "bags"))
HUNDRED = AmountOff(cny("100.00"))
NEVER: dict[str, Any] = {"limits": Limits()}


def test_a_coupon_that_pays_for_goods_whole_is_an_error_with_its_face_as_loss() -> None:
    [free] = found("grant_unbounded", offering(HUNDRED, coupon=True, **NEVER), BAG)
    assert (free.severity, free.repeat, free.loss) == (Severity.ERROR, Repeat.AGAIN, cny("100.00"))
    assert free.details["sku"] == "bag"
    # An end alone does not help: it took one night.
    assert free.details["missing"] == "limits.per_customer, limits.total, limits.budget"


@pytest.mark.parametrize(
    ("fields", "severity"),
    [
        ({"schedule": Schedule()}, Severity.WARNING),
        ({"schedule": Schedule(), "requires": Requires(cny("200.00"))}, Severity.WARNING),
        ({"requires": Requires(cny("200.00"))}, Severity.NOTE),
        # A cup is worth 30.00.
        ({"requires": Requires(cny("60.01"))}, Severity.NOTE),
        ({"requires": Requires(cny("60.00"))}, Severity.WARNING),
        ({}, Severity.WARNING),
    ],
)
def test_an_end_and_a_threshold_make_it_milder(fields: dict[str, Any], severity: Severity) -> None:
    [one] = found("grant_unbounded", offering(Gift("cup", 1), **NEVER, **fields))
    assert one.severity is severity
    assert ("schedule.ends" in one.details["missing"]) == ("schedule" in fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"limits": Limits(total=10)},
        {"limits": Limits(per_customer=1)},
        {"limits": Limits(budget=cny("500.00"))},
        {**NEVER, "audience": Audience(first_order=True)},
        {**NEVER, "active": False},
    ],
)
def test_any_bound_is_one(fields: dict[str, Any]) -> None:
    assert not has("grant_unbounded", offering(HUNDRED, coupon=True, **fields), BAG)


def test_floors_and_plain_discounts_are_no_handouts() -> None:
    # All of the mall's goods have floors, so that nothing is paid for whole.
    assert not has("grant_unbounded", offering(HUNDRED, **NEVER), CATALOG)
    [coupon] = found("grant_unbounded", offering(HUNDRED, coupon=True, **NEVER), CATALOG)
    assert coupon.severity is Severity.WARNING
    assert not has("grant_unbounded", offering(Reward(multiplier=Decimal(2)), **NEVER))


def test_campaigns_end_or_have_caps() -> None:
    for campaign in (
        Campaign("double", Decimal(2), FESTIVAL),
        Campaign("double", Decimal(2), at_most=1000),
        Campaign("plain", Decimal(1)),
    ):
        assert not has("campaign_unbounded", earning(campaigns=(campaign,)))


def test_what_an_action_pays_each_time_is_the_loss() -> None:
    [endless] = found("action_unbounded", acting(Action("sign_in", 500)))
    assert endless.loss == cny("5.00")
    assert not has("action_unbounded", acting(Action("sign_in", 500, Times(month=1))))
    assert not has("action_unbounded", acting(Action("sign_in", 0)))


@pytest.mark.parametrize(
    ("points", "times", "severity"),
    [
        # The cheapest goods are a cup of 30.00, which 100 points a day pay for in thirty days.
        (2, Times(day=50), Severity.WARNING),
        (100, Times(day=1), Severity.WARNING),
        (99, Times(day=1), Severity.NOTE),
        (1000, Times(day=50, month=3), Severity.WARNING),
        (1000, Times(year=24), Severity.NOTE),
        (1000, Times(day=50, ever=500), None),
        (0, Times(day=1), None),
        # Without any bound it is told as such.
        (1000, Times(), None),
    ],
)
def test_what_is_bounded_by_time_alone_never_ends(
    points: int, times: Times, severity: Severity | None
) -> None:
    told = found("action_bounded_by_time", acting(Action("share", points, times)))
    assert [each.severity for each in told] == ([severity] if severity else [])


def test_what_an_action_brings_in_a_month_is_the_loss() -> None:
    streak = (StreakStep(7, 500),)
    [daily] = found("action_bounded_by_time", acting(Action("share", 20, Times(day=5), streak)))
    assert (daily.loss, daily.repeat) == (cny("50.00"), Repeat.AGAIN)
    assert daily.subjects[0].path == "$.points.actions[0].times"


@pytest.mark.parametrize(
    ("benefit", "told"),
    [
        (PercentOff(Decimal(100)), True),
        (PercentOff(Decimal(99)), False),
        (AmountOff(cny("50.00"), per=Per.UNIT), True),
        (AmountOff(cny("49.99"), per=Per.UNIT), False),
    ],
)
def test_units_for_nothing_are_handed_out(benefit: Benefit, told: bool) -> None:
    free: dict[str, Any] = {"lane": "item", "items": named("bag"), "at_most_units": 1}
    assert has("grant_unbounded", offering(benefit, **free, **NEVER), BAG) is told
    assert not has("grant_unbounded", offering(benefit, **free), BAG)
    floored = with_skus(evolve(BAG.skus[-1], floor=cny("25.00")))
    assert not has("grant_unbounded", offering(benefit, **free, **NEVER), floored)


@pytest.mark.parametrize(("price", "told"), [("11.99", True), ("12.00", False)])
def test_an_add_on_below_its_cost_is_handed_out(price: str, told: bool) -> None:
    cup = AddOn("cup", cny(price), 1)
    assert has("grant_unbounded", offering(cup, **NEVER)) is told
    assert not has("grant_unbounded", offering(cup))


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        (Limits(), True),
        (Limits(per_customer=1), True),
        (Limits(total=10), False),
        (Limits(budget=cny("500.00")), False),
    ],
)
def test_newcomers_have_no_end(limits: Limits, told: bool) -> None:
    new = Audience(first_order=True)
    assert has("newcomers_unbounded", offering(HUNDRED, limits=limits, audience=new)) is told
    assert not has("newcomers_unbounded", offering(HUNDRED, limits=limits))
