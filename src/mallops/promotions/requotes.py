"""A cart's changes quoted and judged, as many as a budget allows."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define, field, frozen
from pendulum import DateTime

from mallops.cart import Cart, ShippingFee, Usage
from mallops.catalog.prices import list_price
from mallops.promotions.changes import by_themselves, changed
from mallops.promotions.compiled import Compiled
from mallops.promotions.engine import quote
from mallops.promotions.gains import Gain, gain, list_prices, outlay
from mallops.promotions.hint import Added, Change
from mallops.promotions.quote import Quote
from mallops.promotions.shortfalls import PricedUnit, priced_units
from mallops.rules.promotions import Promotion


@frozen
class Question:
    """What the quotes of a cart and of its changes have in common."""

    compiled: Compiled
    cart: Cart
    at: DateTime
    usage: Mapping[str, Usage]
    fees: tuple[ShippingFee, ...]
    search_budget: int
    promotions: Mapping[str, Promotion]

    def quote(self, cart: Cart) -> Quote:
        """What a cart costs."""
        return quote(self.compiled, cart, self.at, self.usage, self.search_budget)

    def changed(self, change: Change) -> Cart:
        """The cart after a change."""
        return changed(self.cart, change, self.compiled.skus, self.fees)

    def units(self, quote: Quote) -> list[list[PricedUnit]]:
        """The units of a quote at the start of each lane."""
        compiled = self.compiled
        return priced_units(quote, compiled.rulebook.lanes, self.promotions, compiled.skus)

    def price(self, sku: str, quantity: int) -> int:
        """The list price of each of so many units of a SKU."""
        entries = self.compiled.entries.get(sku, ())
        cart = self.cart
        price = list_price(
            self.compiled.skus[sku], entries, cart.shopper.groups, cart.channel, quantity, self.at
        )
        return price.minor


@define(eq=False)
class Requotes:
    """The changes judged so far; `left` is how many further quotes may be made."""

    question: Question
    before: Quote
    left: int
    judged: dict[Change, Gain] = field(factory=dict)
    after: dict[Change, Quote] = field(factory=dict)
    alone: dict[tuple[Added, ...], Quote] = field(factory=dict)

    def judge(self, change: Change) -> Gain | None:
        """What a change brings; None where there is no budget to find out."""
        known = self.judged.get(change)
        if known is not None:
            return known
        if self.left < 1 + bool(change.goods and change.goods not in self.alone):
            return None
        after = self.after[change] = self._quote(self.question.changed(change))
        self.judged[change] = found = self._gain(change, after)
        return found

    def proven(self, change: Change) -> bool:
        """Whether no quote behind the gain was cut short."""
        quotes = (self.before, self.after[change], self.alone.get(change.goods))
        return all(found is None or found.optimal is not False for found in quotes)

    def _gain(self, change: Change, after: Quote) -> Gain:
        listed = self._listed(change)
        alone: Quote | None = None
        # By themselves the goods cost no more than their list price, so there may be no gain
        # that were worth another quote.
        if change.goods and listed + outlay(self.before) > outlay(after):
            alone = self._alone(change)
        return gain(change, self.before, after, alone, listed, self.question.promotions)

    def _alone(self, change: Change) -> Quote:
        if change.goods not in self.alone:
            applied = (each.promotion for each in self.before.applied)
            cart = by_themselves(self.question.cart, change, applied)
            self.alone[change.goods] = self._quote(cart)
        return self.alone[change.goods]

    def _listed(self, change: Change) -> int:
        """The list prices of the goods added, where the cart has them already at most as there."""
        prices = list_prices(self.before)
        return sum(
            added.quantity
            * min(
                price := self.question.price(added.sku, added.quantity),
                prices.get(added.sku, price),
            )
            for added in change.goods
        )

    def _quote(self, cart: Cart) -> Quote:
        self.left -= 1
        return self.question.quote(cart)
