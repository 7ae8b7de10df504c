"""The contract of `OrderRepository`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from attrs import evolve
from pendulum import DateTime

from mallops.aftersales.payments import Payments
from mallops.repositories import Answer, Purchase, Store, Unit
from mallops.testing.contracts.answers import told
from mallops.testing.contracts.asking import Contract, ask, begun, tell, unchanged
from mallops.testing.contracts.purchases import bare, full, plain
from mallops.testing.contracts.racing import THREADS, at_once, insistently, succeeds
from mallops.testing.contracts.samples import NAMES, START


class OrdersContract(Contract):
    """Orders are there once, and whoever saves one has seen it as it is."""

    def test_orders_are_read_as_they_were_stored(self) -> None:
        """With quote, nets, gifts, rewards, returned units and refunds; with all or nothing."""
        store = self.make()
        for purchase in (full("o1"), plain("o2", START.add(microseconds=1)), bare("o3")):
            tell(store, adding(purchase))
            assert order(store, purchase.order.id) == purchase
        assert order(store, "o4") is None

    def test_ids_of_orders_are_told_apart_to_the_letter(self) -> None:
        """By case, accents and blanks too."""
        store = self.make()
        purchases = [plain(name, customer=name) for name in NAMES]
        for each in purchases:
            tell(store, adding(each))
        assert [order(store, name) for name in NAMES] == purchases

    def test_an_order_is_added_once(self) -> None:
        """A second one of its id conflicts, alike or not, and the first stays."""
        store = self.make()
        tell(store, adding(plain("o1")))
        for other in (plain("o1"), plain("o1", customer="bo"), full("o1")):
            unchanged(store, lambda unit: unit.orders.order("o1"), adding(other))

    def test_a_saved_order_is_as_it_was_saved(self) -> None:
        """All that may change of it: what came of it, its payments, when its points settle."""
        store, after = self.make(), full("o1")
        first = evolve(
            after,
            order=evolve(plain("o1").order, cart=after.order.cart, quote=after.order.quote),
            payments=Payments(()),
            settles=None,
        )
        tell(store, adding(first))
        for purchase in (
            evolve(first, version=2, settles=START),
            evolve(after, version=3),
            evolve(after, version=4, settles=None),
        ):
            tell(store, saving(purchase))
            assert order(store, "o1") == purchase

    def test_who_saves_has_seen_the_order_as_it_is(self) -> None:
        """Of an older or a later version, or of no order, it conflicts, and nothing changes."""
        store, first = self.make(), plain("o1")
        unchanged(store, lambda unit: unit.orders.order("o1"), saving(evolve(first, version=2)))
        unchanged(store, lambda unit: unit.orders.order("o1"), saving(first))
        tell(store, adding(first))
        for version in (2, 3):
            tell(store, saving(evolve(first, version=version)))
            for wrong in (1, version, version + 2):
                late = evolve(first, version=wrong, payload="late")
                unchanged(store, lambda unit: unit.orders.order("o1"), saving(late))

    def test_whoever_locks_an_order_waits_and_sees_it_as_it_is(self) -> None:
        """So that of many who save it after that, none conflicts, and no update is lost."""
        store = self.make()
        assert ask(store, lambda unit: unit.orders.lock("o1")) is None
        tell(store, adding(plain("o1", START)))
        assert ask(store, lambda unit: unit.orders.lock("o1")) == plain("o1", START)
        found = at_once([partial(succeeds, partial(_move_on, store, "lock"))] * THREADS)
        assert all(found), "who had locked the order met a conflict"
        after = order(store, "o1")
        assert after is not None
        assert after.settles == START.add(days=THREADS), "an update was lost"

    def test_settling_are_those_who_wait_longest_first(self) -> None:
        """At the very instant too; of those that settle, and no more than were asked for."""
        store = self.make()
        for name, day in (("b", 2), ("a", 1), ("c", 0)):
            tell(store, adding(plain(name, START.add(days=day))))
        tell(store, adding(plain("never")))
        assert settling(store, START.subtract(microseconds=1)) == []
        assert settling(store, START) == ["c"]
        assert settling(store, START.add(days=2)) == ["c", "a", "b"]
        assert settling(store, START.add(days=9), 2) == ["c", "a"]
        tell(store, saving(plain("c", START.add(days=5), version=2)))
        tell(store, saving(plain("a", version=2)), saving(plain("never", START, version=2)))
        assert settling(store, START.add(days=9)) == ["never", "b", "c"]

    def test_of_equal_orders_at_once_one_is_added(self) -> None:
        """A checkout that is sent twice."""
        store = self.make()
        for turn in range(5):
            purchases = [plain(f"{turn}", customer=f"{place}") for place in range(THREADS)]
            calls = [partial(succeeds, partial(tell, store, adding(each))) for each in purchases]
            found = at_once(calls)
            assert sum(found) == 1, f"{sum(found)} orders of one id were added"
            assert order(store, f"{turn}") == purchases[found.index(True)]

    def test_no_update_of_an_order_is_lost(self) -> None:
        """Each of many that save at once has seen what the one before it saved."""
        store = self.make()
        tell(store, adding(plain("o1", START)))
        at_once([partial(insistently, partial(_move_on, store))] * THREADS)
        found = order(store, "o1")
        assert found is not None
        assert found.version == THREADS + 1
        assert found.settles == START.add(days=THREADS), "an update was lost"


def adding(purchase: Purchase) -> Callable[[Unit], Answer[None]]:
    """What adds."""
    return lambda unit: unit.orders.add(purchase)


def saving(purchase: Purchase) -> Callable[[Unit], Answer[None]]:
    """What saves."""
    return lambda unit: unit.orders.save(purchase)


def order(store: Store, name: str) -> Purchase | None:
    """An order by id."""
    return ask(store, lambda unit: unit.orders.order(name))


def settling(store: Store, at: DateTime, limit: int = 100) -> list[str]:
    """The orders whose points settle."""
    return [*ask(store, lambda unit: unit.orders.settling(at, limit))]


def _move_on(store: Store, read: str = "order") -> None:
    """A unit that reads an order, and saves it as one day later."""
    with begun(store) as unit:
        found = told(unit.orders.lock("o1") if read == "lock" else unit.orders.order("o1"))
        assert found is not None
        assert found.settles is not None
        after = evolve(found, version=found.version + 1, settles=found.settles.add(days=1))
        told(unit.orders.save(after))
