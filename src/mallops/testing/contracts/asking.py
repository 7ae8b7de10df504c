"""How a contract asks a store: each question in a unit of work of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeVar

from mallops.repositories import Answer, Conflict, Store, Unit
from mallops.testing.contracts.answers import told

T = TypeVar("T")


class Contract:
    """What all contracts of repositories in a store begin with."""

    def make(self) -> Store:
        """A store with nothing in it, which several threads may use; called often.

        For the contract of one repository its units need no other than that.
        """
        raise NotImplementedError


def begun(store: Store) -> AbstractContextManager[Unit]:
    """A unit of work of a plain store."""
    block = store.begin()
    assert isinstance(block, AbstractContextManager), "contracts ask plain stores: see `blocking`"
    return block


def ask(store: Store, work: Callable[[Unit], Answer[T]]) -> T:
    """What the work comes to in a unit of its own."""
    with begun(store) as unit:
        return told(work(unit))


def tell(store: Store, *works: Callable[[Unit], Answer[object]]) -> None:
    """All of this in one unit, one after the other."""
    with begun(store) as unit:
        for work in works:
            told(work(unit))


def conflict(store: Store, *works: Callable[[Unit], Answer[object]]) -> Conflict:
    """The conflict that leaves a unit with all this in it; it is a failure if there is none."""
    try:
        tell(store, *works)
    except Conflict as found:
        return found
    raise AssertionError("no conflict was raised")


def unchanged(
    store: Store,
    seen: Callable[[Unit], Answer[object]],
    *works: Callable[[Unit], Answer[object]],
) -> Conflict:
    """The conflict that all this leads to, where nothing of it is stored."""
    before = ask(store, seen)
    found = conflict(store, *works)
    assert ask(store, seen) == before, "of a unit that conflicted something was stored"
    return found
