"""Refund only (仅退款): the buyer keeps the goods, or never had them."""

from __future__ import annotations

from mallops.lifecycles.axes import compose
from mallops.lifecycles.machine import Machine
from mallops.lifecycles.parts.accepting import SHUT, accepting
from mallops.lifecycles.parts.arbitrating import arbitrating
from mallops.lifecycles.parts.people import PEOPLE
from mallops.lifecycles.parts.refunding import OVERDUE, PAY, REFUNDED, refunding
from mallops.lifecycles.parts.terms import HOUSE, Terms

VERSION = "1"


def refund_only(deadlines: Terms = HOUSE) -> Machine:
    """Acceptance, arbitration and money.

    >>> [state.id for state in refund_only().states if state.final][:3]
    ['closed', 'withdrawn', 'accepted_refunded']
    """
    parts = (
        accepting(deadlines, PAY),
        arbitrating(deadlines, PAY),
        refunding(deadlines),
        PEOPLE,
    )
    return compose("refund_only", f"{VERSION}-{deadlines.id}", parts, (SHUT, REFUNDED, OVERDUE))
