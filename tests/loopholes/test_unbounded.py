from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from mallops.findings import Severity
from mallops.loopholes.model import Repeat
from mallops.rules.benefits import AmountOff, Gift, Reward
from mallops.rules.points import Action, Campaign, Times
from mallops.rules.promotions import Audience, Limits, Requires, Schedule
from tests.loopholes.asking import found, has
from tests.loopholes.mall import (
    CATALOG,
    FESTIVAL,
    acting,
    cny,
    earning,
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
