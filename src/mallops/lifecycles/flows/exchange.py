"""Exchange (换货): the goods come back, are inspected, and others go to the buyer.

A difference in price is settled beside it, by `mallops.aftersales`: what the buyer owes has to
be paid before the request.
"""

from __future__ import annotations

from mallops.lifecycles.axes import NONE, compose
from mallops.lifecycles.machine import Machine
from mallops.lifecycles.parts.accepting import RETURNABLE, SHUT, UNITS, accepting
from mallops.lifecycles.parts.arbitrating import arbitrating
from mallops.lifecycles.parts.delivering import DELIVERED, SHIP, delivering
from mallops.lifecycles.parts.people import PEOPLE
from mallops.lifecycles.parts.receiving import AWAIT, receiving
from mallops.lifecycles.parts.refunding import OVERDUE, REFUNDED, refunding
from mallops.lifecycles.parts.stocking import stocking
from mallops.lifecycles.parts.terms import HOUSE, Terms

VERSION = "1"


def exchange(deadlines: Terms = HOUSE) -> Machine:
    """All axes: a replacement that cannot be sent, or is lost, turns into a refund."""
    lost = SHIP.also(reception=NONE)
    parts = (
        accepting(deadlines, AWAIT, made_good=SHIP, guards=(RETURNABLE, UNITS)),
        arbitrating(deadlines, AWAIT, made_good=SHIP, lost=lost),
        receiving(deadlines, SHIP, lost=lost),
        delivering(deadlines),
        refunding(deadlines),
        stocking(),
        PEOPLE,
    )
    ends = (SHUT, DELIVERED, REFUNDED, OVERDUE)
    return compose("exchange", f"{VERSION}-{deadlines.id}", parts, ends)
