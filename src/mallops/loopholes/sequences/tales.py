"""A story as a search tells it: where it begins, the steps so far, and the world they led to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import field, frozen
from pendulum import DateTime

from mallops.cart import Cart, Usage
from mallops.errors import InputError
from mallops.findings import Refusal
from mallops.loopholes.model import Witness
from mallops.promotions.compiled import Compiled
from mallops.stories.model import (
    Cancel,
    Opening,
    PlaceOrder,
    Receive,
    SendBack,
    Ship,
    Step,
    World,
)
from mallops.stories.playing import begin, play

CUSTOMER = "c1"
"""The account that tells a story alone."""

OTHER = "c2"
"""An account of the same person, or of a friend."""


@frozen
class Setting:
    """Where stories begin: an instant, what the accounts have, and what is gone of limits."""

    at: DateTime
    opening: Mapping[str, Opening] = field(factory=dict)
    usage: Mapping[str, Usage] = field(factory=dict)


@frozen
class Tale:
    """The steps of a story and the world after them; no step of a tale was refused."""

    setting: Setting
    steps: tuple[Step, ...]
    world: World

    @property
    def at(self) -> DateTime:
        """The instant of its last step."""
        return self.steps[-1].at if self.steps else self.setting.at

    @property
    def carts(self) -> tuple[Cart, ...]:
        """The carts of its orders, in the order in which they were placed."""
        return tuple(placed.order.cart for placed in self.world.orders.values())

    @property
    def units(self) -> int:
        """How many units its orders are of, all together."""
        return sum(line.quantity for cart in self.carts for line in cart.lines)

    @property
    def witness(self) -> Witness:
        """The story as anybody can play it."""
        return Witness(self.steps, self.setting.opening, self.setting.usage)


def opened(compiled: Compiled, setting: Setting) -> Tale:
    """The story before its first step."""
    return Tale(setting, (), begin(compiled, setting.opening, setting.at, setting.usage))


def further(compiled: Compiled, tale: Tale, steps: Iterable[Step]) -> Tale | None:
    """The story with more steps; None if one of them is refused or impossible."""
    world, taken = tale.world, list(tale.steps)
    for step in steps:
        try:
            world, outcome = play(compiled, world, step)
        except InputError:
            return None
        if isinstance(outcome, Refusal):
            return None
        taken.append(step)
    return Tale(tale.setting, tuple(taken), world)


def told(compiled: Compiled, setting: Setting, steps: Iterable[Step]) -> Tale | None:
    """The story of these steps from its beginning; None if one is refused or impossible."""
    return further(compiled, opened(compiled, setting), steps)


def without(tale: Tale, order: str) -> tuple[Step, ...]:
    """The steps that have nothing to do with an order."""
    return tuple(step for step in tale.steps if order_of(step) != order)


def order_of(step: Step) -> str:
    """The order that a step is about, if it is about one."""
    match step.deed:
        case PlaceOrder():
            return step.deed.id
        case Ship() | Receive() | Cancel() | SendBack():
            return step.deed.order
        case _:
            return ""
