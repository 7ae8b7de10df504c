from __future__ import annotations

from contextlib import suppress

import pytest

from mallops.adapters.memory import MemoryPoints, MemoryStore, UnitOpen
from mallops.repositories import Message
from mallops.testing.contracts.points import PointsContract
from mallops.testing.contracts.samples import START
from mallops.testing.contracts.store import StoreContract


class TestMemoryPoints(PointsContract):
    def make(self) -> MemoryPoints:
        return MemoryPoints()


class TestMemoryStore(StoreContract):
    def make(self) -> MemoryStore:
        return MemoryStore()


def test_a_unit_within_a_unit_is_refused() -> None:
    store = MemoryStore()
    with store.begin(), pytest.raises(UnitOpen), store.begin():
        pass
    with store.begin() as unit:
        assert unit.outbox.claim(START, START, 9) == []


def test_a_unit_of_work_is_undone_backwards() -> None:
    store, first, second = MemoryStore(), *(Message("k", each, "o", "e", START) for each in "cd")
    with store.begin() as unit:
        unit.outbox.put([first])
    with suppress(KeyError), store.begin() as unit:
        unit.outbox.drop("k")
        unit.outbox.put([second])
        unit.outbox.drop("k")
        raise KeyError
    with store.begin() as unit:
        assert unit.outbox.claim(START, START, 9) == [first]
