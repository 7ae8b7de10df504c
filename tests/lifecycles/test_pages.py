"""The page of the flows shows the flows as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lifecycles.pages import PAGE, drawings, page, tables

ANEW = "python -m tests.lifecycles.pages writes it anew"


def test_the_tables_are_those_of_the_flows() -> None:
    text = PAGE.read_text("utf-8")
    assert page(text) == text, ANEW
    assert all(table in text for _, table in tables())


@pytest.mark.parametrize(
    ("path", "drawn"), list(drawings()), ids=lambda value: getattr(value, "stem", "")
)
def test_the_drawings_are_those_of_the_flows(path: Path, drawn: str) -> None:
    assert path.read_text("utf-8") == drawn, ANEW
    assert f"(flows/{path.name})" in PAGE.read_text("utf-8")
