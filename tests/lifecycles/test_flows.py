"""Every flow's stories, walked exactly: who acts, what is due when, what has to be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import evolve

from mallops.findings import Severity
from mallops.lifecycles.case import Refused
from mallops.lifecycles.explaining import explain
from mallops.lifecycles.flows import (
    FLOWS,
    HOUSE,
    WECHAT,
    Terms,
    complaint,
    exchange,
    orders,
    price_protection,
    refund_only,
    repair,
    returns,
    shipments,
)
from mallops.lifecycles.machine import PROVIDER, TIMER, Calendar, Machine, Term
from mallops.lifecycles.verifying import verify
from mallops.time import instant
from tests.lifecycles.walking import START, Walk

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

each_flow = pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.__name__)
each_refund = pytest.mark.parametrize(
    "flow", [refund_only, price_protection, complaint], ids=lambda flow: flow.__name__
)
each_return = pytest.mark.parametrize(
    "flow", [returns, exchange, repair], ids=lambda flow: flow.__name__
)

Flow = Callable[[Terms], Machine]


def requested(flow: Flow, deadlines: Terms = WECHAT) -> Walk:
    walk = Walk(flow(deadlines))
    assert walk.does("buyer", "request") == "requested"
    return walk


def sent(flow: Flow) -> Walk:
    walk = requested(flow)
    assert walk.does("seller", "accept") == "accepted_awaited"
    assert walk.does("buyer", "send") == "accepted_on_the_way"
    return walk


def received(flow: Flow) -> Walk:
    walk = sent(flow)
    assert walk.does("carrier", "arrive") == "accepted_received"
    return walk


# ---------------------------------------------------------------------------- all flows


@each_flow
@pytest.mark.parametrize("deadlines", [HOUSE, WECHAT], ids=lambda terms: terms.id)
def test_nothing_is_wrong_with_a_flow(flow: Flow, deadlines: Terms) -> None:
    assert list(verify(flow(deadlines))) == []


@each_flow
def test_a_flow_without_one_of_its_timers_has_a_dead_end(flow: Flow) -> None:
    machine = flow(HOUSE)
    first = machine.deadlines[0]
    silent = tuple(row for row in machine.rows if row.event != first.event)
    found = verify(evolve(machine, rows=silent))
    assert any(finding.severity is Severity.ERROR for finding in found)


@each_flow
def test_everything_is_said_in_both_languages(flow: Flow) -> None:
    machine = flow(WECHAT)
    named = {
        *(f"state.{state.id}" for state in machine.states),
        *(f"event.{event}" for event in machine.events),
        *(f"actor.{actor}" for actor in machine.actors),
        *(f"guard.{guard.code}" for row in machine.rows for guard in row.guards),
        *(f"deadline.{deadline.id}" for deadline in machine.deadlines),
        *(f"effect.{effect.id}" for effect in machine.effects),
    }
    for locale in ("zh_CN", "en"):
        words = machine.wording[locale]
        assert set(words) == named
        assert all(words.values())
        states = Counter(words[f"state.{state.id}"] for state in machine.states)
        assert {words for words, count in states.items() if count > 1} == set()
    chinese = "".join(machine.wording["zh_CN"].values())
    assert not any(letter.isascii() for letter in chinese)


@each_flow
def test_terms_are_part_of_the_version_and_of_nothing_else(flow: Flow) -> None:
    ours, theirs = flow(HOUSE), flow(WECHAT)
    assert (ours.version, theirs.version) == ("1-house", "1-wechat")
    assert (ours.id, ours.states, ours.rows) == (theirs.id, theirs.states, theirs.rows)


@each_flow
def test_no_case_ends_while_an_answer_is_awaited(flow: Flow) -> None:
    machine = flow(HOUSE)
    final = {state.id for state in machine.states if state.final}
    asking = {row.source for row in machine.rows if row.event in machine.answers}
    assert asking & final == set()
    # An effect is answered before anything else moves the case, so one is awaited at a time.
    for row in machine.rows:
        assert len(row.effects) <= 1
        if row.source in asking:
            assert row.event in machine.answers


@each_flow
def test_money_is_sent_first_or_after_a_failure_that_is_certain(flow: Flow) -> None:
    machine = flow(HOUSE)
    money = {state.id: state.axes.get("money", "none") for state in machine.states}
    for row in machine.rows:
        if "refund" in row.effects:
            assert money[row.source] in {"none", "refund_failed"}
        if money[row.target] == "refund_failed":
            assert row.event in {"refund_failed", "refund_not_found", "deny_refund"}


# ---------------------------------------------------------------------------- refund only


def test_a_refund_that_goes_well() -> None:
    walk = requested(refund_only)
    assert walk.does("seller", "accept") == "accepted_refunding"
    assert walk.answered("refunded") == "accepted_refunded"
    assert walk.final
    assert walk.performed == ["refund"]
    assert [moved.log.actor for moved in walk.taken] == ["buyer", "seller", "provider"]


@each_refund
def test_nobody_grants_their_own_request(flow: Flow) -> None:
    walk = requested(flow)
    found = walk.tried("accept", "buyer")
    assert isinstance(found, Refused)
    assert found.codes == ("not_yours",)
    walk.does("seller", "propose")
    found = walk.tried("agree", "seller")
    assert isinstance(found, Refused)
    assert found.codes == ("not_yours",)


def test_the_sellers_silence_is_consent_after_48_hours() -> None:
    walk = requested(refund_only)
    (running,) = walk.case.deadlines
    assert running.at == START + 48 * HOUR
    assert walk.waits() == ("answer_timeout", "accepted_refunding")
    assert walk.performed == ["refund"]


def test_ours_is_two_workdays() -> None:
    walk = Walk(refund_only(HOUSE), at=instant("2026-11-13T12:00:00+08:00"))
    walk.does("buyer", "request")
    (running,) = walk.case.deadlines
    assert running.at == instant("2026-11-18T00:00:00+08:00")


def test_a_request_needs_open_and_returnable_units_and_a_refusal_its_reason() -> None:
    walk = Walk(refund_only(WECHAT))
    found = walk.tried("request", "buyer", units="taken", returnable=False)
    assert isinstance(found, Refused)
    assert found.codes == ("not_returnable", "units_taken")
    walk.does("buyer", "request")
    found = walk.tried("refuse", "seller", reason=False)
    assert isinstance(found, Refused)
    assert found.codes == ("reason_missing",)


@each_refund
def test_the_buyer_edits_after_a_refusal(flow: Flow) -> None:
    walk = requested(flow)
    walk.at += 47 * HOUR
    assert walk.does("seller", "refuse") == "refused"
    walk.at += DAY
    assert walk.does("buyer", "edit") == "requested"
    (running,) = walk.case.deadlines
    assert running.at == walk.at + 48 * HOUR


@each_refund
def test_the_buyers_silence_closes(flow: Flow) -> None:
    for answer in ("refuse", "propose"):
        walk = requested(flow)
        walk.does("seller", answer)
        assert walk.waits() == ("reply_timeout", "closed")
        assert walk.at == START + 7 * DAY
        assert walk.final
        assert walk.performed == []


@each_refund
@pytest.mark.parametrize("answer", ["", "refuse", "propose"])
def test_the_buyer_withdraws(flow: Flow, answer: str) -> None:
    walk = requested(flow)
    if answer:
        walk.does("seller", answer)
    assert walk.does("buyer", "withdraw") == "withdrawn"
    assert walk.final


def test_a_draft_is_forgotten() -> None:
    walk = Walk(refund_only(WECHAT))
    assert walk.waits() == ("draft_timeout", "closed")


def test_a_proposal_is_agreed_to() -> None:
    walk = requested(refund_only)
    walk.does("seller", "propose")
    assert walk.does("buyer", "agree") == "accepted_refunding"
    assert walk.taken[-1].row.approves == "seller"


def test_a_late_answer_is_refused_until_the_timer_has_come() -> None:
    walk = requested(refund_only)
    walk.at += 48 * HOUR
    found = walk.tried("refuse", "seller")
    assert isinstance(found, Refused)
    assert found.codes == ("overdue",)
    assert walk.waits() == ("answer_timeout", "accepted_refunding")


# ---------------------------------------------------------------------------- money


def refunding() -> Walk:
    walk = requested(refund_only)
    walk.does("seller", "accept")
    return walk


def test_a_failed_refund_is_tried_again() -> None:
    walk = refunding()
    assert walk.answered("refund_failed") == "accepted_refund_failed"
    assert walk.does("platform", "retry") == "accepted_refunding"
    assert walk.answered("refunded") == "accepted_refunded"
    keys = [awaited.key for moved in walk.taken for awaited in moved.perform]
    assert keys == ["c/2/refund", "c/4/refund"]


def test_an_answer_that_comes_twice_is_refused() -> None:
    walk = refunding()
    (awaited,) = walk.case.awaited
    walk.answered("refund_failed")
    walk.does("seller", "retry")
    found = walk.comes_back("refunded", awaited.key)
    assert isinstance(found, Refused)
    assert found.codes == ("not_awaited",)


def test_a_refund_without_an_answer_is_looked_up_and_not_paid_again() -> None:
    walk = refunding()
    assert walk.waits() == ("refund_timeout", "accepted_refund_asked")
    assert walk.at == START + 72 * HOUR
    assert walk.answered("refund_found") == "accepted_refunded"
    assert walk.performed == ["refund", "ask_refund"]


def test_a_refund_that_did_not_happen_may_be_tried_again() -> None:
    walk = refunding()
    walk.waits()
    assert walk.answered("refund_not_found") == "accepted_refund_failed"
    assert walk.does("seller", "retry") == "accepted_refunding"


def test_an_unclear_refund_is_never_sent_again_until_it_is_clear() -> None:
    walk = refunding()
    walk.waits()
    assert walk.waits() == ("ask_timeout", "accepted_refund_unclear")
    outlook = explain(walk.machine, walk.case, "seller", walk.at)
    assert [move.event for move in outlook.moves if not move.against] == ["ask_again"]
    walk.does("platform", "ask_again")
    walk.waits()
    assert walk.does("buyer", "confirm_refund") == "accepted_refunded"
    assert walk.performed == ["refund", "ask_refund", "ask_refund"]


def test_a_refund_by_hand_is_confirmed_by_the_buyer_or_by_silence() -> None:
    walk = refunding()
    walk.answered("refund_failed")
    assert walk.does("seller", "pay_by_hand") == "accepted_paid_by_hand"
    assert walk.does("buyer", "deny_refund") == "accepted_refund_failed"
    walk.does("seller", "pay_by_hand")
    paid = walk.at
    assert walk.waits() == ("confirm_timeout", "accepted_refunded")
    assert walk.at == paid + 7 * DAY


def test_a_refund_that_is_not_put_right_goes_to_the_platform() -> None:
    walk = refunding()
    walk.answered("refund_failed")
    assert walk.waits() == ("settle_timeout", "accepted_overdue")
    assert walk.at == START + 7 * DAY
    assert walk.final


# ---------------------------------------------------------------------------- arbitration


def disputed(flow: Flow = refund_only) -> Walk:
    walk = requested(flow)
    walk.does("seller", "refuse")
    assert walk.does("buyer", "dispute") == "disputed_calling"
    assert walk.performed[-1] == "call"
    assert walk.answered("called") == "disputed_evidence"
    return walk


@pytest.mark.parametrize("first", ["buyer", "seller"])
def test_both_give_evidence_and_the_platform_decides_for_the_buyer(first: str) -> None:
    walk = disputed()
    second = {"buyer": "seller", "seller": "buyer"}[first]
    assert walk.does(first, "give_evidence") == f"disputed_evidence_{first}"
    found = walk.tried("give_evidence", first)
    assert isinstance(found, Refused)
    assert found.codes == ("not_yours",)
    assert walk.does(second, "give_evidence") == "disputed_judging"
    assert walk.does("platform", "decide_for_buyer") == "accepted_refunding"


def test_the_time_for_evidence_is_one_for_both() -> None:
    walk = disputed()
    walk.at += DAY
    walk.does("seller", "give_evidence")
    assert walk.waits() == ("evidence_timeout", "disputed_judging")
    assert walk.at == START + 3 * DAY
    assert walk.does("platform", "decide_for_seller") == "dismissed"
    assert walk.final
    assert walk.performed == ["call"]


def test_the_platforms_silence_is_to_the_buyers_good() -> None:
    walk = disputed()
    walk.waits()
    assert walk.waits() == ("judge_timeout", "accepted_refunding")


def test_neither_side_decides_its_own_dispute() -> None:
    walk = disputed()
    walk.waits()
    for actor in ("buyer", "seller"):
        for event in ("decide_for_buyer", "decide_for_seller"):
            found = walk.tried(event, actor)
            assert isinstance(found, Refused)
            assert found.codes == ("not_yours",)


def test_the_seller_concedes_and_the_buyer_withdraws_a_dispute() -> None:
    walk = disputed()
    assert walk.does("seller", "concede") == "accepted_refunding"
    walk = disputed()
    assert walk.does("buyer", "withdraw") == "withdrawn"


@pytest.mark.parametrize("event", ["call_failed", "call_timeout"])
def test_a_message_that_gets_lost_holds_nothing_up(event: str) -> None:
    walk = requested(refund_only)
    walk.does("seller", "refuse")
    walk.does("buyer", "dispute")
    if event == "call_timeout":
        assert walk.waits() == (event, "disputed_evidence")
    else:
        assert walk.answered(event) == "disputed_evidence"


def test_a_return_that_the_platform_grants_is_still_to_be_sent_back() -> None:
    walk = disputed(returns)
    walk.waits()
    assert walk.does("platform", "decide_for_buyer") == "accepted_awaited"


# ---------------------------------------------------------------------------- goods back


def test_a_return_that_goes_well() -> None:
    walk = received(returns)
    assert walk.performed == []
    assert walk.does("seller", "inspect") == "accepted_passed_refunding"
    assert walk.performed == ["refund"]
    assert walk.answered("refunded") == "accepted_passed_refunded_restocking"
    assert walk.performed == ["refund", "restock"]
    assert walk.answered("restocked") == "accepted_passed_refunded_stocked"
    assert walk.final


@each_return
def test_the_sellers_silence_accepts_a_return(flow: Flow) -> None:
    walk = requested(flow)
    assert walk.waits() == ("answer_timeout", "accepted_awaited")
    assert walk.at == START + 48 * HOUR


@each_return
def test_goods_that_are_not_sent_back_lapse_and_then_close(flow: Flow) -> None:
    walk = requested(flow)
    walk.does("seller", "accept")
    assert walk.waits() == ("send_timeout", "lapsed")
    assert walk.at == START + 7 * DAY
    assert walk.waits() == ("reply_timeout", "closed")
    assert walk.at == START + 14 * DAY


@each_return
def test_a_lapsed_return_can_be_asked_for_again(flow: Flow) -> None:
    walk = requested(flow)
    walk.does("seller", "accept")
    walk.waits()
    assert walk.does("buyer", "edit") == "requested"


@each_return
def test_the_buyer_withdraws_before_sending_and_not_after(flow: Flow) -> None:
    walk = requested(flow)
    walk.does("seller", "accept")
    walk.does("buyer", "withdraw")
    assert walk.state == "withdrawn"
    walk = sent(flow)
    found = walk.tried("withdraw", "buyer")
    assert isinstance(found, Refused)
    assert found.codes == ("not_here",)


def test_goods_that_the_seller_never_receives_are_repaid_after_ten_days() -> None:
    walk = sent(returns)
    assert walk.waits() == ("receive_timeout", "accepted_refunding")
    assert walk.at == START + 10 * DAY


def test_the_ten_days_go_on_while_goods_that_came_late_are_inspected() -> None:
    walk = sent(returns)
    walk.at += 9 * DAY
    assert walk.does("carrier", "arrive") == "accepted_received"
    assert walk.waits() == ("receive_timeout", "accepted_refunding")
    assert walk.at == START + 10 * DAY


def test_goods_that_are_not_inspected_are_repaid_within_the_laws_days_and_never_restocked() -> None:
    walk = received(returns)
    assert walk.waits() == ("inspect_timeout", "accepted_refunding")
    assert walk.at == instant("2026-11-19T00:00:00+08:00")
    assert walk.answered("refunded") == "accepted_refunded"
    assert walk.final
    assert "restock" not in walk.performed


def test_a_parcel_lost_at_the_sellers_risk_is_repaid() -> None:
    walk = sent(returns)
    assert walk.does("carrier", "lose", carriage="seller") == "accepted_refunding"
    assert walk.answered("refunded") == "accepted_refunded"
    assert walk.performed == ["refund"]


def test_a_parcel_lost_at_the_buyers_risk_is_settled_between_them() -> None:
    def lost() -> Walk:
        walk = sent(returns)
        assert walk.does("carrier", "lose") == "accepted_lost"
        return walk

    walk = lost()
    assert walk.does("carrier", "find") == "accepted_on_the_way"
    walk = lost()
    assert walk.does("seller", "bear_loss") == "accepted_refunding"
    walk = lost()
    assert walk.waits() == ("loss_timeout", "closed")
    walk = lost()
    walk.does("buyer", "dispute")
    assert walk.answered("called") == "disputed_evidence_lost"
    walk.waits()
    assert walk.does("platform", "decide_for_buyer") == "accepted_refunding"
    walk = lost()
    walk.does("buyer", "dispute")
    walk.answered("called")
    walk.waits()
    assert walk.does("platform", "decide_for_seller") == "dismissed"


def failed_inspection(flow: Flow) -> Walk:
    walk = received(flow)
    assert walk.does("seller", "inspect", passed="none") == "refused_not_passed"
    return walk


@each_return
def test_goods_that_fail_inspection_go_back_to_the_buyer_who_gives_up(flow: Flow) -> None:
    walk = failed_inspection(flow)
    assert walk.does("buyer", "withdraw") == "closed_packing"
    assert walk.answered("shipped") == "closed_sent"
    assert walk.does("buyer", "confirm") == "closed_delivered"
    assert walk.final
    assert walk.performed == ["ship"]
    walk = failed_inspection(flow)
    assert walk.waits() == ("reply_timeout", "closed_packing")


def test_goods_that_failed_and_the_seller_loses_are_paid_for() -> None:
    walk = failed_inspection(returns)
    walk.does("buyer", "withdraw")
    assert walk.waits() == ("ship_timeout", "closed_unsent")
    walk.does("seller", "ship_again")
    walk.answered("shipped")
    assert walk.does("carrier", "lose_delivery") == "closed_missing"
    assert walk.waits() == ("dispatch_timeout", "accepted_refunding")


def test_failed_goods_are_not_restocked_even_if_the_platform_decides_for_the_buyer() -> None:
    walk = failed_inspection(returns)
    walk.does("buyer", "dispute")
    walk.answered("called")
    walk.waits()
    assert walk.does("platform", "decide_for_buyer") == "accepted_refunding"
    assert walk.answered("refunded") == "accepted_refunded"
    assert "restock" not in walk.performed


def test_failed_goods_go_back_if_the_platform_decides_for_the_seller() -> None:
    walk = failed_inspection(returns)
    walk.does("buyer", "dispute")
    walk.answered("called")
    walk.waits()
    assert walk.does("platform", "decide_for_seller") == "closed_packing"


def test_a_part_that_passes_is_proposed_repaid_and_restocked() -> None:
    walk = received(returns)
    assert walk.does("seller", "inspect", passed="some") == "proposed_part_passed"
    assert walk.does("buyer", "agree") == "accepted_part_passed_refunding"
    assert walk.answered("refunded") == "accepted_part_passed_refunded_restocking"
    assert walk.answered("restock_failed") == "accepted_part_passed_refunded_unstocked"
    assert walk.final


def test_a_part_that_passes_is_repaid_if_the_buyer_is_silent_and_disputed_if_not() -> None:
    walk = received(returns)
    walk.does("seller", "inspect", passed="some")
    assert walk.waits() == ("reply_timeout", "accepted_part_passed_refunding")
    walk = received(returns)
    walk.does("seller", "inspect", passed="some")
    walk.does("buyer", "dispute")
    walk.answered("called")
    walk.waits()
    assert walk.does("platform", "decide_for_seller") == "accepted_part_passed_refunding"


def test_nobody_but_the_seller_inspects() -> None:
    walk = received(returns)
    for actor in ("buyer", "platform", "carrier"):
        found = walk.tried("inspect", actor)
        assert isinstance(found, Refused)
        assert found.codes == ("not_yours",)


# ---------------------------------------------------------------------------- exchange, repair


def test_an_exchange_that_goes_well() -> None:
    walk = received(exchange)
    assert walk.does("seller", "inspect") == "accepted_passed_packing"
    assert walk.answered("shipped") == "accepted_passed_sent"
    assert walk.waits() == ("delivery_timeout", "accepted_passed_delivered_restocking")
    assert walk.answered("restocked") == "accepted_passed_delivered_stocked"
    assert walk.final
    assert walk.performed == ["ship", "restock"]


def test_a_replacement_that_cannot_be_sent_turns_into_a_refund() -> None:
    for give_up in ("seller", TIMER):
        walk = received(exchange)
        walk.does("seller", "inspect")
        assert walk.answered("ship_failed") == "accepted_passed_unsent"
        if give_up == TIMER:
            assert walk.waits() == ("dispatch_timeout", "accepted_passed_refunding")
        else:
            assert walk.does("seller", "refund_instead") == "accepted_passed_refunding"
        assert walk.answered("refunded") == "accepted_passed_refunded_restocking"


def test_a_replacement_that_is_lost_is_sent_again() -> None:
    walk = received(exchange)
    walk.does("seller", "inspect")
    walk.answered("shipped")
    walk.does("carrier", "lose_delivery")
    assert walk.does("seller", "ship_again") == "accepted_passed_packing"


def test_a_repair_that_goes_well() -> None:
    walk = received(repair)
    assert walk.does("seller", "inspect") == "accepted_repairing"
    assert walk.does("seller", "finish_repair") == "accepted_packing"
    walk.answered("shipped")
    assert walk.does("carrier", "deliver") == "accepted_delivered"
    assert walk.final
    assert walk.performed == ["ship"]


def test_a_repair_that_takes_too_long_is_paid_for() -> None:
    walk = received(repair)
    walk.does("seller", "inspect")
    assert walk.waits() == ("repair_timeout", "accepted_refunding")
    assert walk.at == START + 30 * DAY


# ---------------------------------------------------------------------------- the other kinds


def test_price_protection_needs_a_difference_at_request_and_at_every_edit() -> None:
    walk = Walk(price_protection(WECHAT))
    found = walk.tried("request", "buyer", difference="none")
    assert isinstance(found, Refused)
    assert found.codes == ("no_difference",)
    walk.does("buyer", "request")
    walk.does("seller", "refuse")
    found = walk.tried("edit", "buyer", difference="none")
    assert isinstance(found, Refused)
    assert found.codes == ("no_difference",)
    assert walk.does("buyer", "edit") == "requested"
    assert walk.waits() == ("answer_timeout", "accepted_refunding")


def test_a_complaint_that_the_seller_leaves_unanswered_goes_to_the_platform() -> None:
    walk = requested(complaint)
    assert walk.waits() == ("answer_timeout", "disputed_calling")
    assert walk.performed == ["call"]


def test_a_complaint_is_settled_without_money() -> None:
    walk = requested(complaint)
    walk.does("seller", "propose")
    assert walk.does("buyer", "agree") == "settled"
    assert walk.final
    assert walk.performed == []


# ---------------------------------------------------------------------------- orders


def paid() -> Walk:
    walk = Walk(orders(WECHAT))
    assert walk.does(PROVIDER, "paid") == "paid"
    return walk


def test_an_order_that_goes_well() -> None:
    walk = paid()
    assert walk.does("seller", "ship", parcels="part") == "paid_part_shipped"
    assert walk.does("seller", "ship") == "paid_shipped"
    assert walk.does("buyer", "receive") == "paid_received"
    assert walk.waits() == ("window_timeout", "completed")
    assert walk.at == instant("2026-11-19T00:00:00+08:00")


def test_an_unpaid_order_closes_after_half_an_hour() -> None:
    walk = Walk(orders(WECHAT))
    assert walk.waits() == ("pay_timeout", "closing")
    assert walk.at == START + timedelta(minutes=30)
    assert walk.performed == ["void"]
    assert walk.answered("voided") == "closed"
    assert walk.final


def test_money_that_comes_as_the_order_closes_goes_back() -> None:
    walk = Walk(orders(WECHAT))
    walk.does("buyer", "cancel")
    found = walk.tried("paid", PROVIDER)
    assert isinstance(found, Refused)
    assert found.codes == ("not_here",)
    assert walk.answered("void_failed") == "closed_refunding"
    assert walk.answered("refunded") == "closed_refunded"


def test_an_order_of_which_nobody_knows_whether_it_was_paid_is_reconciled() -> None:
    walk = Walk(orders(WECHAT))
    walk.does("seller", "cancel")
    assert walk.waits() == ("void_timeout", "unclear")
    walk.does("platform", "void_again")
    walk.waits()
    assert walk.waits() == ("unclear_timeout", "unreconciled")


def test_an_order_that_is_not_shipped_is_repaid_and_one_partly_shipped_goes_on() -> None:
    walk = paid()
    assert walk.waits() == ("ship_timeout", "closed_refunding")
    assert walk.at == START + 48 * HOUR
    walk = paid()
    walk.does("seller", "ship", parcels="part")
    assert walk.waits() == ("ship_timeout", "paid_shipped")
    assert walk.at == START + 48 * HOUR


def test_units_of_an_open_case_are_not_shipped() -> None:
    walk = paid()
    found = walk.tried("ship", "seller", units_held=True)
    assert isinstance(found, Refused)
    assert "units_held" in found.codes


def test_receipt_is_taken_for_granted_unless_a_case_is_open() -> None:
    walk = paid()
    walk.does("seller", "ship")
    assert walk.waits() == ("receive_timeout", "paid_received")
    walk = paid()
    walk.does("seller", "ship")
    assert walk.waits(cases="open") == ("receive_timeout", "paid_extended")
    assert walk.waits(cases="open") == ("extended_timeout", "paid_received")


def test_the_buyer_extends_once() -> None:
    walk = paid()
    walk.does("seller", "ship")
    assert walk.does("buyer", "extend") == "paid_extended"
    found = walk.tried("extend", "buyer")
    assert isinstance(found, Refused)
    assert found.codes == ("not_here",)


def test_an_order_of_which_nothing_is_kept_closes() -> None:
    walk = paid()
    walk.does("seller", "ship")
    found = walk.tried("undo", "platform")
    assert isinstance(found, Refused)
    assert found.codes == ("units_kept",)
    assert walk.does("platform", "undo", units_kept="none") == "closed"
    assert walk.final


# ---------------------------------------------------------------------------- shipments


def test_a_parcel_on_its_way() -> None:
    walk = Walk(shipments(WECHAT))
    walk.does("carrier", "pick_up", "depart", "reach_hub", "depart", "go_out", "attempt", "go_out")
    assert walk.does("carrier", "deliver") == "delivered"
    assert walk.final


def test_news_out_of_order_and_twice_is_refused_or_taken() -> None:
    walk = Walk(shipments(WECHAT))
    assert walk.does("carrier", "go_out") == "out_for_delivery"
    for late in ("pick_up", "go_out"):
        found = walk.tried(late, "carrier")
        assert isinstance(found, Refused)
        assert found.codes == ("not_here",)


def test_every_leg_has_its_own_time() -> None:
    walk = Walk(shipments(WECHAT))
    walk.does("carrier", "pick_up", "depart")
    walk.at += 71 * HOUR
    walk.does("carrier", "reach_hub")
    (running,) = walk.case.deadlines
    assert running.at == walk.at + 72 * HOUR


def test_a_parcel_that_is_not_heard_of_is_searched_for_and_lost() -> None:
    walk = Walk(shipments(WECHAT))
    walk.does("carrier", "pick_up")
    assert walk.waits() == ("silence_timeout", "searched")
    assert walk.waits() == ("search_timeout", "lost")
    assert walk.final


def test_a_parcel_that_is_declined_goes_back() -> None:
    walk = Walk(shipments(WECHAT))
    walk.does("carrier", "go_out")
    assert walk.does("buyer", "decline") == "returning"
    assert walk.does("carrier", "bring_back") == "returned"


# ---------------------------------------------------------------------------- terms


def test_a_new_length_holds_for_what_begins_on_its_day() -> None:
    shorter = Term(24, Calendar.HOURS, instant("2026-12-01T00:00:00+08:00").date())
    terms = evolve(WECHAT, id="wechat-december", answer=(*WECHAT.answer, shorter))
    for begun, hours in (("2026-11-30T23:59:00+08:00", 48), ("2026-12-01T00:00:00+08:00", 24)):
        walk = Walk(refund_only(terms), at=instant(begun))
        walk.does("buyer", "request")
        (running,) = walk.case.deadlines
        assert running.at == instant(begun) + hours * HOUR
