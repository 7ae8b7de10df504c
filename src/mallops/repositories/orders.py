"""Orders, as they were priced and as they stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from attrs import frozen
from pendulum import DateTime

from mallops.aftersales.order import Order
from mallops.aftersales.payments import Payments
from mallops.catalog.model import Catalog
from mallops.repositories.answers import Answer


@frozen
class Purchase:
    """An order, and what has to be kept with it.

    `order` has its quote with every unit's net, and names the rulebook's version; `goods` is
    the part of the catalogue that it was priced over, so that both price it again for ever.
    `settles` is when its points do, where that is known and to come. `version` counts the
    times it was stored, from 1. `payload` is the fingerprint of what was asked.
    """

    customer: str
    order: Order
    goods: Catalog
    payments: Payments = Payments(())
    settles: DateTime | None = None
    version: int = 1
    payload: str = ""


class OrderRepository(Protocol):
    """Orders by id."""

    def order(self, order: str) -> Answer[Purchase | None]:
        """The order as it was stored last, if there is one."""

    def lock(self, order: str) -> Answer[Purchase | None]:
        """The order as it was stored last, which nobody else saves until the unit ends.

        A unit that locks an order waits for another that has; so what is read of the order, its
        cases and its customer after that fits together. Lock before any other row of it is
        written, and only one order in a unit.
        """

    def add(self, purchase: Purchase) -> Answer[None]:
        """Store a new order; raises `Conflict` where its id is there already."""

    def save(self, purchase: Purchase) -> Answer[None]:
        """Store an order that is there; its version is one more than that of what it replaces.

        Raises `Conflict`, with nothing stored, unless that is the version that is there. Its
        customer, cart, quote and goods never change.
        """

    def settling(self, at: DateTime, limit: int) -> Answer[Sequence[str]]:
        """Orders whose `settles` is not after `at`: who waits longest comes first; at most `limit`.

        Several units may ask at once. One that can leave out what another is about to save
        does, so that workers do not wait for each other; `save` decides in any case.
        """
