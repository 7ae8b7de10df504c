from __future__ import annotations

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from mallops import (
    Cart,
    compile_rulebook,
    decode_cart,
    decode_catalog,
    decode_rulebook,
    instant,
    quote,
)
from mallops.money import Money, total
from mallops.promotions.quote import Quote
from mallops.simulation.accounting import Accounting, burden
from mallops.simulation.funding import OWN_SHOP, UNASSIGNED, Funding
from mallops.testing.strategies import Doc
from tests.simulation.malls import FEW, Mall, malls

AT = instant("2026-11-11T00:00:00+08:00")
PERCENTS = st.decimals(0, 100, places=3) | st.sampled_from([Decimal(50), Decimal("33.3")])
FUNDING = st.dictionaries(st.sampled_from(["platform", "shop", "a", "b"]), PERCENTS)


def quotes(mall: Mall) -> list[Quote]:
    return [quote(mall.before, case.cart, case.at, case.usage, 500) for case in mall.cases]


# -- funding ---------------------------------------------------------------------------------


@given(FUNDING, st.integers(0, 10**9))
def test_parts_add_up_and_are_nobodys_guess(percents: dict[str, Decimal], minor: int) -> None:
    parts = Funding.of(percents).parts(minor)
    assert sum(parts.values()) == minor
    stated = sum(map(Fraction, percents.values()), Fraction(0))
    whole = max(stated, Fraction(100))
    for party, part in parts.items():
        percent = percents.get(party, Decimal(0)) if party != UNASSIGNED else 100 - stated
        exact = minor * Fraction(percent) / whole
        assert abs(part - exact) < 1


@given(FUNDING, st.integers(0, 1000), st.randoms())
def test_the_order_of_parties_plays_no_part(
    percents: dict[str, Decimal], minor: int, random: Random
) -> None:
    shuffled = list(percents.items())
    random.shuffle(shuffled)
    assert Funding.of(dict(shuffled)).parts(minor) == Funding.of(percents).parts(minor)


def test_what_nobody_funds_is_borne_by_nobody() -> None:
    assert Funding.of({}).parts(100) == {UNASSIGNED: 100}
    assert Funding.of({"shop": Decimal(0)}).parts(100) == {"shop": 0, UNASSIGNED: 100}


def test_more_than_all_is_taken_in_proportion() -> None:
    assert Funding.of({"a": Decimal(100), "b": Decimal(60)}).parts(80) == {"a": 50, "b": 30}


# -- grants ----------------------------------------------------------------------------------


@FEW
@given(malls())
def test_the_grants_of_a_promotion_are_its_discount_and_its_gifts(mall: Mall) -> None:
    for found in quotes(mall):
        discounts: Counter[str] = Counter()
        gifts: Counter[str] = Counter()
        for grant in burden(found, mall.before):
            assert grant.amount
            discounts[grant.promotion] += grant.discount.minor
            gifts[grant.promotion] += grant.gifts.minor
        for applied in found.applied:
            assert discounts[applied.promotion] == applied.discount.minor
        values: Counter[str] = Counter()
        for gift in found.gifts:
            values[gift.promotion] += gift.value.minor
        assert gifts == values
        assert discounts.keys() <= {applied.promotion for applied in found.applied}


@FEW
@given(malls())
def test_each_shop_adds_up(mall: Mall) -> None:
    accounting = Accounting.of(mall.before)
    for found in quotes(mall):
        off: Counter[str] = Counter()
        for grant in accounting.grants(found):
            off[grant.shop] += grant.discount.minor
        accounts = accounting.accounts(found)
        for shop, sums in accounts.items():
            before = sums.list_prices + sums.fees
            assert before.minor == (sums.payable + sums.points).minor + off[shop]
            assert 0 <= sums.uncosted <= sums.units
        assert off.keys() <= accounts.keys()
        assert found.payable == total((sums.payable for sums in accounts.values()), mall.currency)
        assert found.points_worth == total(
            (sums.points for sums in accounts.values()), mall.currency
        )


@FEW
@given(malls())
def test_the_margin_is_what_a_naive_sum_says(mall: Mall) -> None:
    costs = {sku.sku: sku.cost for sku in mall.before.catalog.skus}
    accounting = Accounting.of(mall.before)
    for found in quotes(mall):
        margin, uncosted = 0, 0
        for line in found.lines:
            for unit in line.units:
                cost = costs[line.sku]
                margin += 0 if cost is None else unit.net.minor - cost.minor
                uncosted += cost is None
        for gift in found.gifts:
            cost = costs[gift.sku]
            margin -= 0 if cost is None else cost.minor * gift.quantity
        accounts = accounting.accounts(found).values()
        assert sum(sums.margin.minor for sums in accounts) == margin
        assert sum(sums.uncosted for sums in accounts) == uncosted


PRODUCTS: list[Doc] = [
    {"sku": "TEA", "price": "60.00", "shop": "leaf", "cost": "31.50"},
    {"sku": "CUP", "price": "40.00", "shop": "clay"},
    {"sku": "SPOON", "price": "9.90", "shop": "clay", "cost": "4.00"},
]


def accounted(promotion: Doc, cart: Doc, products: list[Doc] = PRODUCTS) -> tuple[list[str], Doc]:
    """Each grant on a line, and of each shop's account what is not zero."""
    book = decode_rulebook({"currency": "CNY", "promotions": [{"id": "p", **promotion}]})
    compiled = compile_rulebook(book, decode_catalog({"products": products}, book.currency))
    found = quote(compiled, decode_cart(cart, book.currency), AT)
    grants = [
        f"{grant.shop}/{grant.party}: {grant.discount} {grant.gifts}"
        for grant in burden(found, compiled)
    ]
    accounts = Accounting.of(compiled).accounts(found)
    return grants, {
        shop: {
            name: str(held)
            for name in ("covered", "cost", "gifts_cost", "uncosted", "uncosted_gifts", "margin")
            if (held := getattr(sums, name))
        }
        for shop, sums in accounts.items()
    }


LINES = [{"id": "1", "sku": "TEA", "quantity": 1}, {"id": "2", "sku": "CUP", "quantity": 1}]


def test_each_shop_bears_its_own_slice() -> None:
    half = {"lane": "platform", "benefit": {"kind": "amount_off", "amount": "10.00"}}
    grants, accounts = accounted({**half, "funding": {OWN_SHOP: "100"}}, {"lines": LINES})
    assert grants == ["clay/shop: 4.00 0.00", "leaf/shop: 6.00 0.00"]
    # Nothing is known of what the cup cost, so its 36.00 are in no margin.
    assert accounts == {
        "clay": {"uncosted": "1"},
        "leaf": {"covered": "54.00", "cost": "31.50", "margin": "22.50"},
    }


def test_a_gift_is_borne_at_its_value_and_costs_its_cost() -> None:
    gift = {"lane": "platform", "benefit": {"kind": "gift", "sku": "SPOON", "quantity": 2}}
    grants, accounts = accounted({**gift, "funding": {"platform": "50"}}, {"lines": LINES[:1]})
    assert grants == ["clay/platform: 0.00 9.90", "clay/: 0.00 9.90"]
    assert accounts["clay"] == {"gifts_cost": "8.00", "margin": "-8.00"}


def test_a_gift_that_the_catalogue_does_not_have_is_counted() -> None:
    gift = {"kind": "gift", "sku": "FAN", "quantity": 3, "value": "2.00"}
    grants, accounts = accounted({"lane": "shop", "benefit": gift}, {"lines": LINES[:1]})
    assert grants == ["/: 0.00 6.00"]
    assert accounts[""] == {"uncosted_gifts": "3"}


def test_freight_is_the_parcels_shops() -> None:
    free = {"lane": "shipping", "benefit": {"kind": "shipping_off", "percent": "100"}}
    cart = {"lines": LINES, "shipping": [{"shop": "leaf", "fee": "8.01"}]}
    grants, _ = accounted({**free, "funding": {"platform": "50", "shop": "50"}}, cart)
    assert grants == ["leaf/platform: 4.01 0.00", "leaf/shop: 4.00 0.00"]


def test_an_empty_cart_costs_nobody_anything() -> None:
    book = decode_rulebook({"currency": "CNY"})
    compiled = compile_rulebook(book, decode_catalog({}, book.currency))
    found = quote(compiled, Cart(), AT)
    assert burden(found, compiled) == ()
    assert Accounting.of(compiled).accounts(found) == {}
    assert found.payable == Money.zero(book.currency)
