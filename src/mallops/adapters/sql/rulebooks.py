"""Rulebooks, in SQL."""

from __future__ import annotations

from pendulum import DateTime
from sqlalchemy import func, insert, select

from mallops.adapters.documents import from_json, to_json
from mallops.adapters.sql.tables import rulebooks
from mallops.adapters.sql.work import Work
from mallops.rules.book import Rulebook


class SqlRulebooks:
    """A `RulebookRepository`: a row for each version, which nothing ever changes."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def publish(self, rulebook: Rulebook, since: DateTime) -> None:
        """Store a version that prices from an instant on; raises `Conflict`."""
        name, version = rulebook.id, rulebook.version
        there = select(rulebooks.c.since, rulebooks.c.document).where(
            rulebooks.c.rulebook == name, rulebooks.c.version == version
        )
        before = self._work.run(there).one_or_none()
        if before is None:
            self._store(rulebook, since)
        elif (before.since, from_json(before.document, Rulebook)) != (since, rulebook):
            raise self._work.conflict(f"version {version} of {name} is another one")

    def rulebook(self, name: str, version: str) -> Rulebook | None:
        """The rulebook of that id and version, if there is one."""
        of_version = select(rulebooks.c.document).where(
            rulebooks.c.rulebook == name, rulebooks.c.version == version
        )
        document = self._work.run(of_version).scalar_one_or_none()
        return None if document is None else from_json(document, Rulebook)

    def version(self, name: str, at: DateTime) -> str | None:
        """The version that began last."""
        begun = (
            select(rulebooks.c.version)
            .where(rulebooks.c.rulebook == name, rulebooks.c.since <= at)
            .order_by(rulebooks.c.since.desc(), rulebooks.c.number.desc())
            .limit(1)
        )
        found: str | None = self._work.run(begun).scalar_one_or_none()
        return found

    def _store(self, rulebook: Rulebook, since: DateTime) -> None:
        last = select(func.coalesce(func.max(rulebooks.c.number), 0)).where(
            rulebooks.c.rulebook == rulebook.id
        )
        row = insert(rulebooks).values(
            rulebook=rulebook.id,
            version=rulebook.version,
            number=last.scalar_subquery() + 1,
            since=since,
            document=to_json(rulebook),
        )
        taken = f"another version of {rulebook.id} was published at the same time"
        self._work.run(row, taken=taken)
