"""Runs the examples of the pages: README and docs, Python and console blocks alike.

The examples in docstrings are pytest's own (`--doctest-modules`).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from sybil import Sybil
from sybil.parsers.myst import CodeBlockParser, PythonCodeBlockParser, SkipParser
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling, Scheduling

from tests.console_blocks import run_console_block

ROOT = Path(__file__).parent


def _at_the_root(_namespace: dict[str, Any]) -> None:
    """Pages name files from the root of the repository, where their readers stand."""
    os.chdir(ROOT)


pytest_collect_file = Sybil(
    parsers=[
        SkipParser(),
        PythonCodeBlockParser(),
        CodeBlockParser(language="console", evaluator=run_console_block),
    ],
    patterns=["README.md", "README.zh-CN.md", "docs/*.md", "docs/*/*.md"],
    excludes=["docs/_build/*"],
    setup=_at_the_root,
).pytest()


class _WholePages(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    """Spreads tests one by one over the workers, but pages whole: their blocks share names.

    (Marking pages with `xdist_group` does not do it: pytest 9.2 ignores the node ids that
    xdist 3.8 gives to groups.)
    """

    def _split_scope(self, nodeid: str) -> str:
        path, _, _ = nodeid.partition("::")
        return path if path.endswith(".md") else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling | None:
    """Schedule by whole pages, unless another way was asked for."""
    return _WholePages(config, log) if config.getvalue("dist") == "load" else None
