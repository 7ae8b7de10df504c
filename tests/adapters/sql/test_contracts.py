from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import pytest
from attrs import frozen
from pendulum import DateTime

from mallops.adapters.sql import SqlStore
from mallops.adapters.sql.points import SqlPoints
from mallops.points.model import Entry
from mallops.points.wallet import Wallet
from mallops.repositories import Change
from mallops.testing.contracts.points import PointsContract
from tests.adapters.sql.conftest import NewEngine

T = TypeVar("T")


@frozen
class Points:
    """Points of a store, each call in a unit of work of its own."""

    store: SqlStore

    def wallet(self, customer: str) -> Wallet:
        return self._do(lambda points: points.wallet(customer))

    def entry(self, customer: str, key: str) -> Entry | None:
        return self._do(lambda points: points.entry(customer, key))

    def entries(self, customer: str, after: int = 0) -> Sequence[Entry]:
        return self._do(lambda points: points.entries(customer, after))

    def append(self, changes: Sequence[Change]) -> None:
        return self._do(lambda points: points.append(changes))

    def due(self, at: DateTime, limit: int) -> Sequence[str]:
        return self._do(lambda points: points.due(at, limit))

    def _do(self, call: Callable[[SqlPoints], T]) -> T:
        with self.store.begin() as unit:
            return call(unit.points)


class TestPoints(PointsContract):
    @pytest.fixture(autouse=True)
    def _new(self, new_engine: NewEngine) -> None:
        self.new_engine = new_engine

    def make(self) -> Points:
        return Points(SqlStore(self.new_engine()))
