"""Whether people can read what the machine names, in every language of the mall."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.findings import Finding, Severity
from mallops.lifecycles.machine import Machine
from mallops.messages import locales
from mallops.rules.paths import at_key


def missing_wording(machine: Machine) -> Iterator[Finding]:
    """What has a name has wording in every locale."""
    for locale in locales():
        said = machine.wording.get(locale, {})
        for key in worded(machine):
            if not said.get(key, "").strip():
                path = at_key(f"$.wording.{locale}", key)
                yield Finding("no_wording", Severity.WARNING, path, {"key": key, "locale": locale})


def unused_wording(machine: Machine) -> Iterator[Finding]:
    """Wording is of what there is."""
    known = {*worded(machine)}
    for locale in sorted(machine.wording):
        for key in sorted(machine.wording[locale].keys() - known):
            path = at_key(at_key("$.wording", locale), key)
            details = {"key": key, "locale": locale}
            yield Finding("unused_wording", Severity.WARNING, path, details)


def worded(machine: Machine) -> tuple[str, ...]:
    """The keys of all that wants wording, each once.

    >>> worded(Machine("m", "1", (), ("agree",), ("seller",), ()))
    ('event.agree', 'actor.seller')
    """
    keys = (
        *(f"state.{state.id}" for state in machine.states),
        *(f"event.{event}" for event in machine.events),
        *(f"actor.{actor}" for actor in machine.actors),
        *(f"guard.{guard.code}" for row in machine.rows for guard in row.guards),
        *(f"deadline.{deadline.id}" for deadline in machine.deadlines),
        *(f"effect.{effect.id}" for effect in machine.effects),
    )
    return tuple(dict.fromkeys(keys))
