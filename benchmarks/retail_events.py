"""The sales of Online Retail II as columns of events: known customers, real goods, kept.

The cleaning is that of the figures in `docs/recommend.md`: rows with a customer, a quantity and
a price above zero and a stock code that begins with five digits, none of them a cancellation.
"""

from __future__ import annotations

from array import array
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from mallops.recommend.columns import Coded, Columns
from mallops.recommend.events import EventKind
from mallops.recommend.weighing import KINDS


def sales(path: Path) -> pa.Table:
    """The rows of the parquet file that are sales."""
    table = pq.read_table(path)
    keep = pc.and_(pc.is_valid(table["customer_id"]), pc.greater(table["quantity"], 0))
    keep = pc.and_(keep, pc.greater(table["unit_price"], 0))
    keep = pc.and_(keep, pc.match_substring_regex(table["stock_code"], "^[0-9]{5}"))
    keep = pc.and_(keep, pc.invert(pc.starts_with(table["invoice"], "C")))
    return table.filter(keep)


def instants(table: pa.Table) -> NDArray[np.int64]:
    """When each was, in microseconds since 1970; the file's clock is read as UTC."""
    return table["ts"].cast(pa.timestamp("us")).cast(pa.int64()).to_numpy()


def columns_of(table: pa.Table, rows: NDArray[np.int64]) -> Columns:
    """These rows of the table, as purchases with ids by row."""
    part = table.take(pa.array(rows))
    return Columns(
        [str(row) for row in rows.tolist()],
        _coded(part["customer_id"].cast(pa.string())),
        _coded(part["stock_code"]),
        _array("b", np.full(len(rows), KINDS.index(EventKind.BUY))),
        _array("q", instants(part)),
        _array("q", part["quantity"].to_numpy()),
        _coded(part["invoice"]),
        _coded(part["country"]),
    )


def _coded(column: pa.ChunkedArray) -> Coded:
    encoded = column.combine_chunks().dictionary_encode()
    return Coded(encoded.dictionary.to_pylist(), _array("i", encoded.indices.to_numpy()))


def _array(kind: str, numbers: NDArray[np.generic]) -> array[int]:
    made: array[int] = array(kind)
    made.frombytes(np.ascontiguousarray(numbers, np.dtype(kind)).tobytes())
    return made
