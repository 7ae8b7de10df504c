"""What customers did with goods, as recommendations need to know it."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen
from pendulum import DateTime

from mallops.errors import InputError, Problem, shown


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
    `region` where the customer was; both may be unknown. `quantity` is one or more, also of what
    is returned.
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
        if self.quantity < 1:
            raise InputError(
                [Problem("$.quantity", shown(self.quantity), "a whole number of at least 1")]
            )
