from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from mallops.cart import Cart, Line, ShippingFee
from mallops.catalog.model import Catalog, PriceEntry
from mallops.errors import CurrencyMismatch, InputError
from mallops.loopholes.guarding import USUAL, Decision, Policy, Verdict, guard
from mallops.messages import locales, message
from mallops.money import Currency, Money
from mallops.promotions.compiled import compile_rulebook
from mallops.promotions.engine import quote
from mallops.rules.benefits import AmountOff, Gift, PercentOff, Reward, ShippingOff
from mallops.rules.book import Rulebook
from mallops.rules.points import PointsRules, Worth
from mallops.rules.promotions import Promotion
from tests.loopholes.mall import AT, CNY, cny, sku

CATALOG = Catalog(
    (
        sku("tea", "60.00", "31.50", "tea"),
        sku("pot", "200.00", "110.00", "ware"),
        sku("jar", "40.00", None, "ware"),
        sku("cup", "30.00", "12.00", "ware"),
    )
)
POINTS = PointsRules(Worth(100, cny("1.00")), at_most_percent=Decimal(100))


def verdict(
    *promotions: Promotion,
    skus: tuple[str, ...] = ("tea",),
    policy: Policy = USUAL,
    catalog: Catalog = CATALOG,
    score: int = 0,
    **cart: Any,
) -> Verdict:
    compiled = compile_rulebook(Rulebook(CNY, promotions=promotions, points=POINTS), catalog)
    lines = tuple(Line(str(place), each, 1) for place, each in enumerate(skus))
    found = quote(compiled, Cart(lines=lines, **cart), AT)
    return guard(found, compiled, policy, score=score)


def told(found: Verdict) -> list[tuple[str, str]]:
    for each in found.reasons:
        assert all(message(each.code, locale, each.details) for locale in locales())
    return [(each.code, each.decision.value) for each in found.reasons]


def off(percent: str) -> Promotion:
    return Promotion("off", "item", PercentOff(Decimal(percent)))


def test_an_honest_order_is_allowed_without_a_word() -> None:
    assert verdict(off("20"), skus=("tea", "pot")) == Verdict(Decision.ALLOW)


def test_an_order_at_its_cost_is_allowed_and_a_cent_below_is_refused() -> None:
    at_cost = Promotion("off", "item", AmountOff(cny("28.50")))
    below = Promotion("off", "item", AmountOff(cny("28.51")))
    assert verdict(at_cost).decision is Decision.ALLOW
    found = verdict(below)
    assert told(found) == [("guard_below_cost", "refuse")]
    assert found.reasons[0].details == {"loss": "0.01"}


def test_what_one_item_loses_another_may_bring() -> None:
    deep = Promotion("off", "item", AmountOff(cny("35.00")))
    assert verdict(deep, skus=("tea", "pot")).decision is Decision.ALLOW


def test_a_mall_may_rather_look_at_what_is_below_cost() -> None:
    policy = Policy(below_cost=Decision.REVIEW)
    assert told(verdict(off("50"), policy=policy)) == [("guard_below_cost", "review")]


def test_what_is_meant_to_be_sold_below_cost_may_be() -> None:
    leading = Policy(leaders=frozenset({"tea"}))
    assert verdict(off("50"), policy=leading).decision is Decision.ALLOW
    assert verdict(off("50"), skus=("tea", "pot"), policy=leading).decision is Decision.REFUSE


def test_an_unknown_cost_is_told_and_holds_nobody_up() -> None:
    assert told(verdict(skus=("jar",))) == [("guard_cost_unknown", "allow")]
    strict = Policy(unknown_cost=Decision.REVIEW)
    assert told(verdict(skus=("jar",), policy=strict)) == [("guard_cost_unknown", "review")]


def test_known_costs_alone_may_be_more_than_all_that_is_paid() -> None:
    found = verdict(off("60"), skus=("jar", "pot"))
    assert told(found) == [("guard_below_cost", "refuse"), ("guard_cost_unknown", "allow")]


def test_a_gift_costs_what_it_costs() -> None:
    gift = Promotion("gift", "platform", Gift("pot", 1))
    assert told(verdict(gift)) == [("guard_below_cost", "refuse")]
    small = Promotion("gift", "platform", Gift("cup", 1))
    assert verdict(small).decision is Decision.ALLOW


def test_what_an_order_brings_besides_is_for_a_person() -> None:
    points = Promotion("points", "platform", Reward(points=5_000))
    assert told(verdict(points)) == [("guard_below_cost_all_told", "review")]
    jars = Promotion("gift", "platform", Gift("jar", 1))
    assert told(verdict(jars)) == [
        ("guard_below_cost_all_told", "review"),
        ("guard_cost_unknown", "allow"),
    ]


def test_points_that_pay_are_money() -> None:
    assert verdict(points=10_000) == Verdict(Decision.ALLOW)
    assert told(verdict(off("50"), points=1_000)) == [("guard_below_cost", "refuse")]


def test_nothing_paid_is_for_a_person_if_no_cost_refuses_it() -> None:
    assert told(verdict(off("100"), skus=("jar",))) == [
        ("guard_free", "review"),
        ("guard_discount_deep", "review"),
        ("guard_cost_unknown", "allow"),
    ]
    assert told(verdict(skus=())) == []


def test_a_share_off_may_be_reached_and_not_passed() -> None:
    free_cost = Policy(below_cost=Decision.ALLOW)
    assert told(verdict(off("70"), policy=free_cost)) == [("guard_below_cost", "allow")]
    assert ("guard_discount_deep", "review") in told(verdict(off("70.1"), policy=free_cost))


def test_freight_is_no_discount_on_goods_and_no_cost_of_theirs() -> None:
    free = Promotion("free", "shipping", ShippingOff(percent=Decimal(100)))
    shipping = (ShippingFee("", cny("500.00")),)
    assert verdict(free, shipping=shipping) == Verdict(Decision.ALLOW)
    given_away = Policy(most_given=cny("499.99"))
    assert told(verdict(free, shipping=shipping, policy=given_away)) == [
        ("guard_given_much", "review")
    ]


def test_a_gift_is_given_too() -> None:
    gift = Promotion("gift", "platform", Gift("cup", 1))
    assert not told(verdict(gift, policy=Policy(most_given=cny("30.00"))))
    assert told(verdict(gift, policy=Policy(most_given=cny("29.99")))) == [
        ("guard_given_much", "review")
    ]


def test_a_price_that_fell_is_odd_beside_its_own_or_a_reference() -> None:
    slip = evolve(CATALOG, prices=(PriceEntry("pot", cny("2.00")),))
    assert told(verdict(skus=("pot",), catalog=slip)) == [
        ("guard_below_cost", "refuse"),
        ("guard_price_odd", "review"),
    ]
    usual = Policy(references={"tea": cny("300.01")})
    assert told(verdict(policy=usual)) == [("guard_price_odd", "review")]
    assert not told(verdict(policy=Policy(references={"tea": cny("300.00")})))


def test_a_score_asks_for_a_review_and_never_for_more() -> None:
    assert told(verdict(score=59)) == []
    assert told(verdict(score=60)) == [("guard_suspicious", "review")]
    assert verdict(score=100).decision is Decision.REVIEW


def test_the_strictest_reason_comes_first_and_decides() -> None:
    found = verdict(off("90"), skus=("tea", "jar"), score=80)
    strictness = [list(Decision).index(each.decision) for each in found.reasons]
    assert strictness == sorted(strictness, reverse=True) == [2, 1, 1, 0]
    assert found.decision is Decision.REFUSE


def test_a_quote_of_other_rules_or_goods_is_a_mistake() -> None:
    compiled = compile_rulebook(Rulebook(CNY), CATALOG)
    found = quote(compiled, Cart(lines=(Line("1", "tea", 1),)), AT)
    for other, path in (
        (compile_rulebook(Rulebook(CNY, id="other"), CATALOG), "$.rulebook"),
        (compile_rulebook(Rulebook(CNY, version="2"), CATALOG), "$.version"),
        (compile_rulebook(Rulebook(CNY), Catalog()), "$.lines[0].sku"),
    ):
        with pytest.raises(InputError) as caught:
            guard(found, other)
        assert [problem.path for problem in caught.value.problems] == [path]
    dollars = Money(1, Currency.of("USD"))
    with pytest.raises(CurrencyMismatch):
        guard(found, compiled, Policy(references={"tea": dollars}))
    with pytest.raises(CurrencyMismatch):
        guard(found, compiled, Policy(most_given=dollars))


@given(
    percent=st.integers(0, 100),
    more=st.integers(0, 100),
    points=st.integers(0, 20_000),
    skus=st.lists(st.sampled_from(["tea", "pot", "cup"]), min_size=1, max_size=3),
)
def test_more_off_is_never_judged_more_mildly(
    percent: int, more: int, points: int, skus: list[str]
) -> None:
    order = list(Decision)
    low, high = sorted((percent, more))
    low_found, high_found = (
        verdict(*([off(str(each))] if each else []), skus=tuple(skus), points=points)
        for each in (low, high)
    )
    assert order.index(low_found.decision) <= order.index(high_found.decision)
