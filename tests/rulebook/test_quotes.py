"""Quotes as documents: section 6, and the two keys beyond it."""

from __future__ import annotations

from decimal import Decimal

from attrs import evolve

from mallops.findings import Refusal
from mallops.money import Money
from mallops.promotions.quote import (
    Applied,
    Quote,
    QuotedGift,
    QuotedLine,
    QuotedReward,
    QuotedUnit,
    Step,
)
from mallops.rulebook import encode_quote
from mallops.rulebook.quotes import QUOTE_FIELDS
from mallops.time import instant
from tests.rulebook.documents import CNY


def yuan(minor: int) -> Money:
    return Money(minor, CNY)


def unit(number: int, net: int) -> QuotedUnit:
    steps = (Step("item", "p", yuan(100)),)
    return QuotedUnit(number, yuan(net + 100), steps, yuan(0), yuan(net))


QUOTE = Quote(
    rulebook="festival",
    version="1",
    at=instant("2026-11-11T00:00:00+08:00"),
    payable=yuan(12345),
    goods=yuan(11545),
    shipping=yuan(800),
    points_used=0,
    points_worth=yuan(0),
    lines=(
        QuotedLine("2", "B", "s1", yuan(100), (unit(1, 0),), yuan(0)),
        QuotedLine("1", "A", "s1", yuan(6000), (unit(1, 5773), unit(2, 5772)), yuan(11545)),
    ),
    parcels=(),
    applied=(
        Applied("p", "item", yuan(300), ("",)),
        Applied("gift", "shop", yuan(0), ("s1", "s2")),
    ),
    gifts=(
        QuotedGift("gift", "MUG", 1, yuan(990)),
        QuotedGift("gift", "CUP", 2, yuan(0)),
        QuotedGift("more", "MUG", 2, yuan(1980)),
    ),
    rewards=(
        QuotedReward("z", coupon="SAVE10"),
        QuotedReward("a", multiplier=Decimal("1.50")),
        QuotedReward("a", points=5),
    ),
    refused={"x": Refusal("outbid"), "b": Refusal("below_amount", {"missing": "1.00"})},
    optimal=True,
    gap=None,
)


def test_a_quote() -> None:
    assert encode_quote(QUOTE) == {
        "payable": "123.45",
        "goods": "115.45",
        "shipping": "8.00",
        "points_used": 0,
        "lines": {"1": "115.45", "2": "0.00"},
        "units": {"1": ["57.73", "57.72"], "2": ["0.00"]},
        "discounts": {"p": "3.00"},
        "gifts": [{"sku": "CUP", "quantity": 2}, {"sku": "MUG", "quantity": 3}],
        "rewards": [
            {"promotion": "a", "multiplier": "1.5"},
            {"promotion": "a", "points": 5},
            {"promotion": "z", "coupon": "SAVE10"},
        ],
        "applied": ["gift", "p"],
        "refused": {"b": "below_amount", "x": "outbid"},
        "optimal": True,
    }


def test_the_gap_is_there_where_the_best_is_not_proven() -> None:
    document = encode_quote(evolve(QUOTE, optimal=False, gap=yuan(50)))
    assert (document["optimal"], document["gap"]) == (False, "0.50")
    assert encode_quote(evolve(QUOTE, optimal=None))["optimal"] is None


def test_keys_come_in_the_order_of_the_reference() -> None:
    document = encode_quote(evolve(QUOTE, optimal=False, gap=yuan(50)))
    assert list(document) == list(QUOTE_FIELDS)
    assert list(encode_quote(QUOTE)["lines"]) == ["1", "2"]  # type: ignore[call-overload]
