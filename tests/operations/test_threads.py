"""Many threads at once: nothing is granted past its limit, twice, or to two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest

from mallops.aftersales.payments import Capture
from mallops.findings import Refusal
from mallops.lifecycles.case import Moved
from mallops.operations import (
    Mall,
    cancel,
    checkout,
    drain_outbox,
    pay,
    run_due,
    settle_points,
)
from mallops.repositories import Conflict, Purchase
from tests.operations.house import (
    AT,
    FLASH,
    MACHINES,
    SAVE10,
    Provider,
    cart,
    coupons,
    given,
    house,
    memory,
    moved,
    paid,
    placed,
    points,
    received,
    state,
    used,
    yuan,
)
from tests.operations.stores import RacingStore

T = TypeVar("T")
THREADS = 8


def at_once(calls: Sequence[Callable[[], T]]) -> list[T]:
    """What the calls come to, each made by a thread of its own; who is slower tries again."""
    gate = Barrier(len(calls))

    def made(call: Callable[[], T]) -> T:
        gate.wait()
        for _ in range(100):
            try:
                return call()
            except Conflict:
                continue
        raise AssertionError("others were faster a thousand times")

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(made, calls))


@pytest.fixture(params=["one after the other", "overlapping"], ids=str)
def raced(request: pytest.FixtureRequest) -> Callable[[Mall], Mall]:
    """The mall, or the same over a store in which units of work overlap."""

    def over(mall: Mall) -> Mall:
        if request.param == "overlapping":
            return Mall(RacingStore(memory(mall)), "mall", MACHINES)
        return mall

    return over


def test_a_limit_is_granted_so_often_and_no_more(raced: Callable[[Mall], Mall]) -> None:
    mall = house(FLASH)
    over = raced(mall)
    found = at_once(
        [
            lambda n=n: checkout(over, f"o{n}", cart({"A": 1}, f"c{n}"), AT)  # type: ignore[misc]
            for n in range(THREADS)
        ]
    )
    granted = [each for each in found if isinstance(each, Purchase) and each.order.quote.applied]
    assert len(granted) == 2
    assert used(mall, "flash")[0] == 2


def test_a_customer_has_one_however_many_carts_there_are(raced: Callable[[Mall], Mall]) -> None:
    mall = house(FLASH)
    over = raced(mall)
    found = at_once(
        [lambda n=n: checkout(over, f"o{n}", cart({"A": 1}), AT) for n in range(THREADS)]  # type: ignore[misc]
    )
    granted = [each for each in found if isinstance(each, Purchase) and each.order.quote.applied]
    assert (len(granted), used(mall, "flash")) == (1, (1, 1))


def test_a_budget_is_spent_to_the_cent_and_no_further(raced: Callable[[Mall], Mall]) -> None:
    budget = {
        "id": "budget",
        "lane": "shop",
        "benefit": {"kind": "percent_off", "percent": "10"},
        "limits": {"budget": "10.00"},
    }
    mall = house(budget)
    over = raced(mall)
    at_once(
        [
            lambda n=n: checkout(over, f"o{n}", cart({"AB"[n % 2]: 1}, f"c{n}"), AT)  # type: ignore[misc]
            for n in range(THREADS)
        ]
    )
    with memory(mall).begin() as unit:
        spent = unit.usage.used(["budget"], "c0", AT)["budget"].spent
    assert spent is not None
    assert yuan("4.00") < spent <= yuan("10.00")


def test_a_coupon_pays_for_one_order(raced: Callable[[Mall], Mall]) -> None:
    mall = house(SAVE10)
    given(mall, "anna", 0, {"c-1": "SAVE10"})
    over = raced(mall)
    found = at_once(
        [
            lambda n=n: checkout(over, f"o{n}", cart({"A": 1}, coupons=["SAVE10"]), AT)  # type: ignore[misc]
            for n in range(THREADS)
        ]
    )
    [bought] = [each for each in found if isinstance(each, Purchase)]
    assert Counter(each.code for each in found if isinstance(each, Refusal)) == {
        "coupon_not_held": THREADS - 1
    }
    assert coupons(mall, "c-1") == [("held", bought.order.id)]


def test_points_are_shared_out_once(raced: Callable[[Mall], Mall]) -> None:
    mall = house()
    given(mall, "anna", 500)
    over = raced(mall)
    at_once(
        [
            lambda n=n: checkout(over, f"o{n}", cart({"C": 1}, points=200), AT)  # type: ignore[misc]
            for n in range(THREADS)
        ]
    )
    assert points(mall) == (100, 0, 400, 0)


def test_one_checkout_that_is_made_many_times_is_one_order(raced: Callable[[Mall], Mall]) -> None:
    mall = house(FLASH)
    given(mall, "anna", 500)
    over = raced(mall)
    found = at_once(
        [lambda: checkout(over, "o1", cart({"A": 1}, points="max"), AT) for _ in range(THREADS)]
    )
    assert all(each == found[0] for each in found)
    assert (used(mall, "flash"), points(mall)) == ((1, 1), (0, 0, 500, 0))


def test_a_payment_that_is_delivered_many_times_earns_once(raced: Callable[[Mall], Mall]) -> None:
    mall = house()
    placed(mall, "o1", cart({"A": 1}))
    over = raced(mall)
    captures = [Capture("x", "card", yuan("60.00"))]
    found = at_once([lambda: pay(over, "o1", captures, AT) for _ in range(THREADS)])
    assert all(each == found[0] for each in found)
    assert points(mall) == (0, 60, 0, 0)


def test_paid_and_called_off_at_once_it_is_one_of_both(raced: Callable[[Mall], Mall]) -> None:
    for _ in range(5):
        mall = house(FLASH)
        placed(mall, "o1", cart({"A": 1}))
        over = raced(mall)
        captures = [Capture("x", "card", yuan("54.00"))]
        found = at_once(
            [
                lambda: pay(over, "o1", captures, AT),  # noqa: B023
                lambda: cancel(over, "o1", "buyer", AT),  # noqa: B023
            ]
        )
        assert sum(isinstance(each, Moved) for each in found) == 1
        is_paid = state(mall, "o1") == "paid"
        assert used(mall, "flash") == ((1, 1) if is_paid else (0, 0))


def test_workers_that_run_what_is_due_share_it(raced: Callable[[Mall], Mall]) -> None:
    mall = house(FLASH)
    for n in range(6):
        placed(mall, f"o{n}", cart({"A": 1}, f"c{n}"))
    over = raced(mall)
    ran = at_once([lambda: run_due(over, AT.add(hours=1)) for _ in range(4)])
    assert not [each.failed for each in ran if each.failed]
    with memory(mall).begin() as unit:
        for n in range(6):
            assert [each.moved.event for each in unit.cases.log(f"o{n}")] == ["pay_timeout"]
    assert used(mall, "flash") == (0, 0)


def test_workers_that_drain_the_outbox_perform_each_message_once(
    raced: Callable[[Mall], Mall],
) -> None:
    mall, provider = house(), Provider()
    for n in range(6):
        paid(mall, f"o{n}", cart({"A": 1}, f"c{n}"))
        moved(cancel(mall, f"o{n}", "seller", AT))
    over = raced(mall)
    drained = at_once(
        [lambda: drain_outbox(over, provider, AT, AT.add(minutes=1)) for _ in range(4)]
    )
    assert sorted(key for each in drained for key in each.told) == [
        f"o{n}/2/refund" for n in range(6)
    ]
    assert not [each for each in drained if each.failed or each.refused]
    assert sorted(provider.calls) == [f"o{n}/2/refund" for n in range(6)]
    assert {state(mall, f"o{n}") for n in range(6)} == {"closed_refunded"}


def test_workers_that_settle_points_settle_them_once(raced: Callable[[Mall], Mall]) -> None:
    mall = house()
    for n in range(6):
        received(mall, f"o{n}", cart({"A": 1}))
    over, late = raced(mall), AT.add(days=9)
    at_once([lambda: settle_points(over, late) for _ in range(4)])
    assert points(mall, at=late) == (360, 0, 0, 0)


def test_a_campaign_brings_all_together_no_more_than_its_total(
    raced: Callable[[Mall], Mall],
) -> None:
    campaign = {"id": "double", "multiplier": "2", "at_most": 100}
    mall = house(points={"earn": {"per": "1.00", "points": 1, "campaigns": [campaign]}})
    for n in range(4):
        placed(mall, f"o{n}", cart({"A": 1}, f"c{n}"))
    over = raced(mall)
    captures = [Capture("x", "card", yuan("60.00"))]
    at_once([lambda n=n: pay(over, f"o{n}", captures, AT) for n in range(4)])  # type: ignore[misc]
    pending = [points(mall, f"c{n}")[1] for n in range(4)]
    assert sorted(pending) == [60, 60, 100, 120]
