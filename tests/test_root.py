from __future__ import annotations

import ast
import re
import subprocess
import sys
from importlib import import_module, metadata
from pathlib import Path

import pytest

import mallops


def imported_for_type_checkers() -> dict[str, str]:
    tree = ast.parse(Path(mallops.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    return {
        alias.name: node.module or ""
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


SEEN_BY_TYPE_CHECKERS = imported_for_type_checkers()


@pytest.mark.parametrize("name", mallops.__all__)
def test_a_public_name_is_what_type_checkers_see(name: str) -> None:
    home = import_module(SEEN_BY_TYPE_CHECKERS[name])
    assert getattr(mallops, name) is getattr(home, name)


def test_every_name_is_listed_once_and_in_order() -> None:
    assert mallops.__all__ == sorted(set(mallops.__all__))
    assert set(mallops.__all__) == SEEN_BY_TYPE_CHECKERS.keys()


def test_the_api_page_lists_every_name() -> None:
    page = (Path(__file__).parent.parent / "docs" / "api.md").read_text(encoding="utf-8")
    section = page.partition("## The names at the root")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")]
    assert sorted(re.findall(r"`(\w+)`", "".join(rows))) == mallops.__all__


def test_names_are_listed_before_they_are_loaded() -> None:
    assert {*mallops.__all__, "__version__"} <= set(dir(mallops))


def test_the_version_is_the_installed_one() -> None:
    assert mallops.__version__ == metadata.version("mallops")


def test_a_misspelt_name_is_missing() -> None:
    with pytest.raises(AttributeError, match="module 'mallops' has no attribute 'qoute'"):
        mallops.qoute  # type: ignore[attr-defined]  # noqa: B018 - the look-up is the test


def test_nothing_is_loaded_before_it_is_used() -> None:
    code = (
        "import sys; before = set(sys.modules); import mallops;"
        "print(*sys.modules.keys() - before, sep='\\n');"
        "mallops.Money; print('mallops.money' in sys.modules, 'pendulum' in sys.modules)"
    )
    *loaded, last = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    ours = {name for name in loaded if name.partition(".")[0] in {"attr", "attrs", "mallops"}}
    assert ours == {"mallops"}
    assert last == "True False"
