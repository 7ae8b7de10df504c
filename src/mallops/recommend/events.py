"""What customers did with goods, as recommendations need to know it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from attrs import frozen
from pendulum import DateTime

from mallops.errors import InputError, Problem, shown

MOST_UNITS = 1_000_000_000
"""The most units that one event is of."""


class EventKind(StrEnum):
    """What was done."""

    VIEW = "view"
    CART = "cart"
    BUY = "buy"
    CANCEL = "cancel"
    """What was bought is called off before it was received."""
    RETURN = "return"
    """The goods came back."""
    REFUND = "refund"
    """Money went back, and the goods were kept."""
    REVIEW = "review"
    SHARE = "share"


@frozen
class Event:
    """One thing that a customer did with `quantity` units of a SKU, at an instant.

    `id` tells it from all others: the same one twice counts once. `order` is what it is of, and
    `region` where the customer was; both may be unknown. `quantity` is from one to `MOST_UNITS`,
    also of what is returned. Raises `InputError` for another one, for a kind that is none, for an
    instant without a time zone, and without an id, a customer or a SKU.
    """

    id: str
    customer: str
    sku: str
    kind: EventKind
    at: DateTime
    quantity: int = 1
    order: str = ""
    region: str = ""

    def __attrs_post_init__(self) -> None:
        if problems := list(self._problems()):
            raise InputError(problems)

    def _problems(self) -> Iterator[Problem]:
        for name, text in (("id", self.id), ("customer", self.customer), ("sku", self.sku)):
            if not text:
                yield Problem(f"$.{name}", shown(text), "text that is not empty")
        # Text of the same spelling is equal to a kind, and is no kind.
        if self.kind.__class__ is not EventKind:
            yield Problem("$.kind", shown(self.kind), "an EventKind")
        if self.at.utcoffset() is None:
            yield Problem("$.at", shown(str(self.at)), "an instant with a time zone")
        if not 1 <= self.quantity <= MOST_UNITS:
            expected = f"a whole number from 1 to {MOST_UNITS}"
            yield Problem("$.quantity", shown(self.quantity), expected)
