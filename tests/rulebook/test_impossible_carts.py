"""Every value that is impossible in a catalogue or a cart, or between documents."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mallops.cart import Cart, Line, ShippingFee
from mallops.catalog.check import (
    MAX_UNITS,
    cart_problems,
    catalog_problems,
    own_cart_problems,
    reference_problems,
)
from mallops.catalog.model import Catalog, PriceEntry, Sku
from mallops.errors import Problem
from mallops.money import Currency, Money
from mallops.rulebook import decode_cart, decode_catalog, decode_rulebook
from tests.rulebook.documents import (
    ADD_ON,
    CNY,
    FULL_CART,
    FULL_CATALOG,
    GIFT,
    Doc,
    benefit,
    changed,
    problems,
    promotion,
    rulebook,
    tiers,
)

YEN = Currency.of("JPY")
CATALOG = decode_catalog(FULL_CATALOG, CNY)


def wrong_catalog(document: Doc) -> dict[str, str]:
    return problems(lambda: decode_catalog(document, CNY))


def wrong_cart(document: Doc) -> dict[str, str]:
    return problems(lambda: decode_cart(document, CNY))


def over(document: Doc, catalog: Catalog = CATALOG) -> list[str]:
    return paths(cart_problems(decode_cart(document, CNY), catalog))


def between(*promotions: Doc) -> list[str]:
    return paths(reference_problems(decode_rulebook(rulebook(*promotions)), CATALOG))


def paths(found: list[Problem]) -> list[str]:
    return [problem.path for problem in found]


@pytest.mark.parametrize(
    ("path", "value", "wrong"),
    [
        ("products.1.sku", "A", "$.products[1].sku"),
        ("products.1.sku", "", "$.products[1].sku"),
        ("products.0.price", "-1.00", "$.products[0].price"),
        ("products.0.price", "1.001", "$.products[0].price"),
        ("products.0.cost", "-1.00", "$.products[0].cost"),
        ("products.0.floor", "-1.00", "$.products[0].floor"),
        ("products.1.status", "listed", "$.products[1].price"),
        ("products.0.status", "sold", "$.products[0].status"),
        ("prices.0.sku", "B", "$.prices[0].sku"),
        ("prices.0.min_quantity", 0, "$.prices[0].min_quantity"),
        ("prices.0.price", "-1.00", "$.prices[0].price"),
        ("prices.0.starts", "2026-11-01", "$.prices[0].starts"),
    ],
)
def test_catalogues(path: str, value: object, wrong: str) -> None:
    assert set(wrong_catalog(changed(FULL_CATALOG, path, value))) == {wrong}


def test_a_listed_product_needs_a_price() -> None:
    assert wrong_catalog({"products": [{"sku": "A"}]}) == {
        "$.products[0].price": "a price, unless $.products[0].status is draft or delisted"
    }


def test_one_currency_in_a_catalogue() -> None:
    skus = (Sku("A", Money(1, CNY), cost=Money(1, YEN)), Sku("B", Money(1, CNY)))
    mixed = Catalog(skus, (PriceEntry("B", Money(1, YEN)),))
    assert paths(catalog_problems(mixed)) == ["$.products[0].cost", "$.prices[0].price"]


@pytest.mark.parametrize(
    ("path", "value", "wrong"),
    [
        ("lines.0.quantity", 0, "$.lines[0].quantity"),
        ("lines.0.quantity", -2, "$.lines[0].quantity"),
        ("lines.1.quantity", MAX_UNITS - 1, "$.lines[1].quantity"),
        ("lines.1.id", "1", "$.lines[1].id"),
        ("lines.0.id", "", "$.lines[0].id"),
        ("lines.0.sku", "", "$.lines[0].sku"),
        ("shipping.0.fee", "-1.00", "$.shipping[0].fee"),
        ("coupons", ["A", "B", "A"], "$.coupons[2]"),
        ("coupons", [""], "$.coupons[0]"),
        ("points", -1, "$.points"),
        ("points", "all", "$.points"),
    ],
)
def test_carts(path: str, value: object, wrong: str) -> None:
    assert set(wrong_cart(changed(FULL_CART, path, value))) == {wrong}


def test_the_largest_cart() -> None:
    assert over({"lines": [{"id": "1", "sku": "A", "quantity": MAX_UNITS}]}) == []


def test_too_many_units_are_told_of_once() -> None:
    many = tuple(Line(str(i), "A", MAX_UNITS) for i in range(4))
    assert paths(own_cart_problems(Cart(lines=many))) == ["$.lines[1].quantity"]


def test_shipping_is_by_shop() -> None:
    twice = changed(FULL_CART, "shipping", [{"shop": "s1", "fee": "8.00"}] * 2)
    assert wrong_cart(twice) == {"$.shipping[1].shop": "another than $.shipping[0].shop"}


def test_fees_in_another_currency() -> None:
    mixed = Cart(shipping=(ShippingFee("s1", Money(8, CNY)), ShippingFee("s2", Money(8, YEN))))
    assert paths(own_cart_problems(mixed)) == ["$.shipping[1].fee"]
    assert paths(own_cart_problems(mixed, YEN)) == ["$.shipping[0].fee"]


@pytest.mark.parametrize(
    ("path", "value", "wrong"),
    [
        ("lines.0.sku", "B", "$.lines[0].sku"),
        ("lines.0.sku", "MUG", "$.lines[0].sku"),
        ("lines.0.sku", "OLD", "$.lines[0].sku"),
        ("shipping.0.shop", "s2", "$.shipping[0].shop"),
    ],
)
def test_carts_over_a_catalogue(path: str, value: object, wrong: str) -> None:
    assert over(FULL_CART) == []
    assert over(changed(FULL_CART, path, value)) == [wrong]


def test_an_unknown_sku_may_be_from_any_shop() -> None:
    unknown = {"lines": [{"id": "1", "sku": "B", "quantity": 1}], "shipping": [FEE]}
    assert over(unknown) == ["$.lines[0].sku"]
    assert over({"shipping": [FEE]}) == ["$.shipping[0].shop"]


FEE: Doc = {"shop": "s9", "fee": "8.00"}


def test_skus_may_be_handed_in() -> None:
    cart = decode_cart({"lines": [{"id": "1", "sku": "A", "quantity": 1}]}, CNY)
    known = {"A": Sku("A", Money(100, CNY))}
    assert cart_problems(cart, Catalog(), known) == []
    assert paths(cart_problems(cart, CATALOG, {})) == ["$.lines[0].sku"]


def test_a_gift_is_in_the_catalogue_or_has_a_value() -> None:
    gift = benefit("gift", sku="CUP", quantity=1)
    inside = tiers({"quantity": 1, "benefit": gift})
    assert between(
        promotion("shop", gift, id="1"),
        promotion("shop", {**gift, "value": "5.00"}, id="2"),
        promotion("shop", inside, id="3"),
        promotion("shop", GIFT, id="4"),
    ) == ["$.promotions[0].benefit.sku", "$.promotions[2].benefit.tiers[0].benefit.sku"]


def test_an_add_on_need_not_be_in_the_catalogue() -> None:
    """A backend hands in the part of its catalogue that a cart needs."""
    assert between(promotion("shop", {**ADD_ON, "sku": "CUP"})) == []


def test_a_gift_has_a_value() -> None:
    gift = promotion("shop", benefit("gift", sku="MUG", quantity=1))
    [problem] = reference_problems(decode_rulebook(rulebook(gift)), CATALOG)
    assert problem.path == "$.promotions[0].benefit.value"
    assert "$.promotions[0].benefit.sku" in problem.expected
    assert between(promotion("shop", benefit("gift", sku="OLD", quantity=1))) == []


def test_one_currency_between_rulebook_and_catalogue() -> None:
    assert paths(reference_problems(decode_rulebook({"currency": "JPY"}), CATALOG)) == [
        "$.currency"
    ]
    assert reference_problems(decode_rulebook({"currency": "JPY"}), Catalog()) == []


def test_a_catalogue_is_read_in_the_rulebooks_currency_and_timezone() -> None:
    document = {
        "products": [{"sku": "A", "price": "60"}],
        "prices": [{"sku": "A", "price": "55", "starts": "2026-11-01T00:00"}],
    }
    read = decode_catalog(document, YEN, "Asia/Tokyo")
    assert read.skus[0].price == Money(60, YEN)
    assert str(read.prices[0].window.starts) == "2026-11-01 00:00:00+09:00"
    assert Decimal(str(decode_catalog(document, CNY).prices[0].price)) == Decimal(55)
