"""Rolling windows: what is counted of the last steps of time, in a bounded place.

A window is a ring of steps, such as 30 of a day each. It ends with the step of the latest event
that it was told of, so it never asks a clock; a late event goes to the step that it belongs to.
What is kept depends on which events there were, and never on the order in which they came.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from operator import add, sub
from typing import TypeVar

from attrs import frozen

from mallops.errors import InputError, Problem, shown

T = TypeVar("T")


@frozen
class Span:
    """A window of so many `steps`, each of `step` seconds; both at least 1.

    It is `steps` long at the end of a step, and up to one step shorter before.
    """

    step: int
    steps: int

    def __attrs_post_init__(self) -> None:
        problems = [
            Problem(f"$.{name}", shown(value), "a whole number, at least 1")
            for name, value in (("step", self.step), ("steps", self.steps))
            if value < 1
        ]
        if problems:
            raise InputError(problems)

    def number(self, second: int) -> int:
        """The step that a second is in."""
        return second // self.step

    def ends(self, number: int) -> int:
        """The first second at which a step is out of the window."""
        return (number + self.steps) * self.step


@frozen
class Tally:
    """Sums over a window, by step: `counts[i]` are those of step `steps[i]`, in order of time.

    From second `until` on, nothing of it can count any more.
    """

    until: int
    steps: tuple[int, ...]
    counts: tuple[tuple[int, ...], ...]
    totals: tuple[int, ...]


@frozen
class Members:
    """Who was seen in a window: `names[i]` last in step `steps[i]`, the longest ago first.

    From second `until` on, nothing of it can count any more.
    """

    until: int
    steps: tuple[int, ...]
    names: tuple[str, ...]


@frozen
class Mark:
    """That something was at a second; it is worth keeping until second `until`."""

    until: int
    second: int


Row = Tally | Members | Mark
"""What is kept under one key."""


def tallied(
    row: Tally | None, span: Span, second: int, amounts: tuple[int, ...], lateness: int
) -> Tally:
    """A tally with these amounts added at a second; one that is too old for it adds nothing."""
    number = span.number(second)
    if row is None:
        return Tally(span.ends(number) + lateness, (number,), (amounts,), amounts)
    steps, counts = row.steps, row.counts
    if number == steps[-1]:
        last = (*counts[:-1], _plus(counts[-1], amounts))
        return Tally(row.until, steps, last, _plus(row.totals, amounts))
    if number <= steps[-1] - span.steps:
        return row
    place = bisect_left(steps, number)
    if place < len(steps) and steps[place] == number:
        there = (*counts[:place], _plus(counts[place], amounts), *counts[place + 1 :])
        return Tally(row.until, steps, there, _plus(row.totals, amounts))
    steps = (*steps[:place], number, *steps[place:])
    counts = (*counts[:place], amounts, *counts[place:])
    # Each step is taken off once, so this is paid for when it is added.
    gone = bisect_left(steps, steps[-1] - span.steps + 1)
    totals = _plus(row.totals, amounts)
    for old in counts[:gone]:
        totals = _minus(totals, old)
    return Tally(span.ends(steps[-1]) + lateness, steps[gone:], counts[gone:], totals)


def met(
    row: Members | None, span: Span, second: int, name: str, most: int, lateness: int
) -> Members:
    """Members with one more seen at a second; of more than `most` those seen last are kept."""
    number = span.number(second)
    if row is None:
        return Members(span.ends(number) + lateness, (number,), (name,))
    steps, names = row.steps, row.names
    latest = max(number, steps[-1])
    if name in names:
        place = names.index(name)
        if steps[place] >= number:
            return row
        steps, names = _without(steps, place), _without(names, place)
    # Among those of one step the order is that of names, so that it is one.
    place = bisect_left(names, name, bisect_left(steps, number), bisect_right(steps, number))
    steps = (*steps[:place], number, *steps[place:])
    names = (*names[:place], name, *names[place:])
    gone = max(bisect_left(steps, latest - span.steps + 1), len(steps) - most)
    return Members(span.ends(latest) + lateness, steps[gone:], names[gone:])


def _without(values: tuple[T, ...], place: int) -> tuple[T, ...]:
    return values[:place] + values[place + 1 :]


def _plus(left: tuple[int, ...], right: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(map(add, left, right))


def _minus(left: tuple[int, ...], right: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(map(sub, left, right))
