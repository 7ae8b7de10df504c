"""Finding the promotions that can touch a cart, however many exist.

A rule is filed once for each value of one field of its selector: all fields have to fit, so one
is enough to find it by. A key names the customer's group too, where the rule asks for one, and
under each key a `Shelf` files rules by their windows. What is not about a cart's goods, its
customer, its coupons or its instant is therefore never looked at.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import frozen
from pendulum import DateTime

from mallops.catalog.model import Sku
from mallops.catalog.products import ancestors
from mallops.rules.promotions import Criteria, Promotion
from mallops.time import Window, microseconds

Key = tuple[str, str, str]
"""A field, one of its values, and a group of customers (empty: everybody)."""

ANY = "any"

Numbers = tuple[int, ...]
"""Rules, as positions in the rulebook's order of ids."""


@frozen
class Shelf:
    """The rules under one key: those that always run, and those with a window.

    Between two neighbours of `edges` (microseconds since 1970) the same rules run. `nodes` is a
    segment tree over these stretches of time: each rule is filed at the few nodes that make up
    its window, and those of an instant lie on one path to the root.
    """

    always: Numbers
    edges: Numbers
    nodes: tuple[Numbers, ...]

    def running(self, moment: int) -> list[int]:
        """The rules that run at a moment, in microseconds since 1970."""
        found = list(self.always)
        if self.edges:
            node = bisect_right(self.edges, moment) + len(self.edges) + 1
            while node:
                found += self.nodes[node]
                node >>= 1
        return found


Shelves = Mapping[str, tuple[Shelf, ...]]
"""By group of customers, the shelves that the goods of one SKU are on."""


@frozen
class Index:
    """The shelves of a rulebook: of every SKU, of whole malls, and of coupons.

    `by_sku` holds no rule that is about all goods or asks for a coupon: those are in
    `anywhere`, by group, and `coupons`, by id. `by_place` are the shelves that SKUs can be on, by
    a field and one of its values, each with its group.
    """

    by_place: Mapping[tuple[str, str], tuple[tuple[str, Shelf], ...]]
    by_sku: Mapping[str, Shelves]
    anywhere: Shelves
    coupons: Mapping[str, int]

    def touching(
        self, skus: Sequence[str], groups: Iterable[str], coupons: Iterable[str], at: DateTime
    ) -> dict[int, list[int]]:
        """The rules that may apply, each with the SKUs, by place in `skus`, it was found for.

        Those found for none are about all goods, or of a coupon.
        """
        found: dict[int, list[int]] = {}
        moment, groups = microseconds(at), ("", *groups)
        for group in groups:
            for shelf in self.anywhere.get(group, ()):
                found.update((rule, []) for rule in shelf.running(moment))
        for coupon in coupons:
            if coupon in self.coupons:
                found[self.coupons[coupon]] = []
        for place, sku in enumerate(skus):
            shelves = self.by_sku[sku]
            for group in groups:
                for shelf in shelves.get(group, ()):
                    for rule in shelf.running(moment):
                        places = found.setdefault(rule, [])
                        # A rule may be about a category and one of those below it.
                        if not places or places[-1] != place:
                            places.append(place)
        return found


def index_of(promotions: Sequence[Promotion], skus: Iterable[Sku]) -> Index:
    """File promotions, in order of id; those that are not active are in no index."""
    filed: dict[Key, list[int]] = {}
    for number, promotion in enumerate(promotions):
        if promotion.active and not promotion.coupon:
            for key in _keys(promotion):
                filed.setdefault(key, []).append(number)
    shelves = {
        key: _shelf([(number, promotions[number].schedule.window) for number in numbers])
        for key, numbers in filed.items()
    }
    by_place: dict[tuple[str, str], tuple[tuple[str, Shelf], ...]] = {}
    for (field, value, group), shelf in shelves.items():
        by_place[field, value] = (*by_place.get((field, value), ()), (group, shelf))
    return Index(
        by_place=by_place,
        by_sku=shelved(skus, by_place),
        anywhere=_by_group((key[2], shelf) for key, shelf in shelves.items() if key[0] == ANY),
        coupons={
            promotion.id: number
            for number, promotion in enumerate(promotions)
            if promotion.active and promotion.coupon
        },
    )


def is_found_by_key(promotion: Promotion) -> bool:
    """Whether its key alone tells which units fit: nothing but the key's field is asked."""
    items = promotion.items
    key, include = _field(items.include)[0], items.include
    rest = [values for field, values in _fields(include) if field != key]
    asked = (include.at_least, include.below, include.reduced, items.exclude)
    return not any(rest) and all(each is None for each in asked)


def shelved(
    skus: Iterable[Sku], by_place: Mapping[tuple[str, str], tuple[tuple[str, Shelf], ...]]
) -> dict[str, Shelves]:
    """The shelves of each SKU, of those that SKUs can be on."""
    # Thousands of SKUs differ in nothing that a rule asks for: they share what is found.
    shared: dict[tuple[tuple[str, str], ...], Shelves] = {}
    found: dict[str, Shelves] = {}
    for sku in skus:
        places = tuple(place for place in _places(sku) if place in by_place)
        if places not in shared:
            shared[places] = _by_group(each for place in places for each in by_place[place])
        found[sku.sku] = shared[places]
    return found


def _by_group(shelves: Iterable[tuple[str, Shelf]]) -> Shelves:
    found: dict[str, tuple[Shelf, ...]] = {}
    for group, shelf in shelves:
        found[group] = (*found.get(group, ()), shelf)
    return found


def _keys(promotion: Promotion) -> Iterator[Key]:
    field, values = _field(promotion.items.include)
    for group in sorted(promotion.audience.groups) or ("",):
        for value in sorted(values):
            yield field, value, group


def _field(include: Criteria) -> tuple[str, Iterable[str]]:
    """The field to file by: the first that asks something."""
    return next(((field, values) for field, values in _fields(include) if values), (ANY, ("",)))


def _fields(include: Criteria) -> tuple[tuple[str, frozenset[str]], ...]:
    return (
        ("sku", include.skus),
        ("brand", include.brands),
        ("tag", include.tags),
        ("category", include.categories),
        ("shop", include.shops),
    )


def _places(sku: Sku) -> Iterator[tuple[str, str]]:
    yield "sku", sku.sku
    yield "shop", sku.shop
    yield "brand", sku.brand
    for tag in sorted(sku.tags):
        yield "tag", tag
    for path in (*ancestors(sku.category), sku.category):
        yield "category", path


def _shelf(rules: Sequence[tuple[int, Window]]) -> Shelf:
    spans = [(number, _edge(window.starts), _edge(window.ends)) for number, window in rules]
    edges = sorted({edge for _, *span in spans for edge in span if edge is not None})
    stretches = len(edges) + 1
    nodes: list[list[int]] = [[] for _ in range(2 * stretches)]
    always: list[int] = []
    for number, starts, ends in spans:
        if starts is None and ends is None:
            always.append(number)
            continue
        first = 0 if starts is None else bisect_left(edges, starts) + 1
        last = stretches if ends is None else bisect_left(edges, ends) + 1
        for node in _cover(first + stretches, last + stretches):
            nodes[node].append(number)
    return Shelf(tuple(always), tuple(edges), tuple(map(tuple, nodes)) if edges else ())


def _edge(edge: DateTime | None) -> int | None:
    return None if edge is None else microseconds(edge)


def _cover(first: int, last: int) -> Iterator[int]:
    """The fewest nodes of the tree that together are the leaves from first up to last."""
    while first < last:
        if first & 1:
            yield first
            first += 1
        if last & 1:
            last -= 1
            yield last
        first >>= 1
        last >>= 1
