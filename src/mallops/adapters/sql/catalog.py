"""What is sold, in SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import delete, insert, literal, select, union_all

from mallops.adapters.documents import from_json, to_json
from mallops.adapters.sql.tables import price_entries, skus
from mallops.adapters.sql.work import Work
from mallops.catalog.model import Catalog, PriceEntry, Sku


class SqlCatalog:
    """A `CatalogRepository`: a row for each SKU, and one for each of its price entries."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def goods(self, names: Collection[str]) -> Catalog:
        """Those of these SKUs that there are, with their price entries."""
        # One statement, so that SKUs and prices are of one moment.
        found = union_all(
            select(skus.c.sku, literal(-1).label("place"), skus.c.document).where(
                skus.c.sku.in_(names)
            ),
            select(price_entries.c.sku, price_entries.c.place, price_entries.c.document).where(
                price_entries.c.sku.in_(names)
            ),
        ).order_by("sku", "place")
        rows = [(row.place, row.document) for row in self._work.run(found)]
        return Catalog(
            tuple(from_json(document, Sku) for place, document in rows if place < 0),
            tuple(from_json(document, PriceEntry) for place, document in rows if place >= 0),
        )

    def put(self, goods: Catalog) -> None:
        """Store these SKUs with these price entries."""
        names = {each.sku for each in goods.skus}
        rows = [_row(each) for each in sorted(goods.skus, key=lambda each: each.sku)]
        prices = [
            _price_row(place, each) for place, each in enumerate(goods.prices) if each.sku in names
        ]
        store = self._work.insert(skus)
        changed = {column.name: column for column in store.excluded if column.name != "sku"}
        self._work.put(store.on_conflict_do_update(index_elements=["sku"], set_=changed), rows)
        self._work.run(delete(price_entries).where(price_entries.c.sku.in_(names)))
        self._work.put(insert(price_entries), prices)


def _row(sku: Sku) -> Mapping[str, Any]:
    return {
        "sku": sku.sku,
        "product": sku.product,
        "shop": sku.shop,
        "category": sku.category,
        "brand": sku.brand,
        "listing": sku.listing.value,
        "price_minor": None if sku.price is None else sku.price.minor,
        "currency": None if sku.price is None else sku.price.currency.code,
        "document": to_json(sku),
    }


def _price_row(place: int, entry: PriceEntry) -> Mapping[str, Any]:
    return {
        "sku": entry.sku,
        "place": place,
        "price_minor": entry.price.minor,
        "currency": entry.price.currency.code,
        "min_quantity": entry.min_quantity,
        "starts_at": entry.window.starts,
        "ends_at": entry.window.ends,
        "document": to_json(entry),
    }
