"""Repositories of orders, cases, messages, rules, goods and events, wrong in one way each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from time import sleep

from attrs import evolve
from pendulum import DateTime

from mallops.adapters.memory.orders import MemoryCases, MemoryOrders
from mallops.adapters.memory.store import (
    MemoryBehaviour,
    MemoryCatalog,
    MemoryOutbox,
    MemoryRulebooks,
)
from mallops.adapters.memory.tables import Journal
from mallops.aftersales.payments import Payments
from mallops.catalog.model import Catalog
from mallops.repositories import Behaviour, Conflict, Filed, Logged, Message, Purchase
from mallops.rules.book import Rulebook

# --- orders -----------------------------------------------------------------------------------


class NoPayments(MemoryOrders):
    """Payments are kept elsewhere, or so it was thought."""

    def order(self, order: str) -> Purchase | None:
        found = super().order(order)
        return found and evolve(found, payments=Payments(()))


class OrderOverwritten(MemoryOrders):
    """A second order of an id takes the place of the first."""

    def add(self, purchase: Purchase) -> None:
        with self._journal.unit():
            self._orders[purchase.order.id] = purchase


class OrderSwallowed(MemoryOrders):
    """A second order of an id is passed over without a word."""

    def add(self, purchase: Purchase) -> None:
        if self.order(purchase.order.id) is None:
            super().add(purchase)


class SettlesOnce(MemoryOrders):
    """When an order settles is written once."""

    def save(self, purchase: Purchase) -> None:
        before = self.order(purchase.order.id)
        super().save(evolve(purchase, settles=before.settles) if before else purchase)


class LockedOut(MemoryOrders):
    """Who finds an order locked gives up."""

    def lock(self, order: str) -> Purchase | None:
        found = super().lock(order)
        if found is not None and found.version > 1:
            raise Conflict(f"order {order} is locked")
        return found


class LockedByAnother(MemoryOrders):
    """What is locked is the order as it once was."""

    def lock(self, order: str) -> Purchase | None:
        found = super().lock(order)
        return found and evolve(found, version=1)


class AnyVersion(MemoryOrders):
    """Who saves last is right: updates are lost."""

    def save(self, purchase: Purchase) -> None:
        if self.order(purchase.order.id) is None:
            raise Conflict
        with self._journal.unit():
            self._orders[purchase.order.id] = purchase


class Upsert(MemoryOrders):
    """What is saved and not there is added."""

    def save(self, purchase: Purchase) -> None:
        if self.order(purchase.order.id) is None:
            self.add(purchase)
        else:
            super().save(purchase)


class SettlingByName(MemoryOrders):
    """An order with z waits for ever."""

    def settling(self, at: DateTime, limit: int) -> Sequence[str]:
        return sorted(super().settling(at, 1000))[:limit]


class SettlingLater(MemoryOrders):
    """Due is only what is over, and not what settles at this moment."""

    def settling(self, at: DateTime, limit: int) -> Sequence[str]:
        return super().settling(at.subtract(microseconds=1), limit)


# --- cases ------------------------------------------------------------------------------------


class NoGifts(MemoryCases):
    """A column is missing."""

    def case(self, case: str) -> Filed | None:
        found = super().case(case)
        return found and evolve(found, kept_gifts=())


class LogAsText(MemoryCases):
    """Move 10 comes before move 2."""

    def log(self, case: str) -> Sequence[Logged]:
        return sorted(super().log(case), key=lambda each: str(each.moved.number))


class OwnCaseApart(MemoryCases):
    """An order's own case is not among its cases."""

    def of_order(self, order: str) -> Sequence[Filed]:
        return [each for each in super().of_order(order) if each.case.id != order]


class AsTheyCame(MemoryCases):
    """Cases of an order in the order in which they were opened."""

    def of_order(self, order: str) -> Sequence[Filed]:
        return [each for each in self._cases.rows.values() if each.order == order]


class CaseOverwritten(MemoryCases):
    """A second case of an id takes the place of the first."""

    def add(self, filed: Filed, log: Sequence[Logged]) -> None:
        with self._journal.unit():
            self._log[filed.case.id] = ()
            self._store(filed, log)


class CaseSwallowed(MemoryCases):
    """A second case of an id is passed over, but its moves are not."""

    def add(self, filed: Filed, log: Sequence[Logged]) -> None:
        if self.case(filed.case.id) is None:
            super().add(filed, log)
        else:
            with self._journal.unit():
                self._log[filed.case.id] = (*self.log(filed.case.id), *log)


class DeadlinesStay(MemoryCases):
    """Deadlines are added, and never taken away."""

    def save(self, filed: Filed, log: Sequence[Logged]) -> None:
        before = self.case(filed.case.id)
        ran = before.case.deadlines if before else ()
        new = tuple(each for each in filed.case.deadlines if each not in ran)
        super().save(evolve(filed, case=evolve(filed.case, deadlines=(*ran, *new))), log)


class AnySteps(MemoryCases):
    """Who moves last is right: moves are lost."""

    def save(self, filed: Filed, log: Sequence[Logged]) -> None:
        if self.case(filed.case.id) is None:
            raise Conflict
        with self._journal.unit():
            self._store(filed, log)


class KeyTwice(MemoryCases):
    """A second move of a key is stored beside the first."""

    def _store(self, filed: Filed, log: Sequence[Logged]) -> None:
        self._cases[filed.case.id] = filed
        self._log[filed.case.id] = (*self.log(filed.case.id), *log)


class EmptyKeyOnce(MemoryCases):
    """The empty key is a key, and there once."""

    def _store(self, filed: Filed, log: Sequence[Logged]) -> None:
        if [each.key for each in (*self.log(filed.case.id), *log)].count("") > 1:
            raise Conflict
        super()._store(filed, log)


class EmptyKeyFound(MemoryCases):
    """Who asks for no key is given a move without one."""

    def logged(self, case: str, key: str) -> Logged | None:
        return next((each for each in self.log(case) if each.key == key), None)


class KeysOfAll(MemoryCases):
    """A key is looked for in all cases."""

    def logged(self, case: str, key: str) -> Logged | None:
        found = (super(KeysOfAll, self).logged(each, key) for each in self._cases.rows)
        return next((each for each in found if each is not None), None)


class DueByName(MemoryCases):
    """A case with z waits for ever."""

    def due(self, at: DateTime, limit: int) -> Sequence[str]:
        return sorted(super().due(at, 1000))[:limit]


class NoLimit(MemoryCases):
    """As many as there are."""

    def due(self, at: DateTime, limit: int) -> Sequence[str]:
        return super().due(at, limit + 1000)


class DeadlinesAlone(MemoryCases):
    """An answer that did not come is awaited for ever."""

    def due(self, at: DateTime, limit: int) -> Sequence[str]:
        running = {name for name, each in self._cases.rows.items() if each.case.deadlines}
        return [name for name in super().due(at, limit) if name in running]


# --- messages ---------------------------------------------------------------------------------


class NoParts(MemoryOutbox):
    """What goes back to which capture is not kept."""

    def put(self, messages: Sequence[Message]) -> None:
        super().put([evolve(each, parts=()) for each in messages])


class ByKey(MemoryOutbox):
    """Messages by key, whatever their age."""

    def claim(self, at: DateTime, until: DateTime, limit: int) -> Sequence[Message]:
        with self._journal.unit():
            rows = self._waiting.rows.items()
            free = sorted(key for key, (_, till) in rows if till is None or till <= at)[:limit]
            found = [self._waiting.rows[key][0] for key in free]
            for each in found:
                self._waiting[each.key] = (each, until)
            return found


class ClaimsAll(MemoryOutbox):
    """All messages are claimed, however few were asked for."""

    def claim(self, at: DateTime, until: DateTime, limit: int) -> Sequence[Message]:
        return [*super().claim(at, until, 1000)][:limit]


class PutAgain(MemoryOutbox):
    """A second message of a key takes the place of the first, and nobody has claimed it."""

    def put(self, messages: Sequence[Message]) -> None:
        for each in messages:
            self.drop(each.key)
        super().put(messages)


class PutSwallowed(MemoryOutbox):
    """A second message of a key is passed over without a word."""

    def put(self, messages: Sequence[Message]) -> None:
        new = {each.key: each for each in messages if each.key not in self._waiting.rows}
        super().put([*new.values()])


class NoLease(MemoryOutbox):
    """A claim holds nobody off."""

    def claim(self, at: DateTime, until: DateTime, limit: int) -> Sequence[Message]:
        return super().claim(at, at, limit)


class ClaimedForEver(MemoryOutbox):
    """Whose worker died waits for ever."""

    def claim(self, at: DateTime, until: DateTime, limit: int) -> Sequence[Message]:
        return super().claim(at, until.add(years=50), limit)


class DropsUnclaimed(MemoryOutbox):
    """What is claimed cannot be dropped."""

    def drop(self, key: str) -> None:
        if key in self._waiting.rows and self._waiting.rows[key][1] is None:
            super().drop(key)


class Tombstones(MemoryOutbox):
    """What was dropped is remembered, and its key taken for ever."""

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.dropped: set[str] = set()

    def drop(self, key: str) -> None:
        super().drop(key)
        self.dropped.add(key)

    def put(self, messages: Sequence[Message]) -> None:
        if self.dropped.intersection(each.key for each in messages):
            raise Conflict
        super().put(messages)


# --- rules ------------------------------------------------------------------------------------


class NewestVersion(MemoryRulebooks):
    """Whichever version is asked for, the newest is given."""

    def rulebook(self, name: str, version: str) -> Rulebook | None:
        found = self._versions.rows.get(name, ())
        return found[-1][1] if super().rulebook(name, version) else None


class Republished(MemoryRulebooks):
    """What is published again counts as published last."""

    def publish(self, rulebook: Rulebook, since: DateTime) -> None:
        super().publish(rulebook, since)
        with self._journal.unit():
            rows = self._versions.rows[rulebook.id]
            rest = tuple(each for each in rows if each[1].version != rulebook.version)
            self._versions[rulebook.id] = (*rest, (since, rulebook))


class VersionsChange(MemoryRulebooks):
    """A version is what was published under it last."""

    def publish(self, rulebook: Rulebook, since: DateTime) -> None:
        with self._journal.unit():
            rows = self._versions.rows.get(rulebook.id, ())
            rest = tuple(each for each in rows if each[1].version != rulebook.version)
            self._versions[rulebook.id] = (*rest, (since, rulebook))


class VersionSwallowed(MemoryRulebooks):
    """Another content of a version is passed over without a word."""

    def publish(self, rulebook: Rulebook, since: DateTime) -> None:
        if self.rulebook(rulebook.id, rulebook.version) is None:
            super().publish(rulebook, since)


class PublishedLast(MemoryRulebooks):
    """That version prices which was published last, of those that have begun."""

    def version(self, name: str, at: DateTime) -> str | None:
        found = self._versions.rows.get(name, ())
        begun = [each.version for since, each in found if since <= at]
        return begun[-1] if begun else None


class HighestVersion(MemoryRulebooks):
    """Of versions of one instant that prices which is called highest."""

    def version(self, name: str, at: DateTime) -> str | None:
        found = self._versions.rows.get(name, ())
        begun = [(since, each.version) for since, each in found if since <= at]
        return max(begun)[1] if begun else None


# --- goods ------------------------------------------------------------------------------------


class NoCosts(MemoryCatalog):
    """What the mall pays is nobody's business."""

    def goods(self, skus: Collection[str]) -> Catalog:
        found = super().goods(skus)
        return evolve(found, skus=tuple(evolve(each, cost=None) for each in found.skus))


class HundredAtMost(MemoryCatalog):
    """The list of a statement has room for a hundred."""

    def goods(self, skus: Collection[str]) -> Catalog:
        return super().goods([*skus][:100])


class TwiceInTheCart(MemoryCatalog):
    """What is asked for twice is there twice."""

    def goods(self, skus: Collection[str]) -> Catalog:
        each = [super(TwiceInTheCart, self).goods([sku]) for sku in skus]
        return Catalog(
            tuple(sku for one in each for sku in one.skus),
            tuple(price for one in each for price in one.prices),
        )


class PricesStay(MemoryCatalog):
    """Price entries are added, and never taken away."""

    def put(self, goods: Catalog) -> None:
        before = self.goods([each.sku for each in goods.skus]).prices
        new = tuple(each for each in goods.prices if each not in before)
        super().put(evolve(goods, prices=(*before, *new)))


class TwoStatements(MemoryCatalog):
    """Goods are read, and then their prices."""

    def goods(self, skus: Collection[str]) -> Catalog:
        found = super().goods(skus)
        sleep(0.0005)
        return evolve(found, prices=super().goods(skus).prices)


# --- events -----------------------------------------------------------------------------------


class EventOverwritten(MemoryBehaviour):
    """An event that comes again takes the place of the first."""

    def record(self, events: Sequence[Behaviour]) -> None:
        with self._journal.unit():
            for event in events:
                self._events[event.id] = event


class BatchSwallowed(MemoryBehaviour):
    """Where one event is there already, the others with it are passed over."""

    def record(self, events: Sequence[Behaviour]) -> None:
        if not any(each.id in self._events.rows for each in events):
            super().record(events)


class OldestFirst(MemoryBehaviour):
    """The log is read from its beginning."""

    def of_customer(
        self, customer: str, since: DateTime, until: DateTime, limit: int
    ) -> Sequence[Behaviour]:
        return [*super().of_customer(customer, since, until, 1000)][::-1][:limit]


class UntilItsEnd(MemoryBehaviour):
    """An event of the last instant is told twice: here, and from there on."""

    def of_customer(
        self, customer: str, since: DateTime, until: DateTime, limit: int
    ) -> Sequence[Behaviour]:
        return super().of_customer(customer, since, until.add(microseconds=1), limit)
