"""What customers did: for signals of abuse, and for recommendations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from attrs import field, frozen
from pendulum import DateTime

from mallops.repositories.answers import Answer


@frozen
class Behaviour:
    """Something that a customer did, such as to view a SKU or to place an order.

    `details` is what else is known of it: an address's hash, a device, an amount.
    """

    id: str
    customer: str
    kind: str
    at: DateTime
    sku: str = ""
    order: str = ""
    details: Mapping[str, str] = field(factory=dict)


class BehaviourRepository(Protocol):
    """Events that are only ever added."""

    def record(self, events: Sequence[Behaviour]) -> Answer[None]:
        """Store events, all of them or none; one that is there already, by its id, stays so."""

    def of_customer(
        self, customer: str, since: DateTime, until: DateTime, limit: int
    ) -> Answer[Sequence[Behaviour]]:
        """A customer's events from `since` on and before `until`, the newest first.

        At most `limit`; of one instant by id.
        """
