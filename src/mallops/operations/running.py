"""One source for two ways to call: operations are written `async`, and finished on the spot.

A repository of plain functions never lets go of its caller, so an operation upon it comes to
its end without an event loop. What is public twice, plain in `mallops.operations` and awaited in
`mallops.operations.aio`, is one function.
"""

from __future__ import annotations

from asyncio import sleep
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from mallops.errors import MallopsError
from mallops.repositories import Answer, Conflict, Store, Unit

ATTEMPTS = 10
"""How often a call decides, if others are faster each time."""

P = ParamSpec("P")
T = TypeVar("T")


class NotPlain(MallopsError, TypeError):
    """A plain call met a repository that has to be awaited: `mallops.operations.aio` awaits it."""


async def answered(answer: Answer[T]) -> T:
    """What a repository's method gives, awaited where it has to be."""
    if isinstance(answer, Awaitable):
        return await answer
    return answer


def plain(operation: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    """The operation for repositories of plain functions; raises `NotPlain` with any other."""

    @wraps(operation)
    def finished(*args: P.args, **kwargs: P.kwargs) -> T:
        going = operation(*args, **kwargs)
        try:
            going.send(None)
        except StopIteration as done:
            result: T = done.value
            return result
        going.close()
        raise NotPlain(
            f"{operation.__name__} met a repository whose methods have to be awaited: "
            f"await mallops.operations.aio.{operation.__name__}"
        )

    return finished


@asynccontextmanager
async def unit_of(store: Store) -> AsyncIterator[Unit]:
    """A unit of work of a store, whether its block is a plain or an `async` one."""
    block = store.begin()
    if isinstance(block, AbstractAsyncContextManager):
        # A plain call ends here, with nothing begun: once it is in the block, it could not
        # leave it any more without waiting.
        await sleep(0)
        async with block as unit:
            yield unit
    else:
        with block as unit:
            yield unit


async def in_unit(store: Store, work: Callable[[Unit], Awaitable[T]]) -> T:
    """What the work comes to in a unit of its own, again where another was faster."""

    async def attempt() -> T:
        async with unit_of(store) as unit:
            return await work(unit)

    return await attempted(attempt)


async def attempted(attempt: Callable[[], Awaitable[T]]) -> T:
    """What an attempt comes to, `ATTEMPTS` of them at most; then `Conflict` is raised."""
    for _ in range(ATTEMPTS - 1):
        try:
            return await attempt()
        except Conflict:
            continue
    return await attempt()
