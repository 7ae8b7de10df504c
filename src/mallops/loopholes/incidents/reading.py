"""How an incident is written, as one document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import evolve, frozen
from pendulum import DateTime

from mallops.errors import Problem
from mallops.loopholes.incidents.model import Handlers, Incident, Mall
from mallops.loopholes.model import Kind
from mallops.loopholes.sequences.races import Call, Check, Decide, Read, Write
from mallops.rulebook.book import RULEBOOK
from mallops.rulebook.catalog import CATALOG
from mallops.rulebook.reader import Notes, Reading, Schema
from mallops.rulebook.records import TITLES, Field, Later, ListOf, MapOf, Record, SetOf, Tagged
from mallops.rulebook.scalars import COUNT, ID, MOMENT, NAME, NUMBER, TEXT, const, one_of
from mallops.rulebook.schema import document_schema
from mallops.rules.bounds import check_count
from mallops.rules.paths import at_key

FORMAT = "mallops.incident/1"
"""What the `format` of an incident is, if it is given."""

_CELL = Field("cell", ID, "What there is only so much of.")
_AMOUNT = Field("amount", COUNT, "How much of it.")
_CALLS: Mapping[str, Record[Any]] = {
    "read": Record(
        "read",
        Read,
        (Field("do", const("read"), "What it does.", fixed=True), _CELL),
        "What is in a cell, and its version, are remembered.",
    ),
    "decide": Record(
        "decide",
        Decide,
        (Field("do", const("decide"), "What it does.", fixed=True), _CELL, _AMOUNT),
        "It goes on only if what was read is so much at least.",
    ),
    "write": Record(
        "write",
        Write,
        (
            Field("do", const("write"), "What it does.", fixed=True),
            _CELL,
            _AMOUNT,
            Field("check", one_of(Check), "What it makes sure of, in one go with writing."),
        ),
        "So much is taken out of a cell.",
    ),
}
_CALL: Tagged[Call] = Tagged("call", _CALLS, lambda call: type(call).__name__.lower(), "do")
HANDLERS = Record(
    "handlers",
    Handlers,
    (
        Field("cells", MapOf(NUMBER), "How much there is of each thing."),
        Field("operations", MapOf(ListOf(_CALL)), "The calls of each operation, in order."),
    ),
    "What operations that may come at once do to a store, call by call.",
)
_MALL = (
    Field("rulebook", Later(RULEBOOK), "The rulebook."),
    Field("catalog", Later(CATALOG), "The catalogue."),
    Field("handlers", HANDLERS, "Of a race: what the handlers do.", None),
)


@frozen
class _Repaired:
    """What is other in the repaired mall; None: nothing."""

    rulebook: object = None
    catalog: object = None
    handlers: Handlers | None = None


_REPAIRED = Record(
    "repaired",
    _Repaired,
    tuple(evolve(each, default=None) for each in _MALL),
    "What is other in the repaired mall, each document whole.",
)


def _incident(
    rulebook: object,
    catalog: object,
    handlers: Handlers | None,
    repaired: _Repaired,
    at: DateTime,
    **said: Any,
) -> Incident:
    mended = Mall(
        rulebook=rulebook if repaired.rulebook is None else repaired.rulebook,
        catalog=catalog if repaired.catalog is None else repaired.catalog,
        handlers=handlers if repaired.handlers is None else repaired.handlers,
    )
    return Incident(at=at, mall=Mall(rulebook, catalog, handlers), repaired=mended, **said)


INCIDENT = Record(
    "incident",
    _incident,
    (
        Field("format", const(FORMAT), "The format, and its version.", None, fixed=True),
        Field("title", TITLES, "What people call it, by locale.", {}),
        Field("year", NAME, "When it was.", ""),
        Field("about", TITLES, "What happened, by locale.", {}),
        Field("source", TEXT, "Where that is told.", ""),
        Field("kinds", SetOf(one_of(Kind)), "The kinds that have to be found, K1 to K9."),
        Field("codes", SetOf(ID), "The codes that have to be found.", frozenset()),
        Field("at", MOMENT, "The instant of the check, with its offset."),
        *_MALL,
        Field("repair", TITLES, "What the repair is, by locale.", {}),
        Field("rules_cannot_tell", TITLES, "What no rule can decide, by locale.", {}),
        Field("repaired", _REPAIRED, "What is other once it is repaired.", _Repaired()),
    ),
    "What happened to a mall: with the fault, and repaired.",
)


def decode_incident(document: object) -> Incident:
    """The incident that a document (as `read_document` returns it) holds.

    Rulebooks and catalogues stay documents: they are decoded when they are checked. Raises
    `InputError` with every problem of the incident's own keys, each with its path.

    >>> at = "2019-01-20T00:00:00+08:00"
    >>> decode_incident({"at": at, "rulebook": {}, "catalog": {}, "kinds": ["K0"]})
    Traceback (most recent call last):
    ...
    mallops.errors.InputError: $.kinds[0]: got 'K0', expected one of K1, K2, K3, K4, K5, K6, K7, K8, K9
    """  # noqa: E501
    notes = Notes()
    return Reading(INCIDENT.read(document, "$", notes), notes).whole(_problems)


def _problems(incident: Incident) -> Iterator[Problem]:
    """Amounts that nobody can have or take."""
    for mall, path in ((incident.mall, "$"), (incident.repaired, "$.repaired")):
        if mall.handlers is None:
            continue
        for cell, value in mall.handlers.cells.items():
            yield from check_count(value, at_key(f"{path}.handlers.cells", cell), least=0)
        for name, calls in mall.handlers.operations.items():
            own = at_key(f"{path}.handlers.operations", name)
            for place, call in enumerate(calls):
                if not isinstance(call, Read):
                    yield from check_count(call.amount, f"{own}[{place}].amount")


def is_incident(document: object) -> bool:
    """Whether a document is an incident's, rather than a rulebook's or scenarios'.

    >>> is_incident({"rulebook": {}, "catalog": {}}), is_incident({"currency": "CNY"})
    (True, False)
    """
    return isinstance(document, dict) and "rulebook" in document and "scenarios" not in document


def incident_schema() -> Schema:
    """The JSON Schema of an incident.

    >>> incident_schema()["required"]
    ['kinds', 'at', 'rulebook', 'catalog']
    """
    defs: dict[str, Schema] = {}
    return document_schema("incident", INCIDENT.definition(defs), defs)
