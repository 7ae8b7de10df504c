"""How a catalogue is written, as one document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pendulum import DateTime

from mallops.catalog.check import catalog_problems
from mallops.catalog.model import Catalog, Listing, PriceEntry, Sku
from mallops.money import Currency
from mallops.rulebook.book import DEFAULT_TIMEZONE
from mallops.rulebook.promotions import WINDOW_FIELDS
from mallops.rulebook.reader import Notes, Reading
from mallops.rulebook.records import NAMES, TITLES, Field, ListOf, MapOf, Record
from mallops.rulebook.scalars import AMOUNT, COUNT, ID, NAME, TEXT, one_of
from mallops.time import Window

PRODUCT = Record(
    "product",
    Sku,
    (
        Field("sku", ID, "Its id."),
        Field("price", AMOUNT, "What a unit costs; required of what is listed.", None),
        Field("shop", NAME, "The shop that sells it.", ""),
        Field("category", NAME, "A path, such as care/skin.", ""),
        Field("brand", NAME, "Its brand.", ""),
        Field("tags", NAMES, "Words that promotions can ask for.", frozenset()),
        Field("cost", AMOUNT, "What the mall pays for a unit.", None),
        Field("floor", AMOUNT, "The least that promotions leave of a unit's price.", None),
        Field("status", one_of(Listing), "Only what is listed sells.", Listing.LISTED, "listing"),
        Field("title", TITLES, "What people call it, by locale.", {}),
        Field("pictures", ListOf(TEXT), "Addresses of its pictures.", ()),
        Field("product", NAME, "What its variants have in common.", ""),
        Field("variant", MapOf(TEXT), "What sets it apart from them, such as size.", {}),
    ),
    "One thing that can be bought.",
)


def _entry(starts: DateTime | None, ends: DateTime | None, **fields: Any) -> PriceEntry:
    return PriceEntry(window=Window(starts, ends), **fields)


def _entry_part(entry: PriceEntry) -> Callable[[str], object]:
    window = {"starts": entry.window.starts, "ends": entry.window.ends}
    return lambda name: window[name] if name in window else getattr(entry, name)


PRICE_ENTRY = Record(
    "price_entry",
    _entry,
    (
        Field("sku", ID, "The product it is for."),
        Field("price", AMOUNT, "What a unit then costs, if that is less."),
        Field("groups", NAMES, "The customer is in one at least.", frozenset()),
        Field("min_quantity", COUNT, "How many units the cart has of it, at least.", 1),
        *WINDOW_FIELDS,
        Field("channels", NAMES, "The order comes from one of these.", frozenset()),
    ),
    "Another price, where all that is given fits.",
    _entry_part,
)

CATALOG = Record(
    "catalog",
    Catalog,
    (
        Field("products", ListOf(PRODUCT), "All that can be bought.", (), "skus"),
        Field("prices", ListOf(PRICE_ENTRY), "Other prices, in any order.", ()),
    ),
    "What there is to buy, and at which prices.",
)


def decode_catalog(
    document: object, currency: Currency, timezone: str = DEFAULT_TIMEZONE
) -> Catalog:
    """The catalogue that a document (as `read_document` or `json.loads` returns it) holds.

    Amounts are in `currency`, and instants without an offset local to `timezone`: those of
    the rulebook. Raises `InputError` with every problem that reading finds, and every one
    of `mallops.catalog.check.catalog_problems` about what could be read.

    >>> decode_catalog({"products": [{"sku": "A", "price": 60}]}, Currency.of("CNY"))
    Traceback (most recent call last):
    ...
    mallops.errors.InputError: $.products[0].price: got 60, expected a decimal string such as "12.34"
    """  # noqa: E501
    return read_catalog(document, currency, timezone).whole(catalog_problems)


def read_catalog(
    document: object, currency: Currency | None, timezone: str | None
) -> Reading[Catalog]:
    """As much of a catalogue as can be read, with notes on the rest."""
    notes = Notes(currency, timezone)
    return Reading(CATALOG.read(document, "$", notes), notes)


def encode_catalog(catalog: Catalog, timezone: str = DEFAULT_TIMEZONE) -> dict[str, object]:
    """The canonical document of a catalogue: defaults left out, sets and free keys sorted.

    `decode_catalog` gives an equal catalogue back. Instants are written in `timezone`.

    >>> from mallops.money import Money
    >>> encode_catalog(Catalog((Sku("A", Money(6000, Currency.of("CNY")), shop="s1"),)))
    {'products': [{'sku': 'A', 'price': '60.00', 'shop': 's1'}]}
    """
    return CATALOG.write(catalog, timezone)
