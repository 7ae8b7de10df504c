"""Files and text to plain documents and back, within bounds.

A document is what `json.loads` makes of one: dicts, lists, text, numbers, booleans, None.
What comes in may be hostile: size and depth are bounded before they can take the memory or
the stack, and no input raises anything but `InputError`, or `OSError` where a file cannot be
opened at all.
"""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date, datetime, time
from pathlib import Path

from mallops.errors import InputError, Problem, shown
from mallops.rulebook.reader import Object
from mallops.rules.paths import at_key

MAX_BYTES = 64 * 2**20
"""How large a JSON file may be."""

MAX_TOML_BYTES = 2**20
"""How large a TOML file may be: people write it, and its parser is slow."""

MAX_DEPTH = 64
"""How deep objects and lists may be nested."""

_MAX_DIGITS = 30
_TOO_LARGE = 10**30
# The time that the parser takes for a dotted key grows with the square of its parts.
_DEEP_KEY = re.compile(
    rf"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){{{MAX_DEPTH}}}"""
)
# Strings whole, whether closed or not, so that nothing is looked at twice; then the rest.
_NO_BRACKETS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[^"\[\]{}]++', re.DOTALL)


def read_document(path: str | Path) -> object:
    """The document in a file: TOML if its name ends in `.toml`, else JSON; both UTF-8.

    TOML's dates and times become the text that JSON would have. Raises `InputError` at `$`
    for what is no such file or is beyond the bounds, and `OSError` as `open` does.
    """
    path = Path(path)
    is_toml = path.suffix.lower() == ".toml"
    bound = MAX_TOML_BYTES if is_toml else MAX_BYTES
    with path.open("rb") as file:
        # One more than allowed tells that there is more, whatever the file says of its size.
        content = file.read(bound + 1)
    return parse_toml(content) if is_toml else parse_json(content)


def parse_json(text: str | bytes) -> object:
    """The document in a JSON text; bytes are UTF-8, with or without a byte order mark.

    Keys that an object repeats are kept in mind, and refused by what decodes the document,
    at their path. Raises `InputError` at `$`.

    >>> parse_json('{"points": "max"}')
    {'points': 'max'}
    >>> parse_json('{"points": max}')
    Traceback (most recent call last):
    ...
    mallops.errors.InputError: $: got 'max}', expected JSON (Expecting value, line 1, column 12)
    """
    content = _as_text(text, MAX_BYTES)
    _require_shallow(content)
    try:
        return json.loads(content, parse_int=_whole, object_pairs_hook=Object)
    except json.JSONDecodeError as error:
        near = shown(content[error.pos : error.pos + 20])
        where = f"{error.msg}, line {error.lineno}, column {error.colno}"
        raise _refused(near, f"JSON ({where})") from None


def parse_toml(text: str | bytes) -> object:
    r"""The document in a TOML text; bytes are UTF-8, with or without a byte order mark.

    Dates and times become text, as `parse_json` would give it. Raises `InputError`.

    >>> parse_toml("starts = 2026-11-10T20:00:00\nfrom = 20:00:00")
    {'starts': '2026-11-10T20:00:00', 'from': '20:00'}
    """
    content = _as_text(text, MAX_TOML_BYTES)
    return _plain(_parsed_toml(content), "$", MAX_DEPTH)


def canonical_json(document: object) -> str:
    """The document as the JSON text that equal values share, given that `encode_...` made it.

    Keys stand in the order of the format's reference, indented by two spaces; text is not
    escaped beyond need; a line break ends it. Raises `ValueError` for what JSON cannot hold.

    >>> print(canonical_json({"title": {"zh-CN": "满减"}}), end="")
    {
      "title": {
        "zh-CN": "满减"
      }
    }
    """
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _parsed_toml(text: str) -> object:
    if _DEEP_KEY.search(text):
        raise _too_deep()
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _refused("other text", f"TOML ({error})") from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError:  # a number of thousands of digits
        raise _refused("a number of very many digits", "numbers that can be read") from None


def _as_text(text: str | bytes, bound: int) -> str:
    if len(text) > bound:
        raise _refused(f"more than {bound} bytes", "a document of at most so many")
    if isinstance(text, str):
        return text
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(f"byte {error.start} that is not UTF-8", "UTF-8 text") from None


def _require_shallow(text: str) -> None:
    depth = 0
    for bracket in _NO_BRACKETS.sub("", text):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            raise _too_deep()


def _too_deep() -> InputError:
    return _refused(f"more than {MAX_DEPTH} levels", "a document of at most so many")


def _whole(digits: str) -> int:
    # Reading thousands of digits is slow, and Python refuses it. Beyond the bound a number
    # is only too large for every field, so any other that is will do.
    if len(digits) > _MAX_DIGITS:
        return -_TOO_LARGE if digits.startswith("-") else _TOO_LARGE
    return int(digits)


def _plain(value: object, path: str, levels: int) -> object:
    """What TOML has and JSON has not, as text."""
    match value:
        case dict() | list() if not levels:
            raise _too_deep()
        case dict():
            return {key: _plain(held, at_key(path, key), levels - 1) for key, held in value.items()}
        case list():
            return [_plain(held, f"{path}[{i}]", levels - 1) for i, held in enumerate(value)]
        case time() if not value.second and not value.microsecond:
            return value.isoformat("minutes")
        case datetime() | date() | time():
            return value.isoformat()
        case _:
            return value


def _refused(got: str, expected: str) -> InputError:
    return InputError([Problem("$", got, expected)])
