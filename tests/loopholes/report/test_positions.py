"""Where values stand in JSON texts: what stands there is the value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mallops.loopholes.report.positions import Region, positions
from mallops.rules.paths import at_key

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def values(document: Any, path: str = "$") -> Iterator[tuple[str, Any]]:
    yield path, document
    if isinstance(document, dict):
        for key, value in document.items():
            yield from values(value, at_key(path, key))
    elif isinstance(document, list):
        for place, value in enumerate(document):
            yield from values(value, f"{path}[{place}]")


def cut(text: str, region: Region) -> str:
    lines = text.split("\n")[region.line - 1 : region.end_line]
    # The end first: it may be on the same line.
    lines[-1] = lines[-1][: region.end_column - 1]
    lines[0] = lines[0][region.column - 1 :]
    return "\n".join(lines)


@given(documents, st.sampled_from([None, 0, 2]), st.booleans())
def test_what_stands_there_is_the_value(document: Any, indent: int | None, ascii_: bool) -> None:
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_)
    found = positions(text)
    for path, value in values(document):
        region = found.region(path)
        assert region is not None
        assert json.loads(cut(text, region)) == value


def test_what_is_left_out_stands_in_what_holds_it() -> None:
    found = positions('\n{"after_sales": {"window_days": 7}}\n')
    held = Region(2, 17, 2, 35)
    assert found.region("$.after_sales") == held
    assert found.region("$.after_sales.earned_points") == held
    assert found.region("$.points.earn.per") == found.region("$") == Region(2, 1, 2, 36)


@pytest.mark.parametrize("text", ["", " \n "])
def test_no_text_has_no_places(text: str) -> None:
    assert positions(text).region("$.points") is None
