"""How text stands on a terminal: how wide it is drawn, and kept to one line."""

from __future__ import annotations

import unicodedata


def columns(text: str) -> int:
    """How many columns of a terminal the text takes.

    >>> columns("满300减50"), columns("save 50")
    (9, 7)
    """
    return sum(map(_columns_of, text))


def one_line(text: str) -> str:
    """The text with a space for each line break and control character.

    >>> one_line(f"goods{chr(10)}for you")
    'goods for you'
    """
    return "".join(char if char.isprintable() else " " for char in text)


def _columns_of(char: str) -> int:
    if unicodedata.east_asian_width(char) in "WF":
        return 2
    return 0 if unicodedata.category(char) in ("Mn", "Me", "Cf") else 1
