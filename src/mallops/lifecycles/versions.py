"""What a new version of a machine does to the cases of the old one.

A mapping names, for states of the old version, the states of the new one that stand for them. A
state that is not named stands for itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mallops.findings import Finding, Severity
from mallops.lifecycles.case import Case
from mallops.lifecycles.checks.effecting import money_twice_of, unanswered_of
from mallops.lifecycles.checks.endings import dead_ends_of
from mallops.lifecycles.machine import Machine
from mallops.lifecycles.places import Place, endless, survey
from mallops.lifecycles.stepping import check_case
from mallops.rules.paths import at_key


def compare_versions(old: Machine, new: Machine, mapping: Mapping[str, str]) -> tuple[Finding, ...]:
    """What is wrong with letting every case of one version go on in another.

    Errors: `other_machine`, `same_version`, `unknown_state` and `unmapped_state`, for what does
    not fit at all; `reopened_state` and `ended_state`, where something is final in one version
    only; `lost_effect`, which the new version does not have; and `dead_end`, `unanswered_effect`
    and `moved_twice` in the new version, for cases that come from the old one. A warning:
    `dropped_deadline`. Both machines are ones in which `verify` finds no unknown names.

    >>> from mallops.lifecycles.machine import State
    >>> old = Machine("order", "1", (State("created"), State("paid", final=True)), (), (), ())
    >>> new = Machine("order", "2", (State("placed"), State("paid", final=True)), (), (), ())
    >>> [finding.code for finding in compare_versions(old, new, {})]
    ['unmapped_state']
    """
    unfit = (*_identity(old, new), *_states(old, new, mapping))
    if unfit:
        return unfit
    places = survey(old).ways
    carried = survey(new, (_carried(place, new, mapping) for place in places))
    return (
        *_finality(old, new, mapping),
        *_deadlines(old, new, mapping),
        *_lost_effects(new, places),
        *dead_ends_of(new, carried),
        *unanswered_of(new, carried),
        *money_twice_of(new, carried),
    )


def stranded(
    cases: Iterable[Case], old: Machine, new: Machine, mapping: Mapping[str, str]
) -> tuple[Finding, ...]:
    """Which of the old version's cases a new one strands, as `stranded_case`, and why.

    A case that is not over is stranded if no state stands for its own, if no way leads on to a
    final one, or if what it awaits, or will await, has an answer that leads nowhere. Raises
    `InputError` for a case of another machine or version.
    """
    verdicts: dict[Place, Mapping[str, str] | None] = {}
    final = {state.id for state in old.states if state.final}
    found = []
    for i, case in enumerate(cases):
        check_case(old, case)
        place = Place(case.state, (each.effect for each in case.awaited))
        if place not in verdicts:
            over = case.state in final and not case.awaited
            verdicts[place] = None if over else _against(new, place, mapping)
        against = verdicts[place]
        if against is not None:
            details = {"case": case.id, "state": case.state, **against}
            found.append(Finding("stranded_case", Severity.ERROR, f"$.cases[{i}]", details))
    return tuple(found)


def _identity(old: Machine, new: Machine) -> Iterator[Finding]:
    if old.id != new.id:
        yield Finding("other_machine", Severity.ERROR, "$.id", {"old": old.id, "new": new.id})
    elif old.version == new.version and old != new:
        yield Finding("same_version", Severity.ERROR, "$.version", {"version": new.version})


def _states(old: Machine, new: Machine, mapping: Mapping[str, str]) -> Iterator[Finding]:
    befores, afters = ({state.id for state in machine.states} for machine in (old, new))
    for before, after in mapping.items():
        for named, known in ((before, befores), (after, afters)):
            if named not in known:
                path = at_key("$.mapping", before)
                yield Finding("unknown_state", Severity.ERROR, path, {"state": named})
    for state in old.states:
        if state.id not in mapping and state.id not in afters:
            path = at_key("$.mapping", state.id)
            yield Finding("unmapped_state", Severity.ERROR, path, {"state": state.id})


def _finality(old: Machine, new: Machine, mapping: Mapping[str, str]) -> Iterator[Finding]:
    after = {state.id: state for state in new.states}
    for state in old.states:
        to = after[mapping.get(state.id, state.id)]
        if state.final != to.final:
            path, details = at_key("$.mapping", state.id), {"state": state.id, "to": to.id}
            if state.final:
                yield Finding("reopened_state", Severity.ERROR, path, details)
            else:
                yield Finding("ended_state", Severity.ERROR, path, details)


def _deadlines(old: Machine, new: Machine, mapping: Mapping[str, str]) -> Iterator[Finding]:
    for state in old.states:
        to = mapping.get(state.id, state.id)
        kept = {deadline.id for deadline in new.begins.get(to, ())}
        for deadline in old.begins.get(state.id, ()):
            if deadline.id not in kept:
                details = {"deadline": deadline.id, "state": state.id, "to": to}
                path = at_key("$.mapping", state.id)
                yield Finding("dropped_deadline", Severity.WARNING, path, details)


def _lost_effects(new: Machine, places: Iterable[Place]) -> Iterator[Finding]:
    known = {effect.id for effect in new.effects}
    lost = {(place.state, name) for place in places for name in place.awaited if name not in known}
    for state, name in sorted(lost):
        details = {"effect": name, "state": state}
        yield Finding("lost_effect", Severity.ERROR, at_key("$.mapping", state), details)


def _carried(place: Place, new: Machine, mapping: Mapping[str, str]) -> Place:
    known = {effect.id for effect in new.effects}
    awaited = (name for name in place.awaited if name in known)
    return Place(mapping.get(place.state, place.state), awaited, place.moved)


def _against(new: Machine, place: Place, mapping: Mapping[str, str]) -> Mapping[str, str] | None:
    """Why cases at a place of the old version cannot go on in the new one, if they cannot."""
    carried = _carried(place, new, mapping)
    if carried.state not in {state.id for state in new.states}:
        return {}
    if lost := next((name for name in place.awaited if name not in carried.awaited), None):
        return {"to": carried.state, "effect": lost}
    found = survey(new, (carried,))
    if finding := next(unanswered_of(new, found), None):
        return {"to": finding.details["state"], "effect": finding.details["effect"]}
    return {"to": carried.state} if endless(new, found) else None
