"""Reports as one JSON document, for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mallops.findings import Finding, Severity
from mallops.loopholes.model import Kind, Loophole, Repeat, Subject, Witness
from mallops.loopholes.report.acknowledgements import ACKNOWLEDGEMENT
from mallops.loopholes.report.fingerprints import fingerprint
from mallops.loopholes.report.report import Note, Place, Report
from mallops.loopholes.report.scenarios import encode_witness
from mallops.loopholes.report.wording import Words
from mallops.promotions.compiled import Compiled
from mallops.rulebook.reader import Schema
from mallops.rulebook.records import Field, Later, ListOf, MapOf, Record
from mallops.rulebook.scalars import AMOUNT, CURRENCY, ID, MOMENT, NAME, NUMBER, TEXT, const, one_of
from mallops.rulebook.schema import document_schema
from mallops.rulebook.stories import OPENINGS, STEP
from mallops.rulebook.usage import USAGE

FORMAT = "mallops.report/1"
"""What the `format` of a document of reports is."""

Parts = Mapping[str, object]
"""What an object of the document holds, by key, before it is written."""


def object_of(title: str, fields: tuple[Field, ...], about: str) -> Record[Parts]:
    """How an object is written that no type of its own stands for."""
    return Record(title, dict, fields, about, _held)


def _held(parts: Parts) -> Callable[[str], object]:
    return parts.__getitem__


_PLACE = object_of(
    "place",
    (
        Field("file", TEXT, "The file, as it was named."),
        Field("path", TEXT, "The JSON path of the document in it.", "$"),
    ),
    "Where a document stands.",
)
_SUBJECT = Record(
    "subject",
    Subject,
    (
        Field("document", TEXT, "rulebook, catalog or handlers."),
        Field("id", NAME, "A promotion's, a SKU's or a cell's id, or a section's name."),
        Field("path", TEXT, "The JSON path in that document."),
    ),
    "A rule or product that takes part.",
)
WITNESS = object_of(
    "witness",
    (
        Field("opening", Later(OPENINGS), "What the customers begin with."),
        Field("usage", Later(USAGE), "What is gone of promotions' limits.", {}),
        Field("story", ListOf(Later(STEP)), "The steps, and what comes of each."),
    ),
    "A story that shows it, as a scenario has it.",
)
"""How a story is written."""
LOOPHOLE = object_of(
    "loophole",
    (
        Field("code", ID, "What it is, for programs."),
        Field("kind", one_of(Kind), "What sort of fault it is, K1 to K9."),
        Field("severity", one_of(Severity), "How much it matters."),
        Field("text", TEXT, "What it is, in words."),
        Field("subjects", ListOf(_SUBJECT), "The rules and products that take part."),
        Field("details", MapOf(TEXT), "The numbers behind it, by name.", {}),
        Field("loss", AMOUNT, "What the mall loses, once or each time.", None),
        Field("repeat", one_of(Repeat), "once or again: how often it can be done.", None),
        Field("fingerprint", NAME, "What it is known by in later versions."),
        Field("witness", WITNESS, "A story that shows it.", None),
        Field("acknowledgement", ACKNOWLEDGEMENT, "On whose word it is put up with.", None),
    ),
    "A way to abuse the rulebook, or what is surely not meant.",
)
"""How a loophole is written."""
_NOTE = object_of(
    "note",
    (
        Field("code", ID, "What it is, for programs."),
        Field("text", TEXT, "What it is, in words."),
        Field("details", MapOf(TEXT), "The numbers behind it, by name.", {}),
        Field("path", TEXT, "Of an acknowledgement: its path in its file.", None),
    ),
    "Something to know.",
)
_REPORT = object_of(
    "report",
    (
        Field("rulebook", NAME, "The rulebook's id."),
        Field("version", NAME, "The rulebook's version."),
        Field("currency", CURRENCY, "What amounts are in."),
        Field("at", MOMENT, "The instant of the check."),
        Field("rulebook_file", _PLACE, "Where the rulebook stands.", None),
        Field("catalog_file", _PLACE, "Where the catalogue stands.", None),
        Field("errors", NUMBER, "How many errors are in force."),
        Field("warnings", NUMBER, "How many warnings are in force."),
        Field("notes", NUMBER, "How many notes are in force."),
        Field("found", ListOf(LOOPHOLE), "What is in force, the worst first."),
        Field("accepted", ListOf(LOOPHOLE), "What was acknowledged.", ()),
        Field("stale", ListOf(_NOTE), "Acknowledgements that expired, or match nothing.", ()),
        Field("searched", ListOf(_NOTE), "What was searched, within which bounds.", ()),
    ),
    "What was found in a rulebook over a catalogue.",
)
_REPORTS = object_of(
    "reports",
    (
        Field("format", const(FORMAT), "The format, and its version.", fixed=True),
        Field("reports", ListOf(_REPORT), "One for each rulebook over a catalogue."),
    ),
    "What was found.",
)


def encode_reports(reports: Iterable[Report], locale: str = "zh_CN") -> dict[str, object]:
    """The document of some reports, with texts in `locale`; `report_schema` describes it.

    Each witness is played, and its steps expect what comes of them. Raises `InputError` for a
    locale without wording.
    """
    words = Words(locale)
    told = tuple(_report(report, words) for report in reports)
    return _REPORTS.write({"reports": told}, "UTC")


def report_schema() -> Schema:
    """The JSON Schema of what `encode_reports` writes.

    >>> report_schema()["required"]
    ['format', 'reports']
    """
    defs: dict[str, Schema] = {}
    return document_schema("report", _REPORTS.definition(defs), defs)


def _report(report: Report, words: Words) -> Parts:
    return {
        "rulebook": report.rulebook,
        "version": report.version,
        "currency": report.compiled.rulebook.currency,
        "at": report.at,
        "rulebook_file": _place(report.source.rulebook),
        "catalog_file": _place(report.source.catalog),
        "errors": report.count(Severity.ERROR),
        "warnings": report.count(Severity.WARNING),
        "notes": report.count(Severity.NOTE),
        "found": tuple(loophole_parts(report.compiled, each, words) for each in report.found),
        "accepted": tuple(
            {
                **loophole_parts(report.compiled, each.loophole, words),
                "acknowledgement": each.acknowledgement,
            }
            for each in report.accepted
        ),
        "stale": tuple(_note(each, words, each.path) for each in report.stale),
        "searched": tuple(_note(each, words) for each in report.notes),
    }


def _place(place: Place) -> Parts | None:
    return {"file": place.file, "path": place.path} if place.file else None


def loophole_parts(compiled: Compiled, loophole: Loophole, words: Words) -> dict[str, Any]:
    """What `LOOPHOLE` writes of a loophole of a rulebook."""
    witness = loophole.witness
    return {
        "code": loophole.code,
        "kind": loophole.kind,
        "severity": loophole.severity,
        "text": words.loophole(loophole),
        "subjects": loophole.subjects,
        "details": loophole.details,
        "loss": loophole.loss,
        "repeat": loophole.repeat,
        "fingerprint": fingerprint(compiled.rulebook.id, loophole),
        "witness": None if witness is None else witness_parts(compiled, witness),
        "acknowledgement": None,
    }


def witness_parts(compiled: Compiled, witness: Witness) -> Parts:
    """What `WITNESS` writes of a story, as it goes in the world of these rules."""
    return {"usage": {}, **encode_witness(compiled, witness)}


def _note(note: Note | Finding, words: Words, path: str | None = None) -> Parts:
    return {"code": note.code, "text": words.note(note), "details": note.details, "path": path}
