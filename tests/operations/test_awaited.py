"""The same operations awaited, and plain ones that meet what has to be awaited."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from mallops import operations
from mallops.aftersales.payments import Capture
from mallops.operations import Mall, NotPlain, Told, aio
from mallops.repositories import Message
from tests.operations.house import (
    AT,
    BACK,
    FLASH,
    MACHINES,
    SAVE10,
    Provider,
    cart,
    content,
    given,
    house,
    memory,
)
from tests.operations.stores import AwaitedStore, copied

LATE = AT.add(days=12)


def _begun() -> Mall:
    mall = house(FLASH, SAVE10, BACK)
    given(mall, "anna", 500, {"c-1": "SAVE10"})
    given(mall, "bob", 500)
    return mall


def _calls(perform: Callable[[Message], Any]) -> list[tuple[str, tuple[Any, ...]]]:
    """A scenario: the operation, and what it is called with after the mall."""
    whole = cart({"A": 2, "B": 1}, coupons=["SAVE10"], points=200)
    captures = [Capture("x", "card", HOLDS["payable"])] if "payable" in HOLDS else []
    return [
        ("checkout", ("o1", whole, AT)),
        ("checkout", ("o2", cart({"A": 1}, "bob", points="max"), AT)),
        ("checkout", ("o3", cart({"A": 1}, "bob", points=600), AT)),
        ("pay", ("o1", captures, AT)),
        ("advance_case", ("o1", "ship", "seller", AT, "s", {"parcels": "all"})),
        ("receive", ("o1", "buyer", AT)),
        ("open_case", ("returns", "as1", "o1", {"A": 1}, AT)),
        ("open_case", ("returns", "as2", "o1", {"A": 2}, AT)),
        ("advance_case", ("as1", "accept", "seller", AT, "a")),
        ("advance_case", ("as1", "send", "buyer", AT, "b", {"waybill": True})),
        ("advance_case", ("as1", "receive", "seller", AT, "c")),
        ("advance_case", ("as1", "inspect", "seller", AT, "d", {"passed": "all"})),
        ("drain_outbox", (perform, AT, AT.add(minutes=1))),
        ("drain_outbox", (perform, AT, AT.add(minutes=1))),
        ("cancel", ("o2", "buyer", AT)),
        ("run_due", (LATE,)),
        ("settle_points", (LATE,)),
    ]


HOLDS: dict[str, Any] = {}


@pytest.fixture(autouse=True)
def _payable() -> None:
    found: Any = operations.checkout(
        _begun(), "o1", cart({"A": 2, "B": 1}, coupons=["SAVE10"], points=200), AT
    )
    HOLDS["payable"] = found.order.quote.payable


async def _pause() -> None:
    await asyncio.sleep(0)


def _awaited(mall: Mall) -> tuple[AwaitedStore, Mall]:
    store = AwaitedStore(copied(memory(mall)), _pause)
    return store, Mall(store, "mall", MACHINES)


def test_awaited_they_say_and_store_the_same() -> None:
    begun = _begun()
    store, mall = _awaited(begun)
    said: list[object] = []
    provider, other = Provider(), Provider()

    async def perform(message: Message) -> Told | None:
        await _pause()
        return other(message)

    async def scenario() -> None:
        for name, args in _calls(perform):
            call: Callable[..., Awaitable[object]] = getattr(aio, name)
            said.append(await call(mall, *args))

    asyncio.run(scenario())
    for place, (name, args) in enumerate(_calls(provider)):
        assert getattr(operations, name)(begun, *args) == said[place], name
    assert content(Mall(store.store, "mall", MACHINES)) == content(begun)
    assert (store.open_units, other.moved) == (0, provider.moved)


def test_awaited_upon_plain_repositories_too() -> None:
    plain, mall = _begun(), _begun()

    async def scenario() -> None:
        for name, args in _calls(Provider()):
            call: Callable[..., Awaitable[object]] = getattr(aio, name)
            await call(mall, *args)

    asyncio.run(scenario())
    for name, args in _calls(Provider()):
        getattr(operations, name)(plain, *args)
    assert content(mall) == content(plain)


def test_tasks_that_overlap_in_one_thread_do_not_get_past_a_limit() -> None:
    store, mall = _awaited(_begun())

    async def scenario() -> list[object]:
        calls = [
            aio.checkout(mall, f"o{place}", cart({"A": 1}, f"c{place}"), AT) for place in range(6)
        ]
        return [*await asyncio.gather(*calls)]

    found: list[Any] = asyncio.run(scenario())
    assert sum(bool(each.order.quote.applied) for each in found) >= 2
    with store.store.begin() as unit:
        assert unit.usage.used(["flash"], "c0", AT)["flash"].total == 2


@pytest.mark.parametrize("name", sorted({name for name, _ in _calls(Provider())}))
@pytest.mark.parametrize("after", [0, 1, 3, 1000])
def test_plain_upon_what_has_to_be_awaited_it_is_told_and_nothing_is_stored(
    name: str, after: int
) -> None:
    """Wherever it had to wait first: as a unit begins, at one of its calls, or nowhere at all."""
    store, _ = _awaited(_begun())
    waits = iter([False] * after)

    class _Wait:
        def __await__(self) -> Any:
            if next(waits, True):
                yield

    store.pause = _Wait
    mall = Mall(store, "mall", MACHINES)
    before = content(Mall(store.store, "mall", MACHINES))
    [args, *_] = [args for each, args in _calls(Provider()) if each == name]
    with pytest.raises(NotPlain, match=f"aio.{name}"):
        getattr(operations, name)(mall, *args)
    gc.collect()
    assert content(Mall(store.store, "mall", MACHINES)) == before
    assert store.committed == 0
