"""The contract of whole stores, on either database, by plain calls."""

from __future__ import annotations

import pytest
from hypothesis import settings

from mallops.adapters.sql import SqlStore
from mallops.testing.contracts.store import StoreContract
from tests.adapters.sql.conftest import NewEngine


class TestSqlStore(StoreContract):
    # Each of the many calls of a history is a transaction.
    machine_settings = settings(StoreContract.machine_settings, max_examples=10)

    @pytest.fixture(autouse=True)
    def _databases(self, new_engine: NewEngine) -> None:
        self.new_engine = new_engine

    def make(self) -> SqlStore:
        return SqlStore(self.new_engine())
