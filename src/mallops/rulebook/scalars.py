"""How single values are written in files: text, numbers, amounts, instants."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from typing import Any, Generic, TypeVar

from attrs import frozen
from pendulum import UTC, DateTime, timezone

from mallops.cart import MaxPoints
from mallops.errors import InputError, Problem, shown
from mallops.money import Currency, Money
from mallops.rulebook.reader import Kind, Notes, Schema
from mallops.time import instant, known_timezone, local_instant, parse_clock

MAX_ID = 255
"""How long an id may be: what a database column commonly holds."""

MAX_TEXT = 10_000
"""How long any other text may be."""

MAX_WHOLE = 2**53 - 1
"""How large a whole number may be, of either sign: what every JSON reader keeps exact."""

_ANY_CURRENCY = Currency("?", 18)
_LONG_AGO = DateTime(2000, 1, 1, tzinfo=UTC)
_PERCENT = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,12})?")
_FACTOR = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,12})?")
_YEAR_DAY = re.compile(r"(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_LOCAL = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
_OFFSET = "(Z|[+-][0-9]{2}:[0-9]{2})"

T = TypeVar("T")
E = TypeVar("E", bound=Enum)


@frozen
class Scalar(Kind[T], Generic[T]):
    """A value that is a JSON string, number or boolean, read and written by functions.

    With a `name`, the schema is defined once under it and referred to.
    """

    reader: Callable[[Any, str, Notes], T]
    writer: Callable[[T], object]
    shape: Schema
    name: str = ""

    def read(self, value: object, path: str, notes: Notes, /) -> T:
        """The value at `path`."""
        return self.reader(value, path, notes)

    def write(self, value: T, _timezone: str, /) -> object:
        """The value as JSON."""
        return self.writer(value)

    def schema(self, defs: dict[str, Schema], /) -> Schema:
        """The shape, or a reference to it."""
        if not self.name:
            return self.shape
        defs[self.name] = self.shape
        return {"$ref": f"#/$defs/{self.name}"}


def _same(value: object) -> object:
    return value


def text(what: str, least: int, most: int) -> Scalar[str]:
    """A string of `least` to `most` characters, without halves of surrogate pairs."""

    def read(value: object, path: str, notes: Notes) -> str:
        if not isinstance(value, str):
            notes.refuse(path, value, what)
        elif not least <= len(value) <= most:
            notes.refuse(path, value, f"{what} of {least} to {most} characters")
        elif not _is_whole(value):
            notes.refuse(path, value, f"{what} without halves of surrogate pairs")
        else:
            return value
        return ""

    lengths: Schema = {"minLength": least, "maxLength": most} if least else {"maxLength": most}
    return Scalar(read, _same, {"type": "string", **lengths})


def _is_whole(value: str) -> bool:
    """Whether files can hold the text: half of a surrogate pair has no bytes in UTF-8."""
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def const(only: str) -> Scalar[None]:
    """One text and no other, such as a format's name; there is nothing to keep of it."""

    def read(value: object, path: str, notes: Notes) -> None:
        if value != only:
            notes.refuse(path, value, f'"{only}"')

    return Scalar(read, lambda _: only, {"const": only})


def one_of(members: type[E]) -> Scalar[E]:
    """A member of an enum, by its value, which is text."""
    by_word = {str(member.value): member for member in members}

    def read(value: object, path: str, notes: Notes) -> E:
        if isinstance(value, str) and value in by_word:
            return by_word[value]
        notes.refuse(path, value, f"one of {', '.join(by_word)}")
        return next(iter(members))

    return Scalar(read, lambda member: str(member.value), {"enum": list(by_word)})


def whole(least: int | None = None) -> Scalar[int]:
    """A whole number. `least` is for the schema: the checks refuse less, in code as in files."""

    def read(value: object, path: str, notes: Notes) -> int:
        if type(value) is int and abs(value) <= MAX_WHOLE:
            return value
        notes.refuse(path, value, "a whole number of at most 15 digits")
        return least or 0

    lowest = -MAX_WHOLE if least is None else least
    return Scalar(read, _same, {"type": "integer", "minimum": lowest, "maximum": MAX_WHOLE})


def _read_flag(value: object, path: str, notes: Notes) -> bool:
    if isinstance(value, bool):
        return value
    notes.refuse(path, value, "true or false")
    return False


def _read_version(value: object, path: str, notes: Notes) -> str:
    if type(value) is int and 0 <= value <= MAX_WHOLE:
        return str(value)
    return NAME.read(value, path, notes)


def _read_points(value: object, path: str, notes: Notes) -> int | MaxPoints:
    if value == "max":
        return "max"
    if type(value) is int and abs(value) <= MAX_WHOLE:
        return value
    notes.refuse(path, value, 'a whole number, or "max"')
    return 0


def _read_amount(value: Any, path: str, notes: Notes) -> Money:
    if notes.currency is None:
        notes.skip(path)
    currency = notes.currency or _ANY_CURRENCY
    return notes.attempt(lambda: Money.parse(value, currency, path), Money.zero(currency))


def _read_percent(value: object, path: str, notes: Notes) -> Decimal:
    if isinstance(value, str) and _PERCENT.fullmatch(value):
        return Decimal(value)
    notes.refuse(path, value, 'a percentage as text, from "0" to "100"')
    return Decimal(0)


def _read_factor(value: object, path: str, notes: Notes) -> Decimal:
    digits = str(value) if type(value) is int and abs(value) <= MAX_WHOLE else value
    if isinstance(digits, str) and _FACTOR.fullmatch(digits):
        return Decimal(digits)
    notes.refuse(path, value, 'a factor as text, such as "1.5"')
    return Decimal(1)


def _shortest(value: Decimal) -> str:
    """The number without exponent, sign of zero, or zeros at its end."""
    # Not `normalize`, which rounds to the ambient context.
    digits = f"{value:f}" if value else "0"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _read_year_day(value: object, path: str, notes: Notes) -> tuple[int, int]:
    match = _YEAR_DAY.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        notes.refuse(path, value, 'a date of the year such as "12-31"')
        return 12, 31
    return int(match["month"]), int(match["day"])


def _read_moment(value: Any, path: str, notes: Notes) -> DateTime:
    return notes.attempt(lambda: instant(value, path), _LONG_AGO)


def _read_clock(value: Any, path: str, notes: Notes) -> int:
    return notes.attempt(lambda: parse_clock(value, path), 0)


def _read_end(value: Any, path: str, notes: Notes) -> int:
    return notes.attempt(lambda: parse_clock(value, path, midnight_end=True), 24 * 60)


def _write_clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _read_currency(value: Any, path: str, notes: Notes) -> Currency:
    return notes.attempt(lambda: Currency.of(value, path), _ANY_CURRENCY)


def _write_currency(currency: Currency) -> str:
    if Currency.of(currency.code, "$.currency") != currency:
        expected = "the digits that its ISO 4217 code stands for"
        raise InputError([Problem("$.currency", shown(currency), expected)])
    return currency.code


def _read_timezone(value: Any, path: str, notes: Notes) -> str:
    return notes.attempt(lambda: known_timezone(value, path), "UTC")


@frozen
class Instant(Kind[DateTime]):
    """A moment; without an offset it is local to the document's timezone."""

    def read(self, value: Any, path: str, notes: Notes, /) -> DateTime:
        """The moment; where the timezone is unknown, only its form is looked at."""
        if notes.timezone is None:
            notes.skip(path)
        zone = notes.timezone or "UTC"
        return notes.attempt(lambda: local_instant(value, zone, path), _LONG_AGO)

    def write(self, value: DateTime, timezone: str, /) -> str:
        """With the offset that `timezone` had then."""
        return _written(value, timezone)

    def schema(self, defs: dict[str, Schema], /) -> Schema:
        """An ISO 8601 date and time."""
        defs["instant"] = {
            "description": "A moment; local to the rulebook's timezone unless it has an offset.",
            "type": "string",
            "pattern": f"^{_LOCAL}{_OFFSET}?$",
        }
        return {"$ref": "#/$defs/instant"}


def _written(moment: DateTime, zone: str) -> str:
    try:
        local = moment.astimezone(timezone(zone))
    except OverflowError:  # in the first or last hours that a calendar can count
        local = moment
    offset = local.utcoffset()
    # Before there were time zones, clocks differed by odd seconds, which no text can hold.
    if offset is None or offset.total_seconds() % 60:
        local = moment.astimezone(UTC)
    return local.isoformat()


TEXT = text("text", 0, MAX_TEXT)
NAME = text("a name", 0, MAX_ID)
ID = text("an id", 1, MAX_ID)
FLAG = Scalar(_read_flag, _same, {"type": "boolean"})
COUNT = whole(1)
NUMBER = whole(0)
ANY_NUMBER = whole()
VERSION = Scalar(_read_version, _same, {"anyOf": [NAME.shape, NUMBER.shape]})
POINTS = Scalar(_read_points, _same, {"oneOf": [NUMBER.shape, {"const": "max"}]})
AMOUNT = Scalar(
    _read_amount,
    str,
    {
        "description": "An amount in major units of the rulebook's currency.",
        "type": "string",
        "pattern": r"^[0-9]{1,15}(\.[0-9]+)?$",
    },
    "amount",
)
PERCENT = Scalar(
    _read_percent,
    _shortest,
    {
        "description": "A percentage, from 0 to 100.",
        "type": "string",
        "pattern": r"^(100(\.0{1,12})?|0?[0-9]{1,2}(\.[0-9]{1,12})?)$",
    },
    "percent",
)
FACTOR = Scalar(
    _read_factor,
    _shortest,
    {
        "description": "What a number is multiplied by.",
        "anyOf": [
            {"type": "string", "pattern": r"^[0-9]{1,9}(\.[0-9]{1,12})?$"},
            {"type": "integer", "minimum": 0, "exclusiveMaximum": 10**9},
        ],
    },
    "factor",
)
YEAR_DAY = Scalar(
    _read_year_day,
    lambda day: f"{day[0]:02}-{day[1]:02}",
    {"type": "string", "pattern": "^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"},
)
CLOCK = Scalar(
    _read_clock,
    _write_clock,
    {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"},
)
CLOCK_END = Scalar(
    _read_end,
    _write_clock,
    {"type": "string", "pattern": "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"},
)
INSTANT = Instant()
MOMENT = Scalar(
    _read_moment,
    DateTime.isoformat,
    {
        "description": "A moment, with its offset.",
        "type": "string",
        "pattern": f"^{_LOCAL}{_OFFSET}$",
    },
    "moment",
)
CURRENCY = Scalar(_read_currency, _write_currency, {"type": "string", "pattern": "^[A-Z]{3}$"})
TIMEZONE = Scalar(_read_timezone, _same, {"type": "string", "minLength": 1})
