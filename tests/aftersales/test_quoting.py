"""Refund quotes: what they say is what a return does, and their reasons add up to it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mallops.aftersales.order import Order
from mallops.aftersales.quoting import RefundQuote, refund_quote
from mallops.aftersales.returning import Return, return_units, settle
from mallops.aftersales.standing import Stated
from mallops.aftersales.telling import refund_text
from mallops.errors import InputError
from mallops.findings import Refusal
from mallops.messages import locales, wordings
from mallops.money import Money, total
from mallops.promotions.compiled import Compiled
from mallops.rulebook import decode_rulebook
from mallops.testing.stories import stories
from tests.aftersales.shop import CNY, FRIDAY, asked_for, order, returned, shop, yuan

SAVE = {
    "id": "save",
    "lane": "shop",
    "title": {"en": "30 off", "zh-CN": "满120减30"},
    "requires": {"amount": "120.00"},
    "benefit": {"kind": "amount_off", "amount": "30.00"},
}
MUG = {
    "id": "mug",
    "lane": "platform",
    "requires": {"amount": "80.00"},
    "benefit": {"kind": "gift", "sku": "MUG", "quantity": 1},
}
COUPON = {
    "id": "k",
    "lane": "platform-coupon",
    "coupon": True,
    "benefit": {"kind": "amount_off", "amount": "6.00"},
}
EARN = {"earn": {"per": "1.00", "points": 1}}


def quoted(compiled: Compiled, bought: Order, units: dict[str, int], **more: Any) -> RefundQuote:
    return refund_quote(compiled, bought, units, FRIDAY, **more)


def told(found: RefundQuote) -> dict[str, str]:
    """The reasons but those of units, each with its amount or its first detail."""
    return {
        reason.code: str(reason.amount or next(iter(reason.details.values()), ""))
        for reason in found.reasons
        if reason.code != "unit"
    }


# --- laws ----------------------------------------------------------------------------------------


@st.composite
def states(draw: st.DrawFn, bought: Order) -> Stated:
    units = st.frozensets(st.sampled_from(sorted(bought.units)), max_size=2)
    lines = st.frozensets(st.sampled_from([line.id for line in bought.quote.lines]), max_size=1)
    return Stated(draw(lines), draw(units), draw(units))


@given(stories(), st.data())
def test_a_quote_is_what_the_return_does(story: dict[str, Any], data: st.DataObject) -> None:
    sections = story["rulebook"].setdefault("after_sales", {})
    sections["excluded_once_opened"] = {"sku": ["A", "B"]}
    for asked in asked_for(story):
        compiled, bought, deed = asked.compiled, asked.order, asked.deed
        stated = data.draw(states(bought))
        before = repr(bought)
        try:
            done: Any = return_units(
                compiled, bought, deed.units, asked.at, deed.kept_gifts, stated
            )
        except InputError as error:
            with pytest.raises(InputError, match=re.escape(str(error))):
                refund_quote(compiled, bought, deed.units, asked.at, deed.kept_gifts, stated)
            continue
        found = refund_quote(compiled, bought, deed.units, asked.at, deed.kept_gifts, stated)
        assert found.found == done
        assert repr(bought) == before == repr(found.order)
        _adds_up(found, compiled)


def _adds_up(found: RefundQuote, compiled: Compiled) -> None:
    for locale in locales():
        assert refund_text(found, compiled.rulebook, locale)
    if isinstance(found.found, Refusal):
        assert (found.units, found.reasons) == ((), ())
        return
    currency = compiled.rulebook.currency
    amounts = (each.amount for each in found.reasons if each.amount is not None)
    assert total(amounts, currency) == found.found.refund
    assert [(each.line, each.number) for each in found.units] == list(found.found.units)
    assert sum(each.points_back for each in found.units) == found.found.points_returned
    free = {each.unit for each in found.standings if not each.against}
    assert free.issuperset(found.found.units)
    for each in found.units:
        off = total((step.amount for step in each.discounts), currency)
        assert each.money == each.list_price - off - each.points - each.protected
        assert each.coupons <= off
    if compiled.rulebook.after_sales.lost_threshold.value == "keep":
        assert total((each.money for each in found.units), currency) == found.found.goods


def test_every_code_is_told_in_all_locales_and_in_the_guide() -> None:
    told = set(re.findall(r"`(\w+)`", (refund_quote.__doc__ or "").partition("Codes")[2]))
    assert {"unit", "repriced", "coupon_waits"} < told
    for locale in locales():
        assert {f"refund.{code}" for code in told} <= wordings(locale).keys()
    guide = (Path(__file__).parents[2] / "docs" / "returns.md").read_text("utf-8")
    table = "".join(re.findall(r"^\| (`.+?) \|", guide, re.MULTILINE))
    assert set(re.findall(r"`(\w+)`", table)) == told


# --- by hand -------------------------------------------------------------------------------------


def test_a_unit_is_told_by_tender() -> None:
    compiled = shop(SAVE, COUPON, points=EARN)
    bought = order(compiled, ("TEA", 3), coupons=("k",), points=900)
    [unit] = quoted(compiled, bought, {"1": 1}).units
    assert [str(step.amount) for step in unit.discounts] == ["10.00", "2.00"]
    assert (unit.coupons, unit.points, unit.points_back) == (yuan("2.00"), yuan("3.00"), 300)
    assert unit.money == yuan("45.00")


def test_what_a_lost_threshold_costs_is_a_line_of_its_own() -> None:
    bought = order(shop(SAVE), ("TEA", 2))
    kept = quoted(shop(SAVE), bought, {"1": 1})
    assert told(kept) == {}
    compiled = shop(SAVE, after_sales={"lost_threshold": "reprice"})
    found = quoted(compiled, bought, {"1": 1})
    assert isinstance(found.found, Return)
    assert (found.found.refund, found.units[0].money) == (yuan("30.00"), yuan("45.00"))
    assert told(found) == {"repriced": "-15.00"}
    assert found.reasons[-1].details == {"kept": "60.00"}


def test_gifts_are_withheld_carried_over_or_stay() -> None:
    compiled = shop(SAVE, MUG | {"benefit": {"kind": "gift", "sku": "MUG", "quantity": 3}})
    bought = order(compiled, ("TEA", 2))
    found = quoted(compiled, bought, {"1": 1}, kept_gifts=["MUG"])
    assert told(found) == {"gift_kept": "-75.00", "carried_over": "30.00"}
    assert isinstance(found.found, Return)
    assert found.found.refund == yuan("0.00")
    rest = quoted(compiled, found.found.order, {"1": 1})
    assert told(rest) == {"owed": "-30.00"}
    assert told(quoted(compiled, bought, {"1": 1})) == {"gift_back": "MUG"}
    bought = order(compiled, ("TEA", 3))
    assert told(quoted(compiled, bought, {"1": 1})) == {"gift_earned": "MUG"}
    generous = shop(SAVE, MUG, after_sales={"gift": "keep"})
    bought = order(generous, ("TEA", 2))
    assert told(quoted(generous, bought, {"1": 1})) == {"gift_free": "MUG"}


def test_shipping_comes_back_never_or_with_the_last_unit() -> None:
    compiled = shop()
    bought = order(compiled, ("TEA", 2), shipping="6.00")
    assert told(quoted(compiled, bought, {"1": 2})) == {"shipping_never": "6.00"}
    compiled = shop(after_sales={"shipping": "last"})
    assert told(quoted(compiled, bought, {"1": 1})) == {"shipping_waits": "6.00"}
    assert told(quoted(compiled, bought, {"1": 2})) == {"shipping": "6.00"}


def test_points_come_back_and_are_taken_or_not() -> None:
    compiled = shop(points=EARN)
    bought = order(compiled, ("TEA", 1), points=1000)
    found = quoted(compiled, bought, {"1": 1})
    assert told(found) == {"points_back": "1000", "points_taken": "50"}
    strict = shop(points=EARN, after_sales={"used_points": "forfeit", "earned_points": "keep"})
    found = quoted(strict, bought, {"1": 1})
    assert told(found) == {"points_forfeited": "10.00", "points_left": "50"}


def test_a_coupon_waits_for_its_last_unit() -> None:
    compiled = shop(COUPON)
    bought = order(compiled, ("TEA", 2), coupons=("k",))
    first = quoted(compiled, bought, {"1": 1})
    assert told(first) == {"coupon_waits": "k"}
    assert first.reasons[-1].details == {"coupon": "k", "left": "1"}
    assert told(quoted(compiled, bought, {"1": 2})) == {"coupon_back": "k"}
    assert told(quoted(shop(COUPON, after_sales={"coupon": "forfeit"}), bought, {"1": 2})) == {
        "coupon_forfeited": "k"
    }


def test_rewards_are_lost_before_they_are_granted_and_taken_back_after() -> None:
    def reward(name: str, **what: Any) -> dict[str, Any]:
        return {
            "id": name,
            "lane": "platform",
            "requires": {"amount": "100.00"},
            "benefit": {"kind": "reward", **what},
        }

    # A lane has one winner, so that each reward is told by itself.
    for what, codes in (
        ({"points": 50}, ("reward_lost", "rewards_taken")),
        ({"coupon": "k"}, ("reward_lost", "coupon_taken")),
    ):
        compiled = shop(reward("r", **what), COUPON)
        bought = order(compiled, ("TEA", 2))
        value = str(*what.values())
        assert told(quoted(compiled, bought, {"1": 1})) == {codes[0]: value}
        granted, _ = settle(compiled, bought, FRIDAY)
        assert told(quoted(compiled, granted, {"1": 1})) == {codes[1]: value}


def test_a_refusal_tells_what_could_come_back() -> None:
    compiled = shop(after_sales={"excluded": {"category": ["food"]}})
    bought = returned(compiled, order(compiled, ("TEA", 1), ("CUP", 2)), {"2": 1}).order
    found = quoted(compiled, bought, {"1": 1})
    assert found.found == Refusal("excluded", {"line": "1"})
    assert [each.unit for each in found.standings if not each.against] == [("2", 2)]


# --- as text -------------------------------------------------------------------------------------

TEXT = """\
Refund for order o1, 2026-11-20 18:00:00

line 1, units 1–2: TEA   92.10
  list price 120.00
  30 off: -20.00
  k: -3.16
  paid by points: -4.74
line 2, unit 1: CUP      36.85
  list price 40.00
  k: -1.26
  paid by points: -1.89
gift kept: MUG × 1      -25.00
refund                  103.95
shipping of 6.00 is not refunded
points returned: 663
earned points taken back: 129
coupon k comes back with the last of its units, 1 to go"""


def test_the_text_tells_it_line_by_line() -> None:
    compiled = shop(SAVE | {"items": {"sku": ["TEA"]}}, MUG, COUPON, points=EARN)
    bought = order(compiled, ("TEA", 3), ("CUP", 1), coupons=("k",), points=900, shipping="6.00")
    found = quoted(compiled, bought, {"1": 2, "2": 1}, kept_gifts=["MUG"])
    assert refund_text(found, compiled.rulebook, "en") == TEXT


def test_the_text_is_in_the_rulebooks_own_words() -> None:
    compiled = shop(SAVE, after_sales={"excluded_once_opened": {"sku": ["TEA"]}})
    bought = order(compiled, ("TEA", 3))
    stated = Stated(opened=frozenset({("1", 2), ("1", 3)}))
    text = refund_text(quoted(compiled, bought, {"1": 2}, stated=stated), compiled.rulebook)
    assert text == (
        "订单 o1 退款，2026-11-20 18:00:00\n\n"
        "被拒绝：第 1 行第 2 件已拆封\n\n"
        "不可退\n  第 1 行第 2–3 件：TEA\n    已拆封"
    )
    with pytest.raises(InputError):
        refund_text(
            quoted(compiled, bought, {"1": 1}), decode_rulebook({"currency": "CNY", "id": "b"})
        )


def test_nothing_is_an_amount_too() -> None:
    compiled = shop(points={"worth": {"points": 100, "money": "1.00"}})
    bought = order(compiled, ("CUP", 1), points=4000)
    found = quoted(compiled, bought, {"1": 1})
    assert found.units[0].money == Money.zero(CNY)
    assert told(found) == {"points_back": "4000"}
