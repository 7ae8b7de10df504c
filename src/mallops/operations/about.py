"""Which units of an order a case, or a parcel, is about."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve

from mallops.errors import InputError, Problem, shown
from mallops.operations.desk import Desk
from mallops.operations.facts import bought_of
from mallops.operations.moving import Said
from mallops.repositories import Filed
from mallops.rules.paths import at_key


def about(desk: Desk, said: Said, units: Mapping[str, int] | None) -> Filed:
    """The case with the units that a move names; raises `InputError` for others than it has."""
    filed = desk.filed
    if desk.of_order:
        # A parcel has what its own move names, and nothing of the parcel before.
        check_units(desk, units or {}, None)
        return evolve(filed, units=dict(units or {}))
    some_passed = said.event == "inspect" and said.facts.get("passed") == "some"
    if units is None:
        if some_passed:
            raise InputError([Problem("$.units", shown(None), "the units that passed")])
        return filed
    check_units(desk, units, None if asks_for_units(desk, said.event) else filed.units)
    if some_passed:
        return evolve(filed, passed=dict(units))
    return evolve(filed, units=dict(units))


def asks_for_units(desk: Desk, event: str) -> bool:
    """Whether the machine asks if units are free, and so takes any that the order has."""
    rows = desk.machine.moves.get((desk.filed.case.state, event), ())
    return any(guard.fact == "units" for row in rows for guard in row.guards)


def check_units(desk: Desk, units: Mapping[str, int], most: Mapping[str, int] | None) -> None:
    """Raise `InputError` unless they are units of the order's lines, and of these at most."""
    lines = bought_of(desk)
    problems = [
        Problem(at_key("$.units", line), shown(count), _expected(most, line))
        for line, count in units.items()
        if line not in lines
        or type(count) is not int
        or count < 1
        or (most is not None and count > most.get(line, 0))
    ]
    if problems:
        raise InputError(problems)


def _expected(most: Mapping[str, int] | None, line: str) -> str:
    if most is None:
        return "so many units, at least 1, of a line"
    return f"so many units, at least 1, of the {most.get(line, 0)} that it can be about"
