"""From events to a state, in columns."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mallops.errors import InputError, Problem, shown
from mallops.recommend.columns import Coded, Columns, columns
from mallops.recommend.events import MOST_UNITS, Event, EventKind
from mallops.recommend.fitting.nearest import Taken, fit_links
from mallops.recommend.linking import order_holder
from mallops.recommend.state import DAY, Packed, Settings, State
from mallops.recommend.weighing import BACK, KINDS, WHOLE, kept
from mallops.rules.bounds import check_count, check_range

__all__ = ["fit"]

Ints = NDArray[np.int64]

_BUY = KINDS.index(EventKind.BUY)


def fit(
    events: Iterable[Event] | Columns,
    settings: Settings | None = None,
    flagged: Collection[str] = (),
    threads: int = 1,
) -> State:
    """The state of events in any order: the same for any order, and for any number of threads.

    Events of `flagged` orders count nothing; `updating.flagging` changes which they are. Raises
    `InputError` where one id is of two different events, for columns that hold what is no event,
    and for a number of threads below 1.

    >>> fit([]).history("ann")
    []
    """
    if problems := list(check_count(threads, "$.threads")):
        raise InputError(problems)
    made = settings or Settings()
    table = _once(events if isinstance(events, Columns) else columns(events), made)
    orders = frozenset(flagged) - {""}
    packed = _packed(table, orders)
    customers = fit_links(made.customers, _taken_by_customers(packed, made), threads)
    if made.orders is None:
        return State(made, packed, customers, None, orders)
    taken = _taken_by_orders(packed, made)
    return State(made, packed, customers, fit_links(made.orders, taken, threads), orders)


def _once(table: Columns, settings: Settings) -> Columns:
    """The events from `since` on, each once."""
    if problems := list(_problems(table)):
        raise InputError(problems)
    if len(set(table.ids)) < len(table.ids):
        table = _rows(table, _first_rows(table))
    if settings.since_at is None:
        return table
    ats = np.asarray(table.ats, np.int64)
    if not len(ats) or ats.min() >= settings.since_at:
        return table
    return _rows(table, np.flatnonzero(ats >= settings.since_at))


def _problems(table: Columns) -> Iterator[Problem]:
    for name, numbers, least, most in (
        ("customers", table.customers.numbers, 0, len(table.customers.names) - 1),
        ("skus", table.skus.numbers, 0, len(table.skus.names) - 1),
        ("kinds", table.kinds, 0, len(KINDS) - 1),
        ("quantities", table.quantities, 1, MOST_UNITS),
        ("orders", table.orders.numbers, 0, len(table.orders.names) - 1),
        ("regions", table.regions.numbers, 0, len(table.regions.names) - 1),
    ):
        found = np.asarray(numbers)
        if len(found) and not (least <= found.min() and found.max() <= most):
            row = int(np.flatnonzero((found < least) | (found > most))[0])
            yield from check_range(int(found[row]), f"$.{name}[{row}]", least, most)


def _first_rows(table: Columns) -> Ints:
    first: dict[str, int] = {}
    twice = [
        (row, before)
        for row, name in enumerate(table.ids)
        if (before := first.setdefault(name, row)) != row
    ]
    if problems := [
        Problem(f"$.ids[{row}]", shown(table.ids[row]), f"the same event as in row {before}")
        for row, before in twice
        if _facts(table, row) != _facts(table, before)
    ]:
        raise InputError(problems)
    return np.fromiter(first.values(), np.int64, len(first))


def _facts(table: Columns, row: int) -> tuple[object, ...]:
    coded = (table.customers, table.skus, table.orders, table.regions)
    names = tuple(column.names[column.numbers[row]] for column in coded)
    return (*names, table.kinds[row], table.ats[row], table.quantities[row])


def _rows(table: Columns, rows: Ints) -> Columns:
    def coded(column: Coded) -> Coded:
        return Coded(column.names, _array("i", np.asarray(column.numbers)[rows]))

    return Columns(
        [table.ids[row] for row in rows.tolist()],
        coded(table.customers),
        coded(table.skus),
        _array("b", np.asarray(table.kinds)[rows]),
        _array("q", np.asarray(table.ats)[rows]),
        _array("q", np.asarray(table.quantities)[rows]),
        coded(table.orders),
        coded(table.regions),
    )


def _array(kind: str, numbers: NDArray[Any]) -> array[int]:
    made: array[int] = array(kind)
    made.frombytes(np.ascontiguousarray(numbers, np.dtype(kind)).tobytes())
    return made


def _sorted_names(column: Coded) -> tuple[list[str], Ints]:
    """The names that occur, in ascending order, and each row's place among them."""
    numbers = np.asarray(column.numbers, np.int64)
    used = np.flatnonzero(np.bincount(numbers, minlength=len(column.names))).tolist()
    in_order = sorted(used, key=column.names.__getitem__)
    places = np.zeros(len(column.names), np.int64)
    places[in_order] = np.arange(len(in_order))
    return [column.names[number] for number in in_order], places[numbers]


def _packed(table: Columns, flagged: frozenset[str]) -> Packed:
    customers, customer = _sorted_names(table.customers)
    skus, sku = _sorted_names(table.skus)
    orders, order = _sorted_names(table.orders)
    regions, region = _sorted_names(table.regions)
    ats = np.asarray(table.ats, np.int64)
    rows = _in_order(customer * max(1, len(skus)) + sku, ats, table.ids)
    packed = Packed(
        customers=customers,
        skus=skus,
        order_names=orders,
        region_names=regions,
        starts=_array("q", np.searchsorted(customer[rows], np.arange(len(customers) + 1))),
        ids=[table.ids[row] for row in rows.tolist()],
        row_skus=_array("i", sku[rows]),
        ats=_array("q", ats[rows]),
        kinds=_array("b", np.asarray(table.kinds, np.int8)[rows]),
        quantities=_array("q", np.asarray(table.quantities, np.int64)[rows]),
        orders=_array("i", order[rows]),
        regions=_array("i", region[rows]),
        kept=array("b", bytes([WHOLE]) * len(rows)),
    )
    _take_back(packed, flagged)
    return packed


def _in_order(pairs: Ints, ats: Ints, ids: Sequence[str]) -> Ints:
    """Rows by pair, time and id."""
    rows = np.arange(len(pairs)) if (np.diff(ats) >= 0).all() else np.argsort(ats, kind="stable")
    rows = rows[np.argsort(pairs[rows], kind="stable")]
    tied = np.flatnonzero((pairs[rows[1:]] == pairs[rows[:-1]]) & (ats[rows[1:]] == ats[rows[:-1]]))
    starts = tied[np.diff(tied, prepend=-2) > 1].tolist()
    stops = (tied[np.diff(tied, append=len(pairs) + 1) > 1] + 2).tolist()
    for start, stop in zip(starts, stops, strict=True):
        rows[start:stop] = sorted(rows[start:stop].tolist(), key=ids.__getitem__)
    return rows


def _take_back(packed: Packed, flagged: frozenset[str]) -> None:
    """What is kept, where it is not everything."""
    unusual = np.isin(np.asarray(packed.kinds), sorted(BACK))
    if flagged:
        names = [name in flagged for name in packed.order_names]
        unusual |= np.asarray(names, bool)[np.asarray(packed.orders)]
    if not unusual.any():
        return
    skus = np.asarray(packed.row_skus, np.int64)
    breaks = np.zeros(len(skus) + 1, bool)
    breaks[1:-1] = np.diff(skus) != 0
    breaks[np.asarray(packed.starts)] = True
    starts = np.flatnonzero(breaks)
    for pair in np.unique(np.searchsorted(starts, np.flatnonzero(unusual), "right") - 1).tolist():
        rows = range(int(starts[pair]), int(starts[pair + 1]))
        for row, left in zip(rows, kept([packed.entry(row) for row in rows], flagged), strict=True):
            packed.kept[row] = left


def _taken_by_customers(packed: Packed, settings: Settings) -> Taken:
    linking = sorted(KINDS.index(kind) for kind in settings.linking)
    took = np.asarray(packed.kept) > 0
    kinds = np.asarray(packed.kinds)
    if len(linking) < len(KINDS):
        took &= np.isin(kinds, linking)
    customer = np.repeat(np.arange(len(packed.customers)), np.diff(np.asarray(packed.starts)))
    return _taken(packed, settings, np.flatnonzero(took), customer, packed.customers)


def _taken_by_orders(packed: Packed, settings: Settings) -> Taken:
    customer = np.repeat(np.arange(len(packed.customers)), np.diff(np.asarray(packed.starts)))
    named = np.asarray([bool(name) for name in packed.order_names], bool)
    orders = np.asarray(packed.orders, np.int64)
    took = (np.asarray(packed.kept) > 0) & (np.asarray(packed.kinds) == _BUY) & named[orders]
    both, holder = np.unique(orders * max(1, len(packed.customers)) + customer, return_inverse=True)
    names = [
        order_holder(packed.customers[who], packed.order_names[order])
        for order, who in zip(
            *(part.tolist() for part in np.divmod(both, max(1, len(packed.customers)))),
            strict=True,
        )
    ]
    in_order = sorted(range(len(names)), key=names.__getitem__)
    places = np.zeros(len(names), np.int64)
    places[in_order] = np.arange(len(names))
    names = [names[number] for number in in_order]
    return _taken(packed, settings, np.flatnonzero(took), places[holder], names)


def _taken(
    packed: Packed, settings: Settings, rows: Ints, holder: Ints, names: Sequence[str]
) -> Taken:
    pairs = holder[rows] * max(1, len(packed.skus)) + np.asarray(packed.row_skus, np.int64)[rows]
    if (np.diff(pairs) < 0).any():
        by_pair = np.argsort(pairs, kind="stable")
        rows, pairs = rows[by_pair], pairs[by_pair]
    starts = np.flatnonzero(np.diff(pairs, prepend=-1))
    who, what = np.divmod(pairs[starts], max(1, len(packed.skus)))
    days: Ints | None = None
    if settings.until_day is not None and len(starts):
        last = np.maximum.reduceat(np.asarray(packed.ats, np.int64)[rows], starts)
        days = settings.until_day - (last - settings.epoch_at) // DAY
    takers, who = np.unique(who, return_inverse=True)
    return Taken([names[number] for number in takers.tolist()], packed.skus, who, what, days)
