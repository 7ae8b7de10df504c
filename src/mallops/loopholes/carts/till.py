"""Carts as counts of goods, quoted by the engine, each once."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define, field, frozen
from pendulum import DateTime

from mallops.cart import Cart, Line
from mallops.loopholes.carts.bounds import Bounds, Visitor
from mallops.loopholes.carts.stock import Stock
from mallops.loopholes.carts.sums import Sums, sums_of
from mallops.promotions.compiled import Compiled
from mallops.promotions.engine import quote
from mallops.promotions.quote import Quote

Counts = tuple[tuple[str, int], ...]
"""How many units of which SKUs, by SKU."""


@frozen
class Visit:
    """A visitor at an instant."""

    visitor: Visitor
    at: DateTime


def cart_of(stock: Stock, visitor: Visitor, counts: Counts) -> Cart:
    """The cart of these counts."""
    shops = {stock.compiled.skus[sku].shop for sku, _ in counts}
    return Cart(
        shopper=visitor.shopper,
        lines=tuple(Line(stock.lines[sku], sku, count) for sku, count in counts),
        shipping=tuple(fee for fee in stock.fees if fee.shop in shops),
        coupons=visitor.coupons,
        channel=visitor.channel,
    )


@define
class Till:
    """Quotes carts for one visit, each once.

    `spent` counts the quotes, of `allowed`. `uncertain` tells that the engine did not find the
    best of one, and `short` that one was left out. `in_turn` is what two carts come to, one after
    the other.
    """

    stock: Stock
    visit: Visit
    allowed: int
    spent: int = 0
    uncertain: bool = False
    short: bool = False
    in_turn: dict[tuple[Counts, Counts], Sums] = field(factory=dict)
    _known: dict[Counts, tuple[Quote, Sums]] = field(factory=dict)

    @property
    def compiled(self) -> Compiled:
        """The rulebook and the catalogue that it quotes by."""
        return self.stock.compiled

    def sums(self, counts: Counts) -> Sums:
        """What a cart comes to."""
        return self._look_up(counts)[1]

    def quote(self, counts: Counts) -> Quote:
        """A cart's quote."""
        return self._look_up(counts)[0]

    @property
    def open(self) -> bool:
        """Whether more carts may be quoted."""
        return self.spent < self.allowed

    def knows(self, counts: Counts) -> bool:
        """Whether the cart was quoted before."""
        return counts in self._known

    def can_quote(self, *all_counts: Counts) -> bool:
        """Whether these carts are known, or may be quoted."""
        if self.open or all(map(self.knows, all_counts)):
            return True
        self.short = True
        return False

    def _look_up(self, counts: Counts) -> tuple[Quote, Sums]:
        if counts not in self._known:
            visitor = self.visit.visitor
            cart = cart_of(self.stock, visitor, counts)
            found = quote(self.compiled, cart, self.visit.at)
            self.spent += 1
            # A price that is not known to be the best may not be that of a like cart.
            self.uncertain |= found.optimal is False
            self._known[counts] = found, sums_of(self.compiled, found, visitor.shopper.groups)
        return self._known[counts]


def within(bounds: Bounds, counts: Counts) -> bool:
    """Whether a cart is one of those that are searched."""
    quantities = [count for _, count in counts]
    return (
        0 < len(quantities) <= bounds.distinct
        and sum(quantities) <= bounds.units
        and max(quantities) <= bounds.each
    )


def counts_of(counts: Mapping[str, int]) -> Counts:
    """Counts in order, those of nothing left out."""
    return tuple(sorted((sku, count) for sku, count in counts.items() if count))
