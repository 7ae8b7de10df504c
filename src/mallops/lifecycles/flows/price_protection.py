"""Price protection (价保): the price fell after the order, and the difference is repaid."""

from __future__ import annotations

from mallops.lifecycles.axes import Part, Said, compose
from mallops.lifecycles.machine import Guard, Machine
from mallops.lifecycles.parts.accepting import SHUT, UNITS, accepting
from mallops.lifecycles.parts.people import PEOPLE
from mallops.lifecycles.parts.refunding import OVERDUE, PAY, REFUNDED, refunding
from mallops.lifecycles.parts.terms import HOUSE, Terms

VERSION = "1"

_FELL = Guard("no_difference", "difference", frozenset({"due"}))


def price_protection(deadlines: Terms = HOUSE) -> Machine:
    """Acceptance and money alone: whether a price fell is arithmetic, and nothing to arbitrate.

    >>> sorted({axis for state in price_protection().states for axis in state.axes})
    ['acceptance', 'money']
    """
    guards = (_FELL, UNITS)
    parts = (
        accepting(deadlines, PAY, guards=guards, edited=guards),
        refunding(deadlines),
        Part(
            facts={"difference": ("due", "none")},
            words={
                "guard.no_difference": Said("没有可补的差价", "there is no difference to repay")
            },
        ),
        PEOPLE,
    )
    ends = (SHUT, REFUNDED, OVERDUE)
    return compose("price_protection", f"{VERSION}-{deadlines.id}", parts, ends)
