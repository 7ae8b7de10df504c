"""A rulebook and a catalogue as checks see them: with what several checks would look up."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import groupby

from attrs import frozen
from pendulum import DateTime

from mallops.catalog.model import Catalog, Listing, PriceEntry, Sku
from mallops.loopholes.goods import Goods, Priced, Shelves, shelved
from mallops.loopholes.model import Subject
from mallops.loopholes.subjects import entry_at, placed_promotion, placed_sku
from mallops.loopholes.tolerance import USUAL, Tolerance
from mallops.promotions.compiled import Compiled, compile_rulebook
from mallops.rules.book import Rulebook
from mallops.rules.promotions import Promotion, Selector
from mallops.time import Window, microseconds

ALWAYS = 1 << 63
"""Microseconds, later than any instant there is; below zero, earlier."""


@frozen
class Span:
    """A window in microseconds since 1970, half-open; without an edge it is `ALWAYS` away."""

    starts: int
    ends: int

    @property
    def empty(self) -> bool:
        """Whether nothing is in it."""
        return self.ends <= self.starts

    def holds(self, other: Span) -> bool:
        """Whether all of another is in it."""
        return self.starts <= other.starts and other.ends <= self.ends

    def meets(self, other: Span) -> bool:
        """Whether some of another is in it."""
        return max(self.starts, other.starts) < min(self.ends, other.ends)


def span_of(window: Window) -> Span:
    """The window in microseconds.

    >>> span_of(Window()).holds(Span(0, 1))
    True
    """
    starts, ends = window.starts, window.ends
    return Span(
        -ALWAYS if starts is None else microseconds(starts),
        ALWAYS if ends is None else microseconds(ends),
    )


@frozen
class Examined:
    """What a check is given; each lookup is made once, when it is first asked for.

    `at` is the instant of the examination: without one nothing is over, and every price entry
    counts. All amounts of `Goods` are in minor units. Make it with `examine`.
    """

    rulebook: Rulebook
    catalog: Catalog
    compiled: Compiled
    at: DateTime | None = None
    tolerance: Tolerance = USUAL

    @property
    def skus(self) -> Mapping[str, Sku]:
        """Every SKU of the catalogue by its id."""
        return self.compiled.skus

    @cached_property
    def lanes(self) -> Mapping[str, int]:
        """The position of each lane."""
        return {lane.id: place for place, lane in enumerate(self.rulebook.lanes)}

    @cached_property
    def promotions(self) -> Mapping[str, Promotion]:
        """Every promotion by its id, whether it is active or not."""
        return {each.id: each for each in self.rulebook.promotions}

    @cached_property
    def live(self) -> tuple[Promotion, ...]:
        """The promotions that can still apply: active, within a window, and that not over."""
        return tuple(
            each
            for each in self.rulebook.promotions
            if each.active and self.is_to_come(self.spans[each.id])
        )

    @cached_property
    def by_lane(self) -> Mapping[str, tuple[Promotion, ...]]:
        """The live promotions of each lane that has any."""
        by_lane = sorted(self.live, key=lambda each: self.lanes[each.lane])
        return {lane: tuple(those) for lane, those in groupby(by_lane, lambda each: each.lane)}

    @cached_property
    def spans(self) -> Mapping[str, Span]:
        """The window of each promotion, by its id."""
        return {each.id: span_of(each.schedule.window) for each in self.rulebook.promotions}

    def is_to_come(self, span: Span) -> bool:
        """Whether there is anything in it, and it is not over."""
        return not span.empty and (self.at is None or span.ends > microseconds(self.at))

    @cached_property
    def entries(self) -> Mapping[str, tuple[tuple[int, PriceEntry], ...]]:
        """The price entries of each SKU that has any, with their places in the catalogue."""
        found: dict[str, list[tuple[int, PriceEntry]]] = {}
        for place, entry in enumerate(self.catalog.prices):
            found.setdefault(entry.sku, []).append((place, entry))
        return {sku: tuple(those) for sku, those in found.items()}

    @cached_property
    def priced(self) -> Mapping[str, Priced]:
        """The listed SKUs by id, with what they cost."""
        return {each.sku.sku: each for each in self.shelves.all}

    @cached_property
    def shelves(self) -> Shelves:
        """The listed SKUs, by what selectors ask for."""
        return shelved(
            self._priced(sku) for sku in self.catalog.skus if sku.listing is Listing.LISTED
        )

    def goods(self, selector: Selector) -> Goods:
        """The listed SKUs that a selector fits at one of their prices; the same each time."""
        found = self._goods.get(selector)
        if found is None:
            found = self._goods[selector] = Goods(self.shelves.fitting(selector))
        return found

    def at_promotion(self, promotion: str, field: str = "") -> Subject:
        """A promotion, or a field of it such as `.benefit.amount`."""
        return placed_promotion(promotion, self._promotion_places[promotion], field)

    def at_sku(self, sku: str, field: str = "") -> Subject:
        """A SKU of the catalogue, or a field of it."""
        return placed_sku(sku, self._sku_places[sku], field)

    def at_entry(self, place: int, field: str = "") -> Subject:
        """A price entry of the catalogue, by its place, or a field of it."""
        return entry_at(self.catalog, place, field)

    def _priced(self, sku: Sku) -> Priced:
        assert sku.price is not None, "a listed SKU without a price is refused before"
        own = anybody = sku.price.minor
        prices = {own}
        for _, entry in self.entries.get(sku.sku, ()):
            if self.is_to_come(span_of(entry.window)):
                prices.add(entry.price.minor)
                if self._is_for_anybody(entry):
                    anybody = min(anybody, entry.price.minor)
        return Priced(sku, anybody, tuple(sorted(prices)))

    def _is_for_anybody(self, entry: PriceEntry) -> bool:
        runs = entry.window == Window() or (self.at is not None and entry.window.contains(self.at))
        return runs and not entry.groups and not entry.channels and entry.min_quantity == 1

    @cached_property
    def _goods(self) -> dict[Selector, Goods]:
        return {}

    @cached_property
    def _promotion_places(self) -> dict[str, int]:
        return {each.id: place for place, each in enumerate(self.rulebook.promotions)}

    @cached_property
    def _sku_places(self) -> dict[str, int]:
        return {each.sku: place for place, each in enumerate(self.catalog.skus)}


def examine(
    rulebook: Rulebook,
    catalog: Catalog,
    at: DateTime | None = None,
    tolerance: Tolerance = USUAL,
) -> Examined:
    """Lay out what checks look at; raises `InputError` as `compile_rulebook` does."""
    compiled = compile_rulebook(rulebook, catalog)
    return Examined(rulebook, catalog, compiled, at, tolerance)
