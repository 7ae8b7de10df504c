"""From a scenario to its quote, or to all that is wrong with its documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen
from pendulum import DateTime

from mallops.cart import Cart, Usage
from mallops.errors import Problem
from mallops.promotions.compiled import Compiled
from mallops.promotions.engine import quote
from mallops.promotions.quote import Quote
from mallops.rulebook.reader import Notes
from mallops.rulebook.scalars import MOMENT
from mallops.rulebook.scenarios import Scenario
from mallops.rulebook.shared import Base, Rejected, Shared
from mallops.rules.book import Rulebook


@frozen
class Quoted:
    """A scenario's quote, and the rulebook that priced it."""

    quote: Quote
    rulebook: Rulebook


@frozen
class Asked:
    """What a scenario asks, ready to be quoted."""

    compiled: Compiled
    cart: Cart
    at: DateTime
    usage: Mapping[str, Usage]


def quote_scenario(scenario: Scenario, shared: Shared | None = None) -> Quoted | Rejected:
    """A scenario's quote, or all that is wrong with its documents and its own keys.

    >>> from mallops.rulebook.scenarios import decode_scenarios
    >>> [scenario] = decode_scenarios({"scenarios": [{"rulebook": {}, "catalog": {}, "cart": {}}]})
    >>> print(quote_scenario(scenario))
    scenario $.at: got nothing, expected an instant with an offset, such as "2026-11-10T20:00:00+08:00"
    rulebook $.currency: got nothing, expected an ISO 4217 code such as CNY
    """  # noqa: E501
    match ask_scenario(scenario, shared):
        case Rejected() as rejected:
            return rejected
        case Asked() as asked:
            found = quote(asked.compiled, asked.cart, asked.at, asked.usage)
            return Quoted(found, asked.compiled.rulebook)


def ask_scenario(scenario: Scenario, shared: Shared | None = None) -> Asked | Rejected:
    """A scenario's question, or all that is wrong with its documents and its own keys."""
    if scenario.story is not None:
        expected = "a cart instead: a story has many quotes, and is only played"
        return Rejected({"scenario": (Problem("$.story", "a story", expected),)})
    shared = shared or Shared()
    base = shared.base(scenario.rulebook, scenario.catalog)
    notes = Notes()
    at = MOMENT.read(scenario.at, "$.at", notes)
    usage, wrong_usage = base.read_usage(scenario.usage)
    cart, wrong_cart = base.read_cart(scenario.cart)
    own = (*scenario.problems, *missing(scenario), *notes.problems, *wrong_usage)
    if scenario.cart is None:
        own, wrong_cart = (*own, Problem("$.cart", "nothing", "a cart")), []
    found = documents_wrong(scenario, base) | {"scenario": own, "cart": tuple(wrong_cart)}
    if any(found.values()):
        return Rejected({document: wrong for document, wrong in found.items() if wrong})
    # All that compiling and quoting refuse has been looked for, so neither raises.
    compiled = shared.compiled(scenario.rulebook, scenario.catalog)
    return Asked(compiled, cart, at, usage)


def documents_wrong(scenario: Scenario, base: Base) -> dict[str, tuple[Problem, ...]]:
    """What is wrong with a scenario's rulebook and catalogue, if they are there."""
    # Of a document that is not there, nothing is wrong but that.
    found: dict[str, tuple[Problem, ...]] = {"scenario": ()}
    if scenario.rulebook is not None:
        found["rulebook"] = (*base.book.problems, *base.references)
    if scenario.catalog is not None:
        found["catalog"] = tuple(base.catalog.problems)
    return found


def missing(scenario: Scenario) -> Iterator[Problem]:
    """The documents that a scenario needs and has not."""
    named = {problem.path for problem in scenario.problems}
    if scenario.rulebook is None and "$.rulebook" not in named:
        yield Problem("$.rulebook", "nothing", "a rulebook, here or at the top of the file")
    if scenario.catalog is None and "$.catalog" not in named:
        yield Problem("$.catalog", "nothing", "a catalogue, here or at the top of the file")
