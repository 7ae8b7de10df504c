"""The sales of Online Retail II as columns of events: known customers, real goods, kept.

They are read from the invoices that lie in `examples/retail`, or from the parquet file of the
whole, cleaned as for the figures in `docs/recommend.md`: rows with a customer, a quantity and a
price above zero and a stock code that begins with five digits, none of them a cancellation. The
invoices leave out 79 rows of 788,187, which have no description.
"""

from __future__ import annotations

from array import array
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import parquet

from mallops.recommend.columns import Coded, Columns
from mallops.recommend.events import EventKind
from mallops.recommend.weighing import KINDS

SHIPPED = Path(__file__).parent.parent / "examples" / "retail" / "carts.parquet"


def sales(path: Path = SHIPPED) -> pa.Table:
    """The rows that are sales, by instant: order, customer, sku, at, quantity and region."""
    names = parquet.read_schema(path).names
    found = _of_invoices(path) if "lines" in names else _of_rows(path)
    return found.sort_by([("at", "ascending"), ("order", "ascending")])


def _of_rows(path: Path) -> pa.Table:
    table = parquet.read_table(path)
    keep = pc.and_(pc.is_valid(table["customer_id"]), pc.greater(table["quantity"], 0))
    keep = pc.and_(keep, pc.greater(table["unit_price"], 0))
    keep = pc.and_(keep, pc.match_substring_regex(table["stock_code"], "^[0-9]{5}"))
    keep = pc.and_(keep, pc.invert(pc.starts_with(table["invoice"], "C")))
    kept = table.filter(keep)
    return pa.table(
        {
            "order": kept["invoice"],
            "customer": kept["customer_id"].cast(pa.string()),
            "sku": kept["stock_code"],
            # The file's clock is read as UTC, as in the invoices.
            "at": kept["ts"].cast(pa.timestamp("us")).cast(pa.int64()),
            "quantity": kept["quantity"].cast(pa.int64()),
            "region": kept["country"],
        }
    )


def _of_invoices(path: Path) -> pa.Table:
    carts = parquet.read_table(path, columns=["cart", "at", "customer", "lines"]).combine_chunks()
    customers = pc.struct_field(carts["customer"], "id")
    lines, invoice = pc.list_flatten(carts["lines"]), pc.list_parent_indices(carts["lines"])
    made = pa.table(
        {
            "order": carts["cart"].take(invoice),
            "customer": customers.take(invoice),
            "sku": pc.struct_field(lines, "sku"),
            "at": carts["at"].cast(pa.timestamp("us", "UTC")).cast(pa.int64()).take(invoice),
            "quantity": pc.struct_field(lines, "quantity"),
        }
    )
    made = made.filter(pc.is_valid(made["customer"]))
    return made.append_column("region", pa.array([""] * made.num_rows))


def instants(table: pa.Table) -> NDArray[np.int64]:
    """When each was, in microseconds since 1970."""
    ats: NDArray[np.int64] = table["at"].to_numpy()
    return ats


def columns_of(table: pa.Table, rows: NDArray[np.int64]) -> Columns:
    """These rows of the table, as purchases with ids by row."""
    part = table.take(pa.array(rows))
    return Columns(
        [str(row) for row in rows.tolist()],
        _coded(part["customer"]),
        _coded(part["sku"]),
        _array("b", np.full(len(rows), KINDS.index(EventKind.BUY))),
        _array("q", part["at"].to_numpy()),
        _array("q", part["quantity"].to_numpy()),
        _coded(part["order"]),
        _coded(part["region"]),
    )


def _coded(column: pa.ChunkedArray) -> Coded:
    encoded = column.combine_chunks().dictionary_encode()
    return Coded(encoded.dictionary.to_pylist(), _array("i", encoded.indices.to_numpy()))


def _array(kind: str, numbers: NDArray[np.generic]) -> array[int]:
    made: array[int] = array(kind)
    made.frombytes(np.ascontiguousarray(numbers, np.dtype(kind)).tobytes())
    return made
