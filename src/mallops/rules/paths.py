"""JSON paths: where something stands in a document, as problems name it.

A path starts at `$`, the document itself. A key of letters, digits, `_` and `-` follows a
dot; any other key stands in brackets as a JSON string; a position stands in brackets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from mallops.errors import Problem

_PLAIN_KEY = re.compile(r"[\w-]{1,100}")
_LONGEST_KEY = 100
_STEP = r"""\.[\w-]+|\[[0-9]+\]|\["(?:[^"\\]|\\.)*"\]"""
_PATH = re.compile(rf"(?<![\w$])\$(?:{_STEP})*")
_STEPS = re.compile(_STEP)


def at_key(path: str, key: object) -> str:
    """The path of `key` in the object at `path`.

    >>> at_key("$.usage", "double11"), at_key("$.usage", "a b")
    ('$.usage.double11', '$.usage["a b"]')
    """
    text = str(key)
    if _PLAIN_KEY.fullmatch(text):
        return f"{path}.{text}"
    if len(text) > _LONGEST_KEY:
        text = text[:_LONGEST_KEY] + "…"
    return f"{path}[{json.dumps(text)}]"


def above(path: str) -> str | None:
    """The path of what holds the value at `path`; None of the document itself.

    >>> above("$.lines[0].sku"), above("$.lines[0]"), above("$")
    ('$.lines[0]', '$.lines', None)
    """
    steps = list(_STEPS.finditer(path))
    return path[: steps[-1].start()] if steps else None


def named_paths(problem: Problem) -> list[str]:
    """The paths that take part in a problem: its own first, then those it expects things of.

    >>> named_paths(Problem("$.units", "3", "at most $.n, which is 2"))
    ['$.units', '$.n']
    """
    return [problem.path, *_PATH.findall(problem.expected)]


def names(problem: Problem, path: str) -> bool:
    """Whether a problem names exactly this path, and not merely one that starts like it.

    >>> names(Problem("$.lines[0].quantity", "0", "at least 1"), "$.lines[0]")
    False
    """
    return path in named_paths(problem)


def untouched(problems: Iterable[Problem], unread: Iterable[str]) -> Iterator[Problem]:
    """The problems that name nothing at, above or below any of the `unread` paths.

    >>> below = Problem("$.b.units", "3", "at most $.b.n")
    >>> list(untouched([below], ["$.b.n"])), len(list(untouched([below], ["$.c"])))
    ([], 1)
    """
    unreadable = frozenset(unread)
    above = frozenset(parent for path in unreadable for parent in _lineage(path))
    for problem in problems:
        paths = named_paths(problem)
        if not any(path in above or _is_below(path, unreadable) for path in paths):
            yield problem


def _is_below(path: str, unreadable: frozenset[str]) -> bool:
    return any(parent in unreadable for parent in _lineage(path))


def _lineage(path: str) -> Iterator[str]:
    """The path and every one above it."""
    yield "$"
    for step in _STEPS.finditer(path):
        yield path[: step.end()]
