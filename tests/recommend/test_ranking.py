"""Rules one by one, at their edges."""

from __future__ import annotations

from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from mallops import decode_cart, decode_catalog, decode_rulebook
from mallops.cart import Cart, Line, Shopper, Usage
from mallops.catalog.model import Listing, Sku
from mallops.errors import InputError
from mallops.messages import message
from mallops.money import Currency, Money
from mallops.promotions.compiled import Compiled, compile_rulebook
from mallops.recommend.ranking.engine import propensities, rank
from mallops.recommend.ranking.excluding import exclusions
from mallops.recommend.ranking.margins import Offers
from mallops.recommend.ranking.model import Context, Customer, Goods, Offer, Ranked, Tried
from mallops.recommend.ranking.rules import (
    Boost,
    By,
    Cap,
    Diversity,
    Exploration,
    Margin,
    Pin,
    Quota,
    Rules,
)
from mallops.recommend.scored import Part, Scored
from mallops.recommend.traits import Traits
from mallops.rules.promotions import Criteria, Schedule, Selector
from mallops.time import WeeklyHours, Window, instant

CNY = Currency.of("CNY")
AT = instant("2026-11-11T12:00+08:00")


def yuan(text: str) -> Money:
    return Money.parse_signed(text, CNY)


def sku(name: str, **fields: object) -> Sku:
    return Sku(name, Money(1000, CNY), **fields)  # type: ignore[arg-type]


def shelf(*skus: Sku) -> dict[str, Goods]:
    return {each.sku: Goods(each) for each in skus}


def scored(**scores: float) -> list[Scored]:
    return [Scored(name, (Part("personal", amount),)) for name, amount in scores.items()]


def names(ranked: Ranked) -> list[str]:
    return [item.sku for item in ranked.items]


def codes(ranked: Ranked, name: str) -> list[str]:
    return [refusal.code for refusal in ranked.left_out[name]]


def test_a_sku_is_told_all_that_is_against_it() -> None:
    pill = Goods(
        Sku("pill", None, listing=Listing.DRAFT),
        stock=0,
        regions=frozenset({"north"}),
        groups=frozenset({"vip"}),
        least_age=18,
        needs=frozenset({"prescription"}),
        not_for=frozenset({"pregnant"}),
    )
    customer = Customer(
        Cart(lines=(Line("1", "pill", 1),)),
        region="south",
        age=17,
        traits=frozenset({"pregnant"}),
        bought=frozenset({"pill"}),
        returned=frozenset({"pill"}),
    )
    context = Context(customer, {"pill": pill})
    against = exclusions("pill", Rules(bought_once=Selector()), context)
    assert [refusal.code for refusal in against] == [
        *("draft", "out_of_stock", "not_in_region", "not_audience", "under_age"),
        *("needs_permit", "not_for_them", "in_cart", "returned", "already_bought"),
    ]
    for locale in ("en", "zh_CN"):
        for refusal in against:
            assert message(refusal.code, locale, refusal.details)


@pytest.mark.parametrize(
    ("age", "found"), [(None, ["age_unknown"]), (17, ["under_age"]), (18, []), (19, [])]
)
def test_an_age_is_known_and_reached_or_it_is_a_no(age: int | None, found: list[str]) -> None:
    context = Context(Customer(age=age), {"wine": Goods(sku("wine"), least_age=18)})
    assert [refusal.code for refusal in exclusions("wine", Rules(), context)] == found


def test_a_sku_pinned_and_blocked_is_not_listed() -> None:
    goods = {"a": Goods(sku("a")), "pill": Goods(sku("pill"), needs=frozenset({"prescription"}))}
    rules = Rules(pins=(Pin("p1", "pill", 1), Pin("p2", "gone", 2)))
    ranked = rank(scored(a=1.0), rules, Context(Customer(), goods), 1, AT)
    assert names(ranked) == ["a"]
    assert [note.code for note in ranked.notes] == ["pin_blocked", "pin_blocked"]
    assert [note.details["reasons"] for note in ranked.notes] == ["needs_permit", "unknown_sku"]
    assert codes(ranked, "pill") == ["needs_permit"]


def test_a_pin_brings_a_sku_that_has_no_score_to_its_place() -> None:
    rules = Rules(pins=(Pin("p", "mooncake", 2),))
    goods = shelf(sku("a"), sku("b"), sku("mooncake"))
    ranked = rank(scored(a=1.0, b=0.5), rules, Context(Customer(), goods), 2, AT)
    assert names(ranked) == ["a", "mooncake"]
    assert ranked.pinned == {"mooncake": "p"}
    assert ranked.items[1].parts == ()


def test_a_pin_gives_way_where_a_place_would_stay_empty() -> None:
    goods = shelf(
        sku("both", shop="s", brand="x"),
        sku("one", shop="s", brand="y"),
        sku("other", shop="t", brand="x"),
    )
    rules = Rules(caps=(Cap(By.SHOP, 1), Cap(By.BRAND, 1)), pins=(Pin("p", "both", 1),))
    ranked = rank(scored(one=0.1, other=0.1), rules, Context(Customer(), goods), 2, AT)
    assert names(ranked) == ["one", "other"]
    assert [note.code for note in ranked.notes] == ["pin_gives_way"]
    assert "both" not in ranked.left_out, "it has no score, so it is below them anyway"


def test_the_best_is_passed_over_where_it_would_leave_a_place_empty() -> None:
    goods = shelf(
        sku("both", shop="s", brand="x"),
        sku("one", shop="s", brand="y"),
        sku("other", shop="t", brand="x"),
    )
    rules = Rules(caps=(Cap(By.SHOP, 1), Cap(By.BRAND, 1)))
    ranked = rank(scored(both=9, one=1, other=2), rules, Context(Customer(), goods), 2, AT)
    assert names(ranked) == ["other", "one"]
    assert ranked.short is None
    assert [told.details["by"] for told in ranked.left_out["both"]] == ["brand", "shop"]


def test_three_caps_together_are_a_matching_in_three_dimensions() -> None:
    # Of these only b, c and d go together; whoever takes the best or looks at two alone is wrong.
    goods = shelf(
        sku("a", shop="1", brand="1", category="1"),
        sku("b", shop="1", brand="2", category="3"),
        sku("c", shop="2", brand="1", category="2"),
        sku("d", shop="3", brand="3", category="1"),
        sku("e", shop="2", brand="3", category="3"),
    )
    rules = Rules(caps=(Cap(By.SHOP, 1), Cap(By.BRAND, 1), Cap(By.CATEGORY, 1)))
    scores = scored(a=5, e=4, b=3, c=2, d=1)
    assert names(rank(scores, rules, Context(Customer(), goods), 3, AT)) == ["b", "c", "d"]


def test_a_search_that_ends_early_says_so() -> None:
    skus = [
        sku(f"{i}{j}", shop=str(i), brand=str(j), category=str((i * j) % 5))
        for i in range(6)
        for j in range(6)
    ]
    rules = Rules(caps=(Cap(By.SHOP, 1), Cap(By.BRAND, 1), Cap(By.CATEGORY, 1)))
    scores = [Scored(each.sku, ()) for each in skus]
    context = Context(Customer(), shelf(*skus))
    short = rank(scores, rules, context, 6, AT, search_budget=0).short
    assert short is not None
    assert short.details["unproven"] == "true"
    proved = rank(scores, rules, context, 6, AT).short
    assert proved is not None
    assert proved.details == {"wanted": "6", "found": "4", "reasons": "capped 32"}


def test_a_quota_at_least_moves_out_what_scores_more() -> None:
    goods = shelf(sku("a"), sku("b"), sku("c"), sku("old"))
    customer = Customer(bought=frozenset({"old"}))
    rules = Rules(repeat=Quota(least=1))
    scores = scored(a=4, b=3, c=2, old=1)
    ranked = rank(scores, rules, Context(customer, goods), 3, AT)
    assert names(ranked) == ["a", "b", "old"]
    assert codes(ranked, "c") == ["kept_free"]
    without = rank(scores, rules, Context(Customer(), goods), 3, AT)
    assert names(without) == ["a", "b", "c"]
    assert [note.details["found"] for note in without.notes] == ["0"]


def evening(name: str, sku: str) -> Pin:
    return Pin(name, sku, 1, Schedule(weekly=(WeeklyHours.parse(["wed"], "20:00", "22:00"),)))


def test_hours_are_those_of_the_malls_wall_clock() -> None:
    goods = shelf(sku("a"), sku("b"))
    context = Context(Customer(), goods)
    for zone, first in (("Asia/Shanghai", "b"), ("America/New_York", "a")):
        rules = Rules(timezone=zone, pins=(evening("p", "b"),))
        at = instant("2026-11-11T12:30Z")  # 20:30 in Shanghai
        assert names(rank(scored(a=1, b=0), rules, context, 2, at))[0] == first


def test_a_boost_runs_from_its_first_instant_to_before_its_last() -> None:
    window = Window(instant("2026-11-11T00:00+08:00"), instant("2026-11-12T00:00+08:00"))
    new = Selector(Criteria(tags=frozenset({"new"})), Criteria(brands=frozenset({"x"})))
    boost = Boost("double11", new, 0.5, Schedule(window))
    goods = shelf(
        sku("a"), sku("b", tags=frozenset({"new"})), sku("c", tags=frozenset({"new"}), brand="x")
    )
    rules = Rules(boosts=(boost, Boost("more", new, -0.25)))
    for text, parts in (
        ("2026-11-10T23:59:59+08:00", (("more", -0.25),)),
        ("2026-11-11T00:00+08:00", (("double11", 0.5), ("more", -0.25))),
        ("2026-11-11T23:59:59+08:00", (("double11", 0.5), ("more", -0.25))),
        ("2026-11-12T00:00+08:00", (("more", -0.25),)),
    ):
        found = rank(scored(a=1, b=1, c=1), rules, Context(Customer(), goods), 3, instant(text))
        by_sku = {item.sku: item.parts[1:] for item in found.items}
        total = sum(amount for _, amount in parts)
        assert by_sku == {"a": (), "b": (Part("boost", total, parts),), "c": ()}


def test_what_is_alike_is_kept_apart() -> None:
    goods = shelf(
        sku("a", category="tea/green"), sku("b", category="tea/green"), sku("c", category="ware")
    )
    rules = Rules(diversity=Diversity(1.0, Traits(brand=0, tags=0, price=0)))
    ranked = rank(scored(a=3, b=2.9, c=2), rules, Context(Customer(), goods), 3, AT)
    assert names(ranked) == ["a", "c", "b"]
    assert ranked.items[2].parts[1] == Part("diversity", -1.0, (("a", -1.0),))


RULEBOOK = {
    "currency": "CNY",
    "promotions": [
        {
            "id": "SAVE",
            "lane": "shop-coupon",
            "coupon": True,
            "items": {"sku": ["tea"]},
            "benefit": {"kind": "amount_off", "amount": "15.00"},
        },
        {
            "id": "full100",
            "lane": "platform",
            "requires": {"amount": "100.00"},
            "items": {"except": {"sku": ["cake"]}},
            "benefit": {"kind": "amount_off", "amount": "40.00"},
        },
        {
            "id": "mug",
            "lane": "shop",
            "items": {"sku": ["cake"]},
            "benefit": {"kind": "gift", "sku": "cup", "quantity": 2},
        },
    ],
}
PRODUCTS = [
    {"sku": "tea", "price": "60.00", "cost": "50.00"},
    {"sku": "pot", "price": "80.00", "cost": "40.00"},
    {"sku": "cup", "price": "20.00", "cost": "15.00"},
    {"sku": "cake", "price": "40.00", "cost": "15.00"},
    {"sku": "mystery", "price": "40.00"},
]


def mall() -> tuple[Compiled, dict[str, Goods]]:
    catalog = decode_catalog({"products": PRODUCTS}, CNY)
    compiled = compile_rulebook(decode_rulebook(RULEBOOK), catalog)
    return compiled, shelf(*catalog.skus)


def offer(name: str, **cart: object) -> Offer:
    compiled, _ = mall()
    return Offers.over(compiled, decode_cart({"lines": [], **cart}, CNY), AT, {}).of(name)


def test_an_offer_is_the_price_by_itself_where_nothing_is_in_the_cart() -> None:
    assert offer("tea") == Offer(yuan("60.00"), yuan("60.00"), (), yuan("60.00"), yuan("50.00"))
    with_coupon = offer("tea", coupons=["SAVE"])
    assert (with_coupon.price, with_coupon.promotions) == (yuan("45.00"), ("SAVE",))
    assert with_coupon.margin == yuan("-5.00")


def test_an_offer_brings_less_where_it_meets_a_threshold() -> None:
    found = offer("cup", lines=[{"id": "+", "sku": "pot", "quantity": 1}])
    assert (found.price, found.brings) == (yuan("12.00"), yuan("-20.00"))
    assert found.margin == yuan("-35.00")


def test_an_offer_costs_its_gifts() -> None:
    found = offer("cake")
    assert (found.price, found.cost, found.margin) == (yuan("40.00"), yuan("45.00"), yuan("-5.00"))


def test_points_pay_and_are_no_discount() -> None:
    book = {**RULEBOOK, "points": {"worth": {"points": 100, "money": "1.00"}}}
    compiled = compile_rulebook(decode_rulebook(book), decode_catalog({"products": PRODUCTS}, CNY))
    cart = decode_cart({"lines": [], "points": "max"}, CNY)
    assert Offers.over(compiled, cart, AT, {}).of("tea").brings == yuan("60.00")


def test_nothing_is_listed_that_loses_money() -> None:
    compiled, goods = mall()
    cart = decode_cart({"lines": [], "coupons": ["SAVE"]}, CNY)
    context = Context(Customer(cart), goods, compiled)
    scores = scored(tea=5, mystery=4, cake=3, cup=2, pot=1)
    ranked = rank(scores, Rules(margin=Margin()), context, 5, AT)
    assert names(ranked) == ["cup", "pot"]
    assert codes(ranked, "mystery") == ["cost_unknown"]
    assert ranked.left_out["tea"][0].details == {
        "sku": "tea",
        "price": "45.00",
        "brings": "45.00",
        "cost": "50.00",
        "margin": "-5.00",
        "required": "0.00",
    }
    assert ranked.short is not None
    assert ranked.short.details["reasons"] == "below_margin 2, cost_unknown 1"
    strict = rank(scores, Rules(margin=Margin(Decimal("33.34"))), context, 5, AT)
    assert names(strict) == ["pot"], "20.00 is a fen short of 15.00 and 33.34% of it"
    without = rank(scores, Rules(), context, 5, AT)
    assert names(without) == ["tea", "mystery", "cake", "cup", "pot"]
    assert without.offers["tea"].price == yuan("45.00")
    used_up = Context(Customer(cart), goods, compiled, {"SAVE": Usage(total=9)})
    assert rank(scores, Rules(), used_up, 5, AT).offers["tea"].price == yuan("45.00")


@settings(max_examples=40)
@given(st.permutations(["tea", "pot", "cup", "cake", "mystery"]), st.integers(1, 5), st.booleans())
def test_pricing_what_would_have_a_place_is_pricing_all(
    order: list[str], n: int, apart: bool
) -> None:
    compiled, goods = mall()
    cart = decode_cart({"lines": [], "coupons": ["SAVE"]}, CNY)
    context = Context(Customer(cart), goods, compiled)
    scores = [Scored(name, (Part("personal", float(i)),)) for i, name in enumerate(order)]
    rules = Rules(diversity=Diversity(3.0)) if apart else Rules()
    sound = [item for item in scores if item.sku in {"pot", "cup"}]
    ranked = rank(scores, evolve(rules, margin=Margin()), context, n, AT)
    assert ranked.items == rank(sound, rules, context, n, AT).items
    assert ranked.left_out.keys() <= {"tea", "cake", "mystery"}
    lowest = min(scores.index(item) for item in scores if item.sku in names(ranked))
    if not apart:
        assert ranked.left_out.keys() >= {*order[lowest:]} - set(names(ranked))


def test_promotions_are_those_of_this_shopper() -> None:
    book = {
        "currency": "CNY",
        "promotions": [
            {
                "id": "vip",
                "lane": "item",
                "audience": {"groups": ["vip"]},
                "benefit": {"kind": "percent_off", "percent": "50"},
            }
        ],
    }
    compiled = compile_rulebook(decode_rulebook(book), decode_catalog({"products": PRODUCTS}, CNY))
    goods = {name: Goods(known) for name, known in compiled.skus.items()}
    for groups, found in ((frozenset(), ["tea"]), (frozenset({"vip"}), [])):
        customer = Customer(Cart(shopper=Shopper(groups=groups)))
        context = Context(customer, goods, compiled)
        assert names(rank(scored(tea=1), Rules(margin=Margin()), context, 1, AT)) == found


def test_the_seed_decides_and_nothing_else() -> None:
    goods = {name: Goods(sku(name), tried=Tried(20, 2)) for name in "abcdef"}
    rules, context = Rules(exploration=Exploration(1.0)), Context(Customer(), goods)
    scores = [Scored(name, ()) for name in goods]
    lists = [names(rank(scores, rules, context, 6, AT, seed)) for seed in range(20)]
    assert lists == [names(rank(scores, rules, context, 6, AT, seed)) for seed in range(20)]
    assert len({*map(tuple, lists)}) > 10
    fewer = [names(rank(scores[1:], rules, context, 6, AT, seed)) for seed in range(20)]
    assert fewer == [[name for name in found if name != "a"] for found in lists]


def test_what_was_never_shown_gets_its_chance_and_what_failed_loses_it() -> None:
    goods = {
        "good": Goods(sku("good"), tried=Tried(1000, 300)),
        "new": Goods(sku("new")),
        "bad": Goods(sku("bad"), tried=Tried(1000, 10)),
    }
    scores = [Scored(name, ()) for name in goods]
    context, rules = Context(Customer(), goods), Rules(exploration=Exploration(1.0))
    found = propensities(scores, rules, context, 1, AT, 7, 400)
    # A rate that is equally likely to be anything is above 0.3 in seven of ten.
    assert found.keys() == {"good", "new"}
    assert found["new"] == pytest.approx(0.7, abs=0.08)
    assert sum(found.values()) == 1


def test_what_cannot_be_ranked_is_refused() -> None:
    goods = {"a": Goods(sku("b"))}
    rules = Rules(margin=Margin(), repeat=Quota(least=2), discovery=Quota(least=1))
    twice = [*scored(a=1), *scored(a=float("nan"))]
    with pytest.raises(InputError) as caught:
        rank(twice, rules, Context(Customer(), goods), 2, AT)
    paths = [problem.path for problem in caught.value.problems]
    assert paths == [
        *("$.n", "$.scored[1].sku", "$.scored[1].parts[0].amount", "$.goods.a", "$.compiled"),
    ]
    for n in (0, -1):
        with pytest.raises(InputError):
            rank([], Rules(), Context(Customer(), {}), n, AT)
    with pytest.raises(InputError):
        propensities([], Rules(), Context(Customer(), {}), 1, AT, 0, 0)
    with pytest.raises(InputError):
        Tried(1, 2)
    compiled, _ = mall()
    with pytest.raises(InputError) as caught:
        rank(scored(a=1), Rules(), Context(Customer(), shelf(sku("a")), compiled), 1, AT)
    assert [problem.path for problem in caught.value.problems] == ["$.scored"]


@pytest.mark.parametrize(
    ("traits", "path"),
    [((-1.0,), "$.category"), ((1.0, float("inf")), "$.brand"), ((0.0,) * 4, "$")],
)
def test_traits_that_tell_nothing_are_refused(traits: tuple[float, ...], path: str) -> None:
    with pytest.raises(InputError) as caught:
        Traits(*traits)
    assert [problem.path for problem in caught.value.problems] == [path]


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"timezone": "Mars"}, "$.timezone"),
        ({"boosts": (Boost("", Selector(), 1.0),)}, "$.boosts[0].id"),
        ({"boosts": (Boost("b", Selector(), float("inf")),)}, "$.boosts[0].amount"),
        ({"boosts": (Boost("b", Selector(Criteria(reduced=True)), 1.0),)}, "$.boosts[0].items"),
        ({"bought_once": Selector(exclude=Criteria(reduced=False))}, "$.bought_once"),
        ({"pins": (Pin("p", "a", 0),)}, "$.pins[0].place"),
        ({"pins": (Pin("p", "a", 1), Pin("p", "b", 2))}, "$.pins[1].id"),
        ({"caps": (Cap(By.SHOP, -1, "s"),)}, "$.caps[0].most"),
        ({"caps": (Cap(By.CATEGORY, 1, "tea/"),)}, "$.caps[0].value"),
        ({"repeat": Quota(least=-1)}, "$.repeat.least"),
        ({"discovery": Quota(2, 1)}, "$.discovery.most"),
        ({"margin": Margin(Decimal(-101))}, "$.margin.at_least"),
        ({"diversity": Diversity(-1.0)}, "$.diversity.weight"),
        ({"exploration": Exploration(float("nan"))}, "$.exploration.weight"),
        ({"exploration": Exploration(1.0, taken=0.0)}, "$.exploration"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(fields: dict[str, object], path: str) -> None:
    with pytest.raises(InputError) as caught:
        Rules(**fields)  # type: ignore[arg-type]
    assert [problem.path for problem in caught.value.problems] == [path]
