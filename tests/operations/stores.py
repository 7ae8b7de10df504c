"""Stores in memory that are worse than `MemoryStore`: they forget nothing, but crash and race."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, cast

from attrs import define, field

from mallops.adapters.memory import MemoryStore
from mallops.adapters.memory.store import MemoryUnit
from mallops.repositories import Conflict

REPOSITORIES = (
    "catalog",
    "rulebooks",
    "usage",
    "coupons",
    "points",
    "orders",
    "cases",
    "outbox",
    "behaviour",
)
READS = frozenset(
    {
        *("goods", "rulebook", "version", "used", "coupon", "free", "of_order", "rewards"),
        *(
            "wallet",
            "entry",
            "entries",
            "order",
            "lock",
            "settling",
            "case",
            "log",
            "logged",
            "due",
        ),
        "of_customer",
    }
)


def copied(store: MemoryStore) -> MemoryStore:
    """Another store with the same rows."""
    other = MemoryStore()
    here: Any
    there: Any
    with store.begin() as here, other.begin() as there:
        for name in REPOSITORIES:
            for place, table in vars(getattr(here, name)).items():
                if place != "_journal":
                    getattr(getattr(there, name), place).rows.update(table.rows)
    return other


@define
class Calls:
    """A unit's repository, of which each call goes through a function."""

    name: str
    repository: object
    through: Callable[[str, str, Callable[..., Any], tuple[Any, ...]], Any]

    def __getattr__(self, method: str) -> Callable[..., Any]:
        """The method, called through the function."""
        called = getattr(self.repository, method)

        def call(*args: Any) -> Any:
            return self.through(self.name, method, called, args)

        return call


def through(
    unit: MemoryUnit, called: Callable[[str, str, Callable[..., Any], tuple[Any, ...]], Any]
) -> MemoryUnit:
    """A unit of which each repository's calls go through a function."""
    return MemoryUnit(
        **{name: cast(Any, Calls(name, getattr(unit, name), called)) for name in REPOSITORIES}
    )


class Killed(BaseException):
    """The process has died."""


@define(eq=False)
class MortalStore:
    """A store whose process dies at a call, or at the end of a unit before or after its commit.

    `calls` counts down to the moment: each call of a repository and each commit are two, one
    before it has happened and one after.
    """

    store: MemoryStore
    calls: int

    def passes(self) -> None:
        if self.calls == 0:
            raise Killed
        self.calls -= 1

    @contextmanager
    def begin(self) -> Iterator[MemoryUnit]:
        """A unit of work; whoever is killed in it has stored nothing."""
        with self.store.begin() as unit:
            yield through(unit, self._called)
            self.passes()
        self.passes()

    def _called(self, _: str, __: str, method: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        self.passes()
        found = method(*args)
        self.passes()
        return found


@define(eq=False)
class RacingStore:
    """A store that reads as of a unit's beginning, and checks what its methods say they check.

    So it is as weak as a database may be: only what is stored is compared with what is there
    when it is committed. Right before the unit `nth` commits, `meanwhile` is called.
    """

    store: MemoryStore
    meanwhile: Callable[[], object] = field(default=lambda: None)
    nth: int = 0
    conflicts: int = 0

    @contextmanager
    def begin(self) -> Iterator[MemoryUnit]:
        """A unit of work upon a copy, whose changes are made again upon the store."""
        written: list[tuple[str, str, tuple[Any, ...], Any]] = []

        def called(name: str, method: str, call: Callable[..., Any], args: tuple[Any, ...]) -> Any:
            found = call(*args)
            if method not in READS:
                written.append((name, method, args, found))
            return found

        with copied(self.store).begin() as unit:
            yield through(unit, called)
        self.nth -= 1
        if self.nth == -1:
            self.meanwhile()
        try:
            with self.store.begin() as now:
                for name, method, args, found in written:
                    if getattr(getattr(now, name), method)(*args) != found:
                        raise Conflict(f"{method} gives another answer by now")
        except Conflict:
            self.conflicts += 1
            raise


@define(eq=False)
class CommittedStore:
    """A store that reads what has been committed by then, as databases do by default.

    So two reads of one unit may be of different moments. Right before the call `nth`, of all
    units', `meanwhile` is called.
    """

    store: MemoryStore
    meanwhile: Callable[[], object]
    nth: int

    @contextmanager
    def begin(self) -> Iterator[MemoryUnit]:
        """A unit of work that sees its own writes on top of what is there at each call."""
        written: list[tuple[str, str, tuple[Any, ...]]] = []

        locked = False

        def called(name: str, method: str, _: Callable[..., Any], args: tuple[Any, ...]) -> Any:
            nonlocal locked
            self.nth -= 1
            # Whoever else is at the order waits once it is locked.
            if self.nth == -1 and not locked:
                self.meanwhile()
            locked = locked or (method == "lock" and self._is_there(args[0]))
            with copied(self.store).begin() as now:
                _write(now, written)
                found = getattr(getattr(now, name), method)(*args)
            if method not in READS:
                written.append((name, method, args))
            return found

        with MemoryStore().begin() as unit:
            yield through(unit, called)
        with self.store.begin() as now:
            _write(now, written)

    def _is_there(self, order: str) -> bool:
        with self.store.begin() as now:
            return now.orders.order(order) is not None


def _write(unit: MemoryUnit, written: list[tuple[str, str, tuple[Any, ...]]]) -> None:
    for name, method, args in written:
        getattr(getattr(unit, name), method)(*args)


@define(eq=False)
class AwaitedStore:
    """A store whose methods have to be awaited, and let go of their caller each time."""

    store: MemoryStore
    pause: Callable[[], Any]
    open_units: int = 0
    committed: int = 0

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnit]:
        """A unit of work upon a copy, whose changes are made again upon the store."""
        racing = RacingStore(self.store)
        block = racing.begin()
        await self.pause()
        unit = block.__enter__()
        self.open_units += 1
        try:
            yield through(unit, self._called)
        except BaseException as error:
            await self.pause()
            self.open_units -= 1
            block.__exit__(type(error), error, None)
            raise
        await self.pause()
        self.open_units -= 1
        block.__exit__(None, None, None)
        self.committed += 1

    def _called(self, _: str, __: str, method: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        async def waited() -> Any:
            await self.pause()
            return method(*args)

        return waited()
