"""How a cart is written, as one document."""

from __future__ import annotations

from mallops.cart import Cart, Line, ShippingFee, Shopper
from mallops.catalog.check import own_cart_problems
from mallops.money import Currency
from mallops.rulebook.reader import Notes, Reading
from mallops.rulebook.records import NAMES, Field, ListOf, Record
from mallops.rulebook.scalars import AMOUNT, COUNT, FLAG, ID, NAME, POINTS

CUSTOMER = Record(
    "customer",
    Shopper,
    (
        Field("id", NAME, "Who buys; absent: not signed in.", ""),
        Field("groups", NAMES, "The groups the customer is in.", frozenset()),
        Field("first_order", FLAG, "true: nothing was bought yet.", False),
    ),
    "Who buys.",
)
LINE = Record(
    "line",
    Line,
    (
        Field("id", ID, "What quotes and returns call the line."),
        Field("sku", ID, "The product."),
        Field("quantity", COUNT, "How many units of it."),
    ),
    "Units of one product.",
)
SHIPPING_FEE = Record(
    "shipping_fee",
    ShippingFee,
    (
        Field("shop", NAME, "The shop that ships."),
        Field("fee", AMOUNT, "What it asks for that."),
    ),
    "What a shop's parcel costs before any promotion.",
)
CART = Record(
    "cart",
    Cart,
    (
        Field("customer", CUSTOMER, "Who buys.", Shopper(), "shopper"),
        Field("lines", ListOf(LINE), "What is bought.", ()),
        Field("shipping", ListOf(SHIPPING_FEE), "Shipping fees, by shop.", ()),
        Field("coupons", ListOf(ID), "Ids of coupon promotions to use.", ()),
        Field("points", POINTS, "How many points to use, at most.", 0),
        Field("channel", NAME, "Where the order comes from, for price entries.", ""),
    ),
    "What a customer wants to buy.",
)


def decode_cart(document: object, currency: Currency) -> Cart:
    """The cart that a document (as `read_document` or `json.loads` returns it) holds.

    Fees are in `currency`, the rulebook's. Raises `InputError` with every problem that
    reading finds, and every one of the cart in itself; whether its SKUs exist is
    `mallops.catalog.check.cart_problems`.

    >>> line = {"id": "1", "sku": "A", "quantity": 0}
    >>> decode_cart({"lines": [line]}, Currency.of("CNY"))
    Traceback (most recent call last):
    ...
    mallops.errors.InputError: $.lines[0].quantity: got 0, expected a whole number, at least 1
    """
    return read_cart(document, currency).whole(own_cart_problems)


def read_cart(document: object, currency: Currency | None) -> Reading[Cart]:
    """As much of a cart as can be read, with notes on the rest."""
    # A cart holds no instants, so any timezone will do.
    notes = Notes(currency, "UTC")
    return Reading(CART.read(document, "$", notes), notes)


def encode_cart(cart: Cart) -> dict[str, object]:
    """The canonical document of a cart: defaults left out, groups sorted.

    `decode_cart` gives an equal cart back.

    >>> encode_cart(Cart(lines=(Line("1", "A", 2),)))
    {'lines': [{'id': '1', 'sku': 'A', 'quantity': 2}]}
    """
    return CART.write(cart, "UTC")
