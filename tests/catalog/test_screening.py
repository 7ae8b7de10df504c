"""What is left of a cart can be quoted, and nothing goes without a reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mallops.cart import Cart, Line, ShippingFee
from mallops.catalog.check import cart_problems
from mallops.catalog.model import Catalog, Listing, Sku
from mallops.catalog.screening import Screened, screen_cart
from tests.catalog.goods import IDS, catalogs, yuan


@st.composite
def carts(draw: st.DrawFn, catalog: Catalog) -> Cart:
    """Carts that could be quoted once: each fee's shop has a line, or its SKU is gone."""
    wanted = draw(st.lists(st.sampled_from((*IDS, "gone")), max_size=5))
    shops = {sku.sku: sku.shop for sku in catalog.skus}
    of_lines = sorted({shops.get(sku, "s3") for sku in wanted})
    fees = draw(st.lists(st.sampled_from(of_lines), unique=True)) if of_lines else []
    return Cart(
        lines=tuple(Line(str(i), sku, 1 + i) for i, sku in enumerate(wanted)),
        shipping=tuple(ShippingFee(shop, yuan("8.00")) for shop in fees),
        coupons=("SAVE10",),
        points="max",
    )


catalogs_and_carts = catalogs().flatmap(lambda it: st.tuples(st.just(it), carts(it)))


@given(catalogs_and_carts)
def test_what_is_left_can_be_quoted(given_both: tuple[Catalog, Cart]) -> None:
    catalog, cart = given_both
    screened = screen_cart(cart, catalog)
    assert cart_problems(screened.cart, catalog) == []
    on_sale = {
        sku.sku for sku in catalog.skus if sku.listing is Listing.LISTED and sku.price is not None
    }
    assert screened.cart.lines == tuple(line for line in cart.lines if line.sku in on_sale)
    assert screen_cart(screened.cart, catalog) == Screened(screened.cart)


@given(catalogs_and_carts)
def test_nothing_goes_without_being_told(given_both: tuple[Catalog, Cart]) -> None:
    catalog, cart = given_both
    screened = screen_cart(cart, catalog)
    gone = [removed.line for removed in screened.removed]
    assert sorted([*screened.cart.lines, *gone], key=lambda line: line.id) == list(cart.lines)
    assert {*screened.cart.shipping, *screened.fees} == set(cart.shipping)
    assert len(screened.cart.shipping) + len(screened.fees) == len(cart.shipping)
    assert screened.cart.coupons == cart.coupons
    assert screened.cart.points == cart.points
    for removed in screened.removed:
        assert removed.refusal.details == {"line": removed.line.id, "sku": removed.line.sku}


PRICE = yuan("60.00")


@pytest.mark.parametrize(
    ("sku", "code"),
    [
        (Sku("tea", PRICE, listing=Listing.DRAFT), "draft"),
        (Sku("tea", None, listing=Listing.DRAFT), "draft"),
        (Sku("tea", PRICE, listing=Listing.DELISTED), "delisted"),
        (Sku("tea", None), "unpriced"),
        (Sku("cup", PRICE), "unknown_sku"),
    ],
)
def test_codes(sku: Sku, code: str) -> None:
    screened = screen_cart(Cart(lines=(Line("1", "tea", 1),)), Catalog((sku,)))
    assert [removed.refusal.code for removed in screened.removed] == [code]


CATALOG = Catalog((Sku("tea", PRICE, "s1"), Sku("cup", PRICE, "s2", listing=Listing.DELISTED)))
TEA, CUP, GONE = Line("1", "tea", 1), Line("2", "cup", 1), Line("3", "gone", 1)
FEES = tuple(ShippingFee(shop, yuan("8.00")) for shop in ("s1", "s2", "s3"))


@pytest.mark.parametrize(
    ("lines", "dropped"),
    [
        # A fee that had no line before is a mistake of the caller's, for the engine to tell.
        ((TEA,), set()),
        ((TEA, CUP), {"s2"}),
        ((TEA, CUP, GONE), {"s2", "s3"}),
        ((CUP,), {"s2"}),
        ((), set()),
    ],
)
def test_fees_go_with_the_last_line_of_their_shop(
    lines: tuple[Line, ...], dropped: set[str]
) -> None:
    screened = screen_cart(Cart(lines=lines, shipping=FEES), CATALOG)
    assert {fee.shop for fee in screened.fees} == dropped
