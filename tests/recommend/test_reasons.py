"""Reasons add up, and can be told in every language of the house."""

from __future__ import annotations

from decimal import Decimal
from math import fsum

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from mallops.catalog.model import Sku
from mallops.errors import InputError
from mallops.messages import locales, message, wordings
from mallops.money import Currency, Money
from mallops.recommend.ranking.engine import rank
from mallops.recommend.ranking.model import Context, Customer, Goods, Offer, Tried
from mallops.recommend.ranking.rules import Exploration, Rules
from mallops.recommend.reasons import reason, reasons, reasons_text
from mallops.recommend.scored import Part, Scored
from mallops.time import instant
from tests.recommend.strategies import customers, rulings, scores, shelves

AT = instant("2026-11-11T12:00+08:00")
CNY = Currency.of("CNY")
SHELVES, CUSTOMERS, RULINGS, SCORES = shelves(), customers(), rulings(), scores()
AMOUNTS = st.floats(-1e6, 1e6, allow_nan=False)


@settings(max_examples=60)
@given(SCORES, SHELVES, CUSTOMERS, RULINGS, st.integers(0, 9), st.sampled_from(locales()))
def test_the_reasons_of_every_list_sum_to_its_scores(
    scored: tuple[Scored, ...],
    shelf: dict[str, Goods],
    customer: Customer,
    rules: Rules,
    seed: int,
    locale: str,
) -> None:
    rules = evolve(rules, exploration=Exploration(0.5))
    shelf["b"] = evolve(shelf["b"], tried=Tried(9, 3))
    n = max(4, rules.repeat.least + rules.discovery.least)
    ranked = rank(scored, rules, Context(customer, shelf), n, AT, seed)
    before = {item.sku: item.parts for item in scored}
    for item, why in zip(ranked.items, reasons(ranked, shelf, locale, 4), strict=True):
        assert item.score == fsum(part.amount for part in item.parts)
        assert item.parts[: len(before.get(item.sku, ()))] == before.get(item.sku, ())
        assert sum(Decimal(row.amount) for row in why.rows) == Decimal(why.score)
        assert abs(float(why.score) - item.score) <= 0.5e-4 + 1e-9
        assert why.sentence
    for refusal in (*ranked.notes, *sum(ranked.left_out.values(), ()), ranked.short):
        if refusal is not None:
            assert "{" not in message(refusal.code, locale, refusal.details)


@given(st.lists(AMOUNTS, max_size=8), st.integers(0, 12))
def test_printed_parts_sum_to_the_printed_score(amounts: list[float], places: int) -> None:
    scored = Scored("tea", tuple(Part("personal", amount) for amount in amounts))
    why = reason(scored, {}, "en", places)
    assert sum(Decimal(row.amount) for row in why.rows) == Decimal(why.score)
    for row, amount in zip(why.rows, amounts, strict=True):
        assert abs(Decimal(row.amount) - Decimal(amount)) <= Decimal(10) ** -places


@pytest.mark.parametrize("places", [-1, 13])
def test_places_are_few(places: int) -> None:
    with pytest.raises(InputError):
        reason(Scored("tea", ()), {}, "en", places)


@pytest.mark.parametrize(
    ("part", "en", "zh"),
    [
        (Part("personal", 1.0), "You bought it before.", "您买过这件商品。"),
        (
            Part("neighbours", 1.0, (("cup", 0.6), ("x", 0.3), ("y", 0.1))),
            "Because you bought Cup, x.",
            "因为您买过杯子、x。",
        ),
        (
            Part("basket", 1.0, (("cup", 1.0),)),
            "People who buy Cup also buy it.",
            "购买杯子的顾客也买了它。",
        ),
        (
            # No SKU is a reason for itself.
            Part("trend", 1.0, (("tea", 0.6), ("cup", 0.4))),
            "Because you bought Cup, and it is selling fast.",
            "因为您买过杯子，且近期热销。",
        ),
        (Part("trend", 1.0, (("tea", 1.0),)), "Selling fast these days.", "近期热销。"),
        (Part("hot", 1.0), "Hot this week.", "本周热卖。"),
        (Part("replenishment", 1.0), "It may be time to buy it again.", "可能该再买了。"),
        (Part("a mall's own", 1.0), "Picked for you.", "为您挑选。"),
        (Part("personal", -1.0), "Picked for you.", "为您挑选。"),
    ],
)
def test_the_sentence_is_that_of_the_greatest_part(part: Part, en: str, zh: str) -> None:
    goods = {"cup": Goods(Sku("cup", None, title={"en": "Cup", "zh-CN": "杯子"}))}
    scored = Scored("tea", (Part("diversity", -0.5), part, Part("personal", -0.1)))
    assert reason(scored, goods, "en").sentence == en
    assert reason(scored, goods, "zh_CN").sentence == zh


def test_a_pin_and_a_price_are_told() -> None:
    low, high = Money(4500, CNY), Money(6000, CNY)
    offer = Offer(high, low, ("SAVE",), low, None)
    scored = Scored("tea", (Part("hot", 1.0),))
    why = reason(scored, {}, "en", pin="p", offer=offer)
    assert why.sentence == "Picked by us. For you CN¥45.00 instead of CN¥60.00."
    assert reason(scored, {}, "zh_CN", offer=offer).sentence == (
        "本周热卖。您的到手价 ¥45.00，标价 ¥60.00。"
    )
    full = evolve(offer, price=high)
    assert reason(scored, {}, "en", offer=full).sentence == "Hot this week."


def test_a_list_is_told_in_numbers() -> None:
    scored = Scored("tea", (Part("personal", 0.5), Part("own", -0.125)))
    assert reasons_text((reason(scored, {}, "en"), reason(Scored("cup", ()), {}, "en"))) == (
        "1. tea 0.375\n   You bought it before.\n   0.375 = +0.500 bought before -0.125 own\n"
        "2. cup 0.000\n   Picked for you."
    )


def test_every_part_that_has_a_sentence_has_a_name() -> None:
    said = wordings("en").keys()
    sentences = {code.removeprefix("because.") for code in said if code.startswith("because.")}
    parts = {code.removeprefix("part.") for code in said if code.startswith("part.")}
    assert sentences - parts == {"pinned", "other", "price", "both", "comma"}
    assert parts - sentences == {"diversity"}, "which lowers a score, so it is never the reason"
