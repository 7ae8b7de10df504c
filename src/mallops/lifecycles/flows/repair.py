"""Repair (维修): the goods come back, are repaired, and go to the buyer again."""

from __future__ import annotations

from mallops.lifecycles.axes import NONE, Axis, Change, Limit, Part, Said, To, compose
from mallops.lifecycles.machine import TIMER, Machine
from mallops.lifecycles.parts.accepting import SHUT, UNITS, accepting
from mallops.lifecycles.parts.arbitrating import arbitrating
from mallops.lifecycles.parts.delivering import DELIVERED, SHIP, delivering
from mallops.lifecycles.parts.people import BUYER, PEOPLE, SELLER
from mallops.lifecycles.parts.receiving import AWAIT, receiving
from mallops.lifecycles.parts.refunding import OVERDUE, PAY, REFUNDED, refunding
from mallops.lifecycles.parts.terms import HOUSE, Terms

VERSION = "1"

_REPAIR = To(
    {"acceptance": "accepted", "arbitration": NONE, "reception": NONE, "work": "repairing"}
)


def repair(deadlines: Terms = HOUSE) -> Machine:
    """Goods that pass inspection are those that the seller has to repair; none are restocked.

    A repair that takes too long, or turns out to be impossible, is paid for.
    """
    lost = PAY.also(reception=NONE)
    parts = (
        accepting(deadlines, AWAIT, made_good=_REPAIR, guards=(UNITS,)),
        arbitrating(deadlines, AWAIT, made_good=_REPAIR, lost=lost),
        receiving(deadlines, _REPAIR, lost=lost),
        _working(deadlines),
        delivering(deadlines),
        refunding(deadlines),
        PEOPLE,
    )
    ends = (SHUT, DELIVERED, REFUNDED, OVERDUE)
    return compose("repair", f"{VERSION}-{deadlines.id}", parts, ends)


def _working(deadlines: Terms) -> Part:
    at_work = {"work": "repairing"}
    paid = PAY.also(work=NONE)
    return Part(
        (Axis("work", {NONE: Said("", ""), "repairing": Said("维修中", "being repaired")}),),
        (
            Change("finish_repair", (SELLER,), at_work, SHIP.also(work=NONE)),
            Change("refund_instead", (SELLER,), at_work, paid, approves=BUYER),
            Change("repair_timeout", (TIMER,), at_work, paid, approves=BUYER),
        ),
        (Limit("repair", at_work, deadlines.repair, "repair_timeout", BUYER),),
        words={
            "event.finish_repair": Said("维修完成", "finish the repair"),
            "event.repair_timeout": Said("维修逾期", "the repair took too long"),
            "deadline.repair": Said("维修时限", "for the seller to repair"),
        },
    )
