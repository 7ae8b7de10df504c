"""From a verdict on a story to a loophole: shrunk, told what it is of, and how often it can be."""
from __future__ import annotations
from collections.abc import Iterable
from typing import Any
def loopholes_of(compiled: Any, found: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(found)
