"""What a backend sets up once, and hands to every operation."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from attrs import define, field
from pendulum import DateTime

from mallops.catalog.model import Catalog
from mallops.errors import InputError, Problem, shown
from mallops.lifecycles.case import Case
from mallops.lifecycles.machine import Machine
from mallops.operations.running import answered
from mallops.promotions.compiled import Compiled, compile_rulebook, gift_skus, stocked
from mallops.repositories import Purchase, Store, Unit

ORDERS = "orders"
"""The flow of orders: every order is a case of it, of the order's own id."""

KEPT = 32
"""How many versions of rulebooks stay compiled."""


@define(eq=False)
class Mall:
    """Where all is kept, the id of the rulebook that prices, and the machines that move cases.

    `machines` has every version of every flow that still has running cases; of each flow, cases
    begin with the last one. Threads may share a mall. It remembers the rulebooks that it has
    compiled, which never change, and nothing else.
    """

    store: Store
    rulebook: str
    machines: Sequence[Machine]
    _compiled: dict[tuple[str, str], Compiled] = field(factory=dict, init=False)

    def flow(self, name: str) -> Machine:
        """The newest version of a flow; raises `InputError` where there is none (`$.flow`)."""
        found = [machine for machine in self.machines if machine.id == name]
        if not found:
            names = ", ".join(sorted({machine.id for machine in self.machines}))
            raise InputError([Problem("$.flow", shown(name), f"one of {names}")])
        return found[-1]

    def machine_of(self, case: Case) -> Machine:
        """The machine that a case runs on; raises `InputError` where it is not here."""
        for machine in self.machines:
            if (machine.id, machine.version) == (case.machine, case.version):
                return machine
        got = f"{case.machine}/{case.version}"
        raise InputError([Problem("$.machines", shown(got), "the machine of every running case")])

    async def current(self, unit: Unit, skus: Collection[str], at: DateTime) -> Compiled:
        """The rulebook that prices at an instant, over the catalogue's part with those SKUs.

        Raises `InputError` where no version prices yet (`$.rulebook`).
        """
        version = await answered(unit.rulebooks.version(self.rulebook, at))
        if version is None:
            expected = f"a rulebook with a version that prices at {at}"
            raise InputError([Problem("$.rulebook", shown(self.rulebook), expected)])
        known = self._compiled.get((self.rulebook, version))
        if known is not None:
            goods = await answered(unit.catalog.goods({*skus, *known.gifts}))
            return stocked(known, goods)
        rulebook = await answered(unit.rulebooks.rulebook(self.rulebook, version))
        assert rulebook is not None, "a version that prices is there"
        goods = await answered(unit.catalog.goods({*skus, *gift_skus(rulebook)}))
        return self._kept(compile_rulebook(rulebook, goods))

    async def of_order(self, unit: Unit, purchase: Purchase) -> Compiled:
        """The rulebook that priced an order, over the goods that it was priced over.

        Raises `InputError` where the version that the order names is not stored (`$.version`).
        """
        quote = purchase.order.quote
        known = self._compiled.get((quote.rulebook, quote.version))
        if known is not None:
            return stocked(known, purchase.goods)
        rulebook = await answered(unit.rulebooks.rulebook(quote.rulebook, quote.version))
        if rulebook is None:
            expected = f"a version of {quote.rulebook!r} that is stored, for it priced an order"
            raise InputError([Problem("$.version", shown(quote.version), expected)])
        return self._kept(compile_rulebook(rulebook, purchase.goods))

    async def same_book(self, unit: Unit, purchase: Purchase) -> Compiled:
        """The rulebook that priced an order, over its goods as they are sold now.

        A gift that has no price any more keeps the one that it had.
        """
        compiled = await self.of_order(unit, purchase)
        skus = {sku.sku for sku in purchase.goods.skus}
        now = await answered(unit.catalog.goods(skus))
        gone = compiled.gifts - {sku.sku for sku in now.skus if sku.price is not None}
        kept = [sku for sku in purchase.goods.skus if sku.sku in gone]
        rest = [sku for sku in now.skus if sku.sku not in gone]
        return stocked(compiled, Catalog((*rest, *kept), tuple(now.prices)))

    def _kept(self, compiled: Compiled) -> Compiled:
        while len(self._compiled) >= KEPT:
            self._compiled.pop(next(iter(self._compiled)), None)
        self._compiled[compiled.rulebook.id, compiled.rulebook.version] = compiled
        return compiled
