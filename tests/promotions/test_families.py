"""The engine against the naive enumerator on small carts of every hard family."""

from __future__ import annotations

import pytest
from hypothesis import settings

from mallops.rulebook.quotes import encode_quote
from mallops.testing.families import FAMILIES, TINY, scenario
from mallops.testing.oracle import TooLarge, quote_all
from tests.promotions.drawn import quoted

# Seatings that the oracle tries before it gives up on a cart.
LIMIT = 20_000
CARTS = 15 if settings().max_examples <= 200 else 500


@pytest.mark.parametrize("family", FAMILIES)
def test_every_quote_is_one_of_the_oracles(family: str) -> None:
    """`payable`, `units`, `discounts`, `refused` and all else, compared whole."""
    tried = 0
    for seed in range(CARTS):
        drawn = scenario(family, seed, TINY)
        documents = (drawn[key] for key in ("catalog", "rulebook", "cart", "at", "usage"))
        try:
            answers = quote_all(*documents, limit=LIMIT)
        except TooLarge:
            continue
        tried += 1
        found = encode_quote(quoted(drawn))
        assert {key: found[key] for key in answers[0]} in answers, drawn["name"]
    assert tried >= CARTS * 2 // 3
