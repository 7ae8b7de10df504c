"""Runs the examples of the pages: README and docs, Python and console blocks alike.

The examples in docstrings are pytest's own (`--doctest-modules`).
"""

from __future__ import annotations

import os
from doctest import DocTestParser
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


def _in_the_mall_of_lint(namespace: dict[str, Any]) -> None:
    """Pages of single checks start from the mall of the page that lists them."""
    _at_the_root(namespace)
    page = (ROOT / "docs" / "loophole-checks.md").read_text("utf-8")
    for example in DocTestParser().get_examples(page):
        exec(example.source, namespace)  # noqa: S102  # what the page itself says


PARSERS = (
    SkipParser(),
    PythonCodeBlockParser(),
    CodeBlockParser(language="console", evaluator=run_console_block),
)
PAGES = Sybil(
    parsers=PARSERS,
    patterns=["README.md", "README.zh-CN.md", "docs/*.md", "docs/*/*.md"],
    excludes=["docs/_build/*", "docs/checks/*"],
    setup=_at_the_root,
)
CHECKS = Sybil(parsers=PARSERS, patterns=["docs/checks/*.md"], setup=_in_the_mall_of_lint)

pytest_collect_file = (PAGES + CHECKS).pytest()


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
