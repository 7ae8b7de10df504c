"""Several cases on one order: which units they have."""

from __future__ import annotations

import pytest

from mallops.errors import InputError
from mallops.lifecycles.case import Case
from mallops.lifecycles.claims import Claim, open_units, order_facts, units_fact
from mallops.lifecycles.flows import (
    FLOWS,
    WECHAT,
    complaint,
    exchange,
    price_protection,
    refund_only,
    repair,
    returns,
)
from mallops.lifecycles.machine import Machine
from tests.lifecycles.walking import START

MACHINES = [flow(WECHAT) for flow in FLOWS]
BOUGHT = {"1": 3, "2": 1}


def claim(machine: Machine, state: str, **units: int) -> Claim:
    case = Case("c", machine.id, machine.version, state, START)
    return Claim(case, {line.removeprefix("line"): count for line, count in units.items()})


RUNNING = claim(returns(WECHAT), "accepted_awaited", line1=2)
REPAID = claim(returns(WECHAT), "accepted_passed_refunded_stocked", line2=1)


def test_cases_run_side_by_side_until_the_units_are_used_up() -> None:
    second = claim(refund_only(WECHAT), "requested", line1=1)
    assert open_units(BOUGHT, [], MACHINES) == BOUGHT
    assert open_units(BOUGHT, [RUNNING], MACHINES) == {"1": 1, "2": 1}
    assert open_units(BOUGHT, [RUNNING, second, REPAID], MACHINES) == {"1": 0, "2": 0}
    assert units_fact({"1": 1}, BOUGHT, [RUNNING], MACHINES) == {"units": "open"}
    assert units_fact({"1": 2}, BOUGHT, [RUNNING], MACHINES) == {"units": "taken"}
    assert units_fact({"1": 1, "2": 1}, BOUGHT, [RUNNING, REPAID], MACHINES) == {"units": "taken"}


@pytest.mark.parametrize(
    ("machine", "state", "left"),
    [
        (returns(WECHAT), "withdrawn", 3),
        (returns(WECHAT), "closed_delivered", 3),
        (returns(WECHAT), "accepted_refunded", 1),
        (returns(WECHAT), "accepted_overdue", 1),
        (refund_only(WECHAT), "dismissed", 3),
        (refund_only(WECHAT), "accepted_refunded", 1),
        (exchange(WECHAT), "accepted_passed_delivered_stocked", 1),
        (exchange(WECHAT), "closed_delivered", 3),
        (repair(WECHAT), "accepted_delivered", 3),
        (repair(WECHAT), "accepted_refunded", 1),
        (price_protection(WECHAT), "accepted_refunded", 3),
        (price_protection(WECHAT), "accepted_refunding", 1),
        (complaint(WECHAT), "accepted_refunded", 3),
        (complaint(WECHAT), "settled", 3),
    ],
    ids=lambda value: value.id if isinstance(value, Machine) else str(value),
)
def test_what_came_to_nothing_frees_its_units(machine: Machine, state: str, left: int) -> None:
    found = open_units(BOUGHT, [claim(machine, state, line1=2)], MACHINES)
    assert found == {"1": left, "2": 1}


def test_the_orders_facts() -> None:
    assert order_facts(BOUGHT, {"1": 3}, [], MACHINES) == {
        "units_held": False,
        "units_kept": "some",
        "cases": "none",
    }
    assert order_facts(BOUGHT, {"1": 2}, [RUNNING], MACHINES) == {
        "units_held": True,
        "units_kept": "some",
        "cases": "open",
    }
    assert order_facts(BOUGHT, {"1": 1}, [RUNNING], MACHINES)["units_held"] is False
    back = [REPAID, claim(exchange(WECHAT), "accepted_refunded", line1=3)]
    assert order_facts(BOUGHT, {}, back, MACHINES) == {
        "units_held": False,
        "units_kept": "none",
        "cases": "none",
    }


def test_a_case_of_no_units_is_open_all_the_same() -> None:
    """As a complaint may be, that is about no goods and keeps nobody from returning them."""
    angry = claim(complaint(WECHAT), "requested")
    assert open_units(BOUGHT, [angry], MACHINES) == BOUGHT
    assert order_facts(BOUGHT, {}, [angry], MACHINES)["cases"] == "open"
    assert order_facts(BOUGHT, {}, [REPAID], MACHINES)["cases"] == "none"


def test_a_callers_slip_is_raised() -> None:
    with pytest.raises(InputError, match="at least 0"):
        open_units(BOUGHT, [claim(returns(WECHAT), "requested", line1=-1)], MACHINES)
    with pytest.raises(InputError, match="lines among 1, 2"):
        order_facts(BOUGHT, {"9": 1}, [], MACHINES)
    with pytest.raises(InputError, match="machine of every case"):
        open_units(BOUGHT, [RUNNING], [])
    with pytest.raises(InputError, match="at least 1 unit"):
        units_fact({"1": 0}, BOUGHT, [], MACHINES)
    with pytest.raises(InputError, match="at least 1 unit"):
        units_fact({}, BOUGHT, [], MACHINES)
    with pytest.raises(InputError, match="lines among 1, 2"):
        units_fact({"9": 1}, BOUGHT, [], MACHINES)
    with pytest.raises(InputError, match="lines among 1, 2"):
        open_units(BOUGHT, [claim(returns(WECHAT), "requested", line9=1)], MACHINES)
