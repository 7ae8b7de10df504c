"""Looking for what is wrong with a machine, before any case gets stuck in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mallops.findings import Finding
from mallops.lifecycles.checks.clocks import (
    deadline_cycles,
    impossible_terms,
    missing_deadlines,
    needless_patience,
    unhandled_deadlines,
)
from mallops.lifecycles.checks.effecting import money_twice, unanswered_effects
from mallops.lifecycles.checks.endings import (
    dead_ends,
    left_finals,
    too_many_places,
    unreachable_states,
)
from mallops.lifecycles.checks.guarding import ambiguous_rows, impossible_rows, values_outside
from mallops.lifecycles.checks.names import (
    duplicate_ids,
    no_states,
    unknown_actors,
    unknown_effects,
    unknown_events,
    unknown_facts,
    unknown_states,
)
from mallops.lifecycles.checks.people import nobody_acts, own_approvals
from mallops.lifecycles.checks.unused import (
    unused_actors,
    unused_deadlines,
    unused_effects,
    unused_events,
    unused_facts,
)
from mallops.lifecycles.checks.wording import missing_wording, unused_wording
from mallops.lifecycles.machine import Machine

Check = Callable[[Machine], Iterable[Finding]]

NAMES: tuple[Check, ...] = (
    no_states,
    unknown_states,
    unknown_events,
    unknown_actors,
    unknown_facts,
    unknown_effects,
    duplicate_ids,
)
"""What has to be right before a machine can be read at all."""

SIZE: tuple[Check, ...] = (too_many_places,)
"""What has to be right before all its ways can be gone through."""

CHECKS: tuple[Check, ...] = (
    unreachable_states,
    dead_ends,
    left_finals,
    values_outside,
    impossible_rows,
    ambiguous_rows,
    impossible_terms,
    unhandled_deadlines,
    missing_deadlines,
    needless_patience,
    deadline_cycles,
    unanswered_effects,
    money_twice,
    nobody_acts,
    own_approvals,
    missing_wording,
    unused_wording,
    unused_events,
    unused_actors,
    unused_facts,
    unused_effects,
    unused_deadlines,
)
"""The checks of a machine that can be read, in the order of their findings."""


def verify(machine: Machine) -> tuple[Finding, ...]:
    """Everything that is wrong with a machine; paths are those of its file.

    Where it names what it has not, only that is found: all else would be about something that
    nobody meant. An error leaves a case stuck or lets money go wrong; all else is a warning.
    Never raises. The codes are told in `docs/machine-checks.md`.

    >>> from mallops.lifecycles.machine import Row, State
    >>> pay = Row("created", "pay", "paid", frozenset({"buyer"}))
    >>> order = Machine("order", "1", (State("created"),), ("pay",), ("buyer",), (pay,))
    >>> [(finding.code, finding.path) for finding in verify(order)]
    [('unknown_state', '$.rows[0].target')]
    """
    for stage in (NAMES, SIZE, CHECKS):
        found = tuple(finding for check in stage for finding in check(machine))
        if found:
            return found
    return ()
