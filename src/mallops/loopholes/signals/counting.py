"""What an event is counted as: keys, and what is added to the row under each."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from mallops.loopholes.signals.windows import Members, Row, Span, Tally

Key = tuple[str, ...]
"""What a row is about, such as `("device", "9f2c")`."""

Rows = Mapping[Key, Row]
"""Rows by key; what is not there is empty."""


@frozen
class Kept:
    """A row and its key, as one value to store."""

    key: Key
    row: Row


@frozen
class Add:
    """Amounts to be added to a tally."""

    key: Key
    span: Span
    amounts: tuple[int, ...]


@frozen
class Meet:
    """An account to be met among the members of a row."""

    key: Key
    span: Span
    name: str


Entry = Add | Meet
"""What an event adds to one row."""


def totals(rows: Rows, key: Key) -> tuple[int, ...]:
    """The sums of a tally that has been added to."""
    row = rows[key]
    assert isinstance(row, Tally)
    return row.totals


def members(rows: Rows, key: Key) -> tuple[str, ...]:
    """Who is in a row that somebody was met in."""
    row = rows[key]
    assert isinstance(row, Members)
    return row.names
