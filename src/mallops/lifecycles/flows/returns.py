"""Return and refund (退货退款): the goods come back, are inspected, and the buyer is repaid."""

from __future__ import annotations

from mallops.lifecycles.axes import NONE, compose
from mallops.lifecycles.machine import Machine
from mallops.lifecycles.parts.accepting import SHUT, accepting
from mallops.lifecycles.parts.arbitrating import arbitrating
from mallops.lifecycles.parts.delivering import delivering
from mallops.lifecycles.parts.people import PEOPLE
from mallops.lifecycles.parts.receiving import AWAIT, receiving
from mallops.lifecycles.parts.refunding import OVERDUE, PAY, REFUNDED, refunding
from mallops.lifecycles.parts.stocking import stocking
from mallops.lifecycles.parts.terms import HOUSE, Terms

VERSION = "1"


def returns(deadlines: Terms = HOUSE) -> Machine:
    """All axes: goods that fail inspection may have to go back to the buyer."""
    lost = PAY.also(reception=NONE)
    parts = (
        accepting(deadlines, AWAIT, made_good=PAY),
        arbitrating(deadlines, AWAIT, made_good=PAY, lost=lost),
        receiving(deadlines, PAY, lost=lost),
        refunding(deadlines),
        delivering(deadlines),
        stocking(),
        PEOPLE,
    )
    return compose("returns", f"{VERSION}-{deadlines.id}", parts, (SHUT, REFUNDED, OVERDUE))
