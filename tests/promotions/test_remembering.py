"""Quotes that are remembered: only what a cart can feel of what is gone of limits makes another."""

from __future__ import annotations

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from mallops.cart import Cart, Line, Shopper, Usage
from mallops.money import Currency, Money
from mallops.promotions.compiled import Compiled, compile_rulebook
from mallops.promotions.engine import quote, remembering
from mallops.rulebook.book import decode_rulebook
from mallops.rulebook.catalog import decode_catalog
from mallops.testing.strategies import Doc, scenarios
from mallops.time import instant
from tests.promotions.drawn import decoded

CNY = Currency.of("CNY")
AT = instant("2026-11-10T12:00:00+08:00")
GOODS: Doc = {
    "products": [
        {"sku": "TEA", "price": "30.00", "shop": "t"},
        {"sku": "CUP", "price": "10.00", "shop": "c"},
    ]
}
THIRTY = Cart(Shopper("c1"), (Line("1", "TEA", 1),))
STEPS = (0, 1, 999, 1000, 1001, 1999, 2000, 2001, 2999, 3000, 3001, 5999, 6000, 6001)


def mall(benefit: Doc, **fields: object) -> Compiled:
    promotion = {"id": "p", "lane": "platform", "benefit": benefit, **fields}
    rules = decode_rulebook({"currency": "CNY", "promotions": [promotion]})
    return compile_rulebook(rules, decode_catalog(GOODS, rules.currency))


def quotes_of(plain: Compiled, cart: Cart, *usages: Usage) -> int:
    """How many quotes are made of the usages, each of which is as if nothing were remembered."""
    known = remembering(plain)
    for used in usages:
        assert quote(known, cart, AT, {"p": used}) == quote(plain, cart, AT, {"p": used})
    assert known.quotes is not None
    return sum(map(len, known.quotes.values()))


def spent(minor: int) -> Usage:
    return Usage(spent=Money(minor, CNY))


def test_what_is_left_of_a_budget_counts_once_the_cart_can_use_it_up() -> None:
    rules = mall({"kind": "percent_off", "percent": "100"}, limits={"budget": "60.00"})
    # As long as there are the 30.00 that the cart comes to, all are one.
    assert quotes_of(rules, THIRTY, *map(spent, STEPS)) == 1 + len([s for s in STEPS if s > 3000])


def test_a_gift_may_be_worth_more_than_the_cart() -> None:
    gift = {"kind": "gift", "sku": "CUP", "quantity": 9}
    rules = mall(gift, limits={"budget": "120.00"})
    assert quotes_of(rules, THIRTY, *map(spent, STEPS)) == len(STEPS)


def test_a_use_counts_once_there_are_no_more_and_then_each_is_told() -> None:
    rules = mall({"kind": "percent_off", "percent": "5"}, limits={"total": 3, "per_customer": 2})
    used = [Usage(total, customer) for total in range(6) for customer in range(4)]
    over = [each for each in used if each.total >= 3 or each.customer >= 2]
    assert quotes_of(rules, THIRTY, *used) == 1 + len(over)


def test_what_is_gone_of_no_limit_or_of_no_rule_is_not_looked_at() -> None:
    plain = mall({"kind": "percent_off", "percent": "5"})
    assert quotes_of(plain, THIRTY, Usage(), Usage(7, 7, Money(99, CNY))) == 1
    known = remembering(plain)
    assert quote(known, THIRTY, AT) is quote(known, THIRTY, AT, {"gone": Usage(1)})


@given(scenarios(), st.data())
def test_a_remembered_quote_is_the_one_that_would_be_made(scenario: Doc, data: object) -> None:
    assert isinstance(data, st.DataObject)
    asked = decoded(scenario)
    known = evolve(asked, compiled=remembering(asked.compiled))
    limited = [each.id for each in asked.compiled.rulebook.promotions]
    currency = asked.compiled.rulebook.currency
    moneys = st.none() | st.integers(0, 30_000).map(lambda minor: Money(minor, currency))
    used = st.builds(Usage, st.integers(0, 4), st.integers(0, 3), moneys)
    usages = st.dictionaries(st.sampled_from(limited), used) if limited else st.just({})
    for usage in data.draw(st.lists(usages, min_size=2, max_size=5)):
        assert evolve(known, usage=usage).quote() == evolve(asked, usage=usage).quote()
