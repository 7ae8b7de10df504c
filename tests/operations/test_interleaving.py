"""Two calls, one of which is done between what the other reads and what it stores.

Whatever they are, what is stored is as if one had been made after the other. The store that they
race on compares nothing but what its methods say they compare.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache, partial

import pytest
from attrs import evolve
from pendulum import DateTime

from mallops.adapters.memory import MemoryStore
from mallops.aftersales.payments import Capture
from mallops.findings import Refusal
from mallops.lifecycles.case import Refused
from mallops.operations import (
    Mall,
    Ran,
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
from mallops.repositories import Purchase
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
    moved,
    paid,
    placed,
    received,
    returned,
    sent_back,
    yuan,
)
from tests.operations.stores import CommittedStore, RacingStore, copied

Calls = Mapping[str, Callable[[Mall, DateTime], object]]

CAMPAIGN = {"id": "double", "multiplier": "2", "at_most": 100}
BUDGET = {
    "id": "budget",
    "lane": "shop",
    "benefit": {"kind": "amount_off", "amount": "3.00"},
    "limits": {"budget": "9.00"},
}
POINTS = {"earn": {"per": "1.00", "points": 1, "campaigns": [CAMPAIGN], "settles": "received"}}


def _opened() -> Mall:
    mall = house(FLASH, SAVE10, BUDGET, BACK, points=POINTS)
    given(mall, "anna", 500, {"c-1": "SAVE10", "c-2": "SAVE10"})
    given(mall, "bob", 500, {"c-3": "SAVE10"})
    return mall


def _bought() -> Mall:
    """Orders that are paid, and others that wait for it."""
    mall = _opened()
    paid(mall, "o1", cart({"A": 2, "B": 2}, coupons=["SAVE10"], points=200))
    placed(mall, "o2", cart({"B": 1}, points=100))
    moved(open_case(mall, "refund_only", "as0", "o1", {"B": 1}, AT))
    return mall


BOUGHT: Calls = {
    "checkout": lambda mall, at: checkout(
        mall, "o3", cart({"A": 1, "B": 1}, coupons=["SAVE10"], points="max"), at
    ),
    "checkout of another": lambda mall, at: checkout(
        mall, "o4", cart({"A": 1}, "bob", coupons=["SAVE10"], points="max"), at
    ),
    "the same checkout": lambda mall, at: checkout(
        mall, "o3", cart({"A": 1, "B": 1}, coupons=["SAVE10"], points="max"), at
    ),
    "pay": lambda mall, at: pay(mall, "o2", [Capture("x", "card", yuan("36.00"))], at),
    "cancel unpaid": lambda mall, at: cancel(mall, "o2", "buyer", at),
    "cancel paid": lambda mall, at: cancel(mall, "o1", "seller", at),
    "ship": lambda mall, at: advance_case(
        mall, "o1", "ship", "seller", at, "s", {"parcels": "part"}, {"A": 2}
    ),
    "ship the rest": lambda mall, at: advance_case(
        mall, "o1", "ship", "seller", at, "t", {"parcels": "all"}, {"A": 2, "B": 1}
    ),
    "open": lambda mall, at: open_case(mall, "refund_only", "as1", "o1", {"A": 1}, at),
    "open the rest": lambda mall, at: open_case(
        mall, "refund_only", "as2", "o1", {"A": 2, "B": 1}, at
    ),
    "open what is not paid": lambda mall, at: open_case(
        mall, "refund_only", "as3", "o2", {"B": 1}, at
    ),
    "complain": lambda mall, at: open_case(
        mall, "complaint", "c1", "o1", {}, at, asked=yuan("100.00")
    ),
    "accept": lambda mall, at: advance_case(mall, "as0", "accept", "seller", at, "a"),
    "withdraw": lambda mall, at: advance_case(mall, "as0", "withdraw", "buyer", at, "w"),
    "run due": lambda mall, at: run_due(mall, at.add(hours=1)),
}


def _received() -> Mall:
    """Orders that have arrived, with returns on their way, and a reward that can be spent."""
    mall = _opened()
    received(mall, "o1", cart({"A": 2, "B": 2}, coupons=["SAVE10"], points=200))
    received(mall, "o2", cart({"C": 2}))
    sent_back(mall, "as0", "o1", {"A": 1}, AT)
    returned(mall, "as9", "o1", {"A": 1}, AT)
    moved(open_case(mall, "complaint", "c0", "o1", {}, AT, asked=yuan("100.00")))
    return mall


RECEIVED: Calls = {
    "checkout with the reward": lambda mall, at: checkout(
        mall, "o3", cart({"A": 1}, coupons=["SAVE10"], points="max"), at
    ),
    "inspect": lambda mall, at: advance_case(
        mall, "as0", "inspect", "seller", at, "i", {"passed": "all"}
    ),
    "compensate": lambda mall, at: advance_case(mall, "c0", "accept", "seller", at, "a"),
    "return": lambda mall, at: open_case(mall, "returns", "as1", "o1", {"B": 2}, at),
    "return one": lambda mall, at: open_case(mall, "returns", "as2", "o1", {"B": 1}, at),
    "exchange": lambda mall, at: open_case(mall, "exchange", "as3", "o1", {"B": 1}, at),
    "return another": lambda mall, at: open_case(mall, "returns", "as4", "o2", {"C": 2}, at),
    "run due": lambda mall, at: run_due(mall, at.add(days=10)),
    "settle": lambda mall, at: settle_points(mall, at.add(days=10)),
    "drain": lambda mall, at: drain_outbox(mall, Provider(), at, at.add(minutes=1)),
    "receive again": lambda mall, at: receive(mall, "o1", "buyer", at),
}

WORLDS: Mapping[str, tuple[Callable[[], Mall], Calls]] = {
    "bought": (cache(_bought), BOUGHT),
    "received": (cache(_received), RECEIVED),
}


def _over(store: object) -> Mall:
    return Mall(store, "mall", MACHINES)  # type: ignore[arg-type]


def _rows(store: MemoryStore) -> Mapping[str, object]:
    """All rows, in the order of their keys, since it is of no matter which came first."""
    return {
        name: sorted(((str(key), _row(row)) for key, row in rows.items()), key=lambda each: each[0])
        for name, rows in content(_over(store)).items()
    }


def _row(row: object) -> object:
    """A row without what an order saw of limits that it took nothing of: it may be older."""
    if isinstance(row, Purchase):
        found = evolve(row.order.quote, refused={})
        return evolve(row, order=evolve(row.order, quote=found, usage={}))
    return row


def _answer(said: object) -> object:
    """An answer, in which the order of what a worker did is of no matter."""
    if isinstance(said, Ran):
        return sorted(said.done), said.failed
    return _row(said)


@pytest.mark.parametrize("world", WORLDS)
def test_it_is_as_if_one_had_come_after_the_other(world: str) -> None:
    begun, calls = WORLDS[world]
    before: MemoryStore = memory(begun())
    raced = 0
    for first, inner in calls.items():
        for second, outer in calls.items():
            racing = RacingStore(copied(before))
            said: list[object] = []
            racing.meanwhile = partial(_says, said, inner, racing.store)
            said.append(outer(_over(racing), AT))
            raced += racing.conflicts
            in_turn = copied(before)
            if isinstance(said[1], Refused | Refusal) and not racing.conflicts:
                # It has stored nothing, so that it was refused before the other came.
                expected = [outer(_over(in_turn), AT), inner(_over(in_turn), AT)][::-1]
            else:
                expected = [inner(_over(in_turn), AT), outer(_over(in_turn), AT)]
            pair = (first, second)
            assert list(map(_answer, said)) == list(map(_answer, expected)), pair
            assert _rows(racing.store) == _rows(in_turn), pair
    assert raced > len(calls)


@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize("world", WORLDS)
def test_a_worker_may_be_overtaken_between_any_two_cases(world: str, nth: int) -> None:
    begun, calls = WORLDS[world]
    before: MemoryStore = memory(begun())
    for inner in calls.values():
        for worker in {"run due", "settle", "drain"}.intersection(calls):
            racing = RacingStore(copied(before), nth=nth)
            racing.meanwhile = partial(_says, [], inner, racing.store)
            calls[worker](_over(racing), AT)
            _nothing_is_wrong(_over(racing.store))


def _says(said: list[object], call: Callable[[Mall, DateTime], object], store: MemoryStore) -> None:
    said.append(call(_over(store), AT))


def _nothing_is_wrong(mall: Mall) -> None:
    """No unit is in two cases; that no more goes back than was paid, `Payments` sees to."""
    with memory(mall).begin() as unit:
        for order in ("o1", "o2"):
            purchase = unit.orders.order(order)
            assert purchase is not None
            held = Counter[str]()
            for each in unit.cases.of_order(order):
                if each.case.id != order and each.case.machine != "complaint":
                    held.update(each.units)
            for line in purchase.order.quote.lines:
                assert held[line.id] <= len(line.units), (order, held)


EQUAL = ("checkout", "pay", "cancel unpaid", "cancel paid", "ship", "open", "complain", "accept")


@pytest.mark.parametrize("name", EQUAL)
def test_of_equal_calls_each_has_the_answer_wherever_the_other_comes(name: str) -> None:
    begun, calls = WORLDS["bought"]
    before: MemoryStore = memory(begun())
    once = copied(before)
    expected = calls[name](_over(once), AT)
    nth, overtaken = 0, True
    while overtaken:
        store = copied(before)
        said: list[object] = []
        racing = CommittedStore(store, partial(_says, said, calls[name], store), nth)
        said.append(calls[name](_over(racing), AT))
        overtaken = len(said) == 2
        assert [_answer(each) for each in said] == [_answer(expected)] * len(said), nth
        assert _rows(store) == _rows(once), nth
        nth += 1
    assert nth > 1
