"""A process that dies at any call of a repository, at any commit, or while money is on its way.

Whoever comes after it makes the same calls under the same keys. In the end all is as if nobody
had ever died: the money, the points, the coupons, the limits, and where every case stands.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from attrs import define, field

from mallops.adapters.memory import MemoryStore
from mallops.aftersales.payments import Capture
from mallops.findings import Refusal
from mallops.lifecycles.case import Refused
from mallops.operations import (
    Mall,
    Told,
    advance_case,
    cancel,
    checkout,
    drain_outbox,
    open_case,
    pay,
    receive,
    run_due,
    settle_points,
)
from mallops.points.drafting import Terms
from mallops.points.sweeping import balance
from mallops.repositories import Message, Purchase
from tests.operations.house import (
    AT,
    BACK,
    BUDGET,
    FLASH,
    MACHINES,
    SAVE10,
    Provider,
    cart,
    content,
    given,
    house,
    memory,
    waiting,
    yuan,
)
from tests.operations.stores import Killed, MortalStore, copied

POINTS = {
    "earn": {
        "per": "1.00",
        "points": 1,
        "campaigns": [{"id": "double", "multiplier": "2", "at_most": 100}],
    }
}
DAY = AT.add(days=1)
WEEK = AT.add(days=12)
FOREVER = 10**9


@define(eq=False)
class World:
    """A mall whose process dies, the provider that outlives it, and the time of day."""

    store: MortalStore
    provider: Provider = field(factory=Provider)
    seconds: int = 0

    @property
    def mall(self) -> Mall:
        """The mall of a process that has just begun."""
        return Mall(self.store, "mall", MACHINES)

    def perform(self, message: Message) -> Told | None:
        """Whoever performs may die before, and after what was performed."""
        self.store.passes()
        told = self.provider(message)
        self.store.passes()
        return told

    def paid(self, order: str) -> object:
        """The order is paid by a capture of its name."""
        purchase = _stored(self.store.store, order)
        return pay(self.mall, order, [Capture(order, "card", purchase.order.quote.payable)], AT)

    def drained(self, at: Any) -> None:
        """Claims of those who died are over by the next time."""
        self.seconds += 2
        now = at.add(seconds=self.seconds)
        found = drain_outbox(self.mall, self.perform, now, now.add(seconds=1))
        assert not found.failed, found.failed


def _stored(store: MemoryStore, order: str) -> Purchase:
    with store.begin() as unit:
        found = unit.orders.order(order)
    assert found is not None
    return found


def _advance(case: str, event: str, actor: str, **facts: Any) -> Callable[[World], object]:
    return lambda world: advance_case(world.mall, case, event, actor, AT, event, facts)


STEPS: tuple[Callable[[World], object], ...] = (
    lambda world: checkout(
        world.mall, "o1", cart({"A": 2, "B": 1}, coupons=["SAVE10"], points=200), AT
    ),
    lambda world: checkout(
        world.mall, "o2", cart({"A": 1}, "bob", coupons=["SAVE10"], points="max"), AT
    ),
    lambda world: checkout(world.mall, "o3", cart({"B": 1}, "bob"), AT),
    lambda world: world.paid("o1"),
    lambda world: world.paid("o3"),
    _advance("o1", "ship", "seller", parcels="all"),
    lambda world: receive(world.mall, "o1", "buyer", AT),
    lambda world: open_case(world.mall, "returns", "as1", "o1", {"A": 1}, AT),
    _advance("as1", "accept", "seller"),
    _advance("as1", "send", "buyer", waybill=True),
    _advance("as1", "receive", "seller"),
    _advance("as1", "inspect", "seller", passed="all"),
    lambda world: open_case(world.mall, "complaint", "c1", "o1", {}, AT, asked=yuan("7.00")),
    _advance("c1", "accept", "seller"),
    lambda world: cancel(world.mall, "o3", "seller", AT),
    lambda world: world.drained(AT),
    lambda world: world.drained(AT),
    # The second order is not paid in time, but it was paid after all.
    lambda world: run_due(world.mall, DAY),
    lambda world: world.drained(DAY),
    lambda world: world.drained(DAY),
    lambda world: run_due(world.mall, WEEK),
    lambda world: settle_points(world.mall, WEEK),
)


def _begun() -> MemoryStore:
    mall = house(FLASH, SAVE10, BUDGET, BACK, points=POINTS)
    given(mall, "anna", 500, {"c-1": "SAVE10"})
    given(mall, "bob", 500, {"c-2": "SAVE10"})
    return memory(mall)


def _provider() -> Provider:
    paid = (Capture("y", "card", yuan("36.00")),)
    return Provider(answers={"void": Told("void_failed", captures=paid)})


def _played(calls: int) -> tuple[World, bool]:
    """The scenario to its end, by a process that dies once, after so many calls."""
    world = World(MortalStore(copied(BEGUN), calls), _provider())
    died = False
    for step in STEPS:
        try:
            found = step(world)
        except Killed:
            died = True
            world.store.calls = FOREVER
            found = step(world)
        assert not isinstance(found, Refused | Refusal), found
    left = world.store.calls
    world.store.calls = FOREVER
    # What the one who died had claimed, and what comes of that.
    for _ in range(3):
        world.drained(WEEK)
    run_due(world.mall, WEEK)
    settle_points(world.mall, WEEK)
    world.store.calls = left
    return world, died


BEGUN = _begun()


def _kept(world: World) -> dict[str, object]:
    """All that is there in the end, but for the instants at which it came there."""
    store = world.store.store
    found: dict[str, object] = {}
    unit: Any
    with store.begin() as unit:
        for name in ("o1", "o2", "o3"):
            purchase = unit.orders.order(name)
            order = purchase.order
            found[name] = (
                order.quote,
                order.returned,
                order.granted,
                order.earned,
                order.points_returned,
                order.points_taken,
                order.cancelled is None,
                order.settled,
                purchase.settles,
                sorted(
                    (each.part.capture, str(each.part.amount), each.state)
                    for each in purchase.payments.refunds
                ),
            )
            for filed in unit.cases.of_order(name):
                found[filed.case.id] = (filed.case.state, filed.units, filed.refund, filed.passed)
        for name in ("anna", "bob"):
            wallet = unit.points.wallet(name)
            found[name] = (
                balance(wallet, WEEK, Terms()),
                wallet.redeemed,
                wallet.pending,
                [entry.request.__class__ for entry in unit.points.entries(name)],
            )
        names = ["flash", "budget", "SAVE10", "back", "points campaign/double"]
        found["used"] = {name: unit.usage.used(names, name, WEEK) for name in ("anna", "bob")}
    found["coupons"] = content(Mall(store, "mall", MACHINES))["coupons._coupons"]
    found["waiting"] = waiting(Mall(store, "mall", MACHINES))
    found["moved"] = sorted(
        (capture, str(amount)) for (_, capture), amount in world.provider.moved.items()
    )
    return found


def _all_calls() -> int:
    """How many calls the scenario has, without what comes after it."""
    return FOREVER - _played(FOREVER)[0].store.calls


def test_the_scenario_goes_through_everything() -> None:
    world, died = _played(FOREVER)
    kept = _kept(world)
    assert not died
    assert kept["waiting"] == []
    ends = {name: kept[name][0] for name in ("as1", "c1")}  # type: ignore[index]
    assert ends == {"as1": "accepted_passed_refunded_stocked", "c1": "accepted_refunded"}
    assert {_case(world, name) for name in ("o1", "o2", "o3")} == {"completed", "closed_refunded"}
    assert {capture for capture, _ in kept["moved"]} == {"o1", "o3", "y"}  # type: ignore[attr-defined]


def _case(world: World, name: str) -> str:
    with world.store.store.begin() as unit:
        found = unit.cases.case(name)
    assert found is not None
    return found.case.state


@pytest.mark.parametrize("part", range(4))
def test_whenever_it_dies_all_is_as_if_it_had_not(part: int) -> None:
    undisturbed, deaths = _kept(_played(FOREVER)[0]), _all_calls()
    assert deaths > 500
    for calls in range(part, deaths, 4):
        world, died = _played(calls)
        assert died
        kept = _kept(world)
        for name, value in undisturbed.items():
            assert kept[name] == value, (calls, name)


def test_whoever_performs_is_asked_again_under_the_same_keys() -> None:
    asked = _played(FOREVER)[0].provider.calls
    again = 0
    for calls in range(0, _all_calls(), 3):
        other = _played(calls)[0].provider.calls
        assert set(other) == set(asked)
        again += len(other) - len(asked)
    assert again > 0


def test_nothing_is_left_set_aside() -> None:
    kept = _kept(_played(FOREVER)[0])
    coupons: Any = kept["coupons"]
    assert {coupon.state.value for coupon in coupons.values()} == {"free", "redeemed"}
    for name in ("anna", "bob"):
        held, redeemed = kept[name][:2]  # type: ignore[index]
        assert (held.held, redeemed) == (0, {})
