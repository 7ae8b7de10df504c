"""Values as JSON documents and back, for columns that hold a whole value: orders, wallets, ...

Any frozen value of mallops can be written, and is read again as an equal one. `to_json` and
`from_json` are for columns of text, `to_document` and `from_document` for those that take what
`json.loads` gives. A document is `{"format": 1, "value": ...}`: what is stored today can be read
when values have changed. Fields that a later version adds are read as their defaults; what a
later version wrote is refused.

    amount       "12.30 CNY": decimal digits as many as the currency has, and its code
    currency     "CNY/2": its code, and how many digits its amounts have
    instant      "2026-11-11T00:00:00.123456+08:00": to the microsecond, with its offset
    mapping      an object; with pairs for keys, a list of `[key, value]`
    set          a sorted list
    union        an object with its `type`, such as "spend"

An instant keeps its offset and not the name of its time zone: nothing asks for that, as local
days are those of a rulebook's own zone. The order of a mapping is kept, which the order of a
ledger's postings may hang on: use a column that keeps it, such as `json`, and not `jsonb`.

Text with NUL, or with half of a surrogate pair, is refused: PostgreSQL has no place for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import partial
from typing import Any, TypeAlias, TypeVar, get_args, get_origin

from attrs import has
from cattrs import Converter
from cattrs.cols import homogenous_tuple_structure_factory, mapping_structure_factory
from cattrs.errors import (
    CattrsError,
    ClassValidationError,
    ForbiddenExtraKeysError,
    IterableValidationError,
)
from cattrs.strategies import configure_tagged_union
from pendulum import DateTime

from mallops.cart import MaxPoints
from mallops.errors import InputError, Problem, has_surrogate, shown
from mallops.money import Currency, Money
from mallops.points.requests import Request
from mallops.rulebook import decode_rulebook, encode_rulebook
from mallops.rules.book import Rulebook
from mallops.time import instant

FORMAT = 1
"""The version in which documents are written; each says its own."""

T = TypeVar("T")

_AMOUNT = re.compile(r"(?P<whole>-?[0-9]+)(?:\.(?P<places>[0-9]+))? (?P<code>.+)", re.DOTALL)
# An even number of backslashes before it is so many of the text's own.
_ESCAPED_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")

Writer: TypeAlias = Callable[[Any], Any]
Reader: TypeAlias = Callable[[Any, Any], Any]


def to_document(value: object) -> dict[str, Any]:
    """The value as a document of dicts, lists, text, numbers, booleans and None.

    >>> to_document(Money(1230, Currency.of("CNY")))
    {'format': 1, 'value': '12.30 CNY'}
    """
    return {"format": FORMAT, "value": _CONVERTER.unstructure(value)}


def from_document(document: object, kind: type[T]) -> T:
    """The value of that type that a document holds.

    `kind` is a class of mallops, or of such a collection, as `tuple[Part, ...]`. Raises
    `InputError` for all that is no document of it, or that is of a later format.
    """
    match document:
        case {"format": int(version), "value": held, **rest} if not rest:
            if version != FORMAT:
                raise _refused("$.format", version, f"{FORMAT}, which this version reads")
        case _:
            raise _refused("$", document, "a document with its format and its value")
    try:
        return _CONVERTER.structure(held, kind)
    except (ValueError, TypeError, KeyError, CattrsError, _Expected) as error:
        raise InputError(_problems(error, "$.value")) from None


def to_json(value: object) -> str:
    """The value as JSON text on one line, not escaped beyond need; raises `InputError`.

    >>> from mallops.points.wallet import Take
    >>> to_json(Take("welcome", 500))
    '{"format":1,"value":{"lot":"welcome","points":500}}'
    """
    return json_text(to_document(value))


def from_json(text: str, kind: type[T]) -> T:
    """The value of that type that a JSON text holds; raises `InputError` as `from_document`.

    >>> from mallops.points.wallet import Take
    >>> from_json('{"format":1,"value":{"lot":"welcome","points":500}}', Take)
    Take(lot='welcome', points=500)
    >>> from_json('{"format":1,"value":{"lot":"welcome","points":"many"}}', Take)
    Traceback (most recent call last):
    ...
    mallops.errors.InputError: $.value.points: got 'many', expected a whole number
    """
    return from_document(json_document(text), kind)


def json_text(document: object) -> str:
    """The JSON text of a document, which text columns can hold; raises `InputError`."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return storable(_ESCAPED_NUL.sub("\0", text))


def json_document(text: str) -> object:
    """The document in a JSON text; raises `InputError` where it is none."""
    try:
        document: object = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        raise _refused("$", text, "a document as JSON") from None
    return document


def storable(text: str, path: str = "$") -> str:
    """The text, if a database can hold it; `InputError` at `path` for NUL and half surrogates."""
    if "\0" in text or has_surrogate(text):
        raise _refused(path, text, "text without NUL and without half surrogate pairs")
    return text


# --- scalars -------------------------------------------------------------------------------------


class _Expected(Exception):
    """What stands in a document is not what it should be."""

    def __init__(self, got: object, expected: str) -> None:
        self.got, self.expected = got, expected
        super().__init__(expected)


def _exactly(kind: type[T], value: object) -> T:
    # An exact type: True is no number, and 1.0 is no count.
    if type(value) is not kind:
        raise _Expected(value, _CALLED[kind])
    return value


_CALLED = {
    str: "text",
    int: "a whole number",
    bool: "true or false",
    list: "a list",
    dict: "an object",
}


def _instant_text(at: DateTime) -> str:
    return instant(at).isoformat()


def _instant(value: object, _: object) -> DateTime:
    expected = "an instant with its offset"
    if not isinstance(value, str):
        raise _Expected(value, expected)
    try:
        return instant(datetime.fromisoformat(value))
    except ValueError:
        raise _Expected(value, expected) from None


def _money_text(money: Money) -> str:
    return f"{money} {money.currency.code}"


def _money(value: object, _: object) -> Money:
    found = _AMOUNT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise _Expected(value, "an amount such as 12.30 CNY")
    places = found["places"] or ""
    return Money(int(found["whole"] + places), Currency(found["code"], len(places)))


def _currency_text(currency: Currency) -> str:
    return f"{currency.code}/{currency.exponent}"


def _currency(value: object, _: object) -> Currency:
    match value.rsplit("/", 1) if isinstance(value, str) else value:
        case [str(code), str(digits)] if digits.isdecimal():
            return Currency(code, int(digits))
        case _:
            raise _Expected(value, "a currency such as CNY/2")


def _decimal(value: object, _: object) -> Decimal:
    try:
        return Decimal(_exactly(str, value))
    except InvalidOperation:
        raise _Expected(value, "a decimal number") from None


def _member(value: object, kind: type[StrEnum]) -> StrEnum:
    try:
        return kind(_exactly(str, value))
    except ValueError:
        raise _Expected(value, f"one of {', '.join(kind)}") from None


def _max_points(value: object, _: object) -> int | MaxPoints:
    return "max" if value == "max" else _exactly(int, value)


def _rulebook(value: object, _: object) -> Rulebook:
    return decode_rulebook(value)


# --- collections ---------------------------------------------------------------------------------


def _class_reader(kind: Any, converter: Converter) -> Reader:
    read = converter.gen_structure_attrs_fromdict(kind)
    return lambda value, _: read(_exactly(dict, value), kind)


def _is_tuple(kind: Any) -> bool:
    return get_origin(kind) is tuple and get_args(kind)[-1:] == (...,)


def _is_set(kind: Any) -> bool:
    return get_origin(kind) is frozenset


def _is_mapping(kind: Any) -> bool:
    return get_origin(kind) in {Mapping, dict}


def _has_pairs_for_keys(kind: Any) -> bool:
    return _is_mapping(kind) and get_origin(get_args(kind)[0]) is tuple


def _tuple_reader(kind: Any, converter: Converter) -> Reader:
    """From a list alone: text is a sequence too, and of texts at that."""
    read = homogenous_tuple_structure_factory(kind, converter)
    return lambda value, _: read(_exactly(list, value), kind)


def _mapping_reader(kind: Any, converter: Converter) -> Reader:
    read = mapping_structure_factory(kind, converter, dict)
    return lambda value, _: read(_exactly(dict, value), kind)


def _set_writer(kind: Any, converter: Converter) -> Writer:
    [member] = get_args(kind)
    write = converter.get_unstructure_hook(member)
    return lambda members: sorted(map(write, members))


def _set_reader(kind: Any, converter: Converter) -> Reader:
    [member] = get_args(kind)
    read = converter.get_structure_hook(member)
    return lambda value, _: frozenset(read(each, member) for each in _exactly(list, value))


def _pairs_writer(kind: Any, converter: Converter) -> Writer:
    key, value = map(converter.get_unstructure_hook, get_args(kind))
    return lambda held: [[key(each), value(of)] for each, of in held.items()]


def _pairs_reader(kind: Any, converter: Converter) -> Reader:
    key_kind, value_kind = get_args(kind)
    key, value = map(converter.get_structure_hook, (key_kind, value_kind))
    return lambda pairs, _: {
        key(each, key_kind): value(of, value_kind) for each, of in _exactly(list, pairs)
    }


# --- the converter -------------------------------------------------------------------------------


def _snake(kind: type) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


def _converter() -> Converter:
    # What no field is for was written by a later version, which means something by it.
    converter = Converter(forbid_extra_keys=True)
    for kind in (str, int, bool):
        converter.register_structure_hook(kind, partial(_scalar, kind))
    converter.register_structure_hook_factory(has, _class_reader)
    scalars: tuple[tuple[type, Writer, Reader], ...] = (
        (DateTime, _instant_text, _instant),
        (Money, _money_text, _money),
        (Currency, _currency_text, _currency),
        (Decimal, str, _decimal),
        (Rulebook, encode_rulebook, _rulebook),
    )
    for scalar, write, read in scalars:
        converter.register_unstructure_hook(scalar, write)
        converter.register_structure_hook(scalar, read)
    # A member that is text besides would be taken for plain text, both ways.
    converter.register_unstructure_hook(StrEnum, str)
    converter.register_structure_hook(StrEnum, _member)
    points = int | MaxPoints
    converter.register_unstructure_hook_func(lambda kind: kind == points, lambda value: value)
    converter.register_structure_hook_func(lambda kind: kind == points, _max_points)
    converter.register_structure_hook_factory(_is_tuple, _tuple_reader)
    converter.register_structure_hook_factory(_is_mapping, _mapping_reader)
    converter.register_unstructure_hook_factory(_has_pairs_for_keys, _pairs_writer)
    converter.register_structure_hook_factory(_has_pairs_for_keys, _pairs_reader)
    converter.register_unstructure_hook_factory(_is_set, _set_writer)
    converter.register_structure_hook_factory(_is_set, _set_reader)
    configure_tagged_union(Request, converter, tag_generator=_snake, tag_name="type")
    return converter


def _scalar(kind: type[T], value: object, _: object) -> T:
    return _exactly(kind, value)


_CONVERTER = _converter()


# --- what is wrong -------------------------------------------------------------------------------


def _problems(error: BaseException, path: str) -> Iterator[Problem]:
    """All that is wrong in a document, each with its path."""
    match error:
        case ClassValidationError():
            noted, others = error.group_exceptions()
            for each, note in noted:
                yield from _problems(each, f"{path}.{note.name}")
        case IterableValidationError():
            items, others = error.group_exceptions()
            for each, item in items:
                yield from _problems(each, f"{path}[{item.index!r}]")
        case _:
            yield from _problem(error, path)
            return
    for each in others:
        yield from _problems(each, path)


def _problem(error: BaseException, path: str) -> Iterator[Problem]:
    match error:
        case InputError():
            for each in error.problems:
                yield Problem(path + each.path.removeprefix("$"), each.value, each.expected)
        case _Expected():
            yield Problem(path, shown(error.got), error.expected)
        case ForbiddenExtraKeysError():
            yield Problem(path, ", ".join(sorted(error.extra_fields)), "no such fields")
        case KeyError(args=[name]) if path.endswith(f".{name}"):
            yield Problem(path, shown(None), "a value")
        case _:
            yield Problem(path, shown(str(error)), "what such a value is made of")


def _refused(path: str, got: object, expected: str) -> InputError:
    return InputError([Problem(path, shown(got), expected)])
