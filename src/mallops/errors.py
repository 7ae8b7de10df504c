"""Misuse: what a caller got wrong, raised with the path, the value and what was expected."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen


@frozen
class Problem:
    """One thing wrong in a caller's input.

    `path` is a JSON path into the refused document, where `$` is the document itself;
    `value` is what stood there, cut to a readable length; `expected` says in words what
    would have been right, and names every further path that takes part.

    >>> print(Problem("$.lines[0].quantity", "0", "a whole number, at least 1"))
    $.lines[0].quantity: got 0, expected a whole number, at least 1
    """

    path: str
    value: str
    expected: str

    def __str__(self) -> str:
        return f"{self.path}: got {self.value}, expected {self.expected}"


class MallopsError(Exception):
    """The base of all that mallops raises on purpose."""


class InputError(MallopsError, ValueError):
    """A document or value that cannot be used: every problem found in it, at once.

    >>> raise InputError([Problem("$.currency", "nothing", "an ISO 4217 code")])
    Traceback (most recent call last):
    ...
    mallops.errors.InputError: $.currency: got nothing, expected an ISO 4217 code
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class CurrencyMismatch(MallopsError, ValueError):
    """Two amounts of different currencies met in one operation."""


def shown(value: object) -> str:
    """A value as an error shows it: short, and never the reason for a second error.

    >>> shown("x" * 100)
    "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"
    >>> shown({"a": 1, "b": 2})
    'an object of 2 keys'
    """
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case dict():
            return f"an object of {len(value)} keys"
        case list() | tuple():
            return f"a list of {len(value)}"
        case int() if abs(value) >= 10**30:
            return "a number of more than 30 digits"
        case _:
            text = ascii(value) if has_surrogate(value) else repr(value)
            return text if len(text) <= 60 else text[:57] + "…"


def has_surrogate(value: object) -> bool:
    """Whether it is text with half of a surrogate pair, which no encoding can write."""
    return isinstance(value, str) and any("\ud800" <= char <= "\udfff" for char in value)
