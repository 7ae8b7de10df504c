"""What facts a row asks for: a box, which holds the values that each fact may have.

Whether two rows can hold at once is whether their boxes meet, fact by fact. Nobody has to go
through the combinations of all facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mallops.lifecycles.machine import Machine, Row, Value

Box = Mapping[str, frozenset[Value]]
"""The values that each fact may have; a fact that is not named may have any of its own."""


def box_of(machine: Machine, row: Row) -> Box:
    """What a row's guards ask for, of the values that the facts can have."""
    box: dict[str, frozenset[Value]] = {}
    for guard in row.guards:
        box[guard.fact] = box.get(guard.fact, frozenset(machine.facts[guard.fact])) & guard.among
    return box


def is_empty(box: Box) -> bool:
    """Whether no facts are in the box."""
    return not all(box.values())


def meet(box: Box, other: Box) -> Box:
    """The facts that are in both boxes.

    >>> small = {"size": frozenset({"s", "m"})}
    >>> meet(small, {"size": frozenset({"m", "l"}), "sealed": frozenset({True})})
    {'size': frozenset({'m'}), 'sealed': frozenset({True})}
    """
    return {
        fact: box.get(fact, among) & other.get(fact, among)
        for fact, among in {**box, **other}.items()
    }


def gap(machine: Machine, boxes: Iterable[Box]) -> Mapping[str, Value] | None:
    """Facts that are in none of the boxes; None where the boxes hold all there are.

    Only facts that the boxes name are told apart.
    """
    return _gap(machine.facts, [box for box in boxes if not is_empty(box)])


def _gap(facts: Mapping[str, Sequence[Value]], boxes: Sequence[Box]) -> Mapping[str, Value] | None:
    if not all(boxes):
        return None
    fact = min((name for box in boxes for name in box), default=None)
    if fact is None:
        return {}
    for value in facts[fact]:
        left = [
            {name: among for name, among in box.items() if name != fact}
            for box in boxes
            if fact not in box or value in box[fact]
        ]
        found = _gap(facts, left)
        if found is not None:
            return {fact: value, **found}
    return None


def shown_facts(facts: Mapping[str, Value]) -> str:
    """Facts as findings show them.

    >>> shown_facts({"sealed": False, "size": "m"})
    'sealed=False, size=m'
    """
    return ", ".join(f"{fact}={value}" for fact, value in facts.items())
