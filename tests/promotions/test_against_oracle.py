"""The engine against the naive enumerator, which shares no code with it."""

from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mallops.promotions.quote import Quote
from mallops.rulebook.quotes import encode_quote
from mallops.testing.oracle import TooLarge, quote_all
from mallops.testing.strategies import SMALL, Doc, Size, carts, scenarios
from tests.promotions.drawn import decoded, objective, quoted, with_rulebook

# Seatings that the oracle tries before it gives up on an example, of which very few need more.
LIMIT = 4_000
# Agreement is the point of the engine, so it is tried harder than what the profile asks for.
MANY = max(1_500, settings().max_examples)

SIZES = {
    "small": SMALL,
    "many units": Size(products=2, prices=1, lines=2, units=8, promotions=4),
    "many promotions": Size(lines=4, units=5, promotions=8),
    "tiny": Size(products=2, prices=1, lines=2, units=3, promotions=4),
}


def _answers(scenario: Doc) -> list[Doc]:
    """All quotes that tie for best; none where there are too many seatings to try."""
    documents = (scenario[key] for key in ("catalog", "rulebook", "cart", "at", "usage"))
    try:
        return quote_all(*documents, limit=LIMIT)
    except TooLarge:
        return []


def _like(answer: Doc, found: Quote) -> Doc:
    """The quote's document, with the keys of one of the oracle's."""
    document = encode_quote(found)
    return {key: document[key] for key in answer}


@pytest.mark.parametrize("size", SIZES)
@settings(max_examples=MANY)
@given(st.data())
def test_every_quote_is_one_of_the_oracles(size: str, data: st.DataObject) -> None:
    """`payable`, `units`, `discounts`, `refused` and all else, compared whole."""
    scenario = data.draw(scenarios(SIZES[size]))
    answers = _answers(scenario)
    found = quoted(scenario)
    assert not answers or _like(answers[0], found) in answers


@settings(max_examples=MANY // 3)
@given(scenarios(), st.data())
def test_one_compiled_rulebook_prices_many_carts_as_the_oracle_does(
    scenario: Doc, data: st.DataObject
) -> None:
    """What is compiled once knows nothing of the carts that came before."""
    compiled = decoded(scenario).compiled
    catalog, rulebook = scenario["catalog"], scenario["rulebook"]
    drawn = carts(catalog, rulebook, rulebook["currency"])
    for cart in data.draw(st.lists(drawn, min_size=2, max_size=3)):
        asked = scenario | {"cart": cart}
        answers = _answers(asked)
        found = evolve(decoded(asked), compiled=compiled).quote()
        assert not answers or _like(answers[0], found) in answers


@settings(max_examples=MANY // 2)
@given(scenarios(), st.integers(1, 50))
def test_a_small_search_budget_never_claims_too_much(scenario: Doc, budget: int) -> None:
    """Either the optimum, or an honest gap: the best is no further down than it says."""
    scenario = with_rulebook(scenario, choice="best")
    answers = _answers(scenario)
    assume(answers)
    drawn = decoded(scenario)
    found, best = drawn.quote(budget), drawn.quote()
    assert _like(answers[0], best) in answers
    if found.optimal:
        assert _like(answers[0], found) in answers
        assert found.gap is None
    else:
        assert found.gap is not None
        assert objective(best) <= objective(found) <= objective(best) + found.gap
