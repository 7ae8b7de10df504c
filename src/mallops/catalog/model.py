"""SKUs, price entries and the catalogue that holds them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from attrs import field, frozen

from mallops.money import Money
from mallops.time import Window


class Listing(Enum):
    """Where a SKU stands in its life on the shelf; only a listed one is quoted."""

    DRAFT = "draft"
    LISTED = "listed"
    DELISTED = "delisted"


@frozen
class Sku:
    """One thing that can be bought, at `price` before entries and promotions.

    `category` is a path (`care/skin`); `floor` is the least that promotions may leave of a
    unit's price; `cost` is what the mall pays for it. SKUs of one `product` (empty: a product
    of its own) differ by their `variant`, such as `{"size": "M"}`.
    """

    sku: str
    price: Money | None
    shop: str = ""
    category: str = ""
    brand: str = ""
    tags: frozenset[str] = frozenset()
    cost: Money | None = None
    floor: Money | None = None
    listing: Listing = Listing.LISTED
    title: Mapping[str, str] = field(factory=dict)
    pictures: tuple[str, ...] = ()
    product: str = ""
    variant: Mapping[str, str] = field(factory=dict)


@frozen
class PriceEntry:
    """Another price for a SKU where all that is given fits; empty fields ask nothing.

    `min_quantity` is measured over all the cart's lines of the SKU.
    """

    sku: str
    price: Money
    groups: frozenset[str] = frozenset()
    min_quantity: int = 1
    window: Window = Window()
    channels: frozenset[str] = frozenset()


@frozen
class Catalog:
    """SKUs (ids unique) and their price entries (of known SKUs)."""

    skus: tuple[Sku, ...] = ()
    prices: tuple[PriceEntry, ...] = ()
