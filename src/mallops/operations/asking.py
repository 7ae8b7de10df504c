"""What was asked under a key, so that the same key can be told from the same question.

And the answers to a key that has another question, and to an order that there is not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256

from mallops.findings import Refusal
from mallops.stories.playing import UNKNOWN_ORDER

OWN = "own/"
"""What the keys of operations' own begin with, beside those that callers give."""


def fingerprint(kind: str, asked: Mapping[str, object]) -> str:
    """What was asked, as 64 hexadecimal digits: the same in every process and on every day.

    `asked` holds what JSON can write, and sets of that; the order in mappings and in sets makes
    no difference.

    >>> fingerprint("spend", {"order": "o1", "points": 500})[:16]
    '2dca0b9239d3cedc'
    """
    text = json.dumps([kind, asked], sort_keys=True, separators=(",", ":"), default=sorted)
    return sha256(text.encode("ascii")).hexdigest()


def key_reused(key: str) -> Refusal:
    """The key has been given to another question."""
    return Refusal("key_reused", {"key": key})


def unknown_order(order: str) -> Refusal:
    """There is no such order."""
    return Refusal(UNKNOWN_ORDER, {"order": order})
