"""A plain store as one that has to be awaited: each method lets go of its caller first."""

from __future__ import annotations

from asyncio import Lock, sleep
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractContextManager, asynccontextmanager
from typing import Any, cast

from attrs import define, field, frozen

from mallops.repositories import Store, Unit


@define
class AwaitedStore:
    store: Store
    _lock: Lock = field(factory=Lock)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Unit]:
        # One at a time: to the store in memory all tasks of a loop are one thread.
        async with self._lock:
            block = self.store.begin()
            assert isinstance(block, AbstractContextManager)
            with block as unit:
                yield cast(Unit, _AwaitedUnit(unit))


@frozen
class _AwaitedUnit:
    unit: Unit

    def __getattr__(self, name: str) -> _AwaitedRepository:
        return _AwaitedRepository(getattr(self.unit, name))


@frozen
class _AwaitedRepository:
    repository: object

    def __getattr__(self, name: str) -> Callable[..., Coroutine[Any, Any, object]]:
        method = getattr(self.repository, name)

        async def awaited(*args: object, **kwargs: object) -> object:
            await sleep(0)
            answer: object = method(*args, **kwargs)
            await sleep(0)
            return answer

        return awaited
