"""Price protection: the difference of two quotes, once for each unit, never more than was paid."""

from __future__ import annotations

from random import Random

import pytest
from attrs import evolve

from benchmarks.confluence import RETURNED, bought, drawn_cart, mall
from mallops.aftersales.order import Order
from mallops.aftersales.policies import under
from mallops.aftersales.protecting import Protection, price_protection
from mallops.aftersales.quoting import refund_quote
from mallops.aftersales.returning import Return, cancel, return_units
from mallops.aftersales.telling import protection_text
from mallops.errors import InputError
from mallops.messages import locales
from mallops.money import Money, total
from mallops.promotions.compiled import Compiled, compile_rulebook
from mallops.rules.aftersales import LostThreshold
from tests.aftersales.shop import CNY, FRIDAY, cart, code, order, placed, returned, shop, yuan

SECOND = {
    "id": "second",
    "lane": "item",
    "items": {"sku": ["TEA"]},
    "benefit": {"kind": "nth_unit", "n": 2, "percent": "50"},
}
SAVE = {
    "id": "save",
    "lane": "shop",
    "requires": {"amount": "120.00"},
    "benefit": {"kind": "amount_off", "amount": "30.00"},
}
EARN = {"earn": {"per": "1.00", "points": 1}}


def protected(compiled: Compiled, later: Compiled, before: Order) -> Protection:
    found = price_protection(compiled, later, before, FRIDAY)
    assert isinstance(found, Protection), found
    return found


def told(found: Protection) -> list[tuple[str, str]]:
    return [
        (reason.code, str(reason.amount)) for reason in found.reasons if reason.amount is not None
    ]


def test_a_lower_price_is_paid_back_once() -> None:
    compiled, later = shop(), shop(prices={"TEA": "50.00"})
    before = order(compiled, ("TEA", 2), ("CUP", 1))
    first = protected(compiled, later, before)
    assert (first.found.refund, first.found.units) == (yuan("20.00"), ())
    assert told(first) == [("cheaper", "10.00"), ("cheaper", "10.00"), ("not_cheaper", "0.00")]
    again = protected(compiled, later, first.found.order)
    assert again.found.refund == yuan("0.00")
    assert told(again)[0] == ("protected_before", "0.00")
    lower = protected(compiled, shop(prices={"TEA": "45.00"}), first.found.order)
    assert told(lower)[:2] == [("cheaper", "5.00"), ("cheaper", "5.00")]


def test_what_was_protected_is_not_refunded_again() -> None:
    compiled, later = shop(), shop(prices={"TEA": "50.00"})
    after = protected(compiled, later, order(compiled, ("TEA", 2))).found.order
    first = returned(compiled, after, {"1": 1})
    assert first.refund == yuan("50.00")
    [unit] = refund_quote(compiled, after, {"1": 1}, FRIDAY).units
    assert (unit.protected, unit.money) == (yuan("10.00"), yuan("50.00"))
    assert returned(compiled, first.order, {"1": 1}).refund == yuan("50.00")
    undone = cancel(
        protected(compiled, later, placed(compiled, cart(("TEA", 2)))).found.order, FRIDAY
    )
    assert isinstance(undone, Return)
    assert (undone.refund, undone.goods) == (yuan("100.00"), yuan("100.00"))


def test_returned_units_are_not_protected() -> None:
    compiled, later = shop(), shop(prices={"TEA": "50.00"})
    before = returned(compiled, order(compiled, ("TEA", 2)), {"1": 1}).order
    found = protected(compiled, later, before)
    assert [(unit.number, unit.money) for unit in found.units] == [(2, yuan("10.00"))]


def test_a_discount_that_moves_to_another_unit_is_no_lower_price() -> None:
    compiled, later = shop(SECOND), shop(SECOND, prices={"TEA": "60.00"})
    before = order(compiled, ("TEA", 2))
    lines = before.quote.lines
    swapped = evolve(
        lines[0],
        units=tuple(
            evolve(unit, number=number)
            for number, unit in zip((1, 2), reversed(lines[0].units), strict=True)
        ),
    )
    other = evolve(before, quote=evolve(before.quote, lines=(swapped,)))
    assert protected(compiled, later, other).found.refund == yuan("0.00")


def test_a_unit_that_is_cheaper_while_others_are_dearer_gets_the_rest() -> None:
    compiled = shop()
    before = order(compiled, ("TEA", 1), ("CUP", 1))
    found = protected(compiled, shop(prices={"TEA": "50.00", "CUP": "47.00"}), before)
    assert told(found) == [("cheaper", "3.00"), ("not_cheaper", "0.00")]
    found = protected(compiled, shop(prices={"TEA": "50.00", "CUP": "50.00"}), before)
    assert told(found) == [("offset", "0.00"), ("not_cheaper", "0.00")]


def test_a_threshold_that_lower_prices_lose_is_part_of_the_difference() -> None:
    compiled, later = shop(SAVE), shop(SAVE, prices={"TEA": "50.00"})
    assert protected(compiled, later, order(compiled, ("TEA", 2))).found.refund == yuan("0.00")


def test_points_are_given_back_where_no_money_is_left() -> None:
    compiled, later = shop(points=EARN), shop(points=EARN, prices={"TEA": "50.00"})
    before = order(compiled, ("TEA", 1), points=5600)
    found = protected(compiled, later, before)
    assert (found.found.refund, found.found.points_returned) == (yuan("4.00"), 600)
    assert found.found.points_taken == 4
    [unit] = found.units
    assert (unit.money, unit.points) == (yuan("4.00"), yuan("6.00"))
    rest = returned(compiled, found.found.order, {"1": 1})
    assert (rest.refund, rest.points_returned, rest.points_taken) == (yuan("0.00"), 5000, 0)


REPRICE = {"lost_threshold": "reprice"}


def test_what_is_kept_stays_protected_when_thresholds_are_lost_by_returning() -> None:
    compiled, later = (
        shop(SAVE, prices={"TEA": price}, after_sales=REPRICE) for price in ("65.00", "60.00")
    )
    before = order(compiled, ("TEA", 2))
    after = protected(compiled, later, before).found.order
    assert after.refunded_goods == 10_00
    first = returned(compiled, after, {"1": 1})
    # Paid 100.00; the tea that is kept costs 65.00 by itself, of which 5.00 were given back.
    assert first.refund == yuan("30.00")
    assert [reason.code for reason in refund_quote(compiled, after, {"1": 1}, FRIDAY).reasons] == [
        "unit",
        "repriced",
    ]
    assert returned(compiled, first.order, {"1": 1}).refund == yuan("60.00")


def test_what_is_kept_is_quoted_then_and_now_when_thresholds_are_lost_by_returning() -> None:
    compiled, later = shop(SAVE, after_sales=REPRICE), shop(SAVE, prices={"TEA": "58.00"})
    before = returned(compiled, order(compiled, ("TEA", 3)), {"1": 2}).order
    [unit] = protected(compiled, later, before).units
    assert (unit.number, unit.then, unit.now) == (3, yuan("60.00"), yuan("58.00"))


def test_points_that_protection_gave_are_counted_when_thresholds_are_lost_by_returning() -> None:
    compiled, later = (
        shop(points=EARN, prices={"TEA": price}, after_sales=REPRICE)
        for price in ("60.00", "50.00")
    )
    after = protected(compiled, later, order(compiled, ("TEA", 2), points=12_000)).found
    assert (after.refund, after.points_returned) == (yuan("0.00"), 2000)
    first = returned(compiled, after.order, {"1": 1})
    assert first.points_returned == 6000 - 1000
    assert returned(compiled, first.order, {"1": 1}).points_returned == 12_000 - 7000


def test_no_more_money_comes_back_than_was_paid_where_points_pay_for_what_is_kept() -> None:
    compiled, later = (
        shop(points=EARN, prices={"TEA": price}, after_sales=REPRICE)
        for price in ("60.00", "50.00")
    )
    before = order(compiled, ("TEA", 2), points=6000)
    after = protected(compiled, later, before).found
    first = returned(compiled, after.order, {"1": 1})
    assert after.refund + first.refund == before.quote.payable == yuan("60.00")


def test_gifts_that_are_owed_come_off_it() -> None:
    mug = {
        "id": "mug",
        "lane": "platform",
        "requires": {"amount": "80.00"},
        "benefit": {"kind": "gift", "sku": "MUG", "quantity": 3},
    }
    compiled, later = shop(mug), shop(mug, prices={"TEA": "50.00"})
    before = order(compiled, ("TEA", 2))
    before = returned(compiled, before, {"1": 1}, kept_gifts=["MUG"]).order
    found = protected(compiled, later, before)
    assert told(found) == [("cheaper", "10.00"), ("owed", "-15.00"), ("carried_over", "5.00")]
    assert found.found.refund == yuan("0.00")


def test_what_is_refused_and_what_is_an_error() -> None:
    compiled = shop(id="mall", version="1")
    undone = cancel(placed(compiled, cart(("TEA", 1))), FRIDAY)
    assert isinstance(undone, Return)
    assert code(price_protection(compiled, compiled, undone.order, FRIDAY)) == "cancelled"
    with pytest.raises(InputError, match="which priced the quote"):
        price_protection(
            compiled, shop(id="mall", version="2"), order(compiled, ("TEA", 1)), FRIDAY
        )


def test_the_text_tells_then_and_now() -> None:
    compiled, later = shop(), shop(prices={"TEA": "50.00"})
    found = protected(compiled, later, order(compiled, ("TEA", 1), ("CUP", 1)))
    assert protection_text(found, compiled.rulebook, "en") == (
        "Price protection for order o1, 2026-11-20 18:00:00\n\n"
        "line 1, unit 1: TEA, 60.00 then, 50.00 now               10.00\n"
        "line 2, unit 1: CUP, 40.00 then, 40.00 now: not cheaper   0.00\n"
        "refund                                                   10.00"
    )


# --- laws ----------------------------------------------------------------------------------------


def repriced(compiled: Compiled, chance: Random) -> Compiled:
    """The same rulebook with a catalogue of other prices, mostly lower ones."""
    catalog = compiled.catalog
    skus = tuple(
        evolve(sku, price=Money(max(1, sku.price.minor * chance.randint(60, 110) // 100), CNY))
        for sku in catalog.skus
        if sku.price is not None
    )
    return compile_rulebook(compiled.rulebook, evolve(catalog, skus=skus))


def cost(before: Order) -> int:
    """What the kept units have cost so far, points at their worth."""
    kept = sum(
        unit.net.minor + unit.points.minor
        for line in before.quote.lines
        for unit in line.units
        if (line.id, unit.number) not in before.returned
    )
    given = (each for unit, each in before.protected.items() if unit not in before.returned)
    return kept - sum(each.money + each.points for each in given)


@pytest.mark.parametrize("policy", LostThreshold)
@pytest.mark.parametrize("seed", range(25))
def test_protected_and_returned_in_turn_all_comes_to_what_was_paid(
    seed: int, policy: LostThreshold
) -> None:
    chance = Random(seed)
    compiled = mall(chance)
    rules = evolve(compiled.rulebook.after_sales, lost_threshold=policy)
    compiled = under(compiled, rules)
    first = rest = bought(compiled, drawn_cart(compiled, chance))
    units = [line.id for line in rest.quote.lines for _ in line.units]
    chance.shuffle(units)
    steps: list[Return] = []
    for line in units:
        if chance.random() < 0.6:
            found = price_protection(compiled, repriced(compiled, chance), rest, RETURNED)
            assert isinstance(found, Protection)
            holds(found, compiled, policy)
            steps.append(found.found)
            rest = found.found.order
        step = return_units(compiled, rest, {line: 1}, RETURNED)
        assert isinstance(step, Return)
        steps.append(step)
        rest = step.order
        assert rest.refunded_goods <= first.quote.goods.minor
        assert rest.points_returned <= first.quote.points_used
    assert total((step.refund for step in steps), CNY) == first.quote.payable
    assert sum(step.points_returned for step in steps) == first.quote.points_used
    assert sum(step.points_taken for step in steps) == first.earned.points
    assert all(step.refund.minor >= 0 and step.points_returned >= 0 for step in steps)


def holds(found: Protection, compiled: Compiled, policy: LostThreshold) -> None:
    """What is true of any price protection."""
    amounts = (each.amount for each in found.reasons if each.amount is not None)
    assert total(amounts, CNY) == found.found.refund
    assert all(protection_text(found, compiled.rulebook, locale) for locale in locales())
    for unit in found.units:
        assert unit.money.minor >= 0
        assert unit.points.minor >= 0
        assert unit.before + unit.money + unit.points <= max(unit.before, unit.then - unit.now)
    if policy is LostThreshold.KEEP:
        now = sum(unit.now.minor for unit in found.units)
        assert cost(found.found.order) == min(cost(found.order), now)
        assert found.found.goods == total((unit.money for unit in found.units), CNY)
