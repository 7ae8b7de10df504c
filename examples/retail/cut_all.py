"""Cut the whole of UCI Online Retail II into carts and a catalogue: every purchase invoice.

Usage, with the `arrow` extra installed, from the root of the repository:

    python -m examples.retail.cut_all online_retail_ii.parquet [FOLDER]

The input is that of `examples/data/cut_slice.py`, whose rules it goes by. `carts.parquet`, by
the schema that `mallops.adapters.arrow` takes, and `catalog.json` are written to FOLDER
(default: beside this script). The same input gives the same bytes.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from examples.data.cut_slice import (
    FEES,
    FEES_ABROAD,
    HOME_COUNTRY,
    YEAR,
    Json,
    Order,
    Row,
    by_invoice,
    dumped,
    groups_of,
    histories,
    most_common,
    product,
    read_rows,
    regular_price,
)
from mallops.adapters.arrow import CARTS

# Past the last invoice of the data.
END = datetime(2012, 1, 1, tzinfo=UTC)
COLUMNS = ("cart", "at", "customer", "lines", "shipping")


def catalog(rows: Sequence[Row]) -> Json:
    """Every SKU that was sold, at the regular price of the two years and its assumed cost."""
    sold: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        sold[row.sku].append(row)
    products = []
    for sku in sorted(sold):
        priced = [row for row in sold[sku] if row.customer is not None] or sold[sku]
        title = most_common(row.title for row in sold[sku])
        products.append(product(sku, title, regular_price(priced), ()))
    return {"products": [slim(one) for one in products]}


def slim(one: Json) -> Json:
    """A product without its title and floor, which no rule here asks for."""
    return {key: held for key, held in one.items() if key not in {"title", "floor"}}


def cart(rows: Sequence[Row], history: Sequence[Order], shops: Mapping[str, str]) -> Json:
    """An invoice as a row of carts; fees in pence."""
    first = rows[0]
    fees = FEES if first.country == HOME_COUNTRY else FEES_ABROAD
    return {
        "cart": first.invoice,
        "at": first.at,
        "customer": customer(first, history),
        "lines": [
            {"id": str(place), "sku": row.sku, "quantity": row.quantity}
            for place, row in enumerate(rows, start=1)
        ],
        "shipping": [
            {"shop": shop, "fee": fees[shop]} for shop in sorted({shops[row.sku] for row in rows})
        ],
    }


def customer(first: Row, history: Sequence[Order]) -> Json | None:
    """Who buys, by what the shop could know then; nothing of a guest."""
    if first.customer is None:
        return None
    before = [order for order in history if order.at < first.at]
    year = [order for order in before if order.at >= first.at - YEAR]
    return {
        "id": str(first.customer),
        "groups": groups_of(first.country, year),
        "first_order": not before,
    }


def main(arguments: Sequence[str]) -> int:
    """Cut everything; 2 where the arguments are not a file and perhaps a folder."""
    if len(arguments) not in (1, 2):
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(arguments[1]) if len(arguments) > 1 else Path(__file__).parent
    rows = list(read_rows(Path(arguments[0]), END))
    invoices = by_invoice(rows)
    goods = catalog(rows)
    shops = {one["sku"]: one["shop"] for one in goods["products"]}
    orders = histories(invoices)
    carts = [
        cart(lines, orders.get(lines[0].customer or 0, ()), shops) for lines in invoices.values()
    ]
    schema = pa.schema([CARTS.field(name) for name in COLUMNS])
    table = pa.Table.from_pylist(carts, schema=schema)
    parquet.write_table(
        table,
        folder / "carts.parquet",
        compression="zstd",
        compression_level=19,
        store_schema=False,
        row_group_size=len(carts),
    )
    (folder / "catalog.json").write_text(dumped(goods), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
