"""Running an incident: whether its fault is found, and whether the repaired mall is clean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import frozen
from pendulum import DateTime

from mallops.errors import InputError
from mallops.findings import Severity
from mallops.loopholes.checking import Search, check
from mallops.loopholes.incidents.model import Incident, Mall
from mallops.loopholes.incidents.racing import raced
from mallops.loopholes.model import Kind, Loophole
from mallops.loopholes.replay import replay
from mallops.loopholes.report.report import Report
from mallops.loopholes.searches import FULL
from mallops.messages import localized
from mallops.rulebook.book import decode_rulebook
from mallops.rulebook.catalog import decode_catalog
from mallops.rulebook.running import Failed, Mismatch, Passed

BEYOND_RULES = frozenset({Kind.OUTSIDE_PRICE, Kind.IDENTITY})
"""Kinds that no rule decides: what is found of them may be a note, and a note may stay."""

_SERIOUS = frozenset({Severity.ERROR, Severity.WARNING})


@frozen
class Checked:
    """The reports of an incident's mall, and of the mall repaired."""

    report: Report
    repaired: Report


def check_mall(mall: Mall, at: DateTime, searches: Sequence[Search] = FULL) -> Report:
    """What the searches find in a mall of documents, and in its handlers if it has some.

    Raises `InputError` for documents that are refused.
    """
    rulebook = decode_rulebook(mall.rulebook)
    catalog = decode_catalog(mall.catalog, rulebook.currency, rulebook.timezone)
    races = () if mall.handlers is None else (raced(mall.handlers),)
    return check(rulebook, catalog, at, (*searches, *races))


def check_incident(incident: Incident) -> Checked:
    """Both malls of an incident, checked in full; raises as `check_mall` does."""
    return Checked(
        check_mall(incident.mall, incident.at), check_mall(incident.repaired, incident.at)
    )


def run_incident(incident: Incident, name: str = "") -> Passed | Failed:
    """Whether an incident is what it says: its kinds and codes found, and nothing once repaired.

    `name` is what it is called where it has no title.
    """
    name = localized(incident.title, "en", name)
    try:
        checked = check_incident(incident)
    except InputError as error:
        return Failed(name, (Mismatch("error", None, str(error)),))
    mismatches = tuple(mismatches_of(incident, checked))
    return Failed(name, mismatches) if mismatches else Passed(name)


def mismatches_of(incident: Incident, checked: Checked) -> Iterator[Mismatch]:
    """Where what was found is not what the incident says, by its fields."""
    found = checked.report.found
    kinds = {each.kind for each in found if counts(each)}
    if not incident.kinds <= kinds:
        yield Mismatch("kinds", _values(incident.kinds), _values(kinds))
    codes = {each.code for each in found}
    if not incident.codes <= codes:
        yield Mismatch("codes", sorted(incident.codes), sorted(codes))
    unplayable = sorted({each.code for each in found if not _pays(checked.report, each)})
    if unplayable:
        yield Mismatch("witness", [], unplayable)
    left = sorted(
        {
            f"{each.kind.value} {each.severity.value} {each.code}"
            for each in checked.repaired.found
            if each.severity is Severity.ERROR
            or (each.severity is Severity.WARNING and each.kind in incident.kinds)
        }
    )
    if left:
        yield Mismatch("repaired", [], left)


def counts(loophole: Loophole) -> bool:
    """Whether a loophole is serious enough to count as found: of some kinds, a note is."""
    return loophole.severity in _SERIOUS or loophole.kind in BEYOND_RULES


def _pays(report: Report, loophole: Loophole) -> bool:
    """Whether a witness, if there is one, plays to its end and costs the mall something."""
    if loophole.witness is None:
        return True
    try:
        replay(report.compiled, loophole.witness)
    except InputError:
        return False
    return loophole.loss is None or loophole.loss.minor > 0


def _values(kinds: Iterable[Kind]) -> list[str]:
    return sorted(kind.value for kind in kinds)
