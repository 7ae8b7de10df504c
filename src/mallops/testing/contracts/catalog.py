"""The contract of `CatalogRepository`."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

from attrs import evolve

from mallops.catalog.model import Catalog, PriceEntry, Sku
from mallops.money import Money
from mallops.repositories import Answer, Store, Unit
from mallops.testing.contracts.asking import Contract, ask, tell
from mallops.testing.contracts.purchases import CNY, goods
from mallops.testing.contracts.racing import at_once, insistently
from mallops.testing.contracts.samples import NAMES


class CatalogContract(Contract):
    """Goods as they were put, each with its own price entries."""

    def test_goods_are_read_as_they_were_put(self) -> None:
        """With every field and all price entries, in whichever order."""
        store = self.make()
        tell(store, putting(goods()), putting(Catalog()))
        tell(store, putting(Catalog((Sku("unpriced", None),))))
        assert found(store, [each.sku for each in goods().skus]) == sorted_by_sku(goods())
        assert found(store, ["unpriced"]) == Catalog((Sku("unpriced", None),))

    def test_only_those_are_found_that_were_asked_for(self) -> None:
        """Unknown ones are left out, one that is asked for twice is there once."""
        store = self.make()
        tell(store, putting(goods()))
        assert found(store, ["TEA", "TEA", "unknown"]) == part(goods(), "TEA")
        assert found(store, ["unknown"]) == found(store, []) == Catalog()
        tell(store, putting(many()))
        assert found(store, [each.sku for each in many().skus]) == sorted_by_sku(many())

    def test_skus_are_told_apart_to_the_letter(self) -> None:
        """By case, accents and blanks too."""
        store = self.make()
        each = [one(name, place) for place, name in enumerate(NAMES, 1)]
        tell(store, *(putting(catalog) for catalog in each))
        assert [found(store, [name]) for name in NAMES] == each

    def test_what_is_put_is_in_place_of_what_was(self) -> None:
        """With its price entries, of which none may be left; other SKUs stay as they are."""
        store = self.make()
        tell(store, putting(goods()))
        bare = Catalog((Sku("TEA", Money(1, CNY)),))
        tell(store, putting(bare))
        assert found(store, ["TEA"]) == bare
        assert found(store, ["CUP", "tea"]) == sorted_by_sku(part(goods(), "CUP", "tea"))
        tell(store, putting(part(goods(), "TEA")))
        assert found(store, [each.sku for each in goods().skus]) == sorted_by_sku(goods())

    def test_goods_and_prices_are_of_one_moment(self) -> None:
        """Whoever reads while others put finds no SKU with another one's entries."""
        store = self.make()
        tell(store, putting(both(0)))

        def put(first: int) -> None:
            for place in range(first, 20, 2):
                insistently(partial(tell, store, putting(both(place))))

        def read() -> None:
            for _ in range(20):
                seen = insistently(partial(found, store, ["a", "b"]))
                prices = {each.price for each in seen.skus} | {each.price for each in seen.prices}
                assert len(prices) == 1, "goods and prices are of two moments"
                assert (len(seen.skus), len(seen.prices)) == (2, 4)

        calls: list[Callable[[], None]] = [partial(put, 0), partial(put, 1), read, read]
        at_once(calls)


def putting(catalog: Catalog) -> Callable[[Unit], Answer[None]]:
    """What puts."""
    return lambda unit: unit.catalog.put(catalog)


def found(store: Store, skus: Collection[str]) -> Catalog:
    """What is found, by SKU."""
    return sorted_by_sku(ask(store, lambda unit: unit.catalog.goods(skus)))


def sorted_by_sku(catalog: Catalog) -> Catalog:
    """The same in an order of its own: which one is asked for is not said."""
    return Catalog(
        tuple(sorted(catalog.skus, key=lambda each: each.sku)),
        tuple(sorted(catalog.prices, key=lambda each: (each.sku, each.price.minor))),
    )


def part(catalog: Catalog, *skus: str) -> Catalog:
    """These of the goods."""
    return Catalog(
        tuple(each for each in catalog.skus if each.sku in skus),
        tuple(each for each in catalog.prices if each.sku in skus),
    )


def one(name: str, minor: int) -> Catalog:
    """One SKU with one price entry."""
    return Catalog((Sku(name, Money(minor, CNY)),), (PriceEntry(name, Money(minor + 1, CNY)),))


def both(minor: int) -> Catalog:
    """Two SKUs, each with two entries, all at one price."""
    amount = Money(minor, CNY)
    skus = tuple(Sku(name, amount) for name in "ab")
    entry = PriceEntry("", amount)
    return Catalog(skus, tuple(evolve(entry, sku=name) for name in "aabb"))


def many() -> Catalog:
    """More SKUs than one would write into a statement by hand."""
    each = [one(f"sku {place}", place) for place in range(500)]
    return Catalog(
        tuple(sku for catalog in each for sku in catalog.skus),
        tuple(entry for catalog in each for entry in catalog.prices),
    )
