"""Where in a JSON text the value of a path stands."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping

from attrs import frozen

from mallops.rules.paths import above, at_key

_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|[{}\[\],:]|[^\s{}\[\],:"]++', re.DOTALL)


@frozen
class Region:
    """From a line and column up to, not including, another; all count from 1, in characters."""

    line: int
    column: int
    end_line: int
    end_column: int


@frozen
class Positions:
    """The places of all values of one text, by path, as offsets; and where its lines begin."""

    spans: Mapping[str, tuple[int, int]]
    lines: tuple[int, ...]

    def region(self, path: str) -> Region | None:
        """Where the value of a path stands, or else what it would stand in.

        What a file leaves out, such as a section that has its defaults, stands nowhere. None
        where not even the document itself is found, because there is no text.
        """
        span = self.spans.get(path)
        if span is None:
            parent = above(path)
            return None if parent is None else self.region(parent)
        return Region(*self._line_and_column(span[0]), *self._line_and_column(span[1]))

    def _line_and_column(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self.lines, offset)
        return line, offset - self.lines[line - 1] + 1


def positions(text: str) -> Positions:
    r"""The places of the values of a JSON text that `parse_json` accepts; of none, of "".

    >>> found = positions('{\n  "points": {"step": 5}\n}')
    >>> found.region("$.points.step")
    Region(line=2, column=22, end_line=2, end_column=23)
    >>> found.region("$.points.worth.money") == found.region("$.points")
    True
    """
    tokens = _Tokens(text)
    spans = dict(_spans(tokens, "$")) if tokens.there else {}
    return Positions(spans, (0, *(found.end() for found in re.finditer("\n", text))))


class _Tokens:
    """The tokens of a text one after the other, with where each begins and ends."""

    def __init__(self, text: str) -> None:
        self._found = _TOKEN.finditer(text)
        self.there = True
        self.next()

    def next(self) -> None:
        """Go on; after the last token there is none."""
        found = next(self._found, None)
        self.there = found is not None
        self.text, (self.start, self.end) = (found[0], found.span()) if found else ("", (0, 0))


def _spans(tokens: _Tokens, path: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Where the value that comes next stands, and all that is in it; the token after is next."""
    start = tokens.start
    opened = tokens.text
    end = tokens.end
    tokens.next()
    if opened in ("{", "["):
        place = 0
        while tokens.there and tokens.text not in ("}", "]"):
            if tokens.text == ",":
                tokens.next()
            inner = f"{path}[{place}]"
            if opened == "{":
                inner = at_key(path, json.loads(tokens.text))
                tokens.next()
                tokens.next()
            yield from _spans(tokens, inner)
            place += 1
        end = tokens.end
        tokens.next()
    yield path, (start, end)
