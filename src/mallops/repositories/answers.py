"""What a repository's methods return: a value, or a promise of it."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeAlias, TypeVar

from mallops.errors import MallopsError

T = TypeVar("T")

Answer: TypeAlias = T | Awaitable[T]
"""What a method of a repository gives: it may be a plain function, or `async`.

So there is one set of protocols for both. `mallops.operations` are called with repositories of
plain functions, `mallops.operations.aio` are awaited and take either.
"""


class Conflict(MallopsError):
    """Somebody was faster: what was to be stored was decided on what is no longer so."""
