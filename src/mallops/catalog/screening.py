"""Takes out of a cart what is no longer sold, so that the rest can be quoted.

A cart lives for days, and its goods are delisted meanwhile. The engine refuses such a cart
with an `InputError`, as it would never price something else than it was asked for. Whoever
wants a quote of the rest screens the cart first, and tells the customer what was removed.
"""

from __future__ import annotations

from typing import assert_never

from attrs import evolve, frozen

from mallops.cart import Cart, Line, ShippingFee
from mallops.catalog.model import Catalog, Listing, Sku
from mallops.findings import Refusal

__all__ = ["Removed", "Screened", "screen_cart", "why_unsold"]


@frozen
class Removed:
    """A line that cannot be sold, and why."""

    line: Line
    refusal: Refusal


@frozen
class Screened:
    """What is left of a cart, and what was taken out: lines with their reasons, and fees."""

    cart: Cart
    removed: tuple[Removed, ...] = ()
    fees: tuple[ShippingFee, ...] = ()


def screen_cart(cart: Cart, catalog: Catalog) -> Screened:
    """The cart without the lines whose SKU is not listed, not known, or has no price.

    Each removed line has a refusal: `unknown_sku`, `draft`, `delisted` or `unpriced`, the
    first of these that holds (details `line`, `sku`). The shipping fees of shops that this
    leaves without a line go too; an unknown SKU may have been of any shop, so with one of
    those every fee without a line does. Nothing else changes: coupons, points and whatever
    else is wrong with the cart stay for the engine to judge.

    The caller decides: neither this nor the engine calls it by itself, and nothing changes a
    price silently. Fewer lines may well miss a threshold that the whole cart had reached, so
    show `removed` to the customer before they pay for the rest.

    >>> from mallops.money import Currency, Money
    >>> price = Money(6000, Currency.of("CNY"))
    >>> catalog = Catalog((Sku("tea", price), Sku("cup", price, listing=Listing.DELISTED)))
    >>> cart = Cart(lines=(Line("1", "tea", 1), Line("2", "cup", 1)))
    >>> screened = screen_cart(cart, catalog)
    >>> [line.sku for line in screened.cart.lines]
    ['tea']
    >>> [(removed.line.sku, removed.refusal.code) for removed in screened.removed]
    [('cup', 'delisted')]
    """
    by_id = {sku.sku: sku for sku in catalog.skus}
    refusals = {line: _refusal(line, by_id.get(line.sku)) for line in cart.lines}
    removed = tuple(
        Removed(line, refusal) for line in cart.lines if (refusal := refusals[line]) is not None
    )
    lines = tuple(line for line in cart.lines if refusals[line] is None)
    fees = _orphaned(cart, lines, [by_id.get(gone.line.sku) for gone in removed], by_id)
    shipping = tuple(fee for fee in cart.shipping if fee not in fees)
    return Screened(evolve(cart, lines=lines, shipping=shipping), removed, fees)


def why_unsold(sku: Sku) -> str:
    """The code of what keeps a SKU from being sold: `draft`, `delisted`, `unpriced` or nothing.

    >>> why_unsold(Sku("tea", None))
    'unpriced'
    """
    match sku.listing:
        case Listing.DRAFT:
            return "draft"
        case Listing.DELISTED:
            return "delisted"
        case Listing.LISTED:
            return "unpriced" if sku.price is None else ""
        case _:
            assert_never(sku.listing)


def _refusal(line: Line, sku: Sku | None) -> Refusal | None:
    code = "unknown_sku" if sku is None else why_unsold(sku)
    return Refusal(code, {"line": line.id, "sku": line.sku}) if code else None


def _orphaned(
    cart: Cart, left: tuple[Line, ...], gone: list[Sku | None], by_id: dict[str, Sku]
) -> tuple[ShippingFee, ...]:
    """The fees that screening left without a line; one that never had any is not ours to hide."""
    staying = {by_id[line.sku].shop for line in left}
    leaving = {sku.shop for sku in gone if sku is not None}
    anywhere = None in gone
    return tuple(
        fee
        for fee in cart.shipping
        if fee.shop not in staying and (anywhere or fee.shop in leaving)
    )
