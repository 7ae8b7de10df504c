"""Playing a witness on the engine of stories: what came of each step, and what it brought."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from mallops.loopholes.model import Witness
from mallops.money import Money
from mallops.promotions.compiled import Compiled
from mallops.stories.model import Balance, GrantCoupon, GrantPoints, Outcome, Step, World
from mallops.stories.playing import begin, play
from mallops.stories.wealth import balance, face_value, worth_of


@frozen
class Replay:
    """A witness to its end: the outcome of each step, the world, and all accounts' balances.

    `gain` is what all accounts together have more than they began with and were granted by the
    mall, in money, points and coupons; goods count nothing.
    """

    outcomes: tuple[Outcome, ...]
    world: World
    balances: dict[str, Balance]
    gain: Money


def replay(compiled: Compiled, witness: Witness) -> Replay:
    """Play a witness; raises `InputError` for a step that nobody could take."""
    world = begin(compiled, witness.opening, witness.steps[0].at, witness.usage)
    before = wealth_of(compiled, world, witness)
    outcomes: list[Outcome] = []
    for step in witness.steps:
        world, outcome = play(compiled, world, step)
        outcomes.append(outcome)
    at = witness.steps[-1].at
    balances = {name: balance(compiled, each, at) for name, each in world.accounts.items()}
    after = wealth_of(compiled, world, witness)
    gain = after - before - _granted(compiled, witness.steps)
    return Replay(tuple(outcomes), world, balances, gain)


def wealth_of(compiled: Compiled, world: World, witness: Witness) -> Money:
    """What all accounts of a world are worth together, at its instant."""
    at = world.at or witness.steps[0].at
    currency = compiled.rulebook.currency
    found: Iterable[Balance] = (balance(compiled, each, at) for each in world.accounts.values())
    return sum((each.wealth for each in found), Money.zero(currency))


def _granted(compiled: Compiled, steps: Iterable[Step]) -> Money:
    """What the mall gives by itself: what an account is found to have is no gain of its own."""
    given, points = Money.zero(compiled.rulebook.currency), 0
    for step in steps:
        match step.deed:
            case GrantPoints():
                points += step.deed.points
            case GrantCoupon():
                given += face_value(compiled, step.deed.coupon) or Money.zero(given.currency)
            case _:
                pass
    worth = worth_of(compiled)
    return given + Money(points * worth.money.minor // worth.points, given.currency)
