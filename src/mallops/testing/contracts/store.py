"""The contract of a whole store: of every repository, and of the units that join them.

    class TestMyStore(StoreContract):
        def make(self) -> MyStore:
            return MyStore(a_new_and_empty_database())

Of the tests, those with threads find a race only now and then; a store has to pass always.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hypothesis.stateful import run_state_machine_as_test
from pendulum import DateTime

from mallops.points.model import Entry
from mallops.points.wallet import Wallet
from mallops.repositories import Change, Store
from mallops.testing.contracts.answers import told
from mallops.testing.contracts.asking import ask, begun
from mallops.testing.contracts.behaviour import BehaviourContract
from mallops.testing.contracts.cases import CasesContract
from mallops.testing.contracts.catalog import CatalogContract
from mallops.testing.contracts.coupons import CouponsContract
from mallops.testing.contracts.orders import OrdersContract
from mallops.testing.contracts.outbox import OutboxContract
from mallops.testing.contracts.points import PointsRules
from mallops.testing.contracts.rulebooks import RulebooksContract
from mallops.testing.contracts.store_machine import StoreMachine
from mallops.testing.contracts.units import UnitsContract
from mallops.testing.contracts.usage import UsageContract


class StoreContract(
    UnitsContract,
    UsageContract,
    CouponsContract,
    OrdersContract,
    CasesContract,
    OutboxContract,
    RulebooksContract,
    CatalogContract,
    BehaviourContract,
    PointsRules,
):
    """What every `Store` does. Derive a class from it, and give it `make`."""

    def points(self) -> PointsOf:
        """The points of a new store."""
        return PointsOf(self.make())

    def test_it_does_what_plain_dicts_do(self) -> None:
        """Histories at random of units of work, some of which conflict or are given up."""
        run_state_machine_as_test(
            lambda: StoreMachine(self.make()),  # type: ignore[arg-type]  # "or any callable"
            settings=self.machine_settings,
        )


class PointsOf:
    """A store's points as a repository of their own: each call is a unit of work."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def wallet(self, customer: str) -> Wallet:
        """The customer's wallet."""
        return ask(self._store, lambda unit: unit.points.wallet(customer))

    def entry(self, customer: str, key: str) -> Entry | None:
        """The customer's entry of that key."""
        return ask(self._store, lambda unit: unit.points.entry(customer, key))

    def entries(self, customer: str, after: int = 0) -> Iterable[Entry]:
        """The customer's entries, read to their end before the unit is."""
        with begun(self._store) as unit:
            return [*told(unit.points.entries(customer, after))]

    def append(self, changes: Sequence[Change]) -> None:
        """Store all changes or none."""
        ask(self._store, lambda unit: unit.points.append(changes))

    def due(self, at: DateTime, limit: int) -> Sequence[str]:
        """Customers in whose wallets something is due."""
        return ask(self._store, lambda unit: unit.points.due(at, limit))
