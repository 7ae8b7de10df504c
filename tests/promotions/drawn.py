"""A drawn scenario, decoded as the CLI would decode it, and what the tests ask of its quote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen
from pendulum import DateTime

from mallops.cart import Cart, Usage
from mallops.money import Currency, Money, total
from mallops.promotions.compiled import Compiled
from mallops.promotions.engine import DEFAULT_SEARCH_BUDGET, compile_rulebook, quote
from mallops.promotions.quote import Quote
from mallops.rulebook.book import decode_rulebook
from mallops.rulebook.cart import decode_cart
from mallops.rulebook.catalog import decode_catalog
from mallops.rulebook.reader import Notes
from mallops.rulebook.usage import USAGE
from mallops.testing.strategies import Doc
from mallops.time import instant


@frozen
class Drawn:
    """What a quote is asked with."""

    compiled: Compiled
    cart: Cart
    at: DateTime
    usage: Mapping[str, Usage]

    def quote(self, search_budget: int = DEFAULT_SEARCH_BUDGET) -> Quote:
        """The quote."""
        return quote(self.compiled, self.cart, self.at, self.usage, search_budget)


def decoded(scenario: Doc) -> Drawn:
    """The scenario, which has to be valid."""
    rulebook = decode_rulebook(scenario["rulebook"])
    currency = rulebook.currency
    catalog = decode_catalog(scenario["catalog"], currency, rulebook.timezone)
    return Drawn(
        compile_rulebook(rulebook, catalog),
        decode_cart(scenario["cart"], currency),
        instant(scenario["at"]),
        _usage(scenario["usage"], currency),
    )


def _usage(document: object, currency: Currency) -> Mapping[str, Usage]:
    notes = Notes(currency)
    usage = USAGE.read(document, "$.usage", notes)
    assert not notes.problems
    return usage


def quoted(scenario: Doc) -> Quote:
    """The scenario's quote."""
    return decoded(scenario).quote()


def with_rulebook(scenario: Doc, **changes: Any) -> Doc:
    """The scenario under a rulebook with other values at some keys."""
    return scenario | {"rulebook": scenario["rulebook"] | changes}


def objective(found: Quote) -> Money:
    """What `best` makes smallest: goods before points, and shipping, less the value of gifts."""
    currency = found.payable.currency
    gifts = total((gift.value for gift in found.gifts), currency)
    return found.payable + found.points_worth - gifts
