from __future__ import annotations

from mallops.adapters.memory import MemoryPoints, MemoryStore
from mallops.testing.contracts.points import PointsContract
from mallops.testing.contracts.store import StoreContract


class TestMemoryPoints(PointsContract):
    def make(self) -> MemoryPoints:
        return MemoryPoints()


class TestMemoryStore(StoreContract):
    def make(self) -> MemoryStore:
        return MemoryStore()
