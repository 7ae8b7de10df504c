"""The runner of the pages' console blocks: it fails where a page is wrong."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tests.console_blocks import run_console_block


def _main(argv: Sequence[str]) -> int:
    match argv:
        case ["quote", name]:
            sys.stdout.write(f'{{"file": "{name}"}}   \n')
            return 0
        case ["test", _]:
            sys.stderr.write("0 passed, 1 failed\n")
            return 1
        case _:
            raise SystemExit(2)


@pytest.fixture(autouse=True)
def _cli(monkeypatch: pytest.MonkeyPatch) -> None:
    cli: Any = ModuleType("mallops.cli")
    cli.main = _main
    monkeypatch.setitem(sys.modules, "mallops.cli", cli)


def _run(block: str) -> str | None:
    example: Any = SimpleNamespace(parsed=block)
    return run_console_block(example)


@pytest.mark.parametrize(
    "block",
    [
        "",
        '$ mallops quote a.json\n{"file": "a.json"}\n',
        '$ make demo\nanything\n$ mallops quote "a b"\n{"file": "a b"}\n',
        "$ mallops test a.json\n0 passed, 1 failed\n$ echo $?\n1\n",
        "$ mallops\n$ echo $?\n2\n",
        "$ pip install mallops | cat",
    ],
)
def test_a_page_that_tells_the_truth(block: str) -> None:
    assert _run(block) is None


@pytest.mark.parametrize(
    ("block", "difference"),
    [
        ("$ mallops quote a.json\n", '+{"file": "a.json"}'),
        ("$ mallops quote a.json\n{}\n", "-{}"),
        ('$ mallops quote a.json\n{"file": "a.json"}\n\n', "-"),
        ("$ mallops test a.json\n0 passed, 1 failed\n", "status 1"),
        ("$ mallops test a.json\n0 passed, 1 failed\n$ make demo\n", "status 1"),
        ("$ mallops test a.json\n0 passed, 1 failed\n$ echo $?\n0\n", "+1"),
        ("$ mallops quote a.json | head\n", "shell syntax"),
    ],
)
def test_a_page_that_does_not(block: str, difference: str) -> None:
    assert difference in (_run(block) or "")
