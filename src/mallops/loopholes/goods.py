"""The goods that a selector means, with the few of them that checks ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from attrs import frozen

from mallops.catalog.fitting import fits
from mallops.catalog.model import Sku
from mallops.catalog.products import ancestors
from mallops.rules.promotions import Criteria, Selector


@frozen
class Priced:
    """A listed SKU with what one unit costs, in minor units.

    `price` is what anybody pays for one unit, at the instant that is examined if there is one;
    `prices` are all that somebody may pay for it, ascending, its own price among them.
    """

    sku: Sku
    price: int
    prices: tuple[int, ...]

    @property
    def id(self) -> str:
        """The SKU's id."""
        return self.sku.sku

    @property
    def cost(self) -> int | None:
        """What the mall pays for it, if it is known."""
        return None if self.sku.cost is None else self.sku.cost.minor

    @property
    def floor(self) -> int:
        """The least that promotions may leave of its price."""
        return 0 if self.sku.floor is None else self.sku.floor.minor


@frozen
class Goods:
    """Priced SKUs in the catalogue's order, and the extremes among them."""

    skus: tuple[Priced, ...]

    def __bool__(self) -> bool:
        return bool(self.skus)

    @cached_property
    def cheapest_first(self) -> tuple[Priced, ...]:
        """One SKU for each price that anybody pays, that with the lowest floor; ascending."""
        found: dict[int, Priced] = {}
        for each in self.skus:
            other = found.get(each.price)
            if other is None or each.floor < other.floor:
                found[each.price] = each
        return tuple(found[price] for price in sorted(found))

    @cached_property
    def cheapest(self) -> Priced | None:
        """The one that costs least."""
        return next(iter(self.cheapest_first), None)

    @cached_property
    def dearest(self) -> Priced | None:
        """The one that costs most."""
        return next(reversed(self.cheapest_first), None)

    @cached_property
    def most(self) -> int:
        """The highest price that anybody may ever pay for one of them; 0: there are none."""
        return max((each.prices[-1] for each in self.skus), default=0)

    @cached_property
    def least(self) -> int:
        """The lowest price that somebody may pay for one of them; 0: there are none."""
        return min((each.prices[0] for each in self.skus), default=0)

    @cached_property
    def shops(self) -> frozenset[str]:
        """The shops that sell them."""
        return frozenset(each.sku.shop for each in self.skus)

    @cached_property
    def known(self) -> Goods:
        """Those whose cost is known; the same ones if all are."""
        known = tuple(each for each in self.skus if each.cost is not None)
        return self if len(known) == len(self.skus) else Goods(known)

    @cached_property
    def thinnest(self) -> Priced | None:
        """Of those with a price and a cost, the one with the least margin in percent."""
        known = [each for each in self.known.skus if each.price]
        # Ratios are compared as whole numbers: millionths are finer than any margin.
        return max(known, key=lambda each: (each.cost or 0) * 1_000_000 // each.price, default=None)

    @cached_property
    def costliest(self) -> Priced | None:
        """Of those with a cost, the one that the mall pays most for."""
        return max(self.known.skus, key=lambda each: each.cost or 0, default=None)


_Place = tuple[str, str]


@frozen
class Shelves:
    """The SKUs by each value of each field, so that a selector looks at few of them."""

    all: tuple[Priced, ...]
    by_place: Mapping[_Place, tuple[Priced, ...]]

    def fitting(self, selector: Selector) -> tuple[Priced, ...]:
        """The SKUs that fit at one of their prices at least, in the catalogue's order."""
        places = _places_of(selector.include)
        if not places:
            found: Sequence[Priced] = self.all
        else:
            shelves = min((self._on(field) for field in places), key=_size)
            found = shelves[0] if len(shelves) == 1 else self._merged(shelves)
        if _by_one_field(selector):
            return tuple(found)
        return tuple(each for each in found if _may_fit(selector, each))

    def _on(self, places: Sequence[_Place]) -> list[tuple[Priced, ...]]:
        return [self.by_place.get(place, ()) for place in places]

    def _merged(self, shelves: Iterable[tuple[Priced, ...]]) -> list[Priced]:
        ids = {each.id: each for shelf in shelves for each in shelf}
        order = self._order
        return sorted(ids.values(), key=lambda each: order[each.id])

    @cached_property
    def _order(self) -> dict[str, int]:
        return {each.id: place for place, each in enumerate(self.all)}


def shelved(skus: Iterable[Priced]) -> Shelves:
    """Put SKUs on shelves; takes time in proportion to them."""
    everything = tuple(skus)
    found: dict[_Place, list[Priced]] = {}
    for each in everything:
        sku = each.sku
        places = [("sku", sku.sku), ("brand", sku.brand), ("shop", sku.shop)]
        places += [("tag", tag) for tag in sku.tags]
        places += [("category", path) for path in (*ancestors(sku.category), sku.category)]
        for place in places:
            found.setdefault(place, []).append(each)
    return Shelves(everything, {place: tuple(on) for place, on in found.items()})


def fields_of(criteria: Criteria) -> tuple[tuple[str, frozenset[str]], ...]:
    """The fields of names that criteria ask for, by the key of their file.

    >>> fields_of(Criteria(brands=frozenset({"b1"})))
    (('brand', frozenset({'b1'})),)
    """
    named = (
        ("sku", criteria.skus),
        ("brand", criteria.brands),
        ("tag", criteria.tags),
        ("category", criteria.categories),
        ("shop", criteria.shops),
    )
    return tuple((field, names) for field, names in named if names)


def _places_of(criteria: Criteria) -> list[list[_Place]]:
    return [[(field, name) for name in sorted(names)] for field, names in fields_of(criteria)]


def _size(shelves: Sequence[tuple[Priced, ...]]) -> int:
    return sum(map(len, shelves))


def _by_one_field(selector: Selector) -> bool:
    """Whether being on the shelves of its only field is all that is asked."""
    include = selector.include
    rest = (include.at_least, include.below, include.reduced, selector.exclude)
    return len(fields_of(include)) <= 1 and all(each is None for each in rest)


def _may_fit(selector: Selector, each: Priced) -> bool:
    return any(any(fits(selector, each.sku, price)) for price in each.prices)
