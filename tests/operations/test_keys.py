"""Every call under the same key once more: at once, later, with another payload, too late."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from attrs import evolve, frozen
from pendulum import DateTime

from mallops.aftersales.payments import Capture
from mallops.cart import Cart, Shopper
from mallops.errors import InputError
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
from mallops.repositories import Logged, Message
from tests.operations.house import (
    AT,
    BACK,
    FLASH,
    SAVE10,
    Provider,
    cart,
    codes,
    content,
    drained,
    filed,
    given,
    house,
    memory,
    moved,
    paid,
    placed,
    purchase,
    received,
    returned,
    state,
    yuan,
)

LATER = AT.add(days=300)


@frozen
class Call:
    """A call, a mall before it, and the same call with something else asked."""

    begun: Callable[[], Mall]
    made: Callable[[Mall, DateTime], object]
    other: Callable[[Mall, DateTime], object]


def _opened() -> Mall:
    mall = house(FLASH, SAVE10, BACK)
    given(mall, "anna", 500, {"c-1": "SAVE10"})
    return mall


def _with(step: Callable[[Mall], object]) -> Callable[[], Mall]:
    def begun() -> Mall:
        mall = _opened()
        step(mall)
        return mall

    return begun


def _bought(mall: Mall) -> None:
    paid(mall, "o1", cart({"A": 2, "B": 1}))


def _shipped(mall: Mall) -> None:
    _bought(mall)
    moved(advance_case(mall, "o1", "ship", "seller", AT, "s", {"parcels": "all"}))


CALLS: Mapping[str, Call] = {
    "checkout": Call(
        _opened,
        lambda mall, at: checkout(mall, "o1", cart({"A": 1}, coupons=["SAVE10"], points="max"), at),
        lambda mall, at: checkout(mall, "o1", cart({"A": 2}), at),
    ),
    "pay": Call(
        _with(lambda mall: placed(mall, "o1", cart({"A": 1}))),
        lambda mall, at: pay(mall, "o1", [Capture("x", "card", yuan("54.00"))], at),
        lambda mall, at: pay(mall, "o1", [Capture("x", "wallet", yuan("54.00"))], at),
    ),
    "advance_case": Call(
        _with(_bought),
        lambda mall, at: advance_case(mall, "o1", "ship", "seller", at, "k", {"parcels": "all"}),
        lambda mall, at: advance_case(mall, "o1", "ship", "seller", at, "k", {"parcels": "part"}),
    ),
    "open_case": Call(
        _with(lambda mall: received(mall, "o1", cart({"A": 2}))),
        lambda mall, at: open_case(mall, "returns", "as1", "o1", {"A": 1}, at),
        lambda mall, at: open_case(mall, "returns", "as1", "o1", {"A": 2}, at),
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_asked_again_it_gives_the_first_answer_and_stores_nothing(name: str) -> None:
    call = CALLS[name]
    mall = call.begun()
    first = call.made(mall, AT)
    assert not hasattr(first, "reasons"), first
    stored = content(mall)
    assert call.made(mall, AT) == first
    assert call.made(mall, LATER) == first
    assert content(mall) == stored


@pytest.mark.parametrize("name", CALLS)
def test_after_all_has_gone_on_it_still_gives_the_first_answer(name: str) -> None:
    call = CALLS[name]
    mall = call.begun()
    first = call.made(mall, AT)
    for _ in range(4):
        run_due(mall, LATER)
        drained(mall, Provider(), LATER)
    settle_points(mall, LATER)
    stored = content(mall)
    again = call.made(mall, LATER)
    if name == "checkout":
        # Of an order, it is the order as it stands by then.
        assert again == purchase(mall, "o1")
    else:
        assert again == first
    assert content(mall) == stored


@pytest.mark.parametrize("name", CALLS)
def test_another_question_under_the_key_is_refused(name: str) -> None:
    call = CALLS[name]
    mall = call.begun()
    call.made(mall, AT)
    stored = content(mall)
    assert codes(call.other(mall, AT)) == ("key_reused",)
    assert codes(call.other(mall, LATER)) == ("key_reused",)
    assert content(mall) == stored


def test_cancelled_and_received_twice_gives_the_first_answer() -> None:
    mall = _opened()
    _bought(mall)
    first = moved(cancel(mall, "o1", "seller", AT))
    assert cancel(mall, "o1", "seller", LATER) == first

    mall = _opened()
    _shipped(mall)
    first = moved(receive(mall, "o1", "buyer", AT))
    assert receive(mall, "o1", "buyer", LATER) == first


def test_cancelled_by_somebody_else_it_is_no_longer_there_to_be_cancelled() -> None:
    mall = _opened()
    placed(mall, "o1", cart({"A": 1}))
    moved(cancel(mall, "o1", "buyer", AT))
    assert codes(cancel(mall, "o1", "seller", AT)) == ("not_here",)


def test_what_a_caller_looks_up_about_the_customer_is_not_asked() -> None:
    """The retry of a first order is no first order any more."""
    mall = _opened()
    whole = cart({"A": 1})
    first = checkout(mall, "o1", _as(whole, Shopper("anna", frozenset({"vip"}), True)), AT)
    assert checkout(mall, "o1", _as(whole, Shopper("anna")), AT) == first
    assert codes(checkout(mall, "o1", _as(whole, Shopper("bob")), AT)) == ("key_reused",)


def _as(bought: Cart, shopper: Shopper) -> Cart:
    return evolve(bought, shopper=shopper)


@pytest.mark.parametrize("key", ["", "own/", "own/cancel/seller", "own/paid/o1-card"])
def test_a_caller_cannot_take_the_keys_of_operations_of_their_own(key: str) -> None:
    mall = _opened()
    _bought(mall)
    with pytest.raises(InputError, match=r"\$\.key"):
        advance_case(mall, "o1", "ship", "seller", AT, key, {"parcels": "all"})


@pytest.mark.parametrize("key", ["cancel", "receive", "open", "paid/x", "told/o1/1/refund"])
def test_a_caller_may_use_any_other_word(key: str) -> None:
    mall = _opened()
    _bought(mall)
    moved(advance_case(mall, "o1", "ship", "seller", AT, key, {"parcels": "all"}))
    moved(receive(mall, "o1", "buyer", AT))


def test_an_id_is_that_of_one_case_or_order_only() -> None:
    mall = _opened()
    received(mall, "o1", cart({"A": 2}))
    paid(mall, "o2", cart({"A": 1}))
    moved(open_case(mall, "returns", "as1", "o1", {"A": 1}, AT))
    stored = content(mall)
    assert codes(open_case(mall, "returns", "o1", "o1", {"A": 1}, AT)) == ("key_reused",)
    assert codes(open_case(mall, "refund_only", "as1", "o2", {"A": 1}, AT)) == ("key_reused",)
    assert codes(open_case(mall, "refund_only", "o1", "o2", {"A": 1}, AT)) == ("key_reused",)
    assert codes(checkout(mall, "as1", cart({"A": 1}), AT)) == ("key_reused",)
    assert content(mall) == stored


def test_a_refusal_is_not_remembered() -> None:
    mall = _opened()
    _bought(mall)
    facts: Mapping[str, str] = {"parcels": "all"}
    assert codes(advance_case(mall, "o1", "ship", "buyer", AT, "k", facts)) == ("not_yours",)
    moved(advance_case(mall, "o1", "ship", "seller", AT, "k", facts))


def test_an_answer_told_twice_moves_its_case_once() -> None:
    mall = _opened()
    received(mall, "o1", cart({"B": 2}))
    returned(mall, "as1", "o1", {"B": 1}, AT)
    provider = Provider()
    told: list[Message] = []

    def slow(message: Message) -> Told:
        """While it is performed the claim runs out, and another worker performs it too."""
        if not told:
            told.append(message)
            inner = drain_outbox(mall, provider, AT.add(minutes=2), AT.add(minutes=3))
            assert list(inner.told) == ["as1/5/refund"]
        answer = provider(message)
        assert answer is not None
        return answer

    drain_outbox(mall, slow, AT, AT.add(minutes=1))
    assert provider.calls.count("as1/5/refund") == 2
    assert provider.total == yuan("40.00")
    assert [each.key for each in _log(mall, "as1")].count("own/told/as1/5/refund") == 1
    assert state(mall, "as1") == "accepted_passed_refunded_restocking"


def _log(mall: Mall, case: str) -> list[Logged]:
    with memory(mall).begin() as unit:
        return [*unit.cases.log(case)]


def test_a_case_that_has_moved_on_answers_from_its_log() -> None:
    mall = _opened()
    received(mall, "o1", cart({"A": 2}))
    first = moved(open_case(mall, "returns", "as1", "o1", {"A": 1}, AT))
    moved(advance_case(mall, "as1", "accept", "seller", AT, "k"))
    assert open_case(mall, "returns", "as1", "o1", {"A": 1}, AT) == first
    moved(advance_case(mall, "as1", "withdraw", "buyer", AT, "w"))
    assert open_case(mall, "returns", "as1", "o1", {"A": 1}, AT) == first
    assert moved(advance_case(mall, "as1", "accept", "seller", LATER, "k")).event == "accept"
    assert filed(mall, "as1").case.steps == 3
