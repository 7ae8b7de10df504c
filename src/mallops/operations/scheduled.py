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
from mallops.operations.desk import desk_of
from mallops.operations.mall import Mall
from mallops.operations.moving import catch_up
from mallops.operations.order_steps import forget_points, settle_now
from mallops.operations.running import answered, in_unit
from mallops.repositories import Conflict, Unit


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

    async def next_one(unit: Unit, failed: Mapping[str, MallopsError]) -> str | None:
        name = _first(await answered(unit.cases.due(at, len(failed) + 1)), failed)
        if name is not None:
            with _naming(name):
                desk = await desk_of(mall, unit, name, at)
                assert desk is not None, "what is due is there"
                await catch_up(desk)
                await desk.store()
        return name

    return await _run(mall, limit, next_one)


async def settle_points(mall: Mall, at: DateTime, limit: int = 100) -> Ran:
    """Settle the points, and grant the rewards, of orders for which it is time by `at`.

    They settle as of the instant at which they should have. May be called at any time, and by
    several workers at once; at most `limit` orders. Raises as `run_due` does.
    """

    async def next_one(unit: Unit, failed: Mapping[str, MallopsError]) -> str | None:
        name = _first(await answered(unit.orders.settling(at, len(failed) + 1)), failed)
        if name is not None:
            with _naming(name):
                desk = await desk_of(mall, unit, name, at)
                assert desk is not None, "an order has a case of its own"
                if desk.purchase.settles is not None:
                    await settle_now(desk, desk.purchase.settles)
                await forget_points(desk)
                await desk.store()
        return name

    return await _run(mall, limit, next_one)


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


def _first(names: Sequence[str], failed: Mapping[str, MallopsError]) -> str | None:
    """The first that has not failed: those that have still wait before all others."""
    return next((name for name in names if name not in failed), None)


async def _run(
    mall: Mall,
    limit: int,
    next_one: Callable[[Unit, Mapping[str, MallopsError]], Awaitable[str | None]],
) -> Ran:
    done: list[str] = []
    failed: dict[str, MallopsError] = {}
    while len(done) + len(failed) < limit:
        try:
            name = await in_unit(mall.store, lambda unit: next_one(unit, failed))
        except _Failed as one:
            failed[one.name] = one.error
            continue
        if name is None:
            break
        done.append(name)
    return Ran(tuple(done), failed)
