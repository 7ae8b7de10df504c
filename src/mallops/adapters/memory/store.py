"""All repositories in memory, and units of work on them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from attrs import frozen
from pendulum import DateTime

from mallops.adapters.memory.coupons import MemoryCoupons
from mallops.adapters.memory.orders import MemoryCases, MemoryOrders
from mallops.adapters.memory.points import MemoryPoints
from mallops.adapters.memory.tables import Journal, Table
from mallops.adapters.memory.usage import MemoryUsage
from mallops.catalog.model import Catalog, PriceEntry, Sku
from mallops.repositories import Behaviour, Conflict, Message
from mallops.rules.book import Rulebook


class MemoryCatalog:
    """A `CatalogRepository`."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._goods = Table[str, tuple[Sku, tuple[PriceEntry, ...]]](journal)

    def goods(self, skus: Collection[str]) -> Catalog:
        """Those of these SKUs that there are."""
        with self._journal.unit():
            rows = self._goods.rows
            found = [rows[name] for name in sorted(set(skus)) if name in rows]
        return Catalog(
            tuple(sku for sku, _ in found), tuple(each for _, prices in found for each in prices)
        )

    def put(self, goods: Catalog) -> None:
        """Store these SKUs with these price entries."""
        with self._journal.unit():
            for sku in goods.skus:
                prices = tuple(each for each in goods.prices if each.sku == sku.sku)
                self._goods[sku.sku] = (sku, prices)


class MemoryRulebooks:
    """A `RulebookRepository`."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._versions = Table[str, tuple[tuple[DateTime, Rulebook], ...]](journal)

    def publish(self, rulebook: Rulebook, since: DateTime) -> None:
        """Store a version that prices from an instant on; raises `Conflict`."""
        with self._journal.unit():
            before = self._versions.rows.get(rulebook.id, ())
            known = [each for each in before if each[1].version == rulebook.version]
            if not known:
                self._versions[rulebook.id] = (*before, (since, rulebook))
            elif known != [(since, rulebook)]:
                raise Conflict(f"version {rulebook.version} of {rulebook.id} is another one")

    def rulebook(self, name: str, version: str) -> Rulebook | None:
        """The rulebook of that id and version, if there is one."""
        with self._journal.unit():
            found = self._versions.rows.get(name, ())
        return next((each for _, each in found if each.version == version), None)

    def version(self, name: str, at: DateTime) -> str | None:
        """The version that began last."""
        with self._journal.unit():
            found = self._versions.rows.get(name, ())
        begun = [(since, place) for place, (since, _) in enumerate(found) if since <= at]
        return found[max(begun)[1]][1].version if begun else None


class MemoryOutbox:
    """An `OutboxRepository`."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._waiting = Table[str, tuple[Message, DateTime | None]](journal)

    def put(self, messages: Sequence[Message]) -> None:
        """Store new messages; raises `Conflict`."""
        with self._journal.unit():
            for message in messages:
                if message.key in self._waiting.rows:
                    raise Conflict(f"message {message.key} is there already")
                self._waiting[message.key] = (message, None)

    def claim(self, at: DateTime, until: DateTime, limit: int) -> Sequence[Message]:
        """The oldest messages that nobody has claimed."""
        with self._journal.unit():
            rows = self._waiting.rows.values()
            free = [message for message, leased in rows if leased is None or leased <= at]
            found = sorted(free, key=lambda each: (each.at, each.key))[:limit]
            for message in found:
                self._waiting[message.key] = (message, until)
            return found

    def drop(self, key: str) -> None:
        """The message is done with."""
        with self._journal.unit():
            if key in self._waiting.rows:
                del self._waiting[key]


class MemoryBehaviour:
    """A `BehaviourRepository`."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._events = Table[str, Behaviour](journal)

    def record(self, events: Sequence[Behaviour]) -> None:
        """Store events; one that is there already stays so."""
        with self._journal.unit():
            for event in events:
                if event.id not in self._events.rows:
                    self._events[event.id] = event

    def of_customer(
        self, customer: str, since: DateTime, until: DateTime, limit: int
    ) -> Sequence[Behaviour]:
        """A customer's events, the newest first."""
        with self._journal.unit():
            found = [
                each
                for each in self._events.rows.values()
                if each.customer == customer and since <= each.at < until
            ]
        by_id = sorted(found, key=lambda each: each.id)
        return sorted(by_id, key=lambda each: each.at, reverse=True)[:limit]


@frozen
class MemoryUnit:
    """The repositories in memory; what each does joins the unit of work that is open."""

    catalog: MemoryCatalog
    rulebooks: MemoryRulebooks
    usage: MemoryUsage
    coupons: MemoryCoupons
    points: MemoryPoints
    orders: MemoryOrders
    cases: MemoryCases
    outbox: MemoryOutbox
    behaviour: MemoryBehaviour


class MemoryStore:
    """A `Store` that forgets all when it goes.

    Any number of threads may share it: one unit of work waits for the other. The tasks of an
    event loop are one thread, so none of them may wait for anything else in a unit of work.
    """

    def __init__(self) -> None:
        self._journal = Journal()
        self._unit = MemoryUnit(
            MemoryCatalog(self._journal),
            MemoryRulebooks(self._journal),
            MemoryUsage(self._journal),
            MemoryCoupons(self._journal),
            MemoryPoints(self._journal),
            MemoryOrders(self._journal),
            MemoryCases(self._journal),
            MemoryOutbox(self._journal),
            MemoryBehaviour(self._journal),
        )

    @contextmanager
    def begin(self) -> Iterator[MemoryUnit]:
        """A unit of work: its changes stay if its block ends, and are undone if it raises.

        Raises `UnitOpen` in a thread that has one open already.
        """
        with self._journal.alone():
            yield self._unit
