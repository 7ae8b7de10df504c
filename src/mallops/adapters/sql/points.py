"""Points, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pendulum import DateTime
from sqlalchemy import insert, select

from mallops.adapters.documents import from_json, to_json
from mallops.adapters.sql.tables import entries, postings, wallets
from mallops.adapters.sql.work import Work
from mallops.points.model import Entry
from mallops.points.sweeping import next_due
from mallops.points.wallet import Wallet
from mallops.repositories import Change


class SqlPoints:
    """A `PointsRepository`: entries that are only added, their postings, and a row a wallet."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def wallet(self, customer: str) -> Wallet:
        """The customer's wallet as the last change left it."""
        found = select(wallets.c.document).where(wallets.c.customer == customer)
        document = self._work.run(found).scalar_one_or_none()
        return Wallet(customer) if document is None else from_json(document, Wallet)

    def entry(self, customer: str, key: str) -> Entry | None:
        """The customer's entry of that key, if there is one."""
        found = select(entries.c.document).where(
            entries.c.customer == customer, entries.c.key == key
        )
        document = self._work.run(found).scalar_one_or_none()
        return None if document is None else from_json(document, Entry)

    def entries(self, customer: str, after: int = 0) -> Sequence[Entry]:
        """The customer's entries by number, those above `after`."""
        found = (
            select(entries.c.document)
            .where(entries.c.customer == customer, entries.c.number > after)
            .order_by(entries.c.number)
        )
        return [from_json(document, Entry) for document in self._work.run(found).scalars()]

    def append(self, changes: Sequence[Change]) -> None:
        """Store all changes or none; raises `Conflict`."""
        # In one order, so that two transfers in opposite directions do not wait for each other.
        changes = sorted(changes, key=lambda change: change.customer)
        if not changes:
            return
        # All that may be refused comes before anything is stored.
        rows = [_wallet_row(change.wallet) for change in changes]
        added = [entry for change in changes for entry in change.entries]
        entry_rows = [_entry_row(entry) for entry in added]
        self._check(changes)
        store = self._work.insert(wallets)
        changed = {name: store.excluded[name] for name in ("version", "due_at", "document")}
        self._work.put(store.on_conflict_do_update(index_elements=["customer"], set_=changed), rows)
        # Of two that saw no wallet yet, both come as far as this: the number is there once.
        taken = "a customer has an entry of that key or number already"
        self._work.put(insert(entries), entry_rows, taken)
        self._work.put(insert(postings), [row for entry in added for row in _posting_rows(entry)])

    def due(self, at: DateTime, limit: int) -> Sequence[str]:
        """Customers in whose wallets something is due by `at`: who waits longest comes first."""
        found = (
            select(wallets.c.customer)
            .where(wallets.c.due_at <= at)
            .order_by(wallets.c.due_at, wallets.c.customer)
            .limit(limit)
        )
        return self._work.run(found).scalars().all()

    def _check(self, changes: Sequence[Change]) -> None:
        """Each wallet is at the version that its change was decided on, and stays there."""
        seen = (
            select(wallets.c.customer, wallets.c.version)
            .where(wallets.c.customer.in_([change.customer for change in changes]))
            .order_by(wallets.c.customer)
            .with_for_update()
        )
        versions = {row.customer: row.version for row in self._work.run(seen)}
        for change in changes:
            version = versions.get(change.customer, 0)
            if version != change.expected:
                raise self._work.conflict(f"{change.customer} is at version {version}")


def _wallet_row(wallet: Wallet) -> dict[str, Any]:
    return {
        "customer": wallet.customer,
        "version": wallet.version,
        "due_at": next_due(wallet),
        "document": to_json(wallet),
    }


def _entry_row(entry: Entry) -> dict[str, Any]:
    return {
        "customer": entry.customer,
        "number": entry.number,
        "key": entry.key,
        "at": entry.at,
        "request": type(entry.request).__name__,
        "document": to_json(entry),
    }


def _posting_rows(entry: Entry) -> list[dict[str, Any]]:
    return [
        {
            "customer": entry.customer,
            "number": entry.number,
            "place": place,
            "account": posting.account.value,
            "points": posting.points,
            "order_id": posting.order,
            "lot": posting.lot,
        }
        for place, posting in enumerate(entry.postings)
    ]
