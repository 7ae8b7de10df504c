"""Complaint (投诉): the buyer wants something made good that is no return of goods."""

from __future__ import annotations

from mallops.lifecycles.axes import To, compose
from mallops.lifecycles.machine import Machine
from mallops.lifecycles.parts.accepting import SHUT, accepting
from mallops.lifecycles.parts.arbitrating import CALL, arbitrating
from mallops.lifecycles.parts.people import PEOPLE
from mallops.lifecycles.parts.refunding import OVERDUE, PAY, REFUNDED, refunding
from mallops.lifecycles.parts.terms import HOUSE, Terms

VERSION = "1"


def complaint(deadlines: Terms = HOUSE) -> Machine:
    """As refund only, but the seller's silence admits nothing: it calls the platform in.

    Accepted or decided for the buyer, a compensation is paid; a proposal that the buyer agrees
    to, such as an apology, settles the case without money.
    """
    parts = (
        accepting(
            deadlines,
            PAY,
            agreed=To({"acceptance": "settled"}),
            silent=CALL,
            guards=(),
            edited=(),
        ),
        arbitrating(deadlines, PAY),
        refunding(deadlines),
        PEOPLE,
    )
    return compose("complaint", f"{VERSION}-{deadlines.id}", parts, (SHUT, REFUNDED, OVERDUE))
