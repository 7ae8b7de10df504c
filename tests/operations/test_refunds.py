"""What comes back, in money and otherwise: never more than was paid, and never left behind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from mallops.aftersales.payments import Capture
from mallops.errors import InputError
from mallops.lifecycles.machine import Value
from mallops.operations import (
    Mall,
    Told,
    advance_case,
    cancel,
    drain_outbox,
    open_case,
    pay,
    run_due,
    settle_points,
)
from mallops.repositories import Message
from mallops.rulebook import decode_catalog
from tests.operations.house import (
    AT,
    BACK,
    BUDGET,
    CNY,
    FLASH,
    SAVE10,
    Provider,
    cart,
    catalog,
    codes,
    coupons,
    drained,
    filed,
    given,
    house,
    memory,
    moved,
    paid,
    paid_back,
    placed,
    points,
    purchase,
    received,
    refunds,
    returned,
    sent_back,
    state,
    used,
    waiting,
    yuan,
)

NOTHING: Mapping[str, Value] = {}
MUG = {"id": "mug", "lane": "platform", "benefit": {"kind": "gift", "sku": "C", "quantity": 1}}


def _does(mall: Mall, case: str, event: str, actor: str, at: Any = AT, **facts: Value) -> None:
    moved(advance_case(mall, case, event, actor, at, f"{event}/{actor}/{at}", facts))


# --- compensations -------------------------------------------------------------------------------


def test_after_a_compensation_all_goods_bring_back_only_what_is_left() -> None:
    mall, provider = house(), Provider()
    received(mall, "o1", cart({"A": 2}))
    moved(open_case(mall, "complaint", "c1", "o1", {}, AT, asked=yuan("20.00")))
    _does(mall, "c1", "accept", "seller")
    returned(mall, "as1", "o1", {"A": 2}, AT)
    drained(mall, provider, AT)
    assert refunds(mall, "o1") == [("o1-card", "20.00", "done"), ("o1-card", "100.00", "done")]
    assert provider.total == yuan("120.00")


def test_one_unit_after_a_compensation_comes_back_whole() -> None:
    mall, provider = house(), Provider()
    received(mall, "o1", cart({"A": 2}))
    moved(open_case(mall, "complaint", "c1", "o1", {}, AT, asked=yuan("20.00")))
    _does(mall, "c1", "accept", "seller")
    returned(mall, "as1", "o1", {"A": 1}, AT)
    returned(mall, "as2", "o1", {"A": 1}, AT)
    drained(mall, provider, AT)
    assert [amount for _, amount, _ in refunds(mall, "o1")] == ["20.00", "60.00", "40.00"]


def test_two_compensations_that_were_both_within_what_was_left_stay_within_it() -> None:
    mall, provider = house(), Provider()
    received(mall, "o1", cart({"A": 2}))
    for case in ("c1", "c2"):
        moved(open_case(mall, "complaint", case, "o1", {}, AT, asked=yuan("100.00")))
    for case in ("c1", "c2"):
        _does(mall, case, "accept", "seller")
    drained(mall, provider, AT)
    assert [amount for _, amount, _ in refunds(mall, "o1")] == ["100.00", "20.00"]
    found = open_case(mall, "complaint", "c3", "o1", {}, AT, asked=yuan("0.01"))
    assert codes(found) == ("refund_too_much",)


@pytest.mark.parametrize("asked", ["-5.00", "0.00"])
def test_a_compensation_is_some_money(asked: str) -> None:
    mall = house()
    received(mall, "o1", cart({"A": 2}))
    with pytest.raises(InputError, match=r"\$\.asked"):
        open_case(mall, "complaint", "c1", "o1", {}, AT, asked=yuan(asked))


# --- what is not paid, or not any more -----------------------------------------------------------

FLOWS_OF_UNITS = ("refund_only", "returns", "exchange", "repair", "price_protection")


@pytest.mark.parametrize("flow", FLOWS_OF_UNITS)
def test_no_case_is_opened_of_what_is_not_paid(flow: str) -> None:
    """It would free coupons and limits that the payment then uses."""
    mall = house(FLASH, SAVE10)
    given(mall, "anna", 500, {"c-1": "SAVE10"})
    placed(mall, "o1", cart({"A": 2}, coupons=["SAVE10"], points=200))
    with memory(mall).begin() as unit:
        unit.catalog.put(catalog({"A": "50.00"}))
    assert codes(open_case(mall, flow, "as1", "o1", {"A": 2}, AT)) == ("not_paid",)
    assert coupons(mall, "c-1") == [("held", "o1")]
    assert used(mall, "flash") == (1, 1)


@pytest.mark.parametrize("flow", FLOWS_OF_UNITS)
def test_nor_of_what_was_called_off(flow: str) -> None:
    mall = house()
    placed(mall, "o1", cart({"A": 2}))
    # The time for payment is over, though nobody has run what is due.
    late = AT.add(days=1)
    assert codes(open_case(mall, flow, "as1", "o1", {"A": 2}, late)) == ("cancelled",)
    assert state(mall, "o1") == "closing"


def test_what_is_due_of_the_order_comes_before_its_case_is_opened() -> None:
    """The parcel counts as received, whether or not a worker has come by."""
    mall = house()
    paid(mall, "o1", cart({"A": 2}))
    _does(mall, "o1", "ship", "seller", parcels="all")
    moved(open_case(mall, "returns", "as1", "o1", {"A": 1}, AT.add(days=11)))
    assert state(mall, "o1") == "paid_received"


def test_an_order_cancelled_beside_an_open_case_comes_back_once() -> None:
    mall, provider = house(SAVE10), Provider()
    given(mall, "anna", 500, {"c-1": "SAVE10"})
    paid(mall, "o1", cart({"A": 2}, coupons=["SAVE10"], points=200))
    moved(open_case(mall, "refund_only", "as1", "o1", {"A": 1}, AT))
    moved(cancel(mall, "o1", "seller", AT))
    _does(mall, "as1", "accept", "seller")
    assert state(mall, "as1") == "accepted_refunded"
    drained(mall, provider, AT)
    assert provider.total == purchase(mall, "o1").order.quote.payable
    assert (points(mall), coupons(mall, "c-1")) == ((500, 0, 0, 0), [("free", "")])


def test_a_case_refunded_before_the_order_is_cancelled_is_not_refunded_again() -> None:
    mall, provider = house(), Provider()
    given(mall, "anna", 500)
    paid(mall, "o1", cart({"A": 1, "B": 1}, points=200))
    moved(open_case(mall, "refund_only", "as1", "o1", {"A": 1}, AT))
    _does(mall, "as1", "accept", "seller")
    drained(mall, provider, AT)
    moved(cancel(mall, "o1", "seller", AT.add(minutes=1)))
    drained(mall, provider, AT.add(minutes=1))
    assert provider.total == purchase(mall, "o1").order.quote.payable
    assert points(mall) == (500, 0, 0, 0)


def test_an_order_refunded_unit_by_unit_before_it_is_sent_is_closed_without_more() -> None:
    mall, provider = house(SAVE10), Provider()
    given(mall, "anna", 500, {"c-1": "SAVE10"})
    paid(mall, "o1", cart({"A": 2}, coupons=["SAVE10"], points=200))
    for case in ("as1", "as2"):
        moved(open_case(mall, "refund_only", case, "o1", {"A": 1}, AT))
        _does(mall, case, "accept", "seller")
    drained(mall, provider, AT)
    _does(mall, "o1", "undo", "platform", AT.add(minutes=1))
    assert state(mall, "o1") == "closed"
    assert waiting(mall) == []
    assert provider.total == purchase(mall, "o1").order.quote.payable
    assert (points(mall), coupons(mall, "c-1")) == ((500, 0, 0, 0), [("free", "")])


# --- inspections ---------------------------------------------------------------------------------


def _inspected(units: Mapping[str, int] | None, passed: str) -> Mall:
    mall = house()
    received(mall, "o1", cart({"A": 2, "B": 1}))
    sent_back(mall, "as1", "o1", {"A": 2}, AT)
    facts: Mapping[str, Value] = {"passed": passed}
    moved(advance_case(mall, "as1", "inspect", "seller", AT, "i", facts, units))
    return mall


def test_what_the_buyer_agrees_to_is_what_passed() -> None:
    mall = _inspected({"A": 1}, "some")
    assert filed(mall, "as1").units == {"A": 2}
    assert codes(open_case(mall, "returns", "as2", "o1", {"A": 1}, AT)) == ("units_taken",)
    _does(mall, "as1", "agree", "buyer")
    assert refunds(mall, "o1") == [("o1-card", "60.00", "pending")]
    assert filed(mall, "as1").units == {"A": 1}
    # The other one is the buyer's, who may try again.
    moved(open_case(mall, "returns", "as2", "o1", {"A": 1}, AT))


def test_the_buyers_silence_agrees_to_what_passed() -> None:
    mall = _inspected({"A": 1}, "some")
    run_due(mall, AT.add(days=8))
    assert refunds(mall, "o1") == [("o1-card", "60.00", "pending")]


@pytest.mark.parametrize("event", ["concede", "decide_for_buyer", "judge_timeout"])
def test_a_dispute_that_is_won_is_about_all_units(event: str) -> None:
    mall = _inspected({"A": 1}, "some")
    _does(mall, "as1", "dispute", "buyer")
    drained(mall, Provider(), AT)
    if event == "concede":
        _does(mall, "as1", "concede", "seller")
    elif event == "judge_timeout":
        run_due(mall, AT.add(days=4))
        run_due(mall, AT.add(days=15))
    else:
        _does(mall, "as1", "give_evidence", "seller")
        _does(mall, "as1", "give_evidence", "buyer")
        _does(mall, "as1", "decide_for_buyer", "platform")
    assert refunds(mall, "o1") == [("o1-card", "120.00", "pending")]
    assert filed(mall, "as1").units == {"A": 2}


def test_a_dispute_that_is_lost_leaves_what_passed() -> None:
    mall = _inspected({"A": 1}, "some")
    _does(mall, "as1", "dispute", "buyer")
    drained(mall, Provider(), AT)
    _does(mall, "as1", "give_evidence", "seller")
    _does(mall, "as1", "give_evidence", "buyer")
    _does(mall, "as1", "decide_for_seller", "platform")
    assert refunds(mall, "o1") == [("o1-card", "60.00", "pending")]


@pytest.mark.parametrize("units", [None, {"A": 3}, {"A": 0}, {"B": 1}, {"X": 1}, {"A": True}])
def test_what_passed_is_said_and_is_some_of_what_was_sent_back(units: Any) -> None:
    with pytest.raises(InputError, match=r"\$\.units"):
        _inspected(units, "some")


@pytest.mark.parametrize("units", [{"A": 3}, {"B": 1}])
def test_nor_does_an_inspection_add_units_to_a_case(units: Mapping[str, int]) -> None:
    with pytest.raises(InputError, match=r"\$\.units"):
        _inspected(units, "all")


# --- gifts and stated facts ----------------------------------------------------------------------


@pytest.mark.parametrize("flow", ["refund_only", "repair", "returns"])
def test_only_gifts_of_the_order_are_kept(flow: str) -> None:
    """Said when the case is opened, and not when its money is due."""
    mall = house(MUG)
    received(mall, "o1", cart({"A": 2}))
    with pytest.raises(InputError, match=r"\$\.kept_gifts\[1\]"):
        open_case(mall, flow, "as1", "o1", {"A": 1}, AT, kept_gifts=("C", "Z"))
    moved(open_case(mall, flow, "as1", "o1", {"A": 1}, AT, kept_gifts=("C",)))


def test_a_kept_gift_is_withheld_and_one_that_came_back_is_not() -> None:
    for kept, amount in ((("C",), "110.00"), ((), "120.00")):
        mall = house(MUG)
        received(mall, "o1", cart({"A": 2}))
        returned(mall, "as1", "o1", {"A": 2}, AT, kept_gifts=kept)
        assert refunds(mall, "o1") == [("o1-card", amount, "pending")]


def test_what_can_be_told_is_not_taken_from_the_caller() -> None:
    mall = house()
    received(mall, "o1", cart({"A": 2}))
    facts: Mapping[str, Value] = {"units": "open", "returnable": True}
    with pytest.raises(InputError, match=r"\$\.units"):
        open_case(mall, "refund_only", "as1", "o1", {}, AT, facts=facts)
    late = AT.add(days=30)
    found = open_case(mall, "returns", "as1", "o1", {"A": 1}, late, facts=facts)
    assert codes(found) == ("not_returnable", "window_closed")


# --- refunds on their way ------------------------------------------------------------------------


def _two_captures() -> Mall:
    mall = house()
    placed(mall, "o1", cart({"A": 2}))
    captures = [Capture("card", "card", yuan("70.00")), Capture("wallet", "wallet", yuan("50.00"))]
    moved(pay(mall, "o1", captures, AT))
    moved(cancel(mall, "o1", "seller", AT))
    return mall


def test_a_refund_that_failed_is_tried_again_under_another_key() -> None:
    mall, provider = _two_captures(), Provider()
    provider.answers["refund"] = Told("refund_failed")
    drained(mall, provider, AT)
    assert state(mall, "o1") == "closed_refund_failed"
    assert paid_back(mall, "o1") == yuan("0.00")
    provider.answers.clear()
    _does(mall, "o1", "retry", "seller", AT.add(hours=1))
    drained(mall, provider, AT.add(hours=1))
    assert [state for _, _, state in refunds(mall, "o1")] == ["failed", "failed", "done", "done"]
    assert (len(set(provider.calls)), provider.total) == (2, yuan("120.00"))


def test_what_was_paid_at_one_of_two_captures_is_not_paid_again() -> None:
    mall, provider = _two_captures(), Provider()
    provider.answers["refund"] = Told("refund_failed", done=("card",))
    drained(mall, provider, AT)
    provider.answers.clear()
    _does(mall, "o1", "retry", "seller", AT.add(hours=1))
    assert refunds(mall, "o1") == [
        ("card", "70.00", "done"),
        ("wallet", "50.00", "failed"),
        ("wallet", "50.00", "pending"),
    ]
    drained(mall, provider, AT.add(hours=1))
    assert provider.total == yuan("50.00")
    assert paid_back(mall, "o1") == yuan("120.00")


def test_a_case_is_paid_only_the_rest_though_more_of_the_order_is_left() -> None:
    mall, provider = house(), Provider()
    placed(mall, "o1", cart({"A": 2}))
    captures = [Capture("card", "card", yuan("30.00")), Capture("wallet", "wallet", yuan("90.00"))]
    moved(pay(mall, "o1", captures, AT))
    moved(open_case(mall, "refund_only", "as1", "o1", {"A": 1}, AT))
    _does(mall, "as1", "accept", "seller")
    provider.answers["refund"] = Told("refund_failed", done=("card",))
    drained(mall, provider, AT)
    _does(mall, "as1", "retry", "seller", AT.add(hours=1))
    assert refunds(mall, "o1") == [
        ("card", "30.00", "done"),
        ("wallet", "30.00", "failed"),
        ("wallet", "30.00", "pending"),
    ]


def test_what_was_paid_by_hand_counts_unless_the_buyer_denies_it() -> None:
    mall, provider = _two_captures(), Provider()
    provider.answers["refund"] = Told("refund_failed")
    drained(mall, provider, AT)
    _does(mall, "o1", "pay_by_hand", "seller", AT.add(hours=1))
    assert paid_back(mall, "o1") == yuan("120.00")
    _does(mall, "o1", "deny_refund", "buyer", AT.add(hours=2))
    assert paid_back(mall, "o1") == yuan("0.00")
    _does(mall, "o1", "pay_by_hand", "seller", AT.add(hours=3))
    run_due(mall, AT.add(days=30))
    assert state(mall, "o1") == "closed_refunded"
    assert paid_back(mall, "o1") == yuan("120.00")
    assert waiting(mall) == []


@pytest.mark.parametrize(("found", "sent"), [("refund_found", 1), ("refund_not_found", 2)])
def test_a_refund_without_an_answer_is_looked_up_before_it_is_sent_again(
    found: str, sent: int
) -> None:
    mall, provider = _two_captures(), Provider()

    def silent(message: Message) -> None:
        provider(message)

    drain_outbox(mall, silent, AT, AT.add(minutes=1))
    assert state(mall, "o1") == "closed_refunding"
    later = AT.add(days=4)
    provider.answers["ask_refund"] = Told(found)
    drained(mall, provider, later)
    if sent == 2:
        assert state(mall, "o1") == "closed_refund_failed"
        _does(mall, "o1", "retry", "seller", later.add(hours=1))
        drained(mall, provider, later.add(hours=1))
    assert state(mall, "o1") == "closed_refunded"
    assert paid_back(mall, "o1") == yuan("120.00")
    assert len({key for key in provider.calls if key.endswith("/refund")}) == sent


def test_a_refund_that_is_unclear_stays_reserved_until_somebody_knows() -> None:
    mall = _two_captures()
    run_due(mall, AT.add(days=4))
    run_due(mall, AT.add(days=6))
    assert state(mall, "o1") == "closed_refund_unclear"
    assert paid_back(mall, "o1") == yuan("120.00")
    _does(mall, "o1", "confirm_refund", "buyer", AT.add(days=7))
    assert {state for _, _, state in refunds(mall, "o1")} == {"done"}


# --- payments that come too late -----------------------------------------------------------------


def test_a_payment_that_came_after_all_goes_back() -> None:
    mall, provider = house(FLASH, SAVE10), Provider()
    given(mall, "anna", 500, {"c-1": "SAVE10"})
    payable = placed(mall, "o1", cart({"A": 1}, coupons=["SAVE10"], points=200)).order.quote.payable
    late = AT.add(hours=1)
    assert codes(pay(mall, "o1", [Capture("x", "card", payable)], late)) == ("not_here",)
    assert (used(mall, "flash"), coupons(mall, "c-1")) == ((0, 0), [("free", "")])
    assert points(mall, at=late) == (500, 0, 0, 0)
    captures = (Capture("x", "card", yuan("30.00")), Capture("y", "card", payable))
    provider.answers["void"] = Told("void_failed", captures=captures)
    drained(mall, provider, late)
    assert state(mall, "o1") == "closed_refunded"
    assert provider.total == payable + yuan("30.00")


def test_a_payment_that_came_after_all_is_told_with_what_was_paid() -> None:
    mall, provider = house(), Provider()
    placed(mall, "o1", cart({"A": 1}))
    moved(cancel(mall, "o1", "buyer", AT))
    provider.answers["void"] = Told("void_failed")
    found = drain_outbox(mall, provider, AT, AT.add(minutes=1))
    assert "$.captures" in str(found.failed["o1/1/void"])
    assert state(mall, "o1") == "closing"


def test_no_other_answer_changes_what_was_paid() -> None:
    mall, provider = _two_captures(), Provider()
    provider.answers["refund"] = Told("refunded", (Capture("z", "card", yuan("1.00")),))
    found = drain_outbox(mall, provider, AT, AT.add(minutes=1))
    assert "$.captures" in str(found.failed["o1/2/refund"])
    assert [each.id for each in purchase(mall, "o1").payments.captures] == ["card", "wallet"]


def test_nobody_knows_whether_it_was_paid() -> None:
    """In the end it is closed to be reconciled; nothing of it stays set aside."""
    mall = house(FLASH)
    given(mall, "anna", 500)
    placed(mall, "o1", cart({"A": 1}, points=100))
    for days in (1, 3, 11):
        run_due(mall, AT.add(days=days))
    assert state(mall, "o1") == "unreconciled"
    assert (used(mall, "flash"), points(mall, at=AT.add(days=11))) == ((0, 0), (500, 0, 0, 0))


# --- points alone, no promotions -----------------------------------------------------------------


def test_an_order_that_points_pay_whole_is_paid_by_no_capture() -> None:
    mall = house()
    given(mall, "anna", 50_000)
    payable = placed(mall, "o1", cart({"A": 2}, points="max")).order.quote.payable
    assert payable == yuan("0.00")
    first = moved(pay(mall, "o1", [], AT))
    assert pay(mall, "o1", [], AT.add(days=1)) == first
    assert points(mall) == (38_000, 0, 0, 0)
    _does(mall, "o1", "ship", "seller", parcels="all")
    _does(mall, "o1", "receive", "buyer")
    returned(mall, "as1", "o1", {"A": 1}, AT)
    # There is no money to be sent, so the refund is there at once.
    assert (state(mall, "as1"), waiting(mall)) == (
        "accepted_passed_refunded_restocking",
        ["as1/6/restock"],
    )
    assert points(mall) == (44_000, 0, 0, 0)


def test_cancelled_it_is_closed_at_once() -> None:
    mall = house()
    given(mall, "anna", 50_000)
    paid(mall, "o1", cart({"A": 2}, points="max"))
    moved(cancel(mall, "o1", "seller", AT))
    assert (state(mall, "o1"), waiting(mall)) == ("closed_refunded", [])
    assert points(mall) == (50_000, 0, 0, 0)


def test_without_promotions_points_or_coupons_nothing_is_set_aside() -> None:
    mall, provider = house(points=None), Provider()
    received(mall, "o1", cart({"A": 2}))
    returned(mall, "as1", "o1", {"A": 2}, AT)
    drained(mall, provider, AT)
    assert (provider.total, points(mall)) == (yuan("120.00"), (0, 0, 0, 0))
    run_due(mall, AT.add(days=30))
    settle_points(mall, AT.add(days=30))
    assert state(mall, "o1") == "completed"


# --- what lapses ---------------------------------------------------------------------------------


def test_a_seat_that_lapsed_goes_to_another_and_is_not_taken_back() -> None:
    mall = house(FLASH)
    for name in ("anna", "bob"):
        placed(mall, f"o-{name}", cart({"A": 1}, name))
    assert "flash" in placed(mall, "o-kim", cart({"A": 1}, "kim")).order.quote.refused
    late = AT.add(minutes=30)
    after = placed(mall, "o-lee", cart({"A": 1}, "lee"), late)
    assert [each.promotion for each in after.order.quote.applied] == ["flash"]
    run_due(mall, late)
    assert used(mall, "flash", "lee", late) == (1, 1)
    assert used(mall, "flash", "anna", late) == (1, 0)
    captures = [Capture("x", "card", yuan("54.00"))]
    assert codes(pay(mall, "o-anna", captures, late)) == ("not_here",)
    moved(pay(mall, "o-lee", captures, late))


def test_a_hold_of_points_that_lapsed_is_released_once() -> None:
    mall = house()
    given(mall, "anna", 500)
    placed(mall, "o1", cart({"A": 1}, points=400))
    assert points(mall) == (100, 0, 400, 0)
    late = AT.add(minutes=30)
    placed(mall, "o2", cart({"A": 1}, points=500), late)
    run_due(mall, late)
    assert points(mall, at=late) == (0, 0, 500, 0)
    assert state(mall, "o1") == "closing"


def test_coupons_are_held_until_the_order_is_called_off() -> None:
    mall = house(SAVE10)
    given(mall, "anna", 0, {"c-1": "SAVE10"})
    placed(mall, "o1", cart({"A": 1}, coupons=["SAVE10"]))
    run_due(mall, AT.add(minutes=30))
    assert coupons(mall, "c-1") == [("free", "")]


# --- budgets and campaigns -----------------------------------------------------------------------


def test_a_budget_comes_back_with_the_whole_order_and_is_used_again() -> None:
    mall = house(BUDGET)
    for order in ("o1", "o2"):
        paid(mall, order, cart({"A": 1}))
    assert "budget" in paid(mall, "o3", cart({"A": 1})).order.quote.refused
    moved(cancel(mall, "o1", "seller", AT))
    assert "budget" not in paid(mall, "o4", cart({"A": 1})).order.quote.refused


def test_a_campaign_brings_all_customers_together_no_more_than_its_total() -> None:
    campaign = {"id": "double", "multiplier": "2", "at_most": 100}
    mall = house(points={"earn": {"per": "1.00", "points": 1, "campaigns": [campaign]}})
    bonus = [
        paid(mall, f"o{place}", cart({"A": 1}, name)).order.earned.bonus
        for place, name in enumerate(("anna", "bob", "kim"))
    ]
    assert bonus == [60, 40, 0]


# --- rewards -------------------------------------------------------------------------------------


def _rewarded() -> Mall:
    mall = house(SAVE10, BACK, points={**EARN_PAID, "worth": {"points": 100, "money": "1.00"}})
    received(mall, "o1", cart({"A": 1}))
    assert coupons(mall, "o1/reward/1") == [("free", "")]
    return mall


EARN_PAID = {"earn": {"per": "1.00", "points": 1, "settles": "received"}}


def test_a_reward_that_is_unspent_goes_with_the_goods() -> None:
    mall = _rewarded()
    returned(mall, "as1", "o1", {"A": 1}, AT)
    assert coupons(mall, "o1/reward/1") == [("withdrawn", "")]
    assert points(mall) == (0, 0, 0, 0)


def test_a_reward_that_is_spent_is_owed_in_points() -> None:
    mall = _rewarded()
    paid(mall, "o2", cart({"B": 1}, coupons=["SAVE10"]))
    assert coupons(mall, "o1/reward/1") == [("redeemed", "o2")]
    returned(mall, "as1", "o1", {"A": 1}, AT)
    # 60 points of the order are gone, and the coupon was worth 1000.
    assert points(mall) == (0, 30, 0, 1000)
    assert coupons(mall, "o1/reward/1") == [("redeemed", "o2")]


def test_an_order_that_was_cancelled_brings_no_reward() -> None:
    """Nor does one whose points were to settle, by a clock that goes before the provider's."""
    settling = {"earn": {"per": "1.00", "points": 1, "settles": "paid"}}
    mall = house(SAVE10, BACK, points=settling)
    payable = placed(mall, "o1", cart({"A": 1}), AT.add(minutes=1)).order.quote.payable
    moved(pay(mall, "o1", [Capture("x", "card", payable)], AT))
    moved(cancel(mall, "o1", "seller", AT))
    assert settle_points(mall, AT.add(days=1)).done == ()
    assert coupons(mall, "o1/reward/1") == []
    assert points(mall, at=AT.add(days=1)) == (0, 0, 0, 0)


def test_rewards_are_issued_once_however_often_they_settle() -> None:
    mall = _rewarded()
    for _ in range(2):
        settle_points(mall, AT.add(days=30))
    with memory(mall).begin() as unit:
        assert len(unit.coupons.rewards("o1")) == 1


# --- points that come back late ------------------------------------------------------------------


def test_points_come_back_to_their_lots_as_long_as_goods_can_be_returned() -> None:
    """Also where they settle, and the order is over, before the time for returns is."""
    settling = {"earn": {"per": "1.00", "points": 1, "settles": "received"}}
    mall = house(points=settling, after_sales={"window_days": 15})
    given(mall, "anna", 500)
    received(mall, "o1", cart({"A": 2}, points=200))
    run_due(mall, AT.add(days=9))
    assert state(mall, "o1") == "completed"
    late = AT.add(days=10)
    returned(mall, "as1", "o1", {"A": 2}, late)
    assert points(mall, at=late) == (500, 0, 0, 0)
    with memory(mall).begin() as unit:
        assert set(unit.points.wallet("anna").available) == {"given"}


def test_what_comes_back_after_the_ledger_has_forgotten_is_points_anew() -> None:
    mall = house()
    given(mall, "anna", 500)
    received(mall, "o1", cart({"A": 2}, points=200))
    late = AT.add(days=30)
    run_due(mall, late)
    settle_points(mall, late)
    with memory(mall).begin() as unit:
        assert unit.points.wallet("anna").redeemed == {}
    before = points(mall, at=late)
    moved(open_case(mall, "repair", "as1", "o1", {"A": 2}, late))
    for event, actor, facts in (
        ("accept", "seller", NOTHING),
        ("send", "buyer", {"waybill": True}),
        ("receive", "seller", NOTHING),
        ("inspect", "seller", {"passed": "all"}),
        ("refund_instead", "seller", NOTHING),
    ):
        moved(advance_case(mall, "as1", event, actor, late, event, facts))
    after = points(mall, at=late)
    assert after[0] == before[0] + 200 - purchase(mall, "o1").order.earned.points
    assert refunds(mall, "o1") == [("o1-card", "118.00", "pending")]


def test_the_ledger_forgets_once_nothing_can_come_back() -> None:
    mall = house()
    given(mall, "anna", 500)
    received(mall, "o1", cart({"A": 1}, points=200))
    received(mall, "o2", cart({"A": 1}, points=200))
    moved(open_case(mall, "complaint", "c1", "o2", {}, AT, asked=yuan("1.00")))
    late = AT.add(days=9)
    run_due(mall, late)
    settle_points(mall, late)
    with memory(mall).begin() as unit:
        assert set(unit.points.wallet("anna").redeemed) == {"o2"}
    drained(mall, Provider(), late)
    _does(mall, "c1", "withdraw", "buyer", late.add(minutes=1))
    with memory(mall).begin() as unit:
        assert unit.points.wallet("anna").redeemed == {}


# --- price protection ----------------------------------------------------------------------------


def _cheaper(mall: Mall, **prices: str) -> None:
    with memory(mall).begin() as unit:
        unit.catalog.put(catalog(prices))


def _delisted(mall: Mall, sku: str) -> None:
    with memory(mall).begin() as unit:
        unit.catalog.put(decode_catalog({"products": [{"sku": sku, "status": "delisted"}]}, CNY))


def test_a_price_that_fell_is_repaid_once() -> None:
    mall, provider = house(), Provider()
    received(mall, "o1", cart({"A": 2, "B": 1}))
    _cheaper(mall, A="50.00")
    moved(open_case(mall, "price_protection", "p1", "o1", {"A": 2}, AT))
    _does(mall, "p1", "accept", "seller")
    drained(mall, provider, AT)
    assert provider.total == yuan("20.00")
    assert codes(open_case(mall, "price_protection", "p2", "o1", {"A": 2}, AT)) == (
        "no_difference",
    )
    returned(mall, "as1", "o1", {"A": 2, "B": 1}, AT)
    drained(mall, provider, AT)
    assert provider.total == yuan("160.00")


def test_where_goods_are_sold_no_more_there_is_no_price_to_compare() -> None:
    mall = house()
    received(mall, "o1", cart({"A": 2, "B": 1}))
    _cheaper(mall, A="50.00")
    moved(open_case(mall, "price_protection", "p1", "o1", {"A": 2}, AT))
    _delisted(mall, "B")
    assert codes(open_case(mall, "price_protection", "p2", "o1", {"B": 1}, AT)) == (
        "no_difference",
    )
    _does(mall, "p1", "accept", "seller")
    assert (state(mall, "p1"), refunds(mall, "o1")) == ("accepted_refunded", [])


def test_a_gift_that_is_gone_keeps_its_value() -> None:
    mall = house(MUG)
    received(mall, "o1", cart({"A": 2}))
    _cheaper(mall, A="50.00")
    _delisted(mall, "C")
    moved(open_case(mall, "price_protection", "p1", "o1", {"A": 2}, AT))
    _does(mall, "p1", "accept", "seller")
    assert refunds(mall, "o1") == [("o1-card", "20.00", "pending")]


# --- parcels -------------------------------------------------------------------------------------


def test_a_parcel_is_what_its_own_move_says() -> None:
    mall = house()
    paid(mall, "o1", cart({"A": 2, "B": 2}))
    facts: Mapping[str, Value] = {"parcels": "part"}
    moved(advance_case(mall, "o1", "ship", "seller", AT, "1", facts, {"A": 2}))
    moved(open_case(mall, "refund_only", "as1", "o1", {"B": 1}, AT))
    rest: Mapping[str, Value] = {"parcels": "all"}
    # Not said, it is all that was bought, of which one is in a case.
    assert "units_held" in codes(advance_case(mall, "o1", "ship", "seller", AT, "2", rest))
    assert "units_held" in codes(
        advance_case(mall, "o1", "ship", "seller", AT, "2", rest, {"B": 2})
    )
    moved(advance_case(mall, "o1", "ship", "seller", AT, "2", rest, {"B": 1}))
