"""What scenarios have in common: their documents, read, examined and compiled once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, Generic, TypeVar

from attrs import define, field, frozen

from mallops.cart import Cart, Usage
from mallops.catalog.check import (
    cart_problems,
    catalog_problems,
    own_cart_problems,
    reference_problems,
)
from mallops.catalog.model import Catalog, Sku
from mallops.errors import Problem
from mallops.promotions.compiled import Compiled, compile_rulebook
from mallops.rulebook.book import read_rulebook
from mallops.rulebook.cart import read_cart
from mallops.rulebook.catalog import read_catalog
from mallops.rulebook.reader import Notes, Reading
from mallops.rulebook.usage import USAGE, check_usage
from mallops.rules.book import Rulebook
from mallops.rules.check import rulebook_problems
from mallops.rules.paths import names, untouched

T = TypeVar("T")


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
class Examined(Generic[T]):
    """A document as far as it can be read, and all that is wrong with it in itself."""

    value: T
    notes: Notes
    problems: list[Problem]

    @classmethod
    def of(cls, reading: Reading[T], check: Callable[[T], Iterable[Problem]]) -> Examined[T]:
        """What a reading holds, and what it and a check found wrong."""
        return cls(reading.value, reading.notes, reading.problems(check))


@frozen
class Base:
    """A rulebook and a catalogue together, before any cart."""

    book: Examined[Rulebook]
    catalog: Examined[Catalog]
    skus: Mapping[str, Sku]
    references: tuple[Problem, ...]

    def read_cart(self, document: object) -> tuple[Cart, list[Problem]]:
        """A cart, and what is wrong with it in itself and over this catalogue."""
        currency = self.book.notes.currency

        def check(cart: Cart) -> list[Problem]:
            if self.catalog.problems:
                return own_cart_problems(cart, currency)
            return cart_problems(cart, self.catalog.value, self.skus, currency)

        reading = read_cart(document, currency)
        return reading.value, reading.problems(check)

    def read_usage(self, document: object) -> tuple[Mapping[str, Usage], list[Problem]]:
        """What is gone of this rulebook's limits, and what is wrong with that."""
        notes = Notes(self.book.notes.currency)
        usage = USAGE.read(document, "$.usage", notes)
        promotions = {promotion.id for promotion in self.book.value.promotions}
        known = None if self.book.problems else promotions
        return usage, Reading(usage, notes).problems(lambda used: check_usage(used, known))


@define(eq=False)
class Shared:
    """What scenarios have in common, read and compiled once for as long as this lives.

    Documents are told apart by identity, so they must not be changed meanwhile.
    """

    _held: dict[Hashable, tuple[object, Any]] = field(factory=dict)

    def base(self, rulebook: object, catalog: object) -> Base:
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

    def _base(self, rulebook: object, catalog: object) -> Base:
        book = self._once(
            "rulebook", lambda: Examined.of(read_rulebook(rulebook), rulebook_problems), rulebook
        )
        currency, timezone = book.notes.currency, book.notes.timezone
        shelf = self._once(
            ("catalog", currency, timezone),
            lambda: Examined.of(read_catalog(catalog, currency, timezone), catalog_problems),
            catalog,
        )
        if shelf.problems:
            return Base(book, shelf, {}, ())
        references = untouched(reference_problems(book.value, shelf.value), book.notes.unread)
        return Base(book, shelf, {sku.sku: sku for sku in shelf.value.skus}, tuple(references))

    def _once(self, what: Hashable, make: Callable[[], T], *documents: object) -> T:
        key = (what, *map(id, documents))
        if key not in self._held:
            # Kept with its documents: an id is one's own only while one lives.
            self._held[key] = (documents, make())
        found: T = self._held[key][1]
        return found
