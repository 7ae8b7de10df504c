"""The naive enumerator against the conformance files, and against sums done by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from mallops.testing.oracle import TooLarge, quote_all

CONFORMANCE = Path(__file__).parent / "conformance"
QUOTE_FILES = ("1-amounts", "2-benefits", "3-eligibility", "4-choice", "6-conditions")
AT = "2026-11-11T12:00:00+08:00"
PRODUCTS = [
    {"sku": "A", "price": "60.00", "shop": "s1", "category": "care/skin", "brand": "b1"},
    {"sku": "B", "price": "40.00", "shop": "s1", "category": "care/hair", "brand": "b2"},
    {"sku": "C", "price": "25.00", "shop": "s2", "category": "food"},
    {"sku": "F", "price": "60.00", "shop": "s1", "floor": "50.00"},
]


def _scenarios() -> Iterator[Any]:
    for name in QUOTE_FILES:
        document = json.loads((CONFORMANCE / f"{name}.json").read_text(encoding="utf-8"))
        for scenario in document["scenarios"]:
            if "error" not in scenario["expect"]:
                shared = {key: document[key] for key in ("catalog", "rulebook") if key in document}
                yield pytest.param(shared | scenario, id=f"{name}: {scenario['name']}")


every_scenario = pytest.mark.parametrize("scenario", list(_scenarios()))


def _ask(scenario: dict[str, Any]) -> list[dict[str, Any]]:
    catalog, rulebook, cart, at = (scenario[key] for key in ("catalog", "rulebook", "cart", "at"))
    return quote_all(catalog, rulebook, cart, at, scenario.get("usage"))


@every_scenario
def test_conformance(scenario: dict[str, Any]) -> None:
    expected = scenario["expect"]
    got = [{field: quote[field] for field in expected} for quote in _ask(scenario)]
    assert expected in got


def _points_worth(scenario: dict[str, Any], used: int) -> Fraction:
    worth = scenario["rulebook"].get("points", {}).get("worth", {"points": 100, "money": "1.00"})
    return used * Fraction(worth["money"]) / int(worth["points"])


@every_scenario
def test_laws_of_every_quote(scenario: dict[str, Any]) -> None:
    """Units add up to lines, lines to goods, and what was taken off to the list prices."""
    bare = {"currency": scenario["rulebook"]["currency"]}
    [listed] = _ask(scenario | {"rulebook": bare})
    for quote in _ask(scenario):
        units = {line: sum(map(Fraction, nets)) for line, nets in quote["units"].items()}
        assert units == {line: Fraction(net) for line, net in quote["lines"].items()}
        assert sum(units.values()) == Fraction(quote["goods"])
        assert Fraction(quote["goods"]) + Fraction(quote["shipping"]) == Fraction(quote["payable"])
        taken_off = sum(map(Fraction, quote["discounts"].values()))
        tender = _points_worth(scenario, quote["points_used"])
        assert Fraction(listed["payable"]) == Fraction(quote["payable"]) + taken_off + tender
        assert all(Fraction(net) >= 0 for nets in quote["units"].values() for net in nets)
        assert not quote["refused"].keys() & set(quote["applied"])


def _backwards(value: Any) -> Any:
    """The same document with every list turned around."""
    if isinstance(value, dict):
        return {key: _backwards(value[key]) for key in reversed(value)}
    return [_backwards(item) for item in reversed(value)] if isinstance(value, list) else value


@every_scenario
def test_blind_to_listing_order(scenario: dict[str, Any]) -> None:
    turned = {key: _backwards(scenario[key]) for key in ("catalog", "cart")}
    rulebook = scenario["rulebook"]
    # The order of lanes and of tiers is their meaning; that of promotions is not.
    turned["rulebook"] = rulebook | {"promotions": rulebook["promotions"][::-1]}
    assert _ask(scenario | turned) == _ask(scenario)


# --- by hand ---------------------------------------------------------------------------


def _promotion(name: str, lane: str, benefit: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": name, "lane": lane, "benefit": benefit, **more}


def _off(amount: str, **more: Any) -> dict[str, Any]:
    return {"kind": "amount_off", "amount": amount, **more}


def _percent(percent: str, **more: Any) -> dict[str, Any]:
    return {"kind": "percent_off", "percent": percent, **more}


def _lines(*skus: str) -> list[dict[str, Any]]:
    """`"A*2"` is a line of two units."""
    return [
        {"id": str(number), "sku": sku.split("*")[0], "quantity": int((sku + "*1").split("*")[1])}
        for number, sku in enumerate(skus, 1)
    ]


def _quotes(
    promotions: list[dict[str, Any]],
    *skus: str,
    usage: dict[str, Any] | None = None,
    cart: dict[str, Any] | None = None,
    **rulebook: Any,
) -> list[dict[str, Any]]:
    rules = {"currency": "CNY", "promotions": promotions, **rulebook}
    basket = {"lines": _lines(*skus), **(cart or {})}
    return quote_all({"products": PRODUCTS}, rules, basket, AT, usage)


def _quote(promotions: list[dict[str, Any]], *skus: str, **more: Any) -> dict[str, Any]:
    [quote] = _quotes(promotions, *skus, **more)
    return quote


def test_a_floor_passes_its_excess_on() -> None:
    """Half of 100.00 is 30.00 and 20.00; F has headroom for 10.00, so B takes 40.00."""
    quote = _quote([_promotion("p", "shop", _percent("50"))], "F", "B")
    assert quote["lines"] == {"1": "50.00", "2": "0.00"}


def test_a_budget_keeps_the_proportions_of_the_shares_within_floors() -> None:
    """Uncapped 10.00 and 40.00, so 20.00 are 4.00 and 16.00."""
    promotion = _promotion("p", "shop", _percent("50"), limits={"budget": "20.00"})
    quote = _quote([promotion], "F", "B")
    assert quote["lines"] == {"1": "56.00", "2": "24.00"}
    assert quote["discounts"] == {"p": "20.00"}


def test_at_most_is_applied_before_headroom() -> None:
    promotion = _promotion("p", "shop", _percent("50", at_most="15.00"))
    assert _quote([promotion], "F")["discounts"] == {"p": "10.00"}


def test_a_budget_is_used_in_the_order_of_shops() -> None:
    promotion = _promotion("p", "shop", _off("10.00"), limits={"budget": "15.00"})
    assert _quote([promotion], "A", "C")["lines"] == {"1": "50.00", "2": "20.00"}
    assert _quote([promotion], "C", "A")["lines"] == {"1": "20.00", "2": "50.00"}


def test_two_seatings_that_tie_to_the_end_are_both_given() -> None:
    """10.00 and 8.00 in two shops: 18.00 either way, and the budget of p is enough for one."""
    promotions = [
        _promotion("p", "shop", _off("10.00"), limits={"budget": "15.00"}),
        _promotion("q", "shop", _off("8.00")),
    ]
    quotes = _quotes(promotions, "A", "C")
    assert [quote["lines"] for quote in quotes] == [
        {"1": "50.00", "2": "17.00"},
        {"1": "52.00", "2": "15.00"},
    ]
    assert all(quote["applied"] == ["p", "q"] for quote in quotes)


def test_a_blocked_shop_seat() -> None:
    flash = _promotion("f", "item", {"kind": "fixed_price", "price": "30.00"}, blocks=["shop"])
    shop = _promotion("s", "shop", _off("10.00"))
    quote = _quote([flash, shop], "A")
    assert (quote["payable"], quote["refused"]) == ("30.00", {"s": "blocked"})


def test_units_of_which_nothing_was_taken_are_not_blocked() -> None:
    flash = _promotion("f", "item", {"kind": "fixed_price", "price": "40.00"}, blocks=["shop"])
    shop = _promotion("s", "shop", _off("10.00"))
    quote = _quote([flash, shop], "A", "B", choice="priority")
    assert quote["lines"] == {"1": "40.00", "2": "30.00"}


HALF = _promotion("h", "item", {"kind": "nth_unit", "n": 2, "percent": "50"}, priority=1)
TENTH = _promotion("d", "item", _percent("10"))


def test_by_priority_a_unit_left_over_keeps_its_seat() -> None:
    quote = _quote([TENTH, HALF], "B*3", choice="priority")
    assert quote["units"] == {"1": ["30.00", "30.00", "40.00"]}
    assert (quote["refused"], quote["optimal"]) == ({"d": "outbid"}, None)


def test_at_best_a_unit_left_over_goes_to_another() -> None:
    """Two at 20.00 off together, the third at 4.00 off; by id, d has the lowest number."""
    quote = _quote([TENTH, HALF], "B*3")
    assert quote["units"] == {"1": ["36.00", "30.00", "30.00"]}
    assert quote["optimal"] is True


def test_in_one_lane_a_seat_is_measured_before_the_others_are_taken() -> None:
    """s1 is reduced first, and the order still reaches 100.00 for s2."""
    whole = {"amount": "100.00", "scope": "order"}
    promotion = _promotion("p", "shop", _off("10.00"), requires=whole)
    assert _quote([promotion], "A", "B", choice="priority")["payable"] == "90.00"
    quote = _quote([promotion], "A", "C*2", choice="priority")
    assert quote["lines"] == {"1": "50.00", "2": "40.00"}


def test_a_gift_worth_a_discount_wins_the_tie() -> None:
    promotions = [
        _promotion("a", "shop", _off("5.00")),
        _promotion("g", "shop", {"kind": "gift", "sku": "C", "quantity": 1, "value": "5.00"}),
    ]
    quote = _quote(promotions, "A")
    assert (quote["applied"], quote["discounts"]) == (["g"], {})
    assert quote["gifts"] == [{"sku": "C", "quantity": 1}]


def test_a_reward_is_taken_where_it_costs_nothing() -> None:
    reward = _promotion("r", "platform", {"kind": "reward", "points": 100})
    assert _quote([reward], "A")["applied"] == ["r"]


def test_a_higher_sum_of_priorities_then_the_smaller_ids() -> None:
    def three(**priority: int) -> list[dict[str, Any]]:
        return [
            _promotion(name, "item", _off("6.00"), priority=priority.get(name, 0))
            for name in ("z", "y", "x")
        ]

    assert _quote(three(y=1), "A")["applied"] == ["y"]
    assert _quote(three(), "A")["applied"] == ["x"]


@pytest.mark.parametrize(
    ("budget", "gifts", "refused"),
    [
        ("10.00", [{"sku": "C", "quantity": 2}], {}),
        ("3.00", [], {"g": "no_effect"}),
        ("0.00", [], {"g": "used_up"}),
    ],
)
def test_gifts_come_in_the_whole_units_that_a_budget_has_left(
    budget: str, gifts: list[Any], refused: dict[str, str]
) -> None:
    gift = {"kind": "gift", "sku": "C", "quantity": 3, "value": "4.00"}
    quote = _quote([_promotion("g", "platform", gift, limits={"budget": budget})], "A")
    assert (quote["gifts"], quote["refused"]) == (gifts, refused)


def test_an_add_on_tier_is_measured_without_its_add_on_units() -> None:
    add_on = {"kind": "add_on", "sku": "B", "price": "1.00", "quantity": 1}
    tiers = {"kind": "tiers", "tiers": [{"amount": "100.00", "benefit": add_on}]}
    assert _quote([_promotion("p", "shop", tiers)], "A", "B")["refused"] == {"p": "below_amount"}
    assert _quote([_promotion("p", "shop", tiers)], "A*2", "B*2")["payable"] == "161.00"


def test_an_add_on_alone_has_no_items_of_its_own() -> None:
    add_on = {"kind": "add_on", "sku": "B", "price": "1.00", "quantity": 2}
    assert _quote([_promotion("p", "shop", add_on)], "B")["refused"] == {"p": "no_items"}


def test_below_at_the_chosen_bases_alone_is_outbid() -> None:
    promotions = [
        _promotion("i", "item", _percent("20")),
        _promotion("s", "shop", _off("5.00"), requires={"amount": "60.00"}),
        _promotion("t", "shop", _off("5.00"), requires={"amount": "61.00"}),
    ]
    assert _quote(promotions, "A")["refused"] == {"s": "outbid", "t": "below_amount"}


def test_over_several_seats_the_code_furthest_down() -> None:
    promotion = _promotion(
        "p", "shop", _off("5.00"), items={"sku": ["A"]}, requires={"quantity": 2}
    )
    assert _quote([promotion], "A", "C")["refused"] == {"p": "below_quantity"}


def test_a_parcel_promotion_without_fees_and_a_coupon_that_nobody_knows() -> None:
    freight = _promotion("p", "shipping", {"kind": "shipping_off", "percent": "100"})
    quote = _quote([freight], "A", cart={"coupons": ["X", "p"]})
    assert quote["refused"] == {"X": "unknown_coupon", "p": "no_items"}


def test_points_go_in_steps_that_are_whole_minor_units() -> None:
    """Three points are a cent and a step is two, so they go by six: 96 of 100, 0.32."""
    points = {"worth": {"points": 30, "money": "0.10"}, "step": 2}
    quote = _quote([], "A", "B", cart={"points": 100}, points=points)
    assert (quote["points_used"], quote["payable"]) == (96, "99.68")
    assert quote["lines"] == {"1": "59.81", "2": "39.87"}


def test_at_most_units_shrinks_once_the_conditions_hold() -> None:
    promotion = _promotion(
        "p", "platform", _percent("50"), requires={"quantity": 3}, at_most_units=1
    )
    assert _quote([promotion], "A", "B", "C")["lines"] == {"1": "30.00", "2": "40.00", "3": "25.00"}


def test_an_except_that_names_nothing_removes_nothing() -> None:
    promotion = _promotion("p", "item", _percent("50"), items={"sku": [], "except": {"sku": []}})
    assert _quote([promotion], "A")["payable"] == "30.00"


def test_reduced_goods_alone() -> None:
    promotions = [
        _promotion("i", "item", _off("1.00"), items={"sku": ["B"]}),
        _promotion("s", "shop", _percent("10"), items={"reduced": True}),
    ]
    assert _quote(promotions, "A", "B")["lines"] == {"1": "60.00", "2": "35.10"}


def test_too_many_seatings_are_refused_before_they_are_tried() -> None:
    promotions = [_promotion(name, "item", _percent("10")) for name in "abcdef"]
    basket = {"lines": _lines("A*30", "B*30")}
    rules = {"currency": "CNY", "promotions": promotions}
    with pytest.raises(TooLarge):
        quote_all({"products": PRODUCTS}, rules, basket, AT)
    with pytest.raises(TooLarge):
        quote_all({"products": PRODUCTS}, rules, {"lines": _lines("A")}, AT, limit=6)
    assert quote_all({"products": PRODUCTS}, rules, {"lines": _lines("A")}, AT, limit=7)
