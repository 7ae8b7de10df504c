"""Our states and WeChat shop's status codes, both ways.

WeChat has one code for what we tell apart, and knows nothing of what happens inside our own
house: a case that is not yet submitted has no code, and goods being restocked are a refund that
succeeded. Where its documents do not say which code holds, ours is inferred and marked so.
"""

from __future__ import annotations

from attrs import frozen

from mallops.errors import InputError, Problem, shown
from mallops.lifecycles.axes import NONE, Where, among
from mallops.lifecycles.machine import Machine

FLOWS = ("refund_only", "returns", "exchange")
"""The flows that WeChat shop has codes for."""


@frozen
class Code:
    """A status code of WeChat shop; `inferred` where its documents do not say it."""

    code: str
    inferred: bool = False


@frozen
class _Line:
    """In one of `flows`, wherever the conditions hold, the code is this."""

    code: str
    where: Where
    flows: tuple[str, ...] = FLOWS
    inferred: bool = False


_RETURN = ("returns",)
_EXCHANGE = ("exchange",)
_REFUND = ("refund_only",)
_TO_BUYER = {"acceptance": "accepted", "money": NONE}

# The first line that holds is the one.
_LINES = (
    _Line("PLATFORM_REFUNDING", {"money": "refunding"}),
    _Line("PLATFORM_REFUNDING", {"money": ("refund_asked", "refund_unclear")}, inferred=True),
    _Line("PLATFORM_REFUND_FAIL", {"money": "refund_failed"}),
    _Line("USER_WAIT_CONFIRM", {"money": "paid_by_hand"}, inferred=True),
    _Line("MERCHANT_OVERDUE_REFUND", {"money": "overdue"}),
    _Line("MERCHANT_REFUND_SUCCESS", {"money": "refunded"}, _REFUND),
    _Line("MERCHANT_RETURN_SUCCESS", {"money": "refunded"}, _RETURN),
    _Line("MERCHANT_REFUND_SUCCESS", {"money": "refunded"}, _EXCHANGE, inferred=True),
    _Line("USER_WAIT_RECEIPT", {**_TO_BUYER, "delivery": "sent"}, _EXCHANGE),
    _Line(
        "USER_WAIT_RECEIPT",
        {**_TO_BUYER, "delivery": ("packing", "unsent", "missing")},
        _EXCHANGE,
        inferred=True,
    ),
    _Line("MERCHANT_EXCHANGE_SUCCESS", {**_TO_BUYER, "delivery": "delivered"}, _EXCHANGE),
    _Line("MERCHANT_PROCESSING", {"acceptance": "requested"}),
    _Line("USER_WAIT_CONFIRM_UPDATE", {"acceptance": "proposed"}, _REFUND),
    _Line("USER_WAIT_CONFIRM_UPDATE", {"acceptance": "proposed"}, inferred=True),
    _Line("USER_WAIT_RETURN", {"reception": "awaited"}),
    _Line("MERCHANT_WAIT_RECEIPT", {"reception": ("on_the_way", "received")}),
    # A dispute runs beside the status that it is about.
    _Line("MERCHANT_WAIT_RECEIPT", {"reception": "lost"}, inferred=True),
    _Line(
        "USER_WAIT_CONFIRM_UPDATE",
        {"acceptance": "disputed", "reception": "part_passed"},
        inferred=True,
    ),
    _Line("MERCHANT_REJECT_REFUND", {"acceptance": "refused"}, _REFUND),
    _Line("MERCHANT_REJECT_REFUND", {"acceptance": "disputed"}, _REFUND, inferred=True),
    _Line("MERCHANT_REJECT_RETURN", {"acceptance": "refused"}, _RETURN),
    _Line("MERCHANT_REJECT_RETURN", {"acceptance": "disputed"}, _RETURN, inferred=True),
    _Line(
        "MERCHANT_REJECT_RESHIP",
        {"acceptance": ("refused", "disputed"), "reception": "not_passed"},
        _EXCHANGE,
        inferred=True,
    ),
    _Line("MERCHANT_REJECT_EXCHANGE", {"acceptance": "refused"}, _EXCHANGE),
    _Line("MERCHANT_REJECT_EXCHANGE", {"acceptance": "disputed"}, _EXCHANGE, inferred=True),
    _Line("RETURN_CLOSED", {"acceptance": "lapsed"}),
    _Line("USER_CANCELD", {"acceptance": "withdrawn"}),
    _Line("USER_CANCELD", {"acceptance": ("closed", "dismissed")}, inferred=True),
)

CODES = tuple(dict.fromkeys(line.code for line in _LINES))
"""Every status code that we know of."""


def code_of(machine: Machine, state: str) -> Code | None:
    """WeChat's code for a state of ours; None for a case that WeChat has not been told of.

    Raises `InputError` for a flow without codes there, and a state that the machine does not have.

    >>> from mallops.lifecycles.flows import WECHAT, returns
    >>> code_of(returns(WECHAT), "accepted_awaited")
    Code(code='USER_WAIT_RETURN', inferred=False)
    """
    _check_flow(machine)
    axes = next((each.axes for each in machine.states if each.id == state), None)
    if axes is None:
        raise InputError([Problem("$.state", shown(state), f"a state of {machine.id}")])
    for line in _LINES:
        if machine.id in line.flows and all(
            axes.get(axis, NONE) in among(values) for axis, values in line.where.items()
        ):
            return Code(line.code, line.inferred)
    return None


def states_of(machine: Machine, code: str) -> tuple[str, ...]:
    """Our states for a code of WeChat's, what its documents say first, nearest the beginning first.

    A case that is taken over from there begins in the first of them. Empty where the flow does
    not know the code. Raises `InputError` for a flow without codes there, and an unknown code.

    >>> from mallops.lifecycles.flows import WECHAT, returns
    >>> states_of(returns(WECHAT), "MERCHANT_WAIT_RECEIPT")[:2]
    ('accepted_on_the_way', 'accepted_received')
    """
    _check_flow(machine)
    if code not in CODES:
        raise InputError([Problem("$.code", shown(code), f"one of {', '.join(CODES)}")])
    found = [
        (known.inferred, state.id)
        for state in machine.states
        if (known := code_of(machine, state.id)) is not None and known.code == code
    ]
    return tuple(name for _, name in sorted(found, key=lambda each: each[0]))


def _check_flow(machine: Machine) -> None:
    if machine.id not in FLOWS:
        raise InputError([Problem("$.machine", shown(machine.id), f"one of {', '.join(FLOWS)}")])
