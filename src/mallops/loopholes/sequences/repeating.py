"""Whether a story can be told again by the same account: it is, a second and a third time."""

from __future__ import annotations

from datetime import timedelta

from attrs import evolve
from pendulum import DateTime

from mallops.loopholes.model import Repeat
from mallops.loopholes.sequences.holdings import held
from mallops.loopholes.sequences.tales import Tale, opened, told, without
from mallops.loopholes.sequences.verdicts import DEBT_LEFT, LIMIT_PASSED, Verdict
from mallops.promotions.compiled import Compiled
from mallops.stories.model import Cancel, PlaceOrder, Receive, SendBack, Ship, Step

_TIMES = (2, 3)


def repeat_of(compiled: Compiled, tale: Tale, verdict: Verdict) -> Repeat:
    """AGAIN if a second and a third time cost as little as the first, else ONCE.

    They come after each other, or at the same time, for what only runs for a while. A debt is
    to be left behind before anything else is done, so that there it has to be after each other.
    A limit is passed by the last order, which uses it up: it is for those before to come again.
    """
    if verdict.code == LIMIT_PASSED:
        last = list(tale.world.orders)[-1]
        before = told(compiled, tale.setting, without(tale, last))
        if before is not None and _comes_again(compiled, before, verdict):
            return Repeat.AGAIN
    return Repeat.AGAIN if _comes_again(compiled, tale, verdict) else Repeat.ONCE


def _comes_again(compiled: Compiled, tale: Tale, verdict: Verdict) -> bool:
    once = _cost(compiled, tale, verdict)
    for together in (False,) if verdict.code == DEBT_LEFT else (False, True):
        told_again = [
            told(compiled, tale.setting, _repeated(tale, times, together=together))
            for times in _TIMES
        ]
        costs = [_cost(compiled, each, verdict) for each in told_again if each is not None]
        least = [once * times + verdict.loss // 10 for times in _TIMES]
        if len(costs) == len(_TIMES) and all(map(int.__le__, costs, least)):
            return True
    return False


def _cost(compiled: Compiled, tale: Tale, verdict: Verdict) -> int:
    """What a story cost, gifts taken off; debts count nothing where they are the fault."""
    before, after = held(compiled, opened(compiled, tale.setting)), held(compiled, tale)
    owed = after.debt - before.debt if verdict.code == DEBT_LEFT else 0
    return before.wealth - after.wealth - after.gifts - owed


def _repeated(tale: Tale, times: int, *, together: bool) -> tuple[Step, ...]:
    first, last = tale.steps[0].at, tale.steps[-1].at
    apart = timedelta(days=0 if together else (last - first).in_days() + 1)
    steps = [
        (step.at + apart * time, place, time, step)
        for time in range(times)
        for place, step in enumerate(tale.steps)
    ]
    ordered = sorted(steps, key=lambda each: each[:3])
    return tuple(_renamed(step, at, time) for at, _, time, step in ordered)


def _renamed(step: Step, at: DateTime, time: int) -> Step:
    """The step as the next time has it: another order's, of somebody who has bought before."""
    deed = step.deed
    match deed:
        case PlaceOrder():
            cart = deed.cart
            if time:
                cart = evolve(cart, shopper=evolve(cart.shopper, first_order=False))
            deed = PlaceOrder(f"{deed.id}/{time}" if time else deed.id, cart)
        case Ship() | Receive() | Cancel() | SendBack() if time:
            deed = evolve(deed, order=f"{deed.order}/{time}")
        case _:
            pass
    return evolve(step, at=at, deed=deed)
