"""The contract of `RulebookRepository`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from attrs import evolve
from pendulum import DateTime

from mallops.money import Currency
from mallops.repositories import Answer, Store, Unit
from mallops.rules.book import Rulebook
from mallops.testing.contracts.answers import told
from mallops.testing.contracts.asking import Contract, ask, tell, unchanged
from mallops.testing.contracts.purchases import CNY, rulebook
from mallops.testing.contracts.racing import THREADS, at_once, insistently, succeeds
from mallops.testing.contracts.samples import NAMES, START


class RulebooksContract(Contract):
    """Versions never change, and it is known which one prices when."""

    def test_rulebooks_are_read_as_they_were_published(self) -> None:
        """Every version for ever, also after later ones."""
        store = self.make()
        books = [rulebook("1"), rulebook("2"), Rulebook(CNY, "other", "1"), Rulebook(CNY, "other")]
        for day, book in enumerate(books):
            tell(store, publishing(book, START.add(days=day)))
        for book in books:
            assert published(store, book.id, book.version) == book
        assert published(store, "mall", "3") is None
        assert published(store, "third", "1") is None

    def test_ids_of_rulebooks_are_told_apart_to_the_letter(self) -> None:
        """And their versions: by case, accents and blanks too."""
        store = self.make()
        books = [Rulebook(CNY, name, version) for name in NAMES for version in NAMES]
        tell(store, *(publishing(book, START) for book in books))
        for book in books:
            assert published(store, book.id, book.version) == book

    def test_published_twice_is_published_once(self) -> None:
        """From the same instant it changes nothing: of two versions the later one still prices."""
        store = self.make()
        for version in "121":
            tell(store, publishing(rulebook(version), START))
        assert version_at(store, "mall", START) == "2"

    def test_a_version_never_changes(self) -> None:
        """With another content or instant it conflicts, and nothing changes."""
        store = self.make()
        tell(store, publishing(rulebook("1"), START))
        for other, since in (
            (Rulebook(CNY, "mall", "1"), START),
            (evolve(rulebook("1"), currency=Currency.of("JPY"), promotions=()), START),
            (evolve(rulebook("1"), title={}), START),
            (rulebook("1"), START.subtract(days=1)),
            (rulebook("1"), START.add(microseconds=1)),
        ):
            unchanged(store, _seen, publishing(other, since))

    def test_that_version_prices_which_began_last(self) -> None:
        """In whichever order they were published, from the very instant on."""
        store = self.make()
        for day, version in ((5, "b"), (1, "c"), (9, "a")):
            tell(store, publishing(rulebook(version), START.add(days=day)))
        tell(store, publishing(Rulebook(CNY, "other", "x"), START.add(days=2)))
        expected = {0: None, 1: "c", 4: "c", 5: "b", 8: "b", 9: "a", 99: "a"}
        for day, begun in expected.items():
            assert version_at(store, "mall", START.add(days=day)) == begun
        assert version_at(store, "mall", START.add(days=5).subtract(microseconds=1)) == "c"
        assert version_at(store, "third", START.add(days=9)) is None

    def test_of_versions_of_one_instant_the_one_published_last_prices(self) -> None:
        """Whatever they are called."""
        store = self.make()
        for version in ("b", "a", "10", "9"):
            tell(store, publishing(rulebook(version), START))
            assert version_at(store, "mall", START) == version

    def test_of_contents_at_once_one_is_the_version(self) -> None:
        """Of those who publish different rules under one version, one comes through."""
        store = self.make()
        for turn in range(5):
            books = [
                evolve(rulebook(f"{turn}"), title={"en": f"{place}"}) for place in range(THREADS)
            ]
            calls = [partial(tell, store, publishing(book, START)) for book in books]
            found = at_once([partial(succeeds, call) for call in calls])
            assert sum(found) == 1, f"{sum(found)} contents of one version were published"
            assert published(store, "mall", f"{turn}") == books[found.index(True)]

    def test_of_versions_at_once_all_are_published(self) -> None:
        """None of them is lost to another."""
        store = self.make()
        books = [rulebook(f"{place}") for place in range(THREADS)]
        calls = [partial(tell, store, publishing(book, START)) for book in books]
        at_once([partial(insistently, call) for call in calls])
        assert [published(store, "mall", book.version) for book in books] == books


def publishing(book: Rulebook, since: DateTime) -> Callable[[Unit], Answer[None]]:
    """What publishes."""
    return lambda unit: unit.rulebooks.publish(book, since)


def published(store: Store, name: str, version: str) -> Rulebook | None:
    """A version of a rulebook."""
    return ask(store, lambda unit: unit.rulebooks.rulebook(name, version))


def version_at(store: Store, name: str, at: DateTime) -> str | None:
    """The version that prices."""
    return ask(store, lambda unit: unit.rulebooks.version(name, at))


def _seen(unit: Unit) -> object:
    return (
        told(unit.rulebooks.rulebook("mall", "1")),
        [told(unit.rulebooks.version("mall", START.add(days=day))) for day in (-1, 0, 1)],
    )
