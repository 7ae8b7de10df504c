"""The shortest story with the smallest numbers that still shows what a longer one showed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from attrs import evolve

from mallops.cart import Cart
from mallops.loopholes.sequences.tales import Setting, Tale, told, without
from mallops.loopholes.sequences.verdicts import Verdict, verdicts
from mallops.promotions.compiled import Compiled
from mallops.stories.model import Look, PlaceOrder, SendBack, Step

_ROUNDS = 12
"""So often is a story gone through at most; three or four are the rule."""


def shrunk(compiled: Compiled, tale: Tale, verdict: Verdict) -> tuple[Tale, Verdict]:
    """The least story that has a verdict of the same code, about the same promotion.

    It still loses at least half as much: a threshold that is missed by a little shows little.
    """
    least = (verdict.loss + 1) // 2
    for _ in range(_ROUNDS):
        smaller = _smaller(compiled, tale, verdict, least)
        if smaller is None:
            return tale, verdict
        tale, verdict = smaller
    return tale, verdict


def same_verdict(compiled: Compiled, tale: Tale | None, verdict: Verdict) -> Verdict | None:
    """The verdict on another story, or under other rules, if it is still the same fault."""
    if tale is None:
        return None
    return next(
        (
            each
            for each in verdicts(compiled, tale)
            if (each.code, each.about) == (verdict.code, verdict.about)
        ),
        None,
    )


def _smaller(
    compiled: Compiled, tale: Tale, verdict: Verdict, least: int
) -> tuple[Tale, Verdict] | None:
    """The story once each part of it has been taken away that it does not need."""
    changed = None
    for change in _changes(tale):
        while (smaller := next(_kept(compiled, change(tale), verdict, least), None)) is not None:
            changed = tale, verdict = smaller
    return changed


def _kept(
    compiled: Compiled, stories: Iterator[_Story], verdict: Verdict, least: int
) -> Iterator[tuple[Tale, Verdict]]:
    """Those stories that still show it."""
    for setting, steps in stories:
        tale = told(compiled, setting, steps) if steps else None
        found = same_verdict(compiled, tale, verdict)
        if tale is not None and found is not None and found.loss >= least:
            yield tale, found


def _changes(tale: Tale) -> Iterator[Callable[[Tale], Iterator[_Story]]]:
    """All ways to make a story smaller, the greatest first."""
    for change in (_without_order, _without_step, _simpler):
        for place in reversed(range(len(tale.steps))):
            yield partial(change, place=place)
    yield _with_smaller_opening


_Story = tuple[Setting, tuple[Step, ...]]


def _without_order(tale: Tale, place: int) -> Iterator[_Story]:
    names = list(tale.world.orders)
    if place < len(names):
        yield tale.setting, without(tale, names[place])


def _without_step(tale: Tale, place: int) -> Iterator[_Story]:
    if place < len(tale.steps):
        yield tale.setting, tale.steps[:place] + tale.steps[place + 1 :]


def _simpler(tale: Tale, place: int) -> Iterator[_Story]:
    """One step with less in it, or sooner; a smaller order has smaller returns."""
    if place >= len(tale.steps):
        return
    step = tale.steps[place]
    deed = step.deed
    if isinstance(deed, PlaceOrder):
        for cart in _less(deed.cart):
            kept = {line.id: line.quantity for line in cart.lines}
            steps = (_within(each, deed.id, kept) for each in tale.steps)
            yield (
                tale.setting,
                _with(tuple(steps), place, evolve(step, deed=PlaceOrder(deed.id, cart))),
            )
    if isinstance(deed, SendBack):
        if deed.kept_gifts:
            yield (
                tale.setting,
                _with(tale.steps, place, evolve(step, deed=evolve(deed, kept_gifts=()))),
            )
        for line, count in deed.units.items():
            rest = {other: units for other, units in deed.units.items() if other != line}
            for fewer in (rest, {**rest, line: count - 1} if count > 1 else {}):
                if fewer:
                    back = evolve(deed, units=fewer)
                    yield tale.setting, _with(tale.steps, place, evolve(step, deed=back))
    before = tale.steps[place - 1].at if place else tale.setting.at
    if step.at > before and not isinstance(deed, Look):
        yield tale.setting, _with(tale.steps, place, evolve(step, at=before))


def _less(cart: Cart) -> Iterator[Cart]:
    """The cart without its fees, coupons, points, a line, or some units of it."""
    if cart.shipping:
        yield evolve(cart, shipping=())
    if cart.coupons:
        yield evolve(cart, coupons=())
    if cart.points:
        yield evolve(cart, points=0)
    if cart.shopper.groups:
        yield evolve(cart, shopper=evolve(cart.shopper, groups=frozenset()))
    if cart.shopper.first_order:
        yield evolve(cart, shopper=evolve(cart.shopper, first_order=False))
    for line in cart.lines:
        others = tuple(other for other in cart.lines if other != line)
        if others:
            shops = {fee.shop for fee in cart.shipping}
            if len(shops) <= 1:
                yield evolve(cart, lines=others)
        for count in dict.fromkeys((1, line.quantity // 2, line.quantity - 1)):
            if 0 < count < line.quantity:
                lines = tuple(
                    evolve(each, quantity=count) if each == line else each for each in cart.lines
                )
                yield evolve(cart, lines=lines)


def _within(step: Step, order: str, kept: Mapping[str, int]) -> Step:
    """The step, with no more units of an order than it still has."""
    if isinstance(step.deed, SendBack) and step.deed.order == order:
        units = {
            line: min(count, kept[line]) for line, count in step.deed.units.items() if line in kept
        }
        if units:
            return evolve(step, deed=evolve(step.deed, units=units))
    return step


def _with(steps: tuple[Step, ...], place: int, step: Step) -> tuple[Step, ...]:
    return (*steps[:place], step, *steps[place + 1 :])


def _with_smaller_opening(tale: Tale) -> Iterator[_Story]:
    """Without some account's coupons or points, or with half of them."""
    setting = tale.setting
    for name, given in setting.opening.items():
        rest = {other: each for other, each in setting.opening.items() if other != name}
        openings = [rest]
        if given.coupons:
            openings.append({**rest, name: evolve(given, coupons=())})
        fewer = dict.fromkeys((0, given.points // 10, given.points // 2))
        openings += [
            {**rest, name: evolve(given, points=points)}
            for points in fewer
            if points < given.points
        ]
        for opening in openings:
            yield evolve(setting, opening=opening), tale.steps
