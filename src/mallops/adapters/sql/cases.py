"""Cases and their log, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pendulum import DateTime
from sqlalchemy import ColumnElement, insert, select, update

from mallops.adapters.documents import from_json, to_json
from mallops.adapters.sql.columns import fixed
from mallops.adapters.sql.tables import case_log, cases, orders
from mallops.adapters.sql.work import Work
from mallops.lifecycles.case import Moved
from mallops.repositories import Filed, Logged


class SqlCases:
    """A `CaseRepository`: a row for each case, and one for each move."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def case(self, case: str) -> Filed | None:
        """The case, if there is one."""
        return next(iter(self._where(cases.c.case_id == case)), None)

    def of_order(self, order: str) -> Sequence[Filed]:
        """All cases of an order, by id."""
        return self._where(cases.c.order_id == order)

    def add(self, filed: Filed, log: Sequence[Logged]) -> None:
        """Store a new case; raises `Conflict`."""
        row = {"case_id": filed.case.id} | _row(filed)
        self._work.run(insert(cases), [row], f"case {filed.case.id} is there already")
        self._log(filed, log)

    def save(self, filed: Filed, log: Sequence[Logged]) -> None:
        """Store a case that is there; raises `Conflict`."""
        case = filed.case
        saved = self._work.run(
            update(cases)
            .where(cases.c.case_id == case.id, cases.c.steps == case.steps - len(log))
            .values(**_row(filed))
        )
        if not saved.rowcount:
            raise self._work.conflict(f"case {case.id} has moved meanwhile")
        self._log(filed, log)

    def log(self, case: str) -> Sequence[Logged]:
        """All moves of a case."""
        return self._logged(case_log.c.case_id == case)

    def logged(self, case: str, key: str) -> Logged | None:
        """The move of that key, if the case has made one."""
        of_key = (case_log.c.case_id == case, case_log.c.key == key, case_log.c.key != fixed(""))
        return next(iter(self._logged(*of_key)), None)

    def due(self, at: DateTime, limit: int) -> Sequence[str]:
        """Cases in which something is due by `at`, who waits longest first."""
        found = (
            select(cases.c.case_id)
            .join(orders, orders.c.order_id == cases.c.order_id)
            .where(cases.c.due_at <= at)
            .order_by(cases.c.due_at, cases.c.case_id)
            .limit(limit)
            # Whoever moves a case locks its order. The case is locked too, for only of what is
            # locked PostgreSQL looks again whether it is due, once somebody else was at it.
            .with_for_update(skip_locked=True, key_share=True, of=[orders, cases])
        )
        return self._work.run(found).scalars().all()

    def _where(self, condition: ColumnElement[bool]) -> Sequence[Filed]:
        found = select(cases.c.document).where(condition).order_by(cases.c.case_id)
        return [from_json(document, Filed) for document in self._work.run(found).scalars()]

    def _logged(self, *conditions: ColumnElement[bool]) -> Sequence[Logged]:
        found = select(case_log).where(*conditions).order_by(case_log.c.number)
        return [_move(row) for row in self._work.run(found)]

    def _log(self, filed: Filed, log: Sequence[Logged]) -> None:
        rows = [_move_row(filed.case.id, each) for each in log]
        taken = f"case {filed.case.id} has a move of that key"
        self._work.put(insert(case_log), rows, taken)


def _row(filed: Filed) -> dict[str, Any]:
    case, refund = filed.case, filed.refund
    return {
        "order_id": filed.order,
        "machine": case.machine,
        "machine_version": case.version,
        "state": case.state,
        "since": case.since,
        "steps": case.steps,
        "opened_at": filed.opened,
        "due_at": case.due_at,
        "refund_minor": None if refund is None else refund.minor,
        "currency": None if refund is None else refund.currency.code,
        "document": to_json(filed),
    }


def _move_row(case: str, logged: Logged) -> dict[str, Any]:
    moved = logged.moved
    return {
        "case_id": case,
        "number": moved.number,
        "at": moved.at,
        "actor": moved.actor,
        "event": moved.event,
        "source": moved.source,
        "target": moved.target,
        "key": logged.key,
        "payload": logged.payload,
    }


def _move(row: Any) -> Logged:
    moved = Moved(row.case_id, row.number, row.at, row.actor, row.event, row.source, row.target)
    return Logged(moved, row.key, row.payload)
