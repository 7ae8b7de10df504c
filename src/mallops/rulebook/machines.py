"""How a machine of `mallops.lifecycles` is written, as one document."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from mallops.lifecycles.machine import (
    Calendar,
    Deadline,
    Effect,
    Guard,
    Machine,
    Row,
    State,
    Term,
    Value,
)
from mallops.rulebook.reader import Notes, Reading
from mallops.rulebook.records import TITLES, Field, ListOf, MapOf, Record, SetOf
from mallops.rulebook.scalars import (
    ANY_NUMBER,
    FLAG,
    ID,
    NAME,
    TEXT,
    TIMEZONE,
    VERSION,
    Scalar,
    const,
    one_of,
)

FORMAT = "mallops.machine/1"
"""What the `format` of a machine is, if it is given."""

_LONG_AGO = date(2000, 1, 1)
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _read_value(value: object, path: str, notes: Notes) -> Value:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return ID.read(value, path, notes)
    notes.refuse(path, value, "true, false or a name")
    return False


def _read_day(value: object, path: str, notes: Notes) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:  # the 30th of February
            pass
    notes.refuse(path, value, 'a day such as "2026-11-11"')
    return _LONG_AGO


def _values_in_order(values: Iterable[Value]) -> list[Value]:
    return sorted(values, key=lambda value: (isinstance(value, str), value))


VALUE = Scalar(_read_value, lambda value: value, {"anyOf": [{"type": "boolean"}, ID.shape]})
DAY = Scalar(
    _read_day,
    date.isoformat,
    {"type": "string", "pattern": f"^{_DAY.pattern}$"},
)
IDS = SetOf(ID)
DAYS = SetOf(DAY)

STATE = Record(
    "state",
    State,
    (
        Field("id", ID, "What rows call it, and cases store."),
        Field("final", FLAG, "Whether a case is over here.", False),
        Field("axes", TITLES, "What tells it apart: a word for each thing that differs.", {}),
        Field("patient", TEXT, "Why a case may wait here for ever, if it may.", ""),
    ),
    "Where a case can be.",
)
GUARD = Record(
    "guard",
    Guard,
    (
        Field("code", ID, "The reason where it does not hold."),
        Field("fact", ID, "What is asked for."),
        Field("among", SetOf(VALUE, _values_in_order), "What the fact has to be one of."),
    ),
    "What has to be so for a row to be taken.",
)
ROW = Record(
    "row",
    Row,
    (
        Field("source", ID, "The state that it leads out of."),
        Field("event", ID, "What happens."),
        Field("target", ID, "The state that it leads to."),
        Field("actors", IDS, "Who may bring the event."),
        Field("guards", ListOf(GUARD), "What has to be so, all of it.", ()),
        Field("effects", ListOf(ID), "What is then to be done outside.", ()),
        Field("approves", NAME, "Whose request is granted by it.", ""),
    ),
    "How a case moves.",
)
TERM = Record(
    "term",
    Term,
    (
        Field("length", ANY_NUMBER, "How many hours or days."),
        Field("calendar", one_of(Calendar), "How they are counted."),
        Field("since", DAY, "The first local day on which it is in force; absent: ever.", None),
    ),
    "How long a deadline is, from some day on.",
)
DEADLINE = Record(
    "deadline",
    Deadline,
    (
        Field("id", ID, "Its name."),
        Field("states", IDS, "The states in which it runs."),
        Field("terms", ListOf(TERM), "How long it is."),
        Field("event", ID, "What the timer brings when it is past."),
        Field("benefits", ID, "The actor to whose good that is."),
    ),
    "What happens if nothing does.",
)
EFFECT = Record(
    "effect",
    Effect,
    (
        Field("id", ID, "Its name."),
        Field("succeeded", ID, "The event by which it comes back well."),
        Field("failed", ID, "The event by which it comes back ill."),
        Field("timed_out", ID, "The event that fires where it does not come back."),
        Field("within", ANY_NUMBER, "In how many hours it has to come back."),
        Field("money", NAME, "The money that it moves, by a name; absent: none.", ""),
    ),
    "What has to be done outside.",
)
MACHINE = Record(
    "machine",
    Machine,
    (
        Field("format", const(FORMAT), "The format, and its version.", None, fixed=True),
        Field("id", ID, "What cases store of it, with the version."),
        Field("version", VERSION, "Which state of the machine this is."),
        Field("states", ListOf(STATE), "Where a case can be, the first one first."),
        Field("events", ListOf(ID), "What can happen."),
        Field("actors", ListOf(ID), "Who can bring it about."),
        Field("rows", ListOf(ROW), "How a case moves."),
        Field("facts", MapOf(ListOf(VALUE)), "What each fact can be.", {}),
        Field("deadlines", ListOf(DEADLINE), "What happens if nothing does.", ()),
        Field("effects", ListOf(EFFECT), "What is done outside.", ()),
        Field("wording", MapOf(TITLES), "What people call it all, by locale.", {}),
        Field("timezone", TIMEZONE, "Where its days begin.", "Asia/Shanghai"),
        Field("holidays", DAYS, "Weekdays on which nobody works.", frozenset()),
        Field("workdays", DAYS, "Days of a weekend on which people work.", frozenset()),
    ),
    "A process: its states, and who moves a case from one to another.",
)


def decode_machine(document: object) -> Machine:
    """The machine that a document (as `read_document` or `json.loads` returns it) holds.

    Raises `InputError` with everything that is not of the format. What is of the format, and
    wrong all the same, is for `mallops.lifecycles.verifying.verify`.

    >>> decode_machine({"id": "order", "version": 1, "states": [{"id": "created", "last": True}]})
    Traceback (most recent call last):
    ...
    mallops.errors.InputError: $.states[0].last: got true, expected no such key
    $.events: got nothing, expected a list
    $.actors: got nothing, expected a list
    $.rows: got nothing, expected a list
    """
    notes = Notes()
    return Reading(MACHINE.read(document, "$", notes), notes).whole(lambda _: ())


def encode_machine(machine: Machine) -> dict[str, object]:
    """The canonical document of a machine: defaults left out, sets and free keys sorted.

    `decode_machine` gives an equal machine back.

    >>> encode_machine(Machine("order", "1", (State("created"),), (), (), ()))["states"]
    [{'id': 'created'}]
    """
    return MACHINE.write(machine, machine.timezone)
