"""What customers did, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pendulum import DateTime
from sqlalchemy import select

from mallops.adapters.documents import from_json, to_json
from mallops.adapters.sql.tables import behaviour_events
from mallops.adapters.sql.work import Work
from mallops.repositories import Behaviour


class SqlBehaviour:
    """A `BehaviourRepository`: a row for each event."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def record(self, events: Sequence[Behaviour]) -> None:
        """Store events; one that is there already stays so."""
        store = self._work.insert(behaviour_events).on_conflict_do_nothing()
        self._work.put(store, [_row(each) for each in sorted(events, key=lambda each: each.id)])

    def of_customer(
        self, customer: str, since: DateTime, until: DateTime, limit: int
    ) -> Sequence[Behaviour]:
        """A customer's events, the newest first."""
        table = behaviour_events
        found = (
            select(table)
            .where(table.c.customer == customer, table.c.at >= since, table.c.at < until)
            .order_by(table.c.at.desc(), table.c.event_id)
            .limit(limit)
        )
        return [_event(row) for row in self._work.run(found)]


def _row(event: Behaviour) -> dict[str, Any]:
    return {
        "event_id": event.id,
        "customer": event.customer,
        "kind": event.kind,
        "at": event.at,
        "sku": event.sku,
        "order_id": event.order,
        "details": to_json(event.details),
    }


def _event(row: Any) -> Behaviour:
    details = from_json(row.details, dict[str, str])
    return Behaviour(row.event_id, row.customer, row.kind, row.at, row.sku, row.order_id, details)
