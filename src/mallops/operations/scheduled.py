"""What comes by itself: deadlines and time-outs of cases, points that settle.

A worker takes one case after the other, each in a unit of work of its own, and leaves out those
that another worker has in hand.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from attrs import define, frozen
from pendulum import DateTime

from mallops.errors import MallopsError
from mallops.operations.desk import Desk, desk_of
from mallops.operations.mall import Mall
from mallops.operations.moving import catch_up
from mallops.operations.order_steps import forget_points, settle_now
from mallops.operations.running import answered, in_unit
from mallops.repositories import Answer, Conflict, Unit


@frozen
class Ran:
    """The cases, or orders, that were seen to, and those that could not be, with the reason.

    What could not be stays due, and stands in nobody's way.
    """

    done: tuple[str, ...]
    failed: Mapping[str, MallopsError]


async def run_due(mall: Mall, at: DateTime, limit: int = 100) -> Ran:
    """Move every case in which something is due by `at`, at most `limit` cases.

    May be called at any time, and by several workers at once. Raises `Conflict` where others
    were faster each time: it can be called again.
    """
    return await _run(mall, at, limit, lambda unit: unit.cases.due, catch_up)


async def settle_points(mall: Mall, at: DateTime, limit: int = 100) -> Ran:
    """Settle the points, and grant the rewards, of orders for which it is time by `at`.

    They settle as of the instant at which they should have. May be called at any time, and by
    several workers at once; at most `limit` orders. Raises as `run_due` does.
    """
    return await _run(mall, at, limit, lambda unit: unit.orders.settling, _settle)


async def _settle(desk: Desk) -> None:
    if desk.purchase.settles is not None:
        await settle_now(desk, desk.purchase.settles)
    await forget_points(desk)


@define
class _Failed(MallopsError):
    """One case's error, on its way out of the unit of work that it has spoilt."""

    name: str
    error: MallopsError


@contextmanager
def _naming(name: str) -> Iterator[None]:
    try:
        yield
    except Conflict:
        raise
    except MallopsError as error:
        raise _Failed(name, error) from error


async def _run(
    mall: Mall,
    at: DateTime,
    limit: int,
    waiting: Callable[[Unit], Callable[[DateTime, int], Answer[Sequence[str]]]],
    see_to: Callable[[Desk], Awaitable[None]],
) -> Ran:
    """See to the cases that wait, one after the other."""
    done: list[str] = []
    failed: dict[str, MallopsError] = {}

    async def next_one(unit: Unit) -> str | None:
        # Those that have failed still wait before all others.
        names = await answered(waiting(unit)(at, len(failed) + 1))
        name = next((each for each in names if each not in failed), None)
        if name is not None:
            with _naming(name):
                desk = await desk_of(mall, unit, name, at)
                assert desk is not None, "what waits is there"
                await see_to(desk)
                await desk.store()
        return name

    while len(done) + len(failed) < limit:
        try:
            name = await in_unit(mall.store, next_one)
        except _Failed as one:
            failed[one.name] = one.error
            continue
        if name is None:
            break
        done.append(name)
    return Ran(tuple(done), failed)
