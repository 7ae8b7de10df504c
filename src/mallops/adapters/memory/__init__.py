"""Repositories in memory: for tests, for trials, and as the model of what a real one does."""

from __future__ import annotations

from mallops.adapters.memory.points import MemoryPoints
from mallops.adapters.memory.store import MemoryStore
from mallops.adapters.memory.tables import UnitOpen

__all__ = ["MemoryPoints", "MemoryStore", "UnitOpen"]
