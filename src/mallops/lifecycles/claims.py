"""Several cases on one order: which units they have, and the facts that follow for guards.

Cases run side by side as long as no unit is in two of them. The machines ask it as a fact; here
the caller works the fact out of the cases that it keeps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from attrs import frozen

from mallops.errors import InputError, Problem, shown
from mallops.lifecycles.axes import NONE
from mallops.lifecycles.case import Case
from mallops.lifecycles.machine import Machine, State, Value
from mallops.rules.paths import at_key

_PAY_FOR_ELSE = frozenset({"price_protection", "complaint"})
"""The flows that pay for something other than a unit, which can be returned later."""


@frozen
class Claim:
    """A case with its units: by line of the order, how many.

    Where only some of them passed inspection and are made good, they are those; a complaint that
    is about no goods has none, and so keeps nobody from returning them.
    """

    case: Case
    units: Mapping[str, int]


def open_units(
    bought: Mapping[str, int], claims: Iterable[Claim], machines: Iterable[Machine]
) -> dict[str, int]:
    """By line, the units that no case has: bought, not in a running case, not given back.

    `machines` are those of the claims' cases. A case that came to nothing frees its units, and so
    do a repair that was done and a difference in price that was repaid. Raises `InputError` for
    a case whose machine is not given, a line that was not bought, and a count below zero.
    """
    claims = tuple(claims)
    _check_counts(claims)
    taken = _units(claims, machines, over=(True, False))
    _check_lines(bought, taken)
    return {line: count - taken[line] for line, count in bought.items()}


def units_fact(
    asked: Mapping[str, int],
    bought: Mapping[str, int],
    claims: Iterable[Claim],
    machines: Iterable[Machine],
) -> dict[str, Value]:
    """The fact `units` of a request: whether all the units asked for are open.

    For a buyer's edit leave the edited case itself out of `claims`. Raises `InputError` for what
    `open_units` does, and for fewer than one unit of a line.
    """
    if min(asked.values(), default=0) < 1:
        got = ", ".join(f"{line}: {count}" for line, count in asked.items())
        raise InputError([Problem("$.asked", got or "nothing", "at least 1 unit of each line")])
    _check_lines(bought, asked)
    left = open_units(bought, claims, machines)
    free = all(count <= left[line] for line, count in asked.items())
    return {"units": "open" if free else "taken"}


def order_facts(
    bought: Mapping[str, int],
    parcel: Mapping[str, int],
    claims: Iterable[Claim],
    machines: Iterable[Machine],
) -> dict[str, Value]:
    """An order's facts `units_held`, `units_kept` and `cases`; `parcel` is what is to be sent.

    A parcel may hold what is not yet in a case, nor given back. Raises `InputError` for what
    `open_units` does.
    """
    claims, machines = tuple(claims), tuple(machines)
    _check_lines(bought, parcel)
    left = open_units(bought, claims, machines)
    given_back = _units(claims, machines, over=(True,))
    kept = any(count > given_back[line] for line, count in bought.items())
    known = _states(machines)
    running = any(_taken(claim.case, known) is False for claim in claims)
    return {
        "units_held": any(count > left.get(line, 0) for line, count in parcel.items()),
        "units_kept": "some" if kept else "none",
        "cases": "open" if running else "none",
    }


def _units(
    claims: Iterable[Claim], machines: Iterable[Machine], over: tuple[bool, ...]
) -> Counter[str]:
    """The units of cases that are over with their units given back, or that still run."""
    known = _states(machines)
    total: Counter[str] = Counter()
    for claim in claims:
        if _taken(claim.case, known) in over:
            total.update(claim.units)
    return total


def _states(machines: Iterable[Machine]) -> Mapping[tuple[str, str, str], State]:
    return {
        (machine.id, machine.version, state.id): state
        for machine in machines
        for state in machine.states
    }


def _taken(case: Case, known: Mapping[tuple[str, str, str], State]) -> bool | None:
    """False while the case runs, True once its units are given back, None once they are free."""
    state = known.get((case.machine, case.version, case.state))
    if state is None:
        got = f"{case.machine}/{case.version}/{case.state}"
        raise InputError([Problem("$.machines", shown(got), "the machine of every case")])
    if not state.final:
        return False
    axes = state.axes
    if axes.get("money", NONE) != NONE:
        given_back = case.machine not in _PAY_FOR_ELSE
    else:
        given_back = case.machine == "exchange" and axes["acceptance"] == "accepted"
    return True if given_back else None


def _check_counts(claims: Iterable[Claim]) -> None:
    problems = [
        Problem(at_key("$.claims", line), shown(count), f"at least 0 units in {claim.case.id!r}")
        for claim in claims
        for line, count in claim.units.items()
        if count < 0
    ]
    if problems:
        raise InputError(problems)


def _check_lines(bought: Mapping[str, int], named: Mapping[str, int]) -> None:
    unknown = sorted(set(named) - set(bought))
    if unknown:
        raise InputError(
            [Problem("$.units", ", ".join(unknown), f"lines among {', '.join(bought)}")]
        )
