"""What is impossible in a catalogue, in a cart over it, and between it and a rulebook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mallops.cart import Cart
from mallops.catalog.model import Catalog, Listing, PriceEntry, Sku
from mallops.errors import Problem, shown
from mallops.money import Currency, Money
from mallops.rules.benefits import Gift
from mallops.rules.book import Rulebook
from mallops.rules.bounds import check_amount, check_count, check_unique
from mallops.rules.kinds import benefits_in

MAX_UNITS = 100_000
"""How many units a cart may hold: far more than a mall sells, and few enough to lay out."""


def catalog_problems(catalog: Catalog) -> list[Problem]:
    """Every problem of a catalogue in itself, in the order of its file.

    Takes time in proportion to the catalogue. Source: rulebook section 2.

    >>> twice = Catalog((Sku("A", None, listing=Listing.DRAFT),) * 2)
    >>> print(*catalog_problems(twice))
    $.products[1].sku: got 'A', expected another than $.products[0].sku
    """
    currency = next(_currencies(catalog), None)
    return [
        *check_unique((sku.sku for sku in catalog.skus), "$.products", ".sku"),
        *_check_products(catalog.skus, currency),
        *_check_entries(catalog, currency),
    ]


def cart_problems(
    cart: Cart,
    catalog: Catalog,
    skus: Mapping[str, Sku] | None = None,
    currency: Currency | None = None,
) -> list[Problem]:
    """Every problem of a cart in itself and over a catalogue, in the order of its file.

    `skus` are the catalogue's by id: given, the time is in proportion to the cart alone.
    `currency` (of the rulebook) is what fees have to be in; without it they agree among
    themselves. Source: rulebook section 2.

    >>> from mallops.cart import Line
    >>> print(*cart_problems(Cart(lines=(Line("1", "A", 1),)), Catalog()))
    $.lines[0].sku: got 'A', expected a SKU of the catalogue
    """
    known = {sku.sku: sku for sku in catalog.skus} if skus is None else skus
    return [*own_cart_problems(cart, currency), *_check_references(cart, known)]


def own_cart_problems(cart: Cart, currency: Currency | None = None) -> list[Problem]:
    """The problems of a cart in itself, whatever the catalogue holds.

    >>> print(*own_cart_problems(Cart(coupons=("SAVE10", "SAVE10"))))
    $.coupons[1]: got 'SAVE10', expected another than $.coupons[0]
    """
    return [
        *_check_lines(cart),
        *_check_fees(cart, currency),
        *check_unique(cart.coupons, "$.coupons"),
        *(() if cart.points == "max" else check_count(cart.points, "$.points", least=0)),
    ]


def reference_problems(rulebook: Rulebook, catalog: Catalog) -> list[Problem]:
    """What a rulebook and a catalogue expect of each other; paths are the rulebook's.

    A gift without a value is of a SKU of the catalogue that has a price, and both are in one
    currency. SKUs that a rulebook only names may come and go: a backend hands in the part of
    its catalogue that a cart needs. Takes time in proportion to both.

    >>> from mallops.rules.promotions import Promotion
    >>> mug = Promotion("p", "shop", Gift("MUG", 1))
    >>> book = Rulebook(Currency.of("CNY"), promotions=(mug,))
    >>> print(*reference_problems(book, Catalog()))
    $.promotions[0].benefit.sku: got 'MUG', expected a SKU of the catalogue, or a value
    """
    return list(_references(rulebook, {sku.sku: sku for sku in catalog.skus}, catalog))


def _references(rulebook: Rulebook, skus: Mapping[str, Sku], catalog: Catalog) -> Iterator[Problem]:
    code = rulebook.currency.code
    if other := next((found for found in _currencies(catalog) if found != rulebook.currency), None):
        yield Problem("$.currency", shown(code), f"the catalogue's, which is {other.code}")
    for i, promotion in enumerate(rulebook.promotions):
        for path, benefit in benefits_in(promotion.benefit, f"$.promotions[{i}].benefit"):
            if not isinstance(benefit, Gift) or benefit.value is not None:
                continue
            sku = skus.get(benefit.sku)
            if sku is None:
                yield Problem(
                    f"{path}.sku", shown(benefit.sku), "a SKU of the catalogue, or a value"
                )
            elif sku.price is None:
                expected = f"an amount, as the product of {path}.sku has no price"
                yield Problem(f"{path}.value", "nothing", expected)


def _currencies(catalog: Catalog) -> Iterator[Currency]:
    for sku in catalog.skus:
        yield from (amount.currency for amount in _amounts(sku).values() if amount is not None)
    for entry in catalog.prices:
        yield entry.price.currency


def _amounts(sku: Sku) -> dict[str, Money | None]:
    return {"price": sku.price, "cost": sku.cost, "floor": sku.floor}


def _check_products(skus: Iterable[Sku], currency: Currency | None) -> Iterator[Problem]:
    for i, sku in enumerate(skus):
        if sku.price is None and sku.listing is Listing.LISTED:
            expected = f"a price, unless $.products[{i}].status is draft or delisted"
            yield Problem(f"$.products[{i}].price", "nothing", expected)
        if currency is not None:
            for key, amount in _amounts(sku).items():
                yield from check_amount(amount, currency, f"$.products[{i}].{key}")


def _check_entries(catalog: Catalog, currency: Currency | None) -> Iterator[Problem]:
    known = {sku.sku for sku in catalog.skus}
    for i, entry in enumerate(catalog.prices):
        yield from _check_entry(entry, known, currency, f"$.prices[{i}]")


def _check_entry(
    entry: PriceEntry, known: set[str], currency: Currency | None, path: str
) -> Iterator[Problem]:
    if entry.sku not in known:
        yield Problem(f"{path}.sku", shown(entry.sku), "the sku of one of $.products")
    if currency is not None:
        yield from check_amount(entry.price, currency, f"{path}.price")
    yield from check_count(entry.min_quantity, f"{path}.min_quantity")


def _check_lines(cart: Cart) -> Iterator[Problem]:
    yield from check_unique((line.id for line in cart.lines), "$.lines", ".id")
    units = 0
    for i, line in enumerate(cart.lines):
        fitted = units <= MAX_UNITS
        units += max(line.quantity, 0)
        if line.quantity < 1 or (fitted and units > MAX_UNITS):
            path = f"$.lines[{i}].quantity"
            yield from check_count(line.quantity, path)
        if fitted and units > MAX_UNITS:
            yield Problem(path, shown(line.quantity), f"at most {MAX_UNITS} units in the cart")


def _check_fees(cart: Cart, currency: Currency | None) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for i, parcel in enumerate(cart.shipping):
        # Not `check_unique`: products that name no shop are of one whose id is empty.
        if first.setdefault(parcel.shop, i) != i:
            expected = f"another than $.shipping[{first[parcel.shop]}].shop"
            yield Problem(f"$.shipping[{i}].shop", shown(parcel.shop), expected)
        wanted = currency or cart.shipping[0].fee.currency
        yield from check_amount(parcel.fee, wanted, f"$.shipping[{i}].fee")


def _check_references(cart: Cart, skus: Mapping[str, Sku]) -> Iterator[Problem]:
    found = [skus.get(line.sku) for line in cart.lines]
    for i, (line, sku) in enumerate(zip(cart.lines, found, strict=True)):
        if sku is None:
            yield Problem(f"$.lines[{i}].sku", shown(line.sku), "a SKU of the catalogue")
        elif sku.listing is not Listing.LISTED:
            got = f"{shown(line.sku)}, which is {sku.listing.value}"
            yield Problem(f"$.lines[{i}].sku", got, "a listed SKU")
    shops = {sku.shop for sku in found if sku is not None}
    for i, parcel in enumerate(cart.shipping):
        # A SKU that nobody knows may be from any shop.
        if parcel.shop not in shops and None not in found:
            expected = "a shop that one of $.lines is from"
            yield Problem(f"$.shipping[{i}].shop", shown(parcel.shop), expected)
