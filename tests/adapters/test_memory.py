from __future__ import annotations

from mallops.adapters.memory import MemoryPoints
from mallops.testing.contracts.points import PointsContract


class TestMemoryPoints(PointsContract):
    def make(self) -> MemoryPoints:
        return MemoryPoints()
