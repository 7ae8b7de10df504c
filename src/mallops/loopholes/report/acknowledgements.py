"""Loopholes that somebody has put up with: how that is written, and what it takes away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import partial

from attrs import evolve, frozen
from pendulum import DateTime

from mallops.errors import Problem
from mallops.findings import Finding, Severity
from mallops.loopholes.model import Loophole
from mallops.loopholes.report.fingerprints import fingerprint
from mallops.loopholes.report.report import Accepted, Acknowledgement, gravity
from mallops.rulebook.reader import Notes, Reading, Schema
from mallops.rulebook.records import Field, ListOf, Record, SetOf
from mallops.rulebook.scalars import ID, MAX_TEXT, NAME, Scalar, const, one_of, text
from mallops.rulebook.schema import document_schema
from mallops.rules.book import Rulebook

FORMAT = "mallops.acknowledged/1"
"""What the `format` of a file of acknowledgements is, if it is given."""

EXPIRED = "acknowledgement_expired"
UNUSED = "acknowledgement_unused"

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _read_day(value: object, path: str, notes: Notes) -> date:
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:  # such as the 30th of February
        pass
    notes.refuse(path, value, 'a date such as "2026-12-31"')
    return date.max


_SAID = text("text", 1, MAX_TEXT)
ACKNOWLEDGEMENT = Record(
    "acknowledgement",
    Acknowledgement,
    (
        Field("code", ID, "The code of what was found."),
        Field("rulebook", NAME, "The id of the rulebook that it is of.", ""),
        Field("subjects", SetOf(ID), "The ids of all its subjects, and of no others.", None),
        Field("fingerprint", NAME, "Instead of subjects: the fingerprint of the one meant.", ""),
        Field("severity", one_of(Severity), "The gravest that it holds for.", Severity.ERROR),
        Field("reason", _SAID, "Why the mall puts up with it."),
        Field("owner", _SAID, "Who says so."),
        Field(
            "expires",
            Scalar(_read_day, date.isoformat, {"type": "string", "pattern": f"^{_DAY.pattern}$"}),
            "The last day on which it holds, by the rulebook's clock.",
        ),
    ),
    "A loophole that the mall knows of and puts up with.",
)
"""How an acknowledgement is written, in its own file and in a report."""


@frozen
class _File:
    """The top level of a file."""

    acknowledged: tuple[Acknowledgement, ...]


_ACKNOWLEDGED = Record(
    "acknowledged",
    _File,
    (
        Field("format", const(FORMAT), "The format, and its version.", None, fixed=True),
        Field("acknowledged", ListOf(ACKNOWLEDGEMENT), "What is put up with.", ()),
    ),
    "Loopholes that the mall knows of and puts up with.",
)


def decode_acknowledged(document: object) -> tuple[Acknowledgement, ...]:
    """The acknowledgements that a document (as `read_document` returns it) holds.

    Raises `InputError` with every problem, each with its path.

    >>> decode_acknowledged({"acknowledged": [{"code": "below_cost", "owner": "Li", "reason": ""}]})
    Traceback (most recent call last):
    ...
    mallops.errors.InputError: $.acknowledged[0].reason: got '', expected text of 1 to 10000 characters
    $.acknowledged[0].expires: got nothing, expected a date such as "2026-12-31"
    $.acknowledged[0].subjects: got nothing, expected either subjects or a fingerprint
    """  # noqa: E501
    notes = Notes()
    reading = Reading(_ACKNOWLEDGED.read(document, "$", notes), notes)
    found = reading.whole(_problems).acknowledged
    return tuple(evolve(each, path=f"$.acknowledged[{i}]") for i, each in enumerate(found))


def acknowledged_schema() -> Schema:
    """The JSON Schema of a file of acknowledgements.

    >>> acknowledged_schema()["$id"]
    'urn:mallops:acknowledged:1'
    """
    defs: dict[str, Schema] = {}
    return document_schema("acknowledged", _ACKNOWLEDGED.definition(defs), defs)


def _problems(file: _File) -> Iterator[Problem]:
    for place, each in enumerate(file.acknowledged):
        if (each.subjects is None) == (not each.fingerprint):
            got = "a fingerprint as well" if each.fingerprint else "nothing"
            expected = "either subjects or a fingerprint"
            yield Problem(f"$.acknowledged[{place}].subjects", got, expected)


@frozen
class Sorted:
    """Loopholes in force, those that are put up with, and what to look at in the file."""

    found: tuple[Loophole, ...]
    accepted: tuple[Accepted, ...]
    stale: tuple[Finding, ...]


def sort_out(
    loopholes: Iterable[Loophole],
    acknowledgements: Iterable[Acknowledgement],
    rulebook: Rulebook,
    at: DateTime,
) -> Sorted:
    """What is in force at `at`, and what was acknowledged; those of other rulebooks play no part.

    An acknowledgement that matches nothing, or that has expired and was given anew, is told as a
    note at its path in the file, and one that has expired though what it is for is still there as a
    warning.
    """
    own = [each for each in acknowledgements if each.rulebook == rulebook.id]
    today = at.in_timezone(rulebook.timezone).date()
    loopholes = tuple(loopholes)
    holding = [each for each in own if today <= each.expires]
    found: list[Loophole] = []
    accepted: list[Accepted] = []
    for loophole in loopholes:
        word = next(filter(partial(_is_for, rulebook.id, loophole), holding), None)
        if word is None:
            found.append(loophole)
        else:
            accepted.append(Accepted(loophole, word))
    stale = _stale(own, loopholes, found, rulebook.id, today)
    return Sorted(tuple(found), tuple(accepted), tuple(stale))


def _is_for(rulebook: str, loophole: Loophole, word: Acknowledgement) -> bool:
    if word.code != loophole.code or gravity(loophole.severity) < gravity(word.severity):
        return False
    if word.subjects is not None:
        return word.subjects == {subject.id for subject in loophole.subjects}
    return word.fingerprint == fingerprint(rulebook, loophole)


def _stale(
    own: Sequence[Acknowledgement],
    loopholes: Sequence[Loophole],
    found: Sequence[Loophole],
    rulebook: str,
    today: date,
) -> Iterator[Finding]:
    for each in own:
        details = {"code": each.code, "owner": each.owner, "expires": each.expires.isoformat()}
        over = today > each.expires
        # What was given anew is in force no more than before.
        left = found if over else loopholes
        if not any(_is_for(rulebook, loophole, each) for loophole in left):
            yield Finding(UNUSED, Severity.NOTE, each.path, details)
        elif over:
            yield Finding(EXPIRED, Severity.WARNING, each.path, details)
