"""What is told of carts that a person can do the sums of."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from mallops.cart import ShippingFee, Shopper
from mallops.findings import Severity
from mallops.loopholes.carts.bounds import Bounds, Visitor
from mallops.loopholes.carts.finding import CartSearch, find_carts
from mallops.loopholes.carts.goals import (
    BelowCost,
    BelowMargin,
    CheaperSplit,
    CheaperWithMore,
    DeepDiscount,
    Free,
    Goal,
)
from mallops.loopholes.model import Kind, Repeat, Witness
from mallops.loopholes.replay import replay
from mallops.messages import message
from mallops.money import Currency, Money
from mallops.promotions.quote import Quote
from mallops.stories.model import PlaceOrder
from mallops.time import instant
from tests.loopholes.carts.malls import AT, compiled, off, percent

CNY = Currency.of("CNY")
Doc = dict[str, Any]


def goods(sku: str, price: str, cost: str, **more: Any) -> Doc:
    return {"sku": sku, "price": price, "cost": cost, "shop": "s", **more}


def rule(name: str, lane: str, benefit: Doc, *skus: str, **more: Any) -> Doc:
    items = {"items": {"sku": list(skus)}} if skus else {}
    return {"id": name, "lane": lane, "benefit": benefit, **items, **more}


def found(
    products: list[Doc],
    promotions: list[Doc],
    goal: Goal,
    bounds: Bounds = Bounds(),  # noqa: B008
    **more: Any,
) -> CartSearch:
    catalog = {"products": products, **more.pop("catalog", {})}
    book = {"currency": "CNY", "promotions": promotions, **more}
    return find_carts(compiled(book, catalog), AT, goal, bounds)


def test_a_share_that_a_floor_sends_on_is_not_forgotten() -> None:
    """A keeps its price, so that B and C pay for what both promotions take off A."""
    products = [
        goods("A", "100.00", "40.00", floor="100.00"),
        goods("B", "100.00", "35.00"),
        goods("C", "100.00", "35.00"),
    ]
    promotions = [
        rule("ab", "platform", percent("50"), "A", "B"),
        rule("ac", "platform-coupon", percent("50"), "A", "C"),
    ]
    got = found(products, promotions, BelowCost(), Bounds(units=3, each=1))
    assert got.proven
    assert got.worst == -1000
    assert got.at_worst == (("A", 1), ("B", 1), ("C", 1))


def test_what_others_have_to_reach_bounds_nothing_of_what_it_takes() -> None:
    products = [goods("A", "60.00", "30.00"), goods("B", "100.00", "0.00")]
    promotions = [
        rule(
            "a",
            "platform",
            off("50.00"),
            "A",
            requires={"amount": "100.00", "items": {"sku": ["B"]}},
        ),
    ]
    got = found(products, promotions, DeepDiscount(Decimal(30)), Bounds(units=2))
    assert got.proven
    assert got.at_worst == (("A", 1), ("B", 1))


@pytest.mark.parametrize("fee", ["8.00", "60.00"])
def test_a_fee_costs_the_mall_what_it_charges(fee: str) -> None:
    free = rule("free", "shipping", {"kind": "shipping_off", "percent": "100"})
    bounds = Bounds(fees=(ShippingFee("s", Money.parse(fee, CNY)),))
    got = found([goods("A", "99.00", "60.00")], [free], BelowCost(), bounds)
    assert bool(got.found) is (fee == "60.00")
    assert got.proven


def test_points_and_coupons_that_an_order_brings_are_paid_by_the_mall() -> None:
    gives = rule("gives", "platform", {"kind": "reward", "points": 5000})
    got = found([goods("A", "99.00", "60.00")], [gives], BelowCost())
    assert [each.loss for each in got.found] == [Money(1100, CNY)]


def test_every_loophole_is_a_story_with_all_that_is_said_of_it() -> None:
    half = rule("half", "item", percent("60"), coupon=True)
    got = found([goods("A", "99.00", "60.00")], [half], BelowCost())
    (loophole,) = got.found
    assert loophole.code == "cart_below_cost"
    assert loophole.kind is Kind.BELOW_COST
    assert loophole.severity is Severity.ERROR
    assert loophole.repeat is Repeat.ONCE
    assert loophole.loss == Money(2040, CNY)
    assert [each.path for each in loophole.subjects] == ["$.promotions[0]", "$.products[0]"]
    assert loophole.details == {"cart": "1 A", "listed": "99.00", "paid": "39.60", "cost": "60.00"}
    assert isinstance(loophole.witness, Witness)
    assert loophole.witness.opening["shopper"].coupons == ("half",)


def test_a_coupon_or_a_group_that_is_not_needed_is_left_out() -> None:
    promotions = [
        rule("all", "item", percent("60")),
        rule("more", "platform", off("1.00"), coupon=True),
        rule("vip", "shop", off("1.00"), audience={"groups": ["vip"]}),
    ]
    got = found([goods("A", "99.00", "60.00")], promotions, BelowCost())
    (loophole,) = got.found
    assert loophole.witness is not None
    (step,) = loophole.witness.steps
    assert isinstance(step.deed, PlaceOrder)
    assert step.deed.cart.coupons == ()
    assert step.deed.cart.shopper.groups == frozenset()


def test_an_instant_at_which_a_promotion_begins_is_tried() -> None:
    late = rule("late", "item", percent("60"), schedule={"starts": "2026-11-20T10:00"})
    got = found([goods("A", "99.00", "60.00")], [late], BelowCost())
    assert got.instants == (AT, instant("2026-11-20T10:00+08:00"))
    (loophole,) = got.found
    assert loophole.witness is not None
    assert loophole.witness.steps[0].at == got.instants[1]
    now = found([goods("A", "99.00", "60.00")], [late], BelowCost(), Bounds(instants=1))
    assert now.proven
    assert not now.found


def test_only_the_visitors_that_are_given_are_tried() -> None:
    vip = rule("vip", "item", percent("60"), audience={"groups": ["vip"]})
    stranger = Bounds(visitors=(Visitor(Shopper("x")),))
    assert not found([goods("A", "99.00", "60.00")], [vip], BelowCost(), stranger).found
    assert found([goods("A", "99.00", "60.00")], [vip], BelowCost()).found


def test_an_unknown_cost_is_told_and_makes_up_no_loss() -> None:
    half = rule("half", "item", percent("60"))
    got = found([{"sku": "A", "price": "9.00"}], [half], BelowCost())
    assert not got.found
    assert got.unpriced == ("A",)


def test_like_goods_stand_in_for_each_other() -> None:
    like = [goods(f"A{number}", "99.00", f"{30 + number}.00") for number in range(9)]
    half = rule("half", "item", percent("65"))
    got = found(like, [half], BelowCost(), Bounds(units=2, each=1, distinct=2))
    assert got.left_out == ("A0", "A1", "A2", "A3", "A4", "A5", "A6")
    assert got.proven
    assert got.worst == 2 * 3465 - 3700 - 3800
    assert got.at_worst == (("A7", 1), ("A8", 1))


@pytest.mark.parametrize(
    ("less", "cost", "severity"),
    [
        ("103.00", "1.00", Severity.NOTE),
        ("104.00", "1.00", Severity.WARNING),
        ("50.00", None, Severity.WARNING),
        ("50.00", "151.00", Severity.ERROR),
    ],
)
def test_a_threshold_is_warned_of_that_takes_a_third_or_what_nobody_knows(
    less: str, cost: str | None, severity: Severity
) -> None:
    products = [goods("A", "295.00", "100.00"), goods("B", "5.00", "1.00")]
    if cost is None:
        del products[1]["cost"]
    else:
        products[1]["cost"] = cost
    promotions = [rule("300", "platform", off(less), requires={"amount": "300.00"})]
    (loophole,) = found(products, promotions, CheaperWithMore(), Bounds(units=2)).found
    assert loophole.severity is severity


def test_adding_an_item_lowers_the_total() -> None:
    products = [goods("A", "295.00", "100.00"), goods("B", "5.00", "1.00")]
    promotions = [rule("300", "platform", off("50.00"), requires={"amount": "300.00"})]
    got = found(products, promotions, CheaperWithMore(), Bounds(units=3))
    (loophole,) = got.found
    assert loophole.code == "cart_cheaper_with_more"
    assert loophole.severity is Severity.NOTE, "so does every threshold"
    assert loophole.loss == Money(4500, CNY)
    assert loophole.details["other"] == "1 A"
    assert loophole.details["before"] == "295.00"
    assert got.proven
    few = evolve(Bounds(units=3), nodes=1, quotes=1)
    assert not found(products, promotions, CheaperWithMore(), few).proven
    most = CheaperWithMore(Money(4501, CNY))
    assert not found(products, promotions, most, Bounds(units=3)).found


def test_adding_an_item_that_leaves_less_than_all_costs_is_an_error() -> None:
    products = [goods("A", "295.00", "280.00"), goods("B", "5.00", "1.00")]
    promotions = [rule("300", "platform", off("50.00"), requires={"amount": "300.00"})]
    got = found(products, promotions, CheaperWithMore(), Bounds(units=2))
    assert [each.severity for each in got.found] == [Severity.ERROR]


def test_two_orders_are_cheaper_than_one() -> None:
    products = [goods("A", "100.00", "10.00")]
    promotions = [rule("100", "platform", off("20.00"), requires={"amount": "100.00"})]
    got = found(products, promotions, CheaperSplit(), Bounds(units=2))
    (loophole,) = got.found
    assert (loophole.code, loophole.kind) == ("cart_cheaper_split", Kind.SEQUENCE)
    assert loophole.loss == Money(2000, CNY)
    assert loophole.witness is not None
    assert len(loophole.witness.steps) == 2


def test_what_a_customer_may_have_twice_is_no_warning_when_it_is_had_twice() -> None:
    products = [goods("A", "100.00", "10.00")]
    benefit = {"kind": "percent_off", "percent": "50", "at_most": "50.00"}
    for limits, severity in (({"per_customer": 2}, Severity.NOTE), ({}, Severity.WARNING)):
        promotions = [rule("half", "platform", benefit, limits=limits)]
        (loophole,) = found(products, promotions, CheaperSplit(), Bounds(units=2)).found
        assert loophole.severity is severity


@pytest.mark.parametrize(
    ("price", "off", "severity"),
    [("2.50", "5", Severity.NOTE), ("0.02", "25", Severity.WARNING)],
)
def test_rounding_is_a_warning_where_it_is_a_share_of_the_price(
    price: str, off: str, severity: Severity
) -> None:
    products, promotions = [goods("A", price, "0.00")], [rule("less", "item", percent(off))]
    (loophole,) = found(products, promotions, CheaperSplit(), Bounds(units=2)).found
    assert loophole.loss == Money(1, CNY)
    assert loophole.severity is severity


@pytest.mark.parametrize(
    "bounded",
    [{"coupon": True}, {"limits": {"per_customer": 1}}, {"limits": {"budget": "20.00"}}],
)
def test_what_is_used_up_by_the_first_order_is_gone_for_the_second(bounded: Doc) -> None:
    products = [goods("A", "100.00", "10.00")]
    promotion = rule("100", "platform", off("20.00"), requires={"amount": "100.00"}, **bounded)
    got = found(products, [promotion], CheaperSplit(), Bounds(units=2))
    assert got.proven
    assert not got.found


def test_free_goods_are_found_by_what_is_payable() -> None:
    everything = rule("all", "platform", off("9.00"))
    got = found([goods("A", "9.00", "0.00")], [everything], Free())
    (loophole,) = got.found
    assert loophole.details["paid"] == "0.00"
    assert loophole.loss == Money(900, CNY)
    assert not found([goods("A", "9.50", "0.00")], [everything], Free()).found
    assert found([goods("A", "9.50", "0.00")], [everything], Free(Money(50, CNY))).found


def test_a_search_is_blind_to_listing_order() -> None:
    products = [goods("A", "60.00", "30.00"), goods("B", "40.00", "30.00")]
    promotions = [rule("x", "item", percent("40"), "B"), rule("y", "platform", percent("30"))]
    one = found(products, promotions, BelowCost())
    two = found(products[::-1], promotions[::-1], BelowCost())
    assert (one.worst, one.at_worst, one.proven) == (two.worst, two.at_worst, two.proven)


def test_a_mall_without_goods_has_no_carts() -> None:
    for goal in (BelowCost(), CheaperWithMore(), CheaperSplit()):
        got = found([], [rule("x", "item", percent("40"))], goal)
        assert got.proven
        assert not got.found


def test_a_witness_replays_to_what_it_claims_for_every_goal() -> None:
    products = [goods("A", "295.00", "280.00"), goods("B", "5.00", "1.00")]
    promotions = [
        rule("300", "platform", off("100.00"), requires={"amount": "300.00"}),
        rule("once", "platform-coupon", off("4.00"), coupon=True),
    ]
    book = {"currency": "CNY", "promotions": promotions}
    rules = compiled(book, {"products": products})
    for goal in (BelowCost(), Free(Money(100, CNY)), DeepDiscount(Decimal(20)), CheaperWithMore()):
        for loophole in find_carts(rules, AT, goal, Bounds(units=3)).found:
            assert loophole.witness is not None
            outcomes = replay(rules, loophole.witness).outcomes
            paid = sum(each.payable.minor for each in outcomes if isinstance(each, Quote))
            assert str(Money(paid, CNY)) == loophole.details["paid"]


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
def test_all_that_is_found_can_be_said(locale: str) -> None:
    products = [goods("A", "295.00", "280.00"), goods("B", "150.00", "1.00")]
    promotions = [rule("300", "platform", off("294.00"), requires={"amount": "295.00"})]
    goals = (
        BelowCost(),
        BelowMargin(Decimal(5)),
        Free(Money(100, CNY)),
        DeepDiscount(Decimal(20)),
        CheaperWithMore(),
        CheaperSplit(),
    )
    for goal in goals:
        (loophole, *_) = found(products, promotions, goal, Bounds(units=3)).found
        assert loophole.details["paid"] in message(loophole.code, locale, loophole.details)


def test_rewards_that_are_worth_something_only_together_are_not_forgotten() -> None:
    """Fifty points are worth half a yen, and the points of one order are worth what all are."""
    gives = {"kind": "reward", "points": 50}
    book = {
        "currency": "JPY",
        "promotions": [rule("x", "platform", gives), rule("y", "platform-coupon", gives)],
    }
    rules = compiled(book, {"products": [goods("A", "10", "10")]})
    assert find_carts(rules, AT, BelowCost(), Bounds(units=1)).worst == -1
    assert find_carts(rules, AT, CheaperSplit(), Bounds(units=2)).worst == -1


def test_a_gift_that_costs_nothing_is_worth_something_to_who_orders_twice() -> None:
    gift = rule("gift", "platform", {"kind": "gift", "sku": "A", "quantity": 1})
    search = found(
        [goods("A", "10.00", "0.00"), goods("B", "10.00", "5.00")],
        [gift],
        CheaperSplit(),
        Bounds(units=2),
    )
    assert search.worst == -1000
    assert search.proven


def test_a_large_catalogue_is_searched_among_its_likely_goods() -> None:
    dear = [goods(f"S{number:03}", f"{50 + number}.00", "10.00") for number in range(200)]
    thin = goods("THIN", "90.00", "88.00")
    search = found([*dear, thin], [rule("tenth", "item", percent("10"))], BelowCost())
    assert search.at_worst == (("THIN", 3),)
    assert len(search.aside) == 201 - search.bounds.goods
    assert not search.proven, "nobody looked at the goods aside"


def test_a_large_catalogue_with_a_margin_is_proven_whole() -> None:
    many = [
        goods(f"S{number:03}", f"{50 + number}.00", f"{20 + number}.00") for number in range(200)
    ]
    promotions = [rule("tenth", "item", percent("10")), rule("five", "platform", off("5.00"))]
    search = found(many, promotions, BelowCost())
    assert (search.proven, search.aside, search.quotes) == (True, (), 0)
    # The dearest good of all is the last that the likely ones would be chosen from.
    thin = found([*many, goods("THIN", "990.00", "890.00")], promotions, BelowCost())
    assert not thin.proven
    assert thin.worst < 0, "three of it leave less than the shares of both"
    unaffordable = found(many, promotions, BelowCost(), Bounds(cells=100))
    assert not unaffordable.proven
    assert len(unaffordable.aside) == 200 - unaffordable.bounds.goods


def test_visits_that_nothing_is_left_for_are_not_made() -> None:
    groups = [f"g{number}" for number in range(50)]
    promotions = [
        rule(name, "item", percent("10"), "A", audience={"groups": [name]}) for name in groups
    ]
    products = [goods("A", "10.00", "5.00"), goods("B", "10.00", "5.00")]
    whole = found(products, promotions, BelowCost())
    assert (whole.proven, whole.is_partial) == (True, False)
    some = found(products, promotions, BelowCost(), Bounds(cells=20))
    assert (some.proven, some.is_partial) == (False, True)
    assert 0 < some.visits < whole.visits


@pytest.mark.parametrize("goal", [BelowCost(), CheaperSplit()])
def test_a_search_spends_no_more_on_a_rulebook_of_hundreds_than_it_may(goal: Goal) -> None:
    names = [f"p{number}" for number in range(300)]
    promotions = [
        rule(name, "item", percent("30"), audience={"groups": [name]}, coupon=number % 2 == 0)
        for number, name in enumerate(names)
    ]
    products = [goods(f"S{number}", f"{number + 2}.00", "1.50") for number in range(20)]
    search = found(products, promotions, goal, Bounds(cells=3_000, nodes=500, quotes=50))
    assert search.is_partial
    assert search.visits < 20
    assert search.nodes <= 500 + 20
