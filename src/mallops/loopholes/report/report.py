"""What a check of one rulebook over one catalogue came to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from attrs import evolve, field, frozen
from pendulum import DateTime

from mallops.findings import Finding, Severity
from mallops.loopholes.model import Loophole
from mallops.promotions.compiled import Compiled

CLEAN, FOUND = 0, 1


@frozen
class Note:
    """Something that was searched, and the bounds of it: a code that keys the wording."""

    code: str
    details: Mapping[str, str] = field(factory=dict)


@frozen
class Acknowledgement:
    """Somebody's word that a loophole is known and put up with, and why.

    It is for the loopholes of `rulebook` that have this `code` and are of exactly these
    `subjects`, by id; or for the one that has this `fingerprint`; and that are of no graver
    `severity`. It holds up to the end of the day `expires`, by the clock of the rulebook. `path` is
    where it stands in its file.
    """

    code: str
    reason: str
    owner: str
    expires: date
    rulebook: str = ""
    subjects: frozenset[str] | None = None
    fingerprint: str = ""
    severity: Severity = Severity.ERROR
    path: str = "$"


@frozen
class Accepted:
    """A loophole that is put up with, and on whose word."""

    loophole: Loophole
    acknowledgement: Acknowledgement


@frozen
class Place:
    """Where a document stands: a file, the path in it, and the file's text if it is JSON."""

    file: str = ""
    path: str = "$"
    text: str = ""

    def __str__(self) -> str:
        """The file, and the path unless it is the whole file; nothing without a file."""
        return self.file if self.path == "$" else f"{self.file} {self.path}".strip()


@frozen
class Source:
    """Where the documents that were checked stand; without files, nowhere."""

    rulebook: Place = Place()
    catalog: Place = Place()
    acknowledged: Place = Place()
    handlers: Place = Place()

    def __str__(self) -> str:
        """The files of the rulebook and the catalogue, each once."""
        places = dict.fromkeys((str(self.rulebook), str(self.catalog)))
        return ", ".join(filter(None, places))


@frozen
class Report:
    """All that was found, in a stable order: by severity, code and subjects.

    `found` are the loopholes in force, `accepted` those that were acknowledged. `stale` are
    findings about acknowledgements: those that have expired, and those that match nothing.
    `notes` tell what was searched, within which bounds.
    """

    compiled: Compiled
    at: DateTime
    found: tuple[Loophole, ...]
    accepted: tuple[Accepted, ...] = ()
    stale: tuple[Finding, ...] = ()
    notes: tuple[Note, ...] = ()
    source: Source = Source()

    def stands(self, stale: Finding) -> Place:
        """Where an acknowledgement stands that has to be looked at."""
        return evolve(self.source.acknowledged, path=stale.path)

    @property
    def rulebook(self) -> str:
        """The id of the rulebook."""
        return self.compiled.rulebook.id

    @property
    def version(self) -> str:
        """The version of the rulebook."""
        return self.compiled.rulebook.version

    def count(self, severity: Severity) -> int:
        """How many of those in force are of a severity."""
        return sum(loophole.severity is severity for loophole in self.found)

    def status(self, *, strict: bool = False) -> int:
        """The exit status: 1 for errors in force, `strict`: or warnings, else 0."""
        serious = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
        return FOUND if any(each.severity in serious for each in self.found) else CLEAN


def in_order(loopholes: Iterable[Loophole]) -> tuple[Loophole, ...]:
    """The worst first; then by code, and by the subjects, whatever order they were found in."""
    return tuple(sorted(loopholes, key=_place))


def gravity(severity: Severity) -> int:
    """The place of a severity, the gravest first."""
    return list(Severity).index(severity)


def _place(loophole: Loophole) -> tuple[object, ...]:
    subjects = [(each.document, each.id, each.path) for each in loophole.subjects]
    details = sorted(loophole.details.items())
    loss = loophole.loss.minor if loophole.loss is not None else 0
    return gravity(loophole.severity), loophole.code, subjects, -loss, details
