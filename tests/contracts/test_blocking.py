from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from hypothesis import settings

from mallops.adapters.memory import MemoryStore
from mallops.repositories import Answer, Conflict, Store, Unit
from mallops.testing.contracts.asking import ask, tell
from mallops.testing.contracts.blocking import Loop, blocking_store
from mallops.testing.contracts.outbox import claim, message, putting
from mallops.testing.contracts.samples import START
from mallops.testing.contracts.store import StoreContract
from tests.contracts.awaited import AwaitedStore


class TestAwaited(StoreContract):
    # Each call waits for another thread.
    machine_settings = settings(StoreContract.machine_settings, max_examples=10)
    loop: Loop

    def setup_method(self) -> None:
        self.loop = Loop()

    def teardown_method(self) -> None:
        self.loop.close()

    def make(self) -> Store:
        return blocking_store(self.loop, AwaitedStore(MemoryStore()))

    def test_a_store_that_has_to_be_awaited_is_no_plain_one(self) -> None:
        with pytest.raises(AssertionError, match="blocking"):
            tell(AwaitedStore(MemoryStore()), putting())

    def test_what_has_to_be_awaited_is_no_answer(self) -> None:
        async def one() -> int:
            return 1

        question: Callable[[Unit], Answer[int]] = lambda _unit: one()  # noqa: E731
        with pytest.raises(AssertionError, match="blocking"):
            ask(MemoryStore(), question)

    def test_a_unit_may_conflict_as_it_ends(self) -> None:
        class Late(AwaitedStore):
            @asynccontextmanager
            async def begin(self) -> AsyncIterator[Unit]:
                async with super().begin() as unit:
                    yield unit
                    raise Conflict("late")

        late = Late(MemoryStore())
        with pytest.raises(Conflict, match="late"):
            tell(blocking_store(self.loop, late), putting(message("k")))
        assert claim(late.store, START) == []

    def test_a_unit_may_fail_to_begin(self) -> None:
        class Down(AwaitedStore):
            @asynccontextmanager
            async def begin(self) -> AsyncIterator[Unit]:
                raise ConnectionError("down")
                yield  # type: ignore[unreachable]

        with pytest.raises(ConnectionError, match="down"):
            tell(blocking_store(self.loop, Down(MemoryStore())), putting())
