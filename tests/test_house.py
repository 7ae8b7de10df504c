"""The habits of the house that no other tool holds."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import mallops

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "mallops"
MODULES = sorted(PACKAGE.rglob("*.py"))

# In pieces, so that this file does not name them.
REGISTRY_HOSTS = (
    "pypi" + ".org",
    "pypi" + ".python.org",
    "python" + "hosted.org",
    "conda" + ".anaconda.org",
    "registry." + "npmjs",
)


def _name(module: Path) -> str:
    parts = module.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _files() -> Iterator[Path]:
    """What the repository holds, by the look of it: `git` need not be there."""
    skipped = {"__pycache__", "_build", "build", "dist", "node_modules"}
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        hidden = any(part.startswith(".") and part != ".ci" for part in parts[:-1])
        if path.is_file() and not hidden and not skipped.intersection(parts):
            yield path


def test_import_is_light() -> None:
    code = "import mallops, sys; print(*sys.modules, sep='\\n')"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    heavy = {
        *("babel", "hypothesis", "ortools", "pendulum", "pyarrow", "rich"),
        *("mallops.cli", "mallops.testing"),
    }
    assert "mallops" in loaded
    assert heavy.isdisjoint(loaded)


@pytest.mark.parametrize("module", MODULES, ids=_name)
def test_modules_have_docstrings(module: Path) -> None:
    assert ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))


def test_public_names_are_in_the_api_pages() -> None:
    documented = {
        line.split()[-1]
        for line in (ROOT / "docs" / "api.md").read_text(encoding="utf-8").splitlines()
        if line.startswith(".. automodule::")
    }
    names: tuple[str, ...] = getattr(mallops, "__all__", ())
    homes = {str(getattr(getattr(mallops, name), "__module__", "")) for name in names}
    assert {home for home in homes if home.startswith("mallops.")} - documented == set()


def test_no_file_names_a_registry() -> None:
    naming = [
        f"{path.relative_to(ROOT)}: {host}"
        for path in _files()
        for host in REGISTRY_HOSTS
        if host.encode() in path.read_bytes()
    ]
    assert naming == []
