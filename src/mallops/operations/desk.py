"""One case in hand: what is loaded of it, what has changed, and how that is stored."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define, evolve, field
from pendulum import DateTime

from mallops.lifecycles.case import Step
from mallops.lifecycles.machine import Machine, State
from mallops.operations.mall import Mall
from mallops.operations.running import answered
from mallops.points.wallet import Wallet
from mallops.promotions.compiled import Compiled
from mallops.repositories import Filed, Logged, Message, Purchase, Unit


@define(eq=False)
class Desk:
    """A case, its order, and what comes of the case's moves, until `store` is called."""

    mall: Mall
    unit: Unit
    at: DateTime
    filed: Filed
    purchase: Purchase
    machine: Machine
    is_new: bool = False
    log: list[Logged] = field(factory=list)
    messages: list[Message] = field(factory=list)
    _before: Purchase = field(init=False)
    _compiled: Compiled | None = None
    _wallet: Wallet | None = None

    @_before.default
    def _as_loaded(self) -> Purchase:
        return self.purchase

    @property
    def of_order(self) -> bool:
        """Whether the case is the order's own."""
        return self.filed.case.id == self.filed.order

    def state(self, name: str) -> State:
        """A state of the case's machine."""
        return next(state for state in self.machine.states if state.id == name)

    def axes(self, step: Step) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """Where the case stood, and stands, by axis."""
        return self.state(step.before.state).axes, self.state(step.case.state).axes

    async def compiled(self) -> Compiled:
        """The rulebook and the goods that priced the order."""
        if self._compiled is None:
            self._compiled = await self.mall.of_order(self.unit, self.purchase)
        return self._compiled

    async def wallet(self) -> Wallet:
        """The customer's wallet, as it was read first and as `posted` has left it since.

        Who posts upon an older one than is stored meets a conflict.
        """
        if self._wallet is None:
            self._wallet = await answered(self.unit.points.wallet(self.purchase.customer))
        return self._wallet

    def posted(self, wallet: Wallet) -> None:
        """Points were posted, which led to that wallet."""
        self._wallet = wallet

    async def store(self) -> None:
        """Store the case with its moves, the order, and what is to be done.

        The order is stored with every move of a case of its: what moves one case hangs on where
        the others stand, so no two of them may move at once.
        """
        if self.is_new:
            await answered(self.unit.cases.add(self.filed, self.log))
        elif self.log:
            await answered(self.unit.cases.save(self.filed, self.log))
        if self.log or self.purchase != self._before:
            self.purchase = evolve(self.purchase, version=self._before.version + 1)
            await answered(self.unit.orders.save(self.purchase))
        if self.messages:
            await answered(self.unit.outbox.put(self.messages))


async def desk_of(mall: Mall, unit: Unit, case: str, at: DateTime) -> Desk | None:
    """The case in hand, if there is one; nobody else moves a case of its order meanwhile."""
    # An order's own case has its id, and needs no look beforehand.
    purchase = await answered(unit.orders.lock(case))
    if purchase is None:
        named = await answered(unit.cases.case(case))
        if named is None:
            return None
        purchase = await answered(unit.orders.lock(named.order))
    # What was read before the order was locked may have moved on since.
    filed = await answered(unit.cases.case(case))
    assert purchase is not None, "a case is of an order that is there"
    assert filed is not None, "cases stay"
    return Desk(mall, unit, at, filed, purchase, mall.machine_of(filed.case))
