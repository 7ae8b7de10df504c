"""JSON paths: joined, found in messages, and compared as wholes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mallops.errors import Problem
from mallops.rules.paths import at_key, named_paths, names, untouched


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("$.lines[0].quantity", True),
        ("$.lines[0]", False),
        ("$.lines", False),
        ("$", False),
        ("$.lines[0].quantity.x", False),
        ("$.lines[0].quant", False),
        ("lines[0].quantity", False),
        ("$.lines[00].quantity", False),
        ("$.other", True),
        ('$["a b"].c-d', True),
        ("$.last", True),
        ("$.with.dot", True),
        ("$.in", False),
        ("", False),
    ],
)
def test_a_path_is_named_whole(path: str, named: bool) -> None:
    problem = Problem(
        "$.lines[0].quantity", "'$.in'", 'less than $.other, $["a b"].c-d ($.last). $.with.dot.'
    )
    assert names(problem, path) is named


@given(st.lists(st.text() | st.integers(0, 99), max_size=5))
def test_every_path_that_is_joined_is_found_again(steps: list[str | int]) -> None:
    path = "$"
    for step in steps:
        path = f"{path}[{step}]" if isinstance(step, int) else at_key(path, step)
    problem = Problem("$", "nothing", f"what {path} says, and {path}.")
    assert named_paths(problem) == ["$", path, path]
    assert path.encode("utf-8")


@pytest.mark.parametrize(
    ("unread", "left"),
    [
        ([], True),
        (["$.a"], False),
        (["$"], False),
        (["$.a.b"], False),
        (["$.a.b.c[1]"], False),
        (["$.a.bb"], True),
        (["$.a[0]"], True),
        (["$.other[3].x"], False),
        (["$.other[33]"], True),
    ],
)
def test_what_touches_the_unread_is_left_out(unread: list[str], left: bool) -> None:
    problem = Problem("$.a.b", "5", "less than $.other[3]")
    assert list(untouched([problem], unread)) == ([problem] if left else [])
