"""Files and text: what is hostile is refused within bounds, and nothing else is raised."""

from __future__ import annotations

import json
import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mallops.errors import InputError
from mallops.rulebook import canonical_json, parse_json, parse_toml, read_document
from mallops.rulebook.documents import MAX_BYTES, MAX_DEPTH, MAX_TOML_BYTES
from mallops.rulebook.reader import Object
from tests.rulebook.strategies import JSON

DEEP = 100_000


def refused(parse: Callable[[Any], object], text: object) -> str:
    with pytest.raises(InputError) as caught:
        parse(text)
    return str(caught.value)


def each(*texts: str | bytes) -> pytest.MarkDecorator:
    """With short ids, for texts that are long or strange."""
    return pytest.mark.parametrize("text", texts, ids=map(str, range(len(texts))))


@each(
    "[" * DEEP,
    '{"a":' * DEEP,
    "[" * DEEP + "]" * DEEP,
    '["' + '\\"' * DEEP + '"' + "[" * DEEP,
    "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1),
)
def test_deep_json(text: str) -> None:
    assert "levels" in refused(parse_json, text)


@each(
    "a = " + "[" * 5_000,
    "a = " + "{a = " * 5_000,
    ".".join("a" * DEEP) + " = 1",
    "[" + ".".join("a" * DEEP) + "]",
    "[" + " . ".join(['"a"', "'a'", "a"] * DEEP)[: MAX_TOML_BYTES // 2] + "]",
    "[" + ".".join("a" * (MAX_DEPTH + 2)) + "]",
    "\n".join(["[" + ".".join("a" * 60) + "]", ".".join("b" * 60) + " = 1"]),
)
def test_deep_toml(text: str) -> None:
    assert "levels" in refused(parse_toml, text)


def test_as_deep_as_allowed() -> None:
    assert parse_json("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    assert parse_json(json.dumps("[{" * DEEP)) == "[{" * DEEP
    assert parse_toml(".".join("a" * (MAX_DEPTH - 1)) + " = 1")
    assert parse_toml("a = '" + "a.b " * 1_000 + "'")


def test_brackets_in_strings_are_text() -> None:
    text = json.dumps({'[[["': '{{{\\"[', "b": ["\\", "[", "\\\\"]})
    assert parse_json(text) == json.loads(text)


@pytest.mark.parametrize("digits", [10_000, 1_000_000])
def test_huge_numbers(digits: int) -> None:
    assert parse_json("9" * digits) == 10**30
    assert parse_json("-" + "9" * digits) == -(10**30)
    assert "digits" in refused(parse_toml, "a = " + "9" * digits)


def test_numbers_that_fit_are_kept() -> None:
    assert parse_json("[-12, 123456789012345678901234567890]") == [-12, int("1234567890" * 3)]


def test_floats_are_left_to_whoever_reads_them() -> None:
    """They are refused where they stand, with their path: no field holds one."""
    document: Any = parse_json("[1.5, 1e400, NaN, -Infinity]")
    assert [type(item) for item in document] == [float] * 4
    found: Any = parse_toml("a = [1.5, nan, inf]")
    assert [type(item) for item in found["a"]] == [float] * 3


@each(
    "",
    b"",
    " ",
    "\ufeff",
    b"\xef\xbb\xbf",
    b"\xff\xfe{\x00}\x00",
    b"\x00\x01\x02\x03",
    bytes(range(256)),
    "{",
    "{} {}",
    "{'a': 1}",
    '{"a": 1,}',
    "nul",
    '"\x01"',
    '"\\ud8"',
    "[1, 2",
    "\\",
    '"\\',
)
def test_what_is_no_json(text: str | bytes) -> None:
    assert refused(parse_json, text).startswith("$: got")


@pytest.mark.parametrize(
    "text", ["a", "a = ", "a = 1\na = 2", "[a]\n[a]", b"\xff", "a = 1979-99-99"]
)
def test_what_is_no_toml(text: str | bytes) -> None:
    assert refused(parse_toml, text).startswith("$: got")


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert parse_json(b"\xef\xbb\xbf{}") == {}
    assert parse_toml(b"\xef\xbb\xbfa = 1") == {"a": 1}


def test_the_place_of_a_mistake_is_told() -> None:
    assert "line 2, column 8" in refused(parse_json, '{\n  "a": x\n}')


def test_keys_that_repeat_are_remembered() -> None:
    document = parse_json('{"a": 1, "b": 2, "a": 3}')
    assert document == {"a": 3, "b": 2}
    assert isinstance(document, Object)
    assert document.repeated == ("a",)
    assert pickle.loads(pickle.dumps(document)).repeated == ("a",)  # noqa: S301 - our own


def test_dates_and_times_of_toml_are_text() -> None:
    text = """
        with_offset = 2026-11-10T20:00:00+08:00
        local = 2026-11-10T20:00:00
        list = [{ date = 2026-11-10, time = 20:00:00, odd = 20:00:01 }]
    """
    assert parse_toml(text) == {
        "with_offset": "2026-11-10T20:00:00+08:00",
        "local": "2026-11-10T20:00:00",
        "list": [{"date": "2026-11-10", "time": "20:00", "odd": "20:00:01"}],
    }


def test_files(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"a": "满减"}', encoding="utf-8")
    (tmp_path / "a.TOML").write_text('a = "满减"', encoding="utf-8")
    assert read_document(tmp_path / "a.json") == {"a": "满减"}
    assert read_document(str(tmp_path / "a.TOML")) == {"a": "满减"}
    with pytest.raises(FileNotFoundError):
        read_document(tmp_path / "b.json")


def test_large_files(tmp_path: Path) -> None:
    for name, bound in (("a.json", MAX_BYTES), ("a.toml", MAX_TOML_BYTES)):
        with (tmp_path / name).open("wb") as file:
            # Sparse: it takes no room on the disk.
            file.truncate(bound + 1)
        assert f"more than {bound} bytes" in refused(read_document, tmp_path / name)


def test_the_stack_is_left_alone() -> None:
    before = sys.getrecursionlimit()
    for text in ("[" * DEEP, '{"":' * DEEP):
        refused(parse_json, text)
    assert sys.getrecursionlimit() == before


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_random_text_is_refused_or_parsed(text: str | bytes) -> None:
    for parse in (parse_json, parse_toml):
        try:
            parse(text)
        except InputError as error:
            message = str(error)
        else:
            message = ""
        assert message.encode("utf-8", "surrogatepass") is not None


@given(JSON)
def test_what_was_printed_is_parsed(document: object) -> None:
    text = json.dumps(document)
    assert json.dumps(parse_json(text)) == text


def test_canonical_text() -> None:
    document = {"b": ["满减", True, None], "a": {"c": 1}}
    text = canonical_json(document)
    assert text == (
        '{\n  "b": [\n    "满减",\n    true,\n    null\n  ],\n  "a": {\n    "c": 1\n  }\n}\n'
    )
    with pytest.raises(ValueError, match="JSON"):
        canonical_json({"a": float("nan")})
