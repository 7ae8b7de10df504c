"""Whether effects are answered wherever they are awaited, and money moves once."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.findings import Finding, Severity
from mallops.lifecycles.boxes import box_of, gap, shown_facts
from mallops.lifecycles.machine import PROVIDER, TIMER, Effect, Machine
from mallops.lifecycles.places import Place, Survey, Way, survey


def unanswered_effects(machine: Machine) -> Iterator[Finding]:
    """Wherever an effect is awaited, its success, failure and time-out lead on.

    Where the time-out does not, the case is stuck: once past, it has to come first.
    """
    return unanswered_of(machine, survey(machine))


def unanswered_of(machine: Machine, found: Survey) -> Iterator[Finding]:
    """The unanswered effects at the places that a survey has found."""
    for i, effect in enumerate(machine.effects):
        states = sorted({place.state for place in found.ways if effect.id in place.awaited})
        for state in states:
            for event, actor in _comebacks(effect):
                rows = machine.moves.get((state, event), ())
                missing = gap(
                    machine, (box_of(machine, row) for row in rows if actor in row.actors)
                )
                if missing is not None:
                    details = {
                        "effect": effect.id,
                        "state": state,
                        "event": event,
                        "facts": shown_facts(missing),
                    }
                    yield Finding("unanswered_effect", Severity.ERROR, f"$.effects[{i}]", details)


def money_twice(machine: Machine) -> Iterator[Finding]:
    """Money goes out once: not again while it is under way, nor once it has moved.

    After a failure or a time-out it may go out again.
    """
    return money_twice_of(machine, survey(machine))


def money_twice_of(machine: Machine, found: Survey) -> Iterator[Finding]:
    """The rows that send money out once more at the places that a survey has found."""
    told: set[tuple[int, str]] = set()
    for place, ways in found.ways.items():
        for way in ways:
            for money in _again(machine, way):
                if (way.row, money) not in told:
                    told.add((way.row, money))
                    event = machine.rows[way.row].event
                    after = ", ".join((*found.events_to(place), event))
                    path = f"$.rows[{way.row}].effects"
                    yield Finding(
                        "moved_twice", Severity.ERROR, path, {"money": money, "after": after}
                    )


def _comebacks(effect: Effect) -> tuple[tuple[str, str], ...]:
    return (effect.succeeded, PROVIDER), (effect.failed, PROVIDER), (effect.timed_out, TIMER)


def _again(machine: Machine, way: Way) -> Iterator[str]:
    """The money that the way's row sends out although it has moved or is under way."""
    gone = _gone(machine, way.between)
    for name in machine.rows[way.row].effects:
        money = machine.effect(name).money
        if money and money in gone:
            yield money
        gone.add(money)


def _gone(machine: Machine, place: Place) -> set[str]:
    return {*place.moved, *(machine.effect(name).money for name in place.awaited)}
