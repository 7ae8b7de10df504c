"""What a database may hold of a machine: its states, and no others."""

from __future__ import annotations

from mallops.errors import InputError, Problem, shown
from mallops.lifecycles.machine import Machine


def state_check(machine: Machine, column: str = "state") -> str:
    """The `CHECK` constraint of the column that holds a case's state, in standard SQL.

    The column's name is written as an identifier in quotes, case and all. Raises `InputError`
    for a machine without states, and for a name or state with a NUL, which SQL cannot hold.

    >>> from mallops.lifecycles.machine import State
    >>> states = (State("created"), State("buyer's"))
    >>> print(state_check(Machine("order", "1", states, (), (), ())))
    CHECK ("state" IN ('created', 'buyer''s'))
    """
    if not machine.states:
        raise InputError([Problem("$.states", shown(machine.states), "at least one state")])
    states = (_quoted(state.id, "'", f"$.states[{i}].id") for i, state in enumerate(machine.states))
    return f"CHECK ({_quoted(column, chr(34), '$.column')} IN ({', '.join(states)}))"


def _quoted(text: str, quote: str, path: str) -> str:
    if not text or "\0" in text:
        raise InputError([Problem(path, shown(text), "a name that SQL can hold")])
    return f"{quote}{text.replace(quote, quote * 2)}{quote}"
