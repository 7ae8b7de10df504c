"""Faults planted into a realistic mall: each is found, and the mall itself is silent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from mallops.cart import ShippingFee
from mallops.findings import Severity
from mallops.loopholes.carts.bounds import Bounds
from mallops.loopholes.carts.finding import CartSearch, find_carts
from mallops.loopholes.carts.goals import BelowCost, BelowMargin, DeepDiscount, Free, Goal
from mallops.loopholes.replay import replay
from mallops.money import Currency, Money
from mallops.promotions.quote import Quote
from tests.loopholes.carts.malls import AT, catalog, compiled, off, percent, rulebook

CNY = Currency.of("CNY")
FEES = tuple(ShippingFee(f"s{number}", Money(800, CNY)) for number in range(3))
QUICK = Bounds(units=4, each=2, nodes=1_000, quotes=100, fees=FEES)

Mall = dict[str, Any]
Fault = Callable[[Mall], None]


def mall(cost: int = 45) -> Mall:
    return {"catalog": catalog(10, cost), "rulebook": deepcopy(rulebook())}


def searched(of: Mall, goal: Goal, bounds: Bounds = QUICK) -> CartSearch:
    return find_carts(compiled(of["rulebook"], of["catalog"]), AT, goal, bounds)


def promotion(of: Mall, name: str) -> Mall:
    found: Mall
    (found,) = (each for each in of["rulebook"]["promotions"] if each["id"] == name)
    return found


def benefit(name: str, **changes: Any) -> Fault:
    """A fault in one promotion's benefit."""
    return lambda of: promotion(of, name)["benefit"].update(changes)


def instead(name: str, **other: Any) -> Fault:
    """Another benefit in a promotion's place, and nothing that it asks for but its goods."""

    def plant(of: Mall) -> None:
        found = promotion(of, name)
        found.pop("requires", None)
        found["benefit"] = other

    return plant


def requires(name: str, **changes: Any) -> Fault:
    """A fault in what a promotion asks for."""
    return lambda of: promotion(of, name)["requires"].update(changes)


def with_(name: str, **changes: Any) -> Fault:
    """A promotion of which more than its benefit is other than meant."""
    return lambda of: promotion(of, name).update(changes)


def entry(**changes: Any) -> Fault:
    return lambda of: of["catalog"].update(prices=[{"sku": "S04", "price": "0.10", **changes}])


def goods(sku: int, **changes: Any) -> Fault:
    return lambda of: of["catalog"]["products"][sku].update(changes)


def reward(**what: Any) -> Fault:
    def plant(of: Mall) -> None:
        promotion(of, "points")["benefit"] = {"kind": "reward", **what}
        of["rulebook"]["points"] = {"earn": {"per": "1.00", "points": 1}}

    return plant


def top_tier(**changes: Any) -> Fault:
    return lambda of: promotion(of, "shop1")["benefit"]["tiers"][1].update(changes)


# By who is at fault: the promotion, or the SKU.
FAULTS: Mapping[str, tuple[str, Fault]] = {
    "a percentage that is what was to be left": ("skin", benefit("skin", percent="90")),
    "a cap forgotten": ("shop2", benefit("shop2", percent="60", at_most="999")),
    "an amount with a digit too many": ("shop0", benefit("shop0", amount="150.00")),
    "a threshold in another unit": ("shop0", requires("shop0", amount="2.00")),
    "an amount above its threshold": ("coupon0", requires("coupon0", amount="0.16")),
    "an amount for every so much, too little": ("every", benefit("every", every="30.00")),
    "an amount off each unit instead of all": ("each", benefit("each", amount="95.00")),
    "a second unit that is the first": ("second", benefit("second", n=1, percent="100")),
    "a second unit and the first one too": ("second", benefit("second", units=2, percent="80")),
    "a price of three for one": ("box", benefit("box", price="90.00")),
    "a bundle of more than it was priced for": ("box", benefit("box", size=4, price="120.00")),
    "a fixed price in another unit": ("box", instead("box", kind="fixed_price", price="1.99")),
    "an amount off each of a few": (
        "skin",
        with_("skin", benefit=off("150.00", per="unit"), at_most_units=1),
    ),
    "a gift dearer than its goods": (
        "gift",
        with_(
            "gift",
            benefit={"kind": "gift", "sku": "S08", "quantity": 1},
            requires={"amount": "100.00"},
        ),
    ),
    "a gift a hundred times": ("gift", benefit("gift", quantity=100)),
    "an add-on for next to nothing": (
        "shop0",
        instead("shop0", kind="add_on", sku="S03", price="0.10", quantity=1),
    ),
    "a top tier with a digit too many": ("shop1", top_tier(benefit=off("450.00"))),
    "a top tier at once": ("shop1", top_tier(benefit=percent("70"))),
    "a coupon of a percentage that was to be left": ("coupon1", benefit("coupon1", percent="95")),
    "members at a tenth": ("vip", benefit("vip", percent="90")),
    "newcomers for nothing": ("new", benefit("new", amount="99.00")),
    "points with a digit too many": ("points", reward(points=100_000)),
    "points many times over": ("points", reward(multiplier="90")),
    "a coupon for a coupon": ("points", reward(coupon="big")),
    "free shipping of a heavy parcel": ("freight", lambda of: of.update(fee=20_000)),
    "a deep discount that begins tomorrow": (
        "skin",
        with_("skin", benefit=percent("90"), schedule={"starts": "2026-11-12T00:00"}),
    ),
    "a deep discount at night": (
        "vip",
        with_(
            "vip",
            benefit=percent("80"),
            schedule={"weekly": [{"days": ["fri"], "from": "22:00", "to": "02:00"}]},
        ),
    ),
    "a price for two that was for a dozen": ("S04", entry(min_quantity=2)),
    "a price of members": ("S04", entry(groups=["gold"])),
    "a price of the app": ("S04", entry(channels=["app"])),
    "a price that begins tomorrow": ("S04", entry(starts="2026-11-12T00:00")),
    "a cost above the price": ("S05", goods(5, cost="999.00")),
}


def planted(fault: str) -> Mall:
    of = mall()
    if fault == "a coupon for a coupon":
        promotion(of, "big")["benefit"]["amount"] = "400.00"
        promotion(of, "big")["requires"]["amount"] = "9999.00"
    FAULTS[fault][1](of)
    return of


GOALS: dict[str, Goal] = {
    "cost": BelowCost(),
    "margin": BelowMargin(Decimal(5)),
    "free": Free(),
    "nearly free": Free(Money(100, CNY)),
    "discount": DeepDiscount(Decimal(60)),
}


@pytest.mark.parametrize("goal", GOALS)
def test_the_mall_itself_is_silent_and_proven(goal: str) -> None:
    found = searched(mall(), GOALS[goal])
    assert not found.found
    assert found.proven
    assert found.worst == 0


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found_and_named(fault: str) -> None:
    of = planted(fault)
    fees = tuple(evolve(fee, fee=Money(of.get("fee", 800), CNY)) for fee in FEES)
    found = searched(of, BelowCost(), evolve(QUICK, fees=fees))
    assert found.found, fault
    named = [subject.id for loophole in found.found for subject in loophole.subjects]
    assert FAULTS[fault][0] in named
    rules = compiled(of["rulebook"], of["catalog"])
    for loophole in found.found:
        assert loophole.severity is Severity.ERROR
        assert loophole.code == "cart_below_cost"
        assert loophole.witness is not None
        assert loophole.loss is not None
        assert loophole.loss.minor > 0
        (outcome,) = replay(rules, loophole.witness).outcomes
        assert isinstance(outcome, Quote)
        assert str(outcome.payable) == loophole.details["paid"]


@pytest.mark.parametrize(
    ("fault", "goal"),
    [
        ("a threshold in another unit", DeepDiscount(Decimal(60))),
        ("newcomers for nothing", DeepDiscount(Decimal(60))),
        ("an amount for every so much, too little", Free(Money(3000, CNY))),
        ("a second unit that is the first", Free()),
        ("a coupon of a percentage that was to be left", BelowMargin(Decimal(5))),
    ],
)
def test_other_goals_find_them_too(fault: str, goal: Goal) -> None:
    assert searched(planted(fault), goal, evolve(QUICK, fees=())).found


def test_the_cart_is_the_smallest_with_no_more_coupons_than_it_takes() -> None:
    found = searched(planted("a threshold in another unit"), BelowCost())
    deeds = [each.witness.steps[0].deed for each in found.found if each.witness is not None]
    carts = [deed.cart for deed in deeds if hasattr(deed, "cart")]
    assert any(
        len(cart.lines) == 1 and cart.lines[0].quantity == 1 and not cart.coupons for cart in carts
    )
