"""Reports as SARIF 2.1.0, which code hosts show beside the lines of a change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import PurePath
from urllib.parse import quote

from mallops.findings import Finding, Severity
from mallops.loopholes.model import Loophole, Subject
from mallops.loopholes.report.fingerprints import fingerprint
from mallops.loopholes.report.positions import Positions, positions
from mallops.loopholes.report.report import Accepted, Note, Place, Report
from mallops.loopholes.report.retelling import retold
from mallops.loopholes.report.wording import Words

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
PAGE = "docs/loophole-report.md"
"""What leads to the page of each code, from the root of mallops."""

Json = dict[str, object]


def sarif(reports: Sequence[Report], locale: str = "en") -> Json:
    """The SARIF log of some reports: one run, a rule for each code, a result for each loophole.

    A loophole is known from run to run by its fingerprint. One that was acknowledged is a result
    that is suppressed, with the reason. Regions are those of the JSON texts that the reports'
    sources hold. Raises `InputError` for a locale without wording.
    """
    words = Words(locale)
    lines = cache(positions)
    codes = sorted({each.code for report in reports for each in _all(report)})
    results = [
        result
        for report in reports
        for result in (
            *(_result(report, each, codes, words, lines) for each in report.found),
            *(_suppressed(report, each, codes, words, lines) for each in report.accepted),
        )
    ]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "mallops", "rules": _rules(codes, reports, words)}},
                "columnKind": "unicodeCodePoints",
                "invocations": [_invocation(report, words, lines) for report in reports],
                "results": results,
            }
        ],
    }


def _all(report: Report) -> list[Loophole]:
    return [*report.found, *(each.loophole for each in report.accepted)]


def _rules(codes: Iterable[str], reports: Iterable[Report], words: Words) -> list[Json]:
    first = {each.code: each for report in reports for each in reversed(_all(report))}
    return [_rule(first[code], words) for code in codes]


def _rule(loophole: Loophole, words: Words) -> Json:
    code, kind = loophole.code, loophole.kind.value
    what = words.rule(code)
    about = f"{what} ({words(kind)}, {kind})"
    return {
        "id": code,
        "shortDescription": {"text": what},
        "fullDescription": {"text": about},
        "help": {
            "text": f"{about}: {code} in {PAGE}",
            "markdown": f"{about}: [`{code}`]({PAGE})",
        },
        "defaultConfiguration": {"level": _level(loophole.severity)},
        "properties": {"tags": [kind]},
    }


def _level(severity: Severity) -> str:
    match severity:
        case Severity.ERROR:
            return "error"
        case Severity.WARNING:
            return "warning"
        case Severity.NOTE:
            return "note"


Lines = Callable[[str], Positions]
"""The positions of a JSON text, each text looked through once."""


def _result(
    report: Report, loophole: Loophole, codes: Sequence[str], words: Words, lines: Lines
) -> Json:
    loss = words.loss(loophole)
    said = words.loophole(loophole)
    first, *others = [
        _location(_place_of(report, each), each, lines) for each in loophole.subjects
    ] or [_location(report.source.rulebook, None, lines)]
    return {
        "ruleId": loophole.code,
        "ruleIndex": codes.index(loophole.code),
        "level": _level(loophole.severity),
        "message": {"text": f"{said} ({words('loss_is')}: {loss})" if loss else said},
        # A result is where its first subject stands; more than one place would be one fault
        # that is mended only by mending all of them.
        "locations": [first],
        **({"relatedLocations": _numbered(others)} if others else {}),
        "partialFingerprints": {"mallops/v1": fingerprint(report.rulebook, loophole)},
        "properties": _properties(report, loophole, words),
    }


def _suppressed(
    report: Report, accepted: Accepted, codes: Sequence[str], words: Words, lines: Lines
) -> Json:
    word = accepted.acknowledgement
    place = report.source.acknowledged
    suppression: Json = {
        "kind": "external",
        "status": "accepted",
        "justification": words.accepted(accepted),
    }
    if place.file:
        suppression["location"] = _location(place, Subject("acknowledged", "", word.path), lines)
    result = _result(report, accepted.loophole, codes, words, lines)
    return {**result, "suppressions": [suppression]}


def _properties(report: Report, loophole: Loophole, words: Words) -> Json:
    held: Json = {"kind": loophole.kind.value}
    if loophole.loss is not None:
        held |= {"loss": str(loophole.loss), "currency": loophole.loss.currency.code}
    if loophole.repeat is not None:
        held["repeat"] = loophole.repeat.value
    if loophole.witness is not None:
        told = retold(report.compiled, loophole.witness, words.locale)
        held["story"] = [
            "; ".join((f"{step.moment} {step.deed}", *step.cart, *step.came)) for step in told.steps
        ]
    return held


def _place_of(report: Report, subject: Subject) -> Place:
    source = report.source
    by_document = {"catalog": source.catalog, "handlers": source.handlers}
    return by_document.get(subject.document, source.rulebook)


def _location(place: Place, subject: Subject | None, lines: Lines) -> Json:
    """Where a subject stands: its file and lines as far as they are known, and its path."""
    own = "$" if subject is None else subject.path
    path = place.path + own.removeprefix("$")
    found: Json = {}
    if place.file:
        region = lines(place.text).region(path) if place.text else None
        physical: Json = {"artifactLocation": {"uri": _uri(place.file)}}
        if region is not None:
            physical["region"] = {
                "startLine": region.line,
                "startColumn": region.column,
                "endLine": region.end_line,
                "endColumn": region.end_column,
            }
        found["physicalLocation"] = physical
    name = subject.id if subject is not None and subject.id else path
    logical = {"name": name, "fullyQualifiedName": path, "kind": "member"}
    return {**found, "logicalLocations": [logical]}


def _numbered(locations: Iterable[Json]) -> list[Json]:
    return [{"id": number, **location} for number, location in enumerate(locations, 1)]


def _uri(file: str) -> str:
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def _invocation(report: Report, words: Words, lines: Lines) -> Json:
    """What was searched, and which acknowledgements are to be looked at."""
    return {
        "executionSuccessful": True,
        "toolExecutionNotifications": [_notification(note, words) for note in report.notes],
        "toolConfigurationNotifications": [
            {
                **_notification(each, words),
                "level": _level(each.severity),
                "locations": [
                    _location(
                        report.source.acknowledged, Subject("acknowledged", "", each.path), lines
                    )
                ],
            }
            for each in report.stale
        ],
        "properties": {
            "rulebook": report.rulebook,
            "version": report.version,
            "at": report.at.isoformat(),
        },
    }


def _notification(note: Note | Finding, words: Words) -> Json:
    return {
        "level": "note",
        "message": {"text": words.note(note)},
        "descriptor": {"id": note.code},
    }
