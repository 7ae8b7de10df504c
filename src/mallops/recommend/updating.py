"""Adds events to a state, and flags orders in it, without numpy: as if it were fitted anew."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby

from attrs import evolve

from mallops.errors import InputError, Problem, shown
from mallops.recommend.events import Event
from mallops.recommend.linking import order_holder, taken_by_customer, taken_by_order
from mallops.recommend.links import Links, PackedLinks
from mallops.recommend.relinking import changed
from mallops.recommend.state import History, Packed, Settings, State
from mallops.recommend.weighing import KINDS, Entry, kept
from mallops.time import microseconds

__all__ = ["empty", "flagging", "update"]


def empty(settings: Settings | None = None) -> State:
    """The state of no events."""
    made = settings or Settings()
    orders = None if made.orders is None else Links(PackedLinks(made.orders))
    return State(made, Packed(), Links(PackedLinks(made.customers)), orders)


def update(state: State, events: Iterable[Event]) -> State:
    """The state with these events too: the one that a fit of all events gives.

    They may come late and in any order; one that is known already, by its id, changes nothing,
    and one from before the settings' `since` is left out. Raises `InputError` for an id that is
    known as a different event.

    >>> from mallops.recommend.events import EventKind
    >>> from mallops.time import instant
    >>> bought = Event("1", "ann", "tea", EventKind.BUY, instant("2026-11-10T20:00+08:00"))
    >>> [entry.sku for entry, _ in update(empty(), [bought, bought]).history("ann")]
    ['tea']
    """
    new: dict[str, tuple[str, Entry]] = {}
    problems = []
    since = state.settings.since_at
    for place, event in enumerate(events):
        entry = _entry(event)
        if since is not None and entry.at < since:
            continue
        known = new.get(event.id) or state.known(event.id)
        if known is None:
            new[event.id] = event.customer, entry
        elif known != (event.customer, entry):
            problems.append(Problem(f"$[{place}].id", shown(event.id), "the event known by it"))
    if problems:
        raise InputError(problems)
    by_customer: dict[str, list[Entry]] = {}
    for customer, entry in new.values():
        by_customer.setdefault(customer, []).append(entry)
    changes = {
        customer: _with(state.history(customer), entries, state.flagged)
        for customer, entries in by_customer.items()
    }
    return evolve(_changed(state, changes), added_ids={**state.added_ids, **new})


def flagging(state: State, orders: Collection[str]) -> State:
    """The state in which exactly these orders are flagged as abuse: their events count nothing."""
    flagged = frozenset(orders) - {""}
    moved = flagged ^ state.flagged
    rows = state.packed.rows_by_order
    customers = {state.packed.customer_of(row) for order in moved for row in rows.get(order, ())}
    customers.update(
        customer
        for customer, history in state.added.items()
        if any(entry.order in moved for entry, _ in history)
    )
    changes = {
        customer: _again([entry for entry, _ in state.history(customer)], flagged)
        for customer in customers
    }
    return evolve(_changed(state, changes), flagged=flagged)


def _entry(event: Event) -> Entry:
    return Entry(
        event.sku,
        microseconds(event.at),
        event.id,
        KINDS.index(event.kind),
        event.quantity,
        event.order,
        event.region,
    )


def _with(history: History, entries: Sequence[Entry], flagged: Collection[str]) -> History:
    """A history with more events; what is kept is told anew for their SKUs."""
    skus = {entry.sku for entry in entries}
    told = [one for one in history if one[0].sku not in skus]
    again = _again([*(entry for entry, _ in history if entry.sku in skus), *entries], flagged)
    return sorted([*told, *again], key=lambda one: one[0][:3])


def _again(entries: Iterable[Entry], flagged: Collection[str]) -> History:
    in_order = sorted(entries, key=lambda entry: entry[:3])
    made: list[tuple[Entry, int]] = []
    for _, group in groupby(in_order, key=lambda entry: entry.sku):
        pair = list(group)
        made += zip(pair, kept(pair, flagged), strict=True)
    return made


def _changed(state: State, changes: Mapping[str, History]) -> State:
    links, orders = state.links, state.order_links
    settings = state.settings
    for customer, history in changes.items():
        links = changed(links, customer, taken_by_customer(settings, history))
        if orders is not None:
            before = taken_by_order(settings, state.history(customer))
            after = taken_by_order(settings, history)
            for order in sorted({*before, *after}):
                orders = changed(orders, order_holder(customer, order), after.get(order, {}))
    return evolve(state, links=links, order_links=orders, added={**state.added, **changes})
