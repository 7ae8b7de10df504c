"""What a plain repository answers, as a type that says so."""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine
from typing import TypeVar

from mallops.repositories import Answer

T = TypeVar("T")


def told(answer: Answer[T]) -> T:
    """The answer of a method that is plain; one that would have to be awaited is a failure."""
    if isinstance(answer, Coroutine):
        # Nobody will await it, which Python would warn of.
        answer.close()
    assert not isinstance(answer, Awaitable), "contracts ask plain repositories: see `blocking`"
    return answer
