"""Messages that wait, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pendulum import DateTime
from sqlalchemy import delete, insert, or_, select, update

from mallops.adapters.documents import from_json, to_json
from mallops.adapters.sql.tables import outbox
from mallops.adapters.sql.work import Work
from mallops.aftersales.payments import Part
from mallops.repositories import Message


class SqlOutbox:
    """An `OutboxRepository`: a row for each message, until it is dropped."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def put(self, messages: Sequence[Message]) -> None:
        """Store new messages; raises `Conflict`."""
        rows = [_row(each) for each in messages]
        self._work.put(insert(outbox), rows, "a message of that key is there already")

    def claim(self, at: DateTime, until: DateTime, limit: int) -> Sequence[Message]:
        """The oldest messages that nobody has claimed."""
        # Apart from the update, or PostgreSQL may pick anew for each row, and claim too many.
        oldest = (
            select(outbox.c.key)
            .where(or_(outbox.c.claimed_until.is_(None), outbox.c.claimed_until <= at))
            .order_by(outbox.c.at, outbox.c.key)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("oldest")
        )
        claimed = (
            update(outbox)
            .where(outbox.c.key.in_(select(oldest.c.key)))
            .values(claimed_until=until)
            .returning(*outbox.c)
        )
        found = [_message(row) for row in self._work.run(claimed)]
        return sorted(found, key=lambda each: (each.at, each.key))

    def drop(self, key: str) -> None:
        """The message is done with."""
        self._work.run(delete(outbox).where(outbox.c.key == key))


def _row(message: Message) -> dict[str, Any]:
    return {
        "key": message.key,
        "case_id": message.case,
        "order_id": message.order,
        "effect": message.effect,
        "at": message.at,
        "claimed_until": None,
        "parts": to_json(message.parts),
        "about": message.about,
    }


def _message(row: Any) -> Message:
    parts = from_json(row.parts, tuple[Part, ...])
    return Message(row.key, row.case_id, row.order_id, row.effect, row.at, parts, row.about)
