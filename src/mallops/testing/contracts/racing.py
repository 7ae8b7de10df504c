"""Calls that are made at the same time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from mallops.repositories import Conflict, Exhausted

THREADS = 8

T = TypeVar("T")


def at_once(calls: Sequence[Callable[[], T]]) -> list[T]:
    """What the calls give, each in a thread of its own, all let go at the same time."""
    start = Barrier(len(calls))

    def call(one: Callable[[], T]) -> T:
        start.wait()
        return one()

    with ThreadPoolExecutor(len(calls)) as threads:
        return [*threads.map(call, calls)]


def insistently(call: Callable[[], T]) -> T:
    """Call until it does not conflict, as a queue does that delivers again.

    What is exhausted stays so, and is raised.
    """
    for _ in range(100):
        try:
            return call()
        except Exhausted:
            raise
        except Conflict:
            continue
    raise AssertionError("a hundred conflicts in a row")


def succeeds(call: Callable[[], object]) -> bool:
    """Whether a call comes through at once, without a conflict."""
    try:
        call()
    except Conflict:
        return False
    return True
