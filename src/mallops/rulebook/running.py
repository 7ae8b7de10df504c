"""Running scenarios: from a scenario to its quote, and to whether that is what it expects."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar, assert_never

from attrs import define, field, frozen
from pendulum import DateTime

from mallops.cart import Cart, Usage
from mallops.catalog.check import (
    cart_problems,
    catalog_problems,
    own_cart_problems,
    reference_problems,
)
from mallops.catalog.model import Catalog, Sku
from mallops.errors import Problem
from mallops.promotions.compiled import Compiled
from mallops.promotions.engine import compile_rulebook, quote
from mallops.promotions.quote import Quote
from mallops.rulebook.book import read_rulebook
from mallops.rulebook.cart import read_cart
from mallops.rulebook.catalog import read_catalog
from mallops.rulebook.quotes import encode_quote
from mallops.rulebook.reader import Notes, Reading
from mallops.rulebook.scalars import MOMENT
from mallops.rulebook.scenarios import Scenario
from mallops.rulebook.usage import USAGE, check_usage
from mallops.rules.book import Rulebook
from mallops.rules.check import rulebook_problems
from mallops.rules.paths import names, untouched

T = TypeVar("T")


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


@frozen
class Rejected:
    """Why a scenario has no quote: what is wrong, by the document that it is wrong in.

    Documents are `scenario`, `rulebook`, `catalog` and `cart`; `$` is the document itself.
    """

    problems: Mapping[str, tuple[Problem, ...]]

    def __str__(self) -> str:
        return "\n".join(
            f"{document} {problem}"
            for document, problems in self.problems.items()
            for problem in problems
        )

    def names(self, path: str) -> bool:
        """Whether the message names exactly this path, in whichever document."""
        return any(names(problem, path) for found in self.problems.values() for problem in found)


@frozen
class Mismatch:
    """A field of the quote, or `error`, that is not what was expected; None: there is none."""

    field: str
    expected: object
    got: object


@frozen
class Passed:
    """The scenario has what it expects."""

    name: str


@frozen
class Failed:
    """The scenario has not what it expects: where not."""

    name: str
    mismatches: tuple[Mismatch, ...]


@frozen
class _Examined(Generic[T]):
    """A document as far as it can be read, and all that is wrong with it in itself."""

    value: T
    notes: Notes
    problems: list[Problem]

    @classmethod
    def of(cls, reading: Reading[T], check: Callable[[T], Iterable[Problem]]) -> _Examined[T]:
        return cls(reading.value, reading.notes, reading.problems(check))


@frozen
class _Base:
    """A rulebook and a catalogue together, before any cart."""

    book: _Examined[Rulebook]
    catalog: _Examined[Catalog]
    skus: Mapping[str, Sku]
    references: tuple[Problem, ...]


@define(eq=False)
class Shared:
    """What scenarios have in common, read and compiled once for as long as this lives.

    Documents are told apart by identity, so they must not be changed meanwhile.
    """

    _held: dict[Hashable, tuple[object, Any]] = field(factory=dict)

    def base(self, rulebook: object, catalog: object) -> _Base:
        """The two documents, examined."""
        return self._once("base", lambda: self._base(rulebook, catalog), rulebook, catalog)

    def compiled(self, rulebook: object, catalog: object) -> Compiled:
        """The two documents, compiled; `InputError` if they cannot be."""
        base = self.base(rulebook, catalog)
        return self._once(
            "compiled",
            lambda: compile_rulebook(base.book.value, base.catalog.value),
            rulebook,
            catalog,
        )

    def _base(self, rulebook: object, catalog: object) -> _Base:
        book = self._once(
            "rulebook", lambda: _Examined.of(read_rulebook(rulebook), rulebook_problems), rulebook
        )
        currency, timezone = book.notes.currency, book.notes.timezone
        shelf = self._once(
            ("catalog", currency, timezone),
            lambda: _Examined.of(read_catalog(catalog, currency, timezone), catalog_problems),
            catalog,
        )
        if shelf.problems:
            return _Base(book, shelf, {}, ())
        references = untouched(reference_problems(book.value, shelf.value), book.notes.unread)
        return _Base(book, shelf, {sku.sku: sku for sku in shelf.value.skus}, tuple(references))

    def _once(self, what: Hashable, make: Callable[[], T], *documents: object) -> T:
        key = (what, *map(id, documents))
        if key not in self._held:
            # Kept with its documents: an id is one's own only while one lives.
            self._held[key] = (documents, make())
        found: T = self._held[key][1]
        return found


def run_scenario(scenario: Scenario, shared: Shared | None = None) -> Passed | Failed:
    """Whether a scenario's quote, or refusal, is what it expects; each field compared whole.

    An expected error has to be named, as a whole path, by the message of a refusal. Hand the
    same `Shared` to all scenarios of a file, so that what they share is compiled once.

    >>> from mallops.rulebook.scenarios import decode_scenarios
    >>> [scenario] = decode_scenarios({"scenarios": [{
    ...     "name": "nothing bought", "at": "2026-11-11T00:00:00+08:00", "cart": {},
    ...     "rulebook": {"currency": "CNY"}, "catalog": {}, "expect": {"payable": "1.00"},
    ... }]})
    >>> run_scenario(scenario)
    Failed(name='nothing bought', mismatches=(Mismatch(field='payable', expected='1.00', got='0.00'),))
    """  # noqa: E501
    mismatches = _mismatches(scenario, quote_scenario(scenario, shared))
    return Failed(scenario.name, mismatches) if mismatches else Passed(scenario.name)


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
        expected = "a cart instead: stories are not supported by this version"
        return Rejected({"scenario": (Problem("$.story", "a story", expected),)})
    shared = shared or Shared()
    base = shared.base(scenario.rulebook, scenario.catalog)
    question = _question(scenario, base)
    problems = {
        "scenario": (*scenario.problems, *_missing(scenario), *question.problems),
        "rulebook": (*base.book.problems, *base.references),
        "catalog": tuple(base.catalog.problems),
        "cart": question.cart_problems,
    }
    # Of a document that is not there, nothing is wrong but that.
    there = {"rulebook": scenario.rulebook, "catalog": scenario.catalog, "cart": scenario.cart}
    found = {
        document: wrong
        for document, wrong in problems.items()
        if wrong and there.get(document, scenario) is not None
    }
    return Rejected(found) if found else _asked(scenario, question, shared)


@frozen
class _Question:
    """What a scenario asks of its rulebook and catalogue, and what is wrong with that."""

    at: DateTime
    usage: Mapping[str, Usage]
    problems: tuple[Problem, ...]
    cart: Cart
    cart_problems: tuple[Problem, ...]


def _question(scenario: Scenario, base: _Base) -> _Question:
    currency = base.book.notes.currency
    notes = Notes(currency)
    at = MOMENT.read(scenario.at, "$.at", notes)
    usage = USAGE.read(scenario.usage, "$.usage", notes)
    promotions = {promotion.id for promotion in base.book.value.promotions}
    known = None if base.book.problems else promotions
    problems = Reading(usage, notes).problems(lambda used: check_usage(used, known))

    def check(cart: Cart) -> list[Problem]:
        if base.catalog.problems:
            return own_cart_problems(cart, currency)
        return cart_problems(cart, base.catalog.value, base.skus, currency)

    cart = read_cart(scenario.cart, currency)
    return _Question(at, usage, tuple(problems), cart.value, tuple(cart.problems(check)))


def _missing(scenario: Scenario) -> Iterator[Problem]:
    named = {problem.path for problem in scenario.problems}
    if scenario.rulebook is None and "$.rulebook" not in named:
        yield Problem("$.rulebook", "nothing", "a rulebook, here or at the top of the file")
    if scenario.catalog is None and "$.catalog" not in named:
        yield Problem("$.catalog", "nothing", "a catalogue, here or at the top of the file")
    if scenario.cart is None:
        yield Problem("$.cart", "nothing", "a cart")


def _asked(scenario: Scenario, question: _Question, shared: Shared) -> Asked:
    # All that compiling and quoting refuse has been looked for, so neither raises.
    compiled = shared.compiled(scenario.rulebook, scenario.catalog)
    return Asked(compiled, question.cart, question.at, question.usage)


def _mismatches(scenario: Scenario, result: Quoted | Rejected) -> tuple[Mismatch, ...]:
    path = scenario.expected_error
    match result:
        case Rejected():
            as_expected = path is not None and result.names(path)
            return () if as_expected else (Mismatch("error", path, str(result)),)
        case Quoted() if path is not None:
            return (Mismatch("error", path, f"a quote of {result.quote.payable}"),)
        case Quoted():
            got = encode_quote(result.quote)
            return tuple(
                Mismatch(key, wanted, got.get(key))
                for key, wanted in scenario.expect.items()
                if not _same(wanted, got.get(key))
            )
        case _:
            assert_never(result)


def _same(one: object, other: object) -> bool:
    # As JSON: in Python, true equals 1 and 1 equals 1.0.
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
