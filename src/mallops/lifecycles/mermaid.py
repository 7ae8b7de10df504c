"""A machine as a Mermaid state diagram, for pages that draw such text."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mallops.lifecycles.machine import Machine
from mallops.lifecycles.naming import label, named

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WORDS = frozenset(
    {
        *("state", "end", "note", "class", "classDef", "style", "direction", "click"),
        *("as", "default", "fork", "join", "choice", "hide", "scale"),
    }
)
_SPECIAL = re.compile(r'[#;:"<>\[\]{}\\`\s]')


def mermaid(machine: Machine, locale: str = "en") -> str:
    """The diagram's text, a line for each state and each row, in the machine's order.

    The machine is one in which `verify` finds no unknown names.

    >>> from mallops.lifecycles.machine import Row, State
    >>> pay = Row("created", "pay", "paid", frozenset({"buyer"}))
    >>> states = (State("created"), State("paid", final=True))
    >>> print(mermaid(Machine("order", "1", states, ("pay",), ("buyer",), (pay,))), end="")
    stateDiagram-v2
        state "created" as created
        state "paid" as paid
        [*] --> created
        created --> paid : pay · buyer
        paid --> [*]
    """
    ids = _ids(machine)
    lines = [
        f'state "{_safe(named(machine, "state", state.id, locale))}" as {ids[state.id]}'
        for state in machine.states
    ]
    lines += [f"[*] --> {ids[state.id]}" for state in machine.states[:1]]
    for row in machine.rows:
        said = _safe(" · ".join(label(machine, row, locale)))
        lines.append(f"{ids[row.source]} --> {ids[row.target]} : {said}")
    lines += [f"{ids[state.id]} --> [*]" for state in machine.states if state.final]
    return "".join(f"{line}\n" for line in ("stateDiagram-v2", *(f"    {each}" for each in lines)))


def _ids(machine: Machine) -> Mapping[str, str]:
    """The states' ids as the diagram's: those that it could not read are numbered."""
    return {
        state.id: state.id
        if _PLAIN.fullmatch(state.id) and state.id not in _WORDS
        else f"state-{number}"
        for number, state in enumerate(machine.states, 1)
    }


def _safe(text: str) -> str:
    """The text with what Mermaid would read as its own written by number."""
    return _SPECIAL.sub(lambda found: " " if found[0].isspace() else f"#{ord(found[0])};", text)
