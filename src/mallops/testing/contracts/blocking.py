"""Asynchronous stores as plain ones, so that the same contracts judge them.

class TestMyStore(StoreContract):
def setup_method(self) -> None:
self.loop = Loop()

def teardown_method(self) -> None:
self.loop.close()

def make(self) -> Store:
return blocking_store(self.loop, self.loop.run(my_new_and_empty_store()))
"""

from __future__ import annotations

from asyncio import Queue, new_event_loop, run_coroutine_threadsafe
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Thread
from typing import Any, TypeVar, cast

from attrs import define, field, frozen

from mallops.operations.running import answered, unit_of
from mallops.repositories import Answer, Store, Unit

T = TypeVar("T")


class Loop:
    """An event loop in a thread of its own; any number of other threads may wait for it."""

    def __init__(self) -> None:
        self._loop = new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Let it run beside all else that does."""
        return run_coroutine_threadsafe(work, self._loop)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for what it comes to."""
        return self.start(work).result()

    def soon(self, call: Callable[[], object]) -> None:
        """Have it called in the loop."""
        self._loop.call_soon_threadsafe(call)

    def close(self) -> None:
        """End it; nothing can run in it any more."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def blocking_store(loop: Loop, store: Store) -> Store:
    """A store whose units and methods have to be awaited, as a plain one; it lives in that loop."""
    return _BlockingStore(loop, store)


@frozen
class _BlockingStore:
    loop: Loop
    store: Store

    @contextmanager
    def begin(self) -> Iterator[Unit]:
        """A unit of work; what its block raises is raised in the loop, and from there again."""
        task = _UnitTask(self.loop, self.store)
        ended = self.loop.start(task.run())
        unit = task.began.result()
        try:
            yield cast(Unit, _BlockingUnit(task, unit))
        except BaseException as error:
            task.leave(error)
            ended.result()
            raise
        task.leave(None)
        failed = ended.result()
        if failed is not None:
            raise failed


@define(eq=False)
class _UnitTask:
    """A unit of work in a task of its own, from its beginning to its end: it may be bound to one.

    What a thread asks of it goes through a queue.
    """

    loop: Loop
    store: Store
    began: Future[Unit] = field(factory=Future)
    _calls: Queue[Callable[[], Coroutine[Any, Any, bool]]] = field(factory=Queue)

    async def run(self) -> BaseException | None:
        """Begin, answer until it is left, and end; gives what it failed with."""
        try:
            async with unit_of(self.store) as unit:
                self.began.set_result(unit)
                while await (await self._calls.get())():
                    pass
        except BaseException as error:
            if not self.began.done():
                self.began.set_exception(error)
            return error
        return None

    def ask(self, question: Callable[[], Answer[object]]) -> object:
        """What a method answers; what it raises goes to the thread, which may leave by it."""
        answer = Future[object]()

        async def call() -> bool:
            try:
                answer.set_result(await answered(question()))
            except BaseException as error:
                answer.set_exception(error)
            return True

        self._put(call)
        return answer.result()

    def leave(self, error: BaseException | None) -> None:
        """Leave the unit, by an exception if there is one."""

        async def call() -> bool:
            if error is not None:
                raise error
            return False

        self._put(call)

    def _put(self, call: Callable[[], Coroutine[Any, Any, bool]]) -> None:
        self.loop.soon(lambda: self._calls.put_nowait(call))


@frozen
class _BlockingUnit:
    task: _UnitTask
    unit: Unit

    def __getattr__(self, name: str) -> _BlockingRepository:
        return _BlockingRepository(self.task, getattr(self.unit, name))


@frozen
class _BlockingRepository:
    task: _UnitTask
    repository: object

    def __getattr__(self, name: str) -> Callable[..., object]:
        method = getattr(self.repository, name)
        return lambda *args, **kwargs: self.task.ask(lambda: method(*args, **kwargs))
