"""Looking for words in ids and titles."""

from __future__ import annotations

import re
from collections.abc import Iterable


def pattern_of(words: Iterable[str]) -> re.Pattern[str] | None:
    """What finds any of the words, in capitals or not; None: there are none.

    A word of letters counts only by itself: `test-1` has `test`, `latest` has not. Where two words
    belong together they may be written with a hyphen, an underscore, or as one. Others count
    wherever they are.

    >>> pattern = pattern_of(["test"])
    >>> pattern is not None and [bool(pattern.search(text)) for text in ("test_1", "latest")]
    [True, False]
    >>> pattern = pattern_of(["best price"])
    >>> pattern is not None and [bool(pattern.search(text)) for text in ("best-price", "BestPrice")]
    [True, True]
    """
    known = sorted(filter(None, words))
    plain = [_spaced(each) for each in known if each.isascii()]
    others = [re.escape(each) for each in known if not each.isascii()]
    # Digits and underscores end a word here, as they do in ids.
    whole = [rf"(?<![^\W\d_])(?:{'|'.join(plain)})(?![^\W\d_])"] if plain else []
    return re.compile("|".join(whole + others), re.IGNORECASE) if known else None


def _spaced(word: str) -> str:
    return r"[\s_-]?".join(map(re.escape, word.split()))
