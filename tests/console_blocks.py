"""Runs the console blocks of the pages, so that what they show is what a reader sees."""

from __future__ import annotations

import difflib
import io
import os
import shlex
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from unittest import mock

from attrs import frozen
from sybil import Example

SHELL_SYNTAX = frozenset({"|", "||", "&&", "&", ";", "<", ">", ">>", "2>"})


@frozen
class Shown:
    """A command of a block, and the lines shown under it."""

    command: str
    output: tuple[str, ...]


def commands(block: str) -> Iterator[Shown]:
    r"""The commands of a block; the lines under one, up to the next, are its output.

    >>> list(commands("$ mallops schema\n{\n}\n$ make demo\n"))
    [Shown(command='mallops schema', output=('{', '}')), Shown(command='make demo', output=())]
    """
    command: str | None = None
    output: list[str] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            if command is not None:
                yield Shown(command, tuple(output))
            command, output = line.removeprefix("$ ").strip(), []
        else:
            output.append(line.rstrip())
    if command is not None:
        yield Shown(command, tuple(output))


def run_mallops(arguments: list[str]) -> tuple[int, list[str]]:
    """The exit status of the CLI, and what it writes to a terminal 100 columns wide."""
    # Here, so that pages without console blocks need no CLI.
    from mallops.cli import main  # noqa: PLC0415

    terminal = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    plain = {"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"}
    with (
        mock.patch.dict(os.environ, plain),
        redirect_stdout(terminal),
        redirect_stderr(terminal),
    ):
        os.environ.pop("FORCE_COLOR", None)
        try:
            status = main(arguments)
        except SystemExit as stop:  # how argparse ends
            status = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    terminal.seek(0)
    return status, [line.rstrip() for line in terminal.read().splitlines()]


def run_console_block(example: Example) -> str | None:
    """What differs, if anything, between a block and a run of its `$ mallops` commands.

    Output is compared line by line, spaces at the ends of lines aside. A command has to end
    with status 0, unless `$ echo $?` right under it shows another. Other commands are for the
    reader alone.
    """
    status = 0
    for shown in commands(example.parsed):
        if status and shown.command != "echo $?":
            return f"ended with status {status}, and the page does not show it"
        expected = list(shown.output)
        match shlex.split(shown.command):
            case ["mallops", *arguments]:
                if SHELL_SYNTAX & set(arguments):
                    return f"cannot run shell syntax: {shown.command}"
                status, got = run_mallops(arguments)
            case ["echo", "$?"]:
                status, got = 0, [str(status)]
            case _:
                continue
        if got != expected:
            diff = difflib.unified_diff(expected, got, "page", "run", lineterm="")
            return "\n".join([f"$ {shown.command}", *diff])
    if status:
        return f"ended with status {status}, and the page does not show it"
    return None
