"""Hints: against the naive twin and the oracle, the laws that they keep, and case by case."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any
from unittest import mock

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from mallops.cart import Cart, Line, ShippingFee, Usage
from mallops.errors import InputError
from mallops.money import Currency, Money
from mallops.promotions import requotes
from mallops.promotions.compiled import compile_rulebook
from mallops.promotions.engine import quote
from mallops.promotions.hint import Added, Change, Hint, Hints
from mallops.promotions.hint_text import hint_text, hints_text
from mallops.promotions.hints import hints
from mallops.rulebook.book import decode_rulebook
from mallops.rulebook.cart import decode_cart, encode_cart
from mallops.rulebook.catalog import decode_catalog
from mallops.rulebook.quotes import encode_quote
from mallops.testing.near_misses import NearMiss, near_misses
from mallops.testing.oracle import TooLarge, quote_all
from mallops.testing.strategies import EVERYDAY, Doc, Size, scenarios
from mallops.time import instant
from tests.promotions.drawn import Drawn, decoded

# Each example is quoted a hundred times over, so carts are small and few have to do.
SIZE = Size(products=4, prices=2, lines=2, units=4, promotions=6)
FEW = settings(max_examples=max(60, settings().max_examples // 2))
SHORT_SEARCH = 2_000
WITHOUT_END = 10**6


@st.composite
def situations(draw: st.DrawFn, size: Size = SIZE) -> tuple[Doc, list[str]]:
    """A scenario of whose coupons the customer holds some, and those that can be had."""
    scenario = draw(scenarios(size))
    held = [name for name in scenario["cart"].get("coupons", ()) if draw(st.booleans())]
    promotions = scenario["rulebook"]["promotions"]
    coupons = [promotion["id"] for promotion in promotions if promotion.get("coupon")]
    cart = scenario["cart"] | {"coupons": held}
    return scenario | {"cart": cart}, [name for name in [*coupons, "none"] if draw(st.booleans())]


def told(drawn: Drawn, **options: Any) -> Hints:
    options = {"search_budget": SHORT_SEARCH, "most_units": 2, "most": 100} | options
    return hints(drawn.compiled, drawn.cart, drawn.at, drawn.usage, **options)


def as_near_miss(hint: Hint) -> NearMiss:
    change = hint.change
    return NearMiss(
        goods=tuple((added.sku, added.quantity) for added in change.goods),
        coupon="".join(change.coupons),
        instead_of="".join(change.instead_of),
        less=hint.less.minor,
        gain=hint.gain.minor,
        brings=frozenset(hint.brings),
        cheaper=frozenset(hint.cheaper),
        seats=frozenset(
            (applied.lane, seat)
            for applied in hint.after.applied
            for seat in applied.seats
            if applied.promotion in change.coupons
        ),
    )


# --- the twin and the oracle ------------------------------------------------------------------


@FEW
@given(situations())
def test_the_hints_are_the_near_misses_that_there_are(situation: tuple[Doc, list[str]]) -> None:
    scenario, obtainable = situation
    drawn = decoded(scenario)
    found = told(drawn, obtainable=obtainable, requotes=WITHOUT_END)
    every = near_misses(
        drawn.compiled,
        drawn.cart,
        drawn.at,
        drawn.usage,
        obtainable=obtainable,
        most_units=2,
        search_budget=SHORT_SEARCH,
    )
    assert found.untried == 0
    assert [as_near_miss(hint) for hint in found.hints] == every


@FEW
@given(situations())
def test_the_quotes_of_a_hint_are_the_oracles(situation: tuple[Doc, list[str]]) -> None:
    scenario, obtainable = situation
    found = told(decoded(scenario), obtainable=obtainable)
    for hint in found.hints:
        for cart, quoted in ((scenario["cart"], hint.before), (encode_cart(hint.cart), hint.after)):
            documents = (scenario["catalog"], scenario["rulebook"], cart, scenario["at"])
            try:
                answers = quote_all(*documents, scenario["usage"], limit=2_000)
            except TooLarge:
                continue
            document = encode_quote(quoted)
            assert {key: document[key] for key in answers[0]} in answers


# --- laws -------------------------------------------------------------------------------------


@FEW
@given(situations() | situations(EVERYDAY), st.integers(0, 12))
def test_a_hint_is_true_however_small_the_budget(
    situation: tuple[Doc, list[str]], budget: int
) -> None:
    scenario, obtainable = situation
    drawn = decoded(scenario)
    with mock.patch.object(requotes, "quote", wraps=quote) as asked:
        found = told(drawn, obtainable=obtainable, requotes=budget, search_budget=100)
    assert found.requotes == asked.call_count <= budget
    zero = Money.zero(found.quote.payable.currency)
    for hint in found.hints:
        cart = hint.cart
        assert hint.before == found.quote
        assert hint.after == quote(drawn.compiled, cart, drawn.at, drawn.usage, 100)
        paid = [each.payable + each.points_worth for each in (hint.before, hint.after)]
        assert hint.less == paid[0] - paid[1]
        assert hint.gain > zero
        assert {each.promotion for each in hint.short} <= set(hint.brings)
        assert set(hint.brings) <= {each.promotion for each in hint.after.applied}
        assert added_units(drawn.cart, cart) == {
            added.sku: added.quantity for added in hint.change.goods
        }


def test_a_coupon_tried_with_the_last_quote_is_told_like_any_other() -> None:
    drawn = decoded(
        {
            "at": "2026-11-11T12:00:00+08:00",
            "catalog": {"products": [{"sku": "A", "price": "10.00"}]},
            "rulebook": {
                "currency": "CNY",
                "promotions": [
                    {
                        "id": "half",
                        "lane": "item",
                        "coupon": True,
                        "benefit": {"kind": "percent_off", "percent": "50"},
                    }
                ],
            },
            "cart": {"lines": [{"id": "1", "sku": "A", "quantity": 1}]},
            "usage": {},
        }
    )
    (hint,) = told(drawn, obtainable=["half"], requotes=1).hints
    assert (str(hint.gain), hint.brings) == ("5.00", ("half",))


def added_units(before: Cart, after: Cart) -> dict[str, int]:
    counts: dict[str, int] = {}
    for cart, sign in ((before, -1), (after, 1)):
        for line in cart.lines:
            counts[line.sku] = counts.get(line.sku, 0) + sign * line.quantity
    return {sku: count for sku, count in counts.items() if count}


@FEW
@given(situations())
def test_hints_come_by_gain_and_none_is_as_good_as_another_in_all(
    situation: tuple[Doc, list[str]],
) -> None:
    scenario, obtainable = situation
    found = told(decoded(scenario), obtainable=obtainable).hints
    gains = [hint.gain for hint in found]
    assert gains == sorted(gains, reverse=True)
    brought = [(hint.brings, hint.cheaper) for hint in found]
    assert len(set(brought)) == len(brought)


@FEW
@given(situations())
def test_only_coupons_that_can_be_had_are_named(situation: tuple[Doc, list[str]]) -> None:
    scenario, obtainable = situation
    drawn = decoded(scenario)
    may_be_named = {*obtainable, *drawn.cart.coupons}
    promotions = drawn.compiled.rulebook.promotions
    secret = {each.id for each in promotions if each.coupon} - may_be_named
    for hint in told(drawn, obtainable=obtainable).hints:
        assert set(hint.change.coupons) <= set(obtainable)
        assert secret.isdisjoint({*hint.brings, *hint.loses})
        assert secret.isdisjoint(each.promotion for each in hint.short)


@FEW
@given(situations(), st.randoms(use_true_random=False))
def test_the_order_of_listing_plays_no_part(
    situation: tuple[Doc, list[str]], random: Random
) -> None:
    scenario, obtainable = situation
    drawn = decoded(scenario)
    compiled, cart = drawn.compiled, drawn.cart
    book, catalog = compiled.rulebook, compiled.catalog

    def shuffled(values: Any) -> Any:
        return tuple(random.sample(list(values), len(values)))

    other = Drawn(
        compile_rulebook(
            evolve(book, promotions=shuffled(book.promotions)),
            evolve(catalog, skus=shuffled(catalog.skus), prices=shuffled(catalog.prices)),
        ),
        evolve(cart, lines=shuffled(cart.lines), coupons=shuffled(cart.coupons)),
        drawn.at,
        drawn.usage,
    )
    one, two = (
        told(each, obtainable=coupons, requotes=20)
        for each, coupons in ((drawn, obtainable), (other, shuffled(obtainable)))
    )
    assert (one.quote, one.untried) == (two.quote, two.untried)
    assert [as_near_miss(hint) for hint in one.hints] == [as_near_miss(hint) for hint in two.hints]
    assert [hint.short for hint in one.hints] == [hint.short for hint in two.hints]


@FEW
@given(situations())
def test_hints_can_be_told_in_both_languages(situation: tuple[Doc, list[str]]) -> None:
    scenario, obtainable = situation
    drawn = decoded(scenario)
    found = told(drawn, obtainable=obtainable)
    for locale in ("en", "zh_CN"):
        text = hints_text(found, drawn.compiled.rulebook, locale)
        assert all(hint_text(hint, locale) in text for hint in found.hints)


# --- case by case -----------------------------------------------------------------------------

CNY = Currency.of("CNY")
AT = instant("2026-11-11T00:00:00+08:00")
PRODUCTS: list[Doc] = [
    {"sku": "TEA", "price": "60.00", "shop": "s1", "category": "food/tea"},
    {"sku": "CREAM", "price": "100.00", "shop": "s1", "category": "care"},
    {"sku": "SOAP", "price": "25.00", "shop": "s1", "category": "care"},
    {"sku": "BALM", "price": "22.00", "shop": "s1", "category": "care"},
    {"sku": "BOOK", "price": "20.00", "shop": "s2"},
]
Found = list[tuple[str, str, str]]


def ask(
    promotions: list[Doc],
    bought: Mapping[str, int],
    prices: list[Doc] | None = None,
    choice: str = "best",
    cart: Doc | None = None,
    usage: Mapping[str, Usage] | None = None,
    **options: Any,
) -> Hints:
    rulebook = decode_rulebook({"currency": "CNY", "choice": choice, "promotions": promotions})
    catalog = decode_catalog({"products": PRODUCTS, "prices": prices or []}, CNY, "Asia/Shanghai")
    lines = [{"id": sku, "sku": sku, "quantity": count} for sku, count in bought.items()]
    decoded_cart = decode_cart({"lines": lines, **(cart or {})}, CNY)
    compiled = compile_rulebook(rulebook, catalog)
    options = {"requotes": 500, "most_units": 3} | options
    return hints(compiled, decoded_cart, AT, usage, **options)


def brief(found: Hints) -> Found:
    """What to do, by how much what is paid falls, and the gain."""
    return [(_brief(hint.change), str(hint.less), str(hint.gain)) for hint in found.hints]


def _brief(change: Change) -> str:
    goods = [f"{added.sku}×{added.quantity}" for added in change.goods]
    return " ".join([*goods, *(f"+{name}" for name in change.coupons), *change.instead_of])


def off(name: str, lane: str = "platform", **fields: Any) -> Doc:
    benefit = {"kind": "amount_off", "amount": fields.pop("amount", "50.00")}
    return {"id": name, "lane": lane, "benefit": benefit} | fields


CARE300 = off("care300", items={"category": ["care"]}, requires={"amount": "220.00"})


def test_add_care_and_pay_less() -> None:
    found = ask([CARE300], {"CREAM": 2})
    assert brief(found) == [("BALM×1", "28.00", "50.00")]
    [hint] = found.hints
    [short] = hint.short
    assert (short.promotion, str(short.amount), short.quantity) == ("care300", "20.00", 0)
    assert hint.change == Change(goods=(Added("BALM", 1),))
    assert (str(hint.before.payable), str(hint.after.payable)) == ("200.00", "172.00")
    assert hint.proven


def test_one_more_costs_nothing() -> None:
    third = {
        "id": "third",
        "lane": "item",
        "items": {"sku": ["TEA"]},
        "benefit": {"kind": "nth_unit", "n": 3, "percent": "100"},
    }
    found = ask([third], {"TEA": 2})
    assert brief(found) == [("TEA×1", "0.00", "60.00")]
    assert found.hints[0].short[0].quantity == 1
    assert "1 more of TEA for 0.00 instead of 60.00" in hint_text(found.hints[0], "en")


def test_a_coupon_saves_more_than_another() -> None:
    coupons = [
        off("X", "platform-coupon", amount="15.00", coupon=True),
        off("Y", "platform-coupon", amount="10.00", coupon=True),
        off("Z", "platform-coupon", amount="30.00", coupon=True),
    ]
    found = ask(coupons, {"TEA": 1}, cart={"coupons": ["Y"]}, obtainable=["X", "unknown"])
    assert brief(found) == [("+X", "5.00", "5.00")]
    assert hint_text(found.hints[0], "en").startswith("coupon X saves 5.00 more than Y:")
    assert brief(ask(coupons, {"TEA": 1}, cart={"coupons": ["Y"]})) == []


def test_of_many_coupons_the_best_is_told_and_the_most_promising_tried_first() -> None:
    coupons = [
        off(f"C{n:02}", "platform-coupon", amount=f"{n}.00", coupon=True) for n in range(1, 60)
    ]
    names = [coupon["id"] for coupon in coupons]
    found = ask([*coupons, CARE300], {"CREAM": 2}, obtainable=names, requotes=8, most=2)
    assert brief(found) == [("+C59", "59.00", "59.00"), ("BALM×1", "28.00", "50.00")]


def test_by_priority_a_coupon_may_have_to_take_the_place_of_another() -> None:
    coupons = [
        off("X", "platform-coupon", amount="15.00", coupon=True),
        off("Y", "platform-coupon", amount="10.00", coupon=True, priority=1),
    ]
    held: Doc = {"coupons": ["Y"]}
    found = ask(coupons, {"TEA": 1}, choice="priority", cart=held, obtainable=["X"])
    assert brief(found) == [("+X Y", "5.00", "5.00")]
    assert found.hints[0].cart.coupons == ("X",)


def test_a_coupon_that_needs_more_goods() -> None:
    coupon = off("X", "platform-coupon", coupon=True, requires={"amount": "220.00"})
    found = ask([coupon], {"CREAM": 2}, obtainable=["X"])
    assert brief(found) == [("BALM×1 +X", "28.00", "50.00")]
    assert str(found.hints[0].short[0].amount) == "20.00"


def test_a_fill_up_that_an_earlier_lane_reduces_has_to_be_dearer() -> None:
    fifth = {
        "id": "fifth",
        "lane": "item",
        "items": {"sku": ["BALM", "SOAP"]},
        "benefit": {"kind": "percent_off", "percent": "20"},
    }
    # BALM costs 17.60 then, and SOAP exactly the 20.00 that are missing.
    found = ask([fifth, CARE300], {"CREAM": 2})
    assert brief(found) == [("SOAP×1", "30.00", "50.00")]


def test_what_is_on_sale_is_no_near_miss_for_that() -> None:
    tenth = {"id": "p", "lane": "item", "benefit": {"kind": "percent_off", "percent": "10"}}
    assert brief(ask([tenth], {"TEA": 1})) == []


def test_what_any_order_gets_once_is_no_reason_against_a_fill_up() -> None:
    both = [off("any", "shop", amount="15.00"), off("full", requires={"amount": "205.00"})]
    # By itself the balm would cost 7.00, but the 15.00 are the cart's already.
    assert brief(ask(both, {"CREAM": 2})) == [("BALM×1", "28.00", "50.00")]


def test_what_one_promotion_brings_another_may_lose() -> None:
    tea = off("tea", "platform", amount="40.00", items={"category": ["food"]})
    found = ask([CARE300, tea], {"CREAM": 2, "TEA": 1})
    # Both want the seat of the order.
    assert brief(found) == [("BALM×1", "-12.00", "10.00")]
    assert found.hints[0].loses == ("tea",)


def test_tiers_and_every_so_much() -> None:
    tiers = {
        "id": "tiers",
        "lane": "shop",
        "benefit": {
            "kind": "tiers",
            "tiers": [
                {"amount": amount, "benefit": {"kind": "amount_off", "amount": taken}}
                for amount, taken in (("100.00", "10.00"), ("300.00", "60.00"))
            ],
        },
    }
    every = {
        "id": "every",
        "lane": "platform",
        "benefit": {"kind": "amount_off", "amount": "20.00", "every": "120.00"},
    }
    assert brief(ask([tiers], {"CREAM": 2, "TEA": 1})) == [("BALM×2", "6.00", "50.00")]
    found = ask([every], {"CREAM": 2, "TEA": 2})  # 320.00: 40.00 short of the third
    assert brief(found) == [("BALM×2", "-24.00", "20.00")]
    assert str(found.hints[0].short[0].amount) == "40.00"


def test_where_there_are_several_shops_the_one_that_is_short_is_told() -> None:
    shop = off("shop", "shop", requires={"amount": "220.00"})
    found = ask([shop], {"CREAM": 2, "BOOK": 1})
    assert brief(found) == [("BALM×1", "28.00", "50.00")]
    assert "brings shop, 20.00 short so far in shop s1" in hints_text(found, book_of([shop]), "en")
    care = CARE300 | {"lane": "shop"}
    found = ask([care], {"CREAM": 2, "BOOK": 1})
    assert "20.00 of care short so far in shop s1" in hints_text(found, book_of([care]), "en")


def test_free_shipping() -> None:
    post = {
        "id": "post",
        "lane": "shipping",
        "requires": {"amount": "120.00"},
        "benefit": {"kind": "shipping_off", "percent": "100"},
    }
    found = ask([post], {"CREAM": 1}, cart={"shipping": [{"shop": "s1", "fee": "8.00"}]})
    assert brief(found) == [("BALM×1", "-14.00", "8.00")]


def test_goods_of_other_shops_wait_for_their_fee() -> None:
    promotion = off("p", requires={"amount": "120.00"})
    assert brief(ask([promotion], {"CREAM": 1})) == [("BALM×1", "28.00", "50.00")]
    fees = [ShippingFee("s2", Money(100, CNY)), ShippingFee("s9", Money(500, CNY))]
    found = ask([promotion], {"CREAM": 1}, shipping=fees)
    assert brief(found) == [("BOOK×1", "29.00", "49.00")]
    assert [parcel.shop for parcel in found.hints[0].after.parcels] == ["s2"]


def test_only_goods_on_offer_are_added() -> None:
    assert brief(ask([CARE300], {"CREAM": 2}, goods=["SOAP"])) == [("SOAP×1", "25.00", "50.00")]
    assert brief(ask([CARE300], {"CREAM": 2}, goods=[])) == []


def test_a_gift_counts_at_its_value() -> None:
    gift = {
        "id": "gift",
        "lane": "shop",
        "requires": {"amount": "220.00"},
        "benefit": {"kind": "gift", "sku": "BOOK", "quantity": 1, "value": "9.00"},
    }
    found = ask([gift], {"CREAM": 2})
    assert brief(found) == [("BALM×1", "-22.00", "9.00")]
    assert hint_text(found.hints[0], "en") == "add BALM × 1: 222.00 to pay instead of 200.00"
    assert "with a gift: BOOK × 1, worth 9.00" in hints_text(found, book_of([gift]), "en")


def book_of(promotions: list[Doc]) -> Any:
    return decode_rulebook({"currency": "CNY", "promotions": promotions})


def test_a_reward_has_no_price() -> None:
    reward = {
        "id": "reward",
        "lane": "shop",
        "requires": {"amount": "220.00"},
        "benefit": {"kind": "reward", "points": 500},
    }
    assert brief(ask([reward], {"CREAM": 2})) == []


def test_an_add_on_is_goods_that_are_not_in_the_cart() -> None:
    add_on = {
        "id": "add-on",
        "lane": "shop",
        "items": {"category": ["food"]},
        "benefit": {"kind": "add_on", "sku": "SOAP", "price": "5.00", "quantity": 1},
    }
    assert brief(ask([add_on], {"TEA": 1})) == [("SOAP×1", "-5.00", "20.00")]


def test_what_one_buys_with_another() -> None:
    beside = off("beside", "item", amount="10.00", items={"sku": ["SOAP"]})
    beside["requires"] = {"items": {"sku": ["TEA"]}}
    assert brief(ask([beside], {"TEA": 1})) == [("SOAP×1", "-15.00", "10.00")]


def test_different_goods() -> None:
    three = off("three", requires={"distinct": 3}, items={"category": ["care", "food"]})
    found = ask([three], {"TEA": 1})
    assert brief(found) == [("BALM×1 SOAP×1", "3.00", "50.00")]
    assert found.hints[0].short[0].distinct == 2
    assert "2 different goods" in hints_text(found, book_of([three]), "en")


def test_a_price_for_more_units() -> None:
    entry = {"sku": "TEA", "price": "50.00", "min_quantity": 3}
    found = ask([], {"TEA": 1}, prices=[entry])
    assert brief(found) == [("TEA×2", "-90.00", "30.00")]
    assert found.hints[0].cheaper == ("TEA",)
    text = hints_text(found, book_of([]), "en")
    assert "brings the list price of TEA from 60.00 to 50.00" in text


def test_points_are_counted_at_their_worth() -> None:
    rulebook = decode_rulebook(
        {
            "currency": "CNY",
            "promotions": [CARE300],
            "points": {"worth": {"points": 100, "money": "1.00"}, "at_most_percent": "50"},
        }
    )
    catalog = decode_catalog({"products": PRODUCTS}, CNY, "Asia/Shanghai")
    cart = Cart(lines=(Line("1", "CREAM", 2),), points="max")
    found = hints(compile_rulebook(rulebook, catalog), cart, AT, requotes=100)
    assert brief(found) == [("BALM×1", "28.00", "50.00")]
    assert hints_text(found, rulebook, "en").endswith("points are counted at their worth")


def test_bounds_of_the_caller() -> None:
    post = {
        "id": "post",
        "lane": "shipping",
        "requires": {"amount": "220.00"},
        "benefit": {"kind": "shipping_off", "amount": "3.00"},
    }
    promotions = [CARE300, post | {"requires": {"amount": "280.00"}}]
    fees = {"shipping": [{"shop": "s1", "fee": "8.00"}]}
    every = brief(ask(promotions, {"CREAM": 2}, cart=fees))
    assert len(every) > 1
    assert brief(ask(promotions, {"CREAM": 2}, cart=fees, most=1)) == every[:1]
    least = ask(promotions, {"CREAM": 2}, cart=fees, least_gain=Money(5_000, CNY))
    assert all(hint.gain.minor >= 5_000 for hint in least.hints)
    cheap = ask(promotions, {"CREAM": 2}, cart=fees, most_extra=Money(0, CNY))
    assert brief(cheap) == [("BALM×1", "28.00", "50.00")]


def test_what_is_used_up_is_not_hinted_at() -> None:
    limited = CARE300 | {"limits": {"per_customer": 1}}
    assert brief(ask([limited], {"CREAM": 2}, usage={"care300": Usage(customer=1)})) == []


def test_a_cut_off_is_stated() -> None:
    found = ask([CARE300], {"CREAM": 2}, requotes=2)
    assert brief(found) == [("BALM×1", "28.00", "50.00")]
    assert found.requotes == 2
    assert found.untried == 3 * 3 + 3 - 1  # of three SKUs: three each, and each pair
    assert f"changes left untried: {found.untried}" in hints_text(found, book_of([CARE300]), "en")
    assert brief(ask([CARE300], {"CREAM": 2}, requotes=0)) == []


def test_the_cheapest_is_found_early_among_many() -> None:
    products = [
        {"sku": f"g{n:03}", "price": f"{n % 97 + 3}.{n % 10}9", "shop": "s1", "category": "care"}
        for n in range(400)
    ]
    catalog = decode_catalog({"products": [*PRODUCTS, *products]}, CNY, "Asia/Shanghai")
    cart = Cart(lines=(Line("1", "CREAM", 2),))
    compiled = compile_rulebook(book_of([CARE300]), catalog)
    [hint] = hints(compiled, cart, AT, requotes=4).hints
    # Units of one or one each of two: 9.09 and 11.19 would do for 20.28, and nothing for less.
    prices = sorted(sku.price.minor for sku in catalog.skus if sku.price and sku.category == "care")
    sums = {one + other for n, one in enumerate(prices) for other in prices[n + 1 :]}
    sums |= {one * count for one in prices for count in range(1, 6)}
    assert hint.worth.minor == min(each for each in sums if each >= 2_000)


def test_a_new_line_takes_a_name_that_is_free() -> None:
    lines = [{"id": f"{'+' * n}BALM", "sku": "CREAM", "quantity": 1} for n in (1, 2)]
    found = ask([CARE300], {}, cart={"lines": lines})
    assert brief(found) == [("BALM×1", "28.00", "50.00")]
    assert {line.id for line in found.hints[0].cart.lines} == {"+BALM", "++BALM", "+++BALM"}


def test_one_unit_at_most() -> None:
    wanting = CARE300 | {"requires": {"amount": "240.00"}}
    assert brief(ask([wanting], {"CREAM": 2}, goods=["BALM", "SOAP"], most_units=1)) == []
    assert brief(ask([wanting], {"CREAM": 2})) == [("BALM×2", "6.00", "50.00")]


def test_a_search_that_was_cut_short_is_told() -> None:
    items = [off(f"p{n}", "item", amount=f"{n}.00") for n in (1, 2, 3)]
    found = ask([CARE300, *items], {"CREAM": 2, "TEA": 1}, search_budget=1)
    assert not any(hint.proven for hint in found.hints)
    text = hints_text(found, book_of([CARE300]), "en")
    assert text.count("not proven: a search was cut short") == len(found.hints) > 0


def test_nothing_to_hint_at() -> None:
    found = ask([CARE300], {})
    assert (found.hints, found.requotes, found.untried) == ((), 0, 0)
    assert hints_text(found, book_of([CARE300]), "en") == "Hints\n  none found"


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"goods": ["TEA", "nothing"]}, "$.goods"),
        ({"shipping": [ShippingFee("s2", Money(0, CNY))] * 2}, "$.shipping[1].shop"),
        ({"shipping": [ShippingFee("s2", Money(-1, CNY))]}, "$.shipping[0].fee"),
        ({"most": 0}, "$.most"),
        ({"most_units": 0}, "$.most_units"),
        ({"requotes": -1}, "$.requotes"),
        ({"least_gain": Money(1, Currency.of("JPY"))}, "$.least_gain"),
        ({"most_extra": Money(-1, CNY)}, "$.most_extra"),
    ],
)
def test_misuse(options: dict[str, Any], path: str) -> None:
    with pytest.raises(InputError) as caught:
        ask([CARE300], {"CREAM": 2}, **options)
    assert [problem.path for problem in caught.value.problems] == [path]


def test_the_rulebook_has_to_be_the_one_that_priced_them() -> None:
    found = ask([CARE300], {"CREAM": 2})
    with pytest.raises(InputError):
        hints_text(found, evolve(book_of([CARE300]), version="2"), "en")
    with pytest.raises(InputError):
        hint_text(found.hints[0], "fr")
