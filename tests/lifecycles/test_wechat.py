"""The crosswalk to WeChat shop's status codes, total both ways."""

from __future__ import annotations

import pytest

from mallops.errors import InputError
from mallops.lifecycles.flows import WECHAT, exchange, refund_only, repair, returns
from mallops.lifecycles.flows.wechat import CODES, Code, code_of, states_of
from mallops.lifecycles.machine import Machine

MACHINES = [refund_only(WECHAT), returns(WECHAT), exchange(WECHAT)]

each_machine = pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.id)

# As the public documents tell it; what is inferred there is inferred here.
DOCUMENTED = [
    ("refund_only", "requested", "MERCHANT_PROCESSING"),
    ("refund_only", "proposed", "USER_WAIT_CONFIRM_UPDATE"),
    ("refund_only", "refused", "MERCHANT_REJECT_REFUND"),
    ("refund_only", "accepted_refunding", "PLATFORM_REFUNDING"),
    ("refund_only", "accepted_refunded", "MERCHANT_REFUND_SUCCESS"),
    ("refund_only", "accepted_refund_failed", "PLATFORM_REFUND_FAIL"),
    ("refund_only", "accepted_overdue", "MERCHANT_OVERDUE_REFUND"),
    ("returns", "requested", "MERCHANT_PROCESSING"),
    ("returns", "accepted_awaited", "USER_WAIT_RETURN"),
    ("returns", "accepted_on_the_way", "MERCHANT_WAIT_RECEIPT"),
    ("returns", "lapsed", "RETURN_CLOSED"),
    ("returns", "refused", "MERCHANT_REJECT_RETURN"),
    ("returns", "refused_not_passed", "MERCHANT_REJECT_RETURN"),
    ("returns", "accepted_passed_refunded_stocked", "MERCHANT_RETURN_SUCCESS"),
    ("returns", "withdrawn", "USER_CANCELD"),
    ("exchange", "refused", "MERCHANT_REJECT_EXCHANGE"),
    ("exchange", "accepted_passed_sent", "USER_WAIT_RECEIPT"),
    ("exchange", "accepted_passed_delivered_stocked", "MERCHANT_EXCHANGE_SUCCESS"),
]
INFERRED = [
    ("refund_only", "accepted_paid_by_hand", "USER_WAIT_CONFIRM"),
    ("refund_only", "closed", "USER_CANCELD"),
    ("refund_only", "disputed_judging", "MERCHANT_REJECT_REFUND"),
    ("returns", "accepted_lost", "MERCHANT_WAIT_RECEIPT"),
    ("returns", "closed_packing", "USER_CANCELD"),
    ("exchange", "refused_not_passed", "MERCHANT_REJECT_RESHIP"),
    ("exchange", "accepted_refunded", "MERCHANT_REFUND_SUCCESS"),
]


@pytest.mark.parametrize(("flow", "state", "code"), [*DOCUMENTED, *INFERRED])
def test_a_state_has_its_code(flow: str, state: str, code: str) -> None:
    (machine,) = [machine for machine in MACHINES if machine.id == flow]
    assert code_of(machine, state) == Code(code, (flow, state, code) in INFERRED)


@each_machine
def test_every_state_has_a_code_once_it_is_submitted(machine: Machine) -> None:
    mute = [state.id for state in machine.states if code_of(machine, state.id) is None]
    assert mute == ["drafted"]


def test_every_code_leads_to_a_state_and_back() -> None:
    led = {code: [states_of(machine, code) for machine in MACHINES] for code in CODES}
    assert len(CODES) == 18
    for code, found in led.items():
        assert any(found), code
        for machine, states in zip(MACHINES, found, strict=True):
            codes = [code_of(machine, state) for state in states]
            assert [each.code for each in codes if each] == [code] * len(states)
            # What the documents say comes first.
            inferred = [each.inferred for each in codes if each]
            assert inferred == sorted(inferred)


@each_machine
def test_what_is_final_there_is_final_here(machine: Machine) -> None:
    over = {"USER_CANCELD", "MERCHANT_OVERDUE_REFUND"}
    final = {state.id: state.final for state in machine.states}
    for code in CODES:
        states = states_of(machine, code)
        if states:
            assert final[states[0]] == (code in over or code.endswith("_SUCCESS")), code


def test_a_callers_slip_is_raised() -> None:
    with pytest.raises(InputError, match="refund_only, returns, exchange"):
        code_of(repair(WECHAT), "drafted")
    with pytest.raises(InputError, match="state of returns"):
        code_of(returns(WECHAT), "nowhere")
    with pytest.raises(InputError, match="MERCHANT_PROCESSING"):
        states_of(returns(WECHAT), "PROCESSING")
