"""What one more SKU would cost this customer, and whether the mall loses money by it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil

from attrs import define, evolve, field, frozen
from pendulum import DateTime

from mallops.cart import Cart, Line, Usage
from mallops.errors import InputError, Problem, shown
from mallops.findings import Refusal
from mallops.money import Currency, Money
from mallops.promotions.compiled import Compiled
from mallops.promotions.engine import quote
from mallops.promotions.quote import Quote, QuotedGift
from mallops.recommend.ranking.model import Offer
from mallops.recommend.ranking.rules import Margin


@frozen
class Offers:
    """Tells what a unit more would cost in a cart, which is priced once.

    Points pay, and are no discount: the cart is priced without them.
    """

    compiled: Compiled
    cart: Cart
    at: DateTime
    usage: Mapping[str, Usage]
    before: Quote

    @classmethod
    def over(
        cls, compiled: Compiled, cart: Cart, at: DateTime, usage: Mapping[str, Usage]
    ) -> Offers:
        """The offers over a cart; raises `InputError` as `quote` does."""
        cart = evolve(cart, points=0)
        return cls(compiled, cart, at, usage, quote(compiled, cart, at, usage))

    def of(self, sku: str) -> Offer:
        """The offer of a SKU.

        What it brings is what the order comes to with it less what it comes to without: a
        threshold that it meets is counted, on whichever line the discount falls. Raises
        `InputError` for a SKU that the catalogue does not have or does not sell.
        """
        if sku not in self.compiled.skus:
            expected = "a SKU of the catalogue that prices offers"
            raise InputError([Problem("$.scored", shown(sku), expected)])
        name = _new_id(self.cart)
        lines = (*self.cart.lines, Line(name, sku, 1))
        after = quote(self.compiled, evolve(self.cart, lines=lines), self.at, self.usage)
        (line,) = (line for line in after.lines if line.id == name)
        (unit,) = line.units
        return Offer(
            list_price=unit.list_price,
            price=unit.net,
            promotions=tuple(step.promotion for step in unit.steps),
            brings=after.payable - self.before.payable,
            cost=self._cost(sku, after),
        )

    def _cost(self, sku: str, after: Quote) -> Money | None:
        given = _given(after.gifts)
        for gift, quantity in _given(self.before.gifts).items():
            given[gift] = given.get(gift, 0) - quantity
        given[sku] = given.get(sku, 0) + 1
        total = 0
        for name, quantity in given.items():
            known = self.compiled.skus.get(name)
            if quantity and (known is None or known.cost is None):
                return None
            if quantity and known is not None and known.cost is not None:
                total += known.cost.minor * quantity
        return Money(total, self._currency)

    @property
    def _currency(self) -> Currency:
        return self.compiled.rulebook.currency


@define
class Margins:
    """Tells of each SKU, once it is asked for, what it costs and what the rule has against it.

    A quote takes its time, so what is never asked for is never priced. Without `offers` nothing
    is priced, and without a `rule` nothing is against anything.
    """

    offers: Offers | None
    rule: Margin | None
    known: dict[str, Offer] = field(factory=dict)
    refused: dict[str, tuple[Refusal, ...]] = field(factory=dict)

    def offer(self, sku: str) -> Offer | None:
        """The offer of a SKU, if anything is priced."""
        if self.offers is not None and sku not in self.known:
            self.known[sku] = self.offers.of(sku)
        return self.known.get(sku)

    def admits(self, sku: str) -> bool:
        """Whether the rule has nothing against a SKU; if it has, it is among `refused` then."""
        if self.rule is None or (offer := self.offer(sku)) is None:
            return True
        if sku not in self.refused and (refusal := loss(sku, offer, self.rule)) is not None:
            self.refused[sku] = (refusal,)
        return sku not in self.refused


def loss(sku: str, offer: Offer, rule: Margin) -> Refusal | None:
    """What a rule about margins has against an offer: `cost_unknown` or `below_margin`.

    >>> cny = Currency.of("CNY")
    >>> price, cost = Money(900, cny), Money(1000, cny)
    >>> print(loss("tea", Offer(price, price, (), price, cost), Margin()).details["margin"])
    -1.00
    """
    if offer.cost is None:
        return Refusal("cost_unknown", {"sku": sku, "price": str(offer.price)})
    # Up: half a fen below what is asked for is below it.
    least = ceil(offer.cost.minor * (100 + Fraction(rule.at_least)) / 100)
    if offer.brings.minor >= least:
        return None
    details = {
        "sku": sku,
        "price": str(offer.price),
        "brings": str(offer.brings),
        "cost": str(offer.cost),
        "margin": str(offer.brings - offer.cost),
        "required": str(Money(least, offer.cost.currency) - offer.cost),
    }
    return Refusal("below_margin", details)


def _given(gifts: tuple[QuotedGift, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for gift in gifts:
        found[gift.sku] = found.get(gift.sku, 0) + gift.quantity
    return found


def _new_id(cart: Cart) -> str:
    taken, name = {line.id for line in cart.lines}, "+"
    while name in taken:
        name += "+"
    return name
