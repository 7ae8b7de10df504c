"""From a quote to who bears it, and to what is left over cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain

from attrs import frozen

from mallops.catalog.model import Sku
from mallops.money import Currency, Money
from mallops.promotions.compiled import Compiled
from mallops.promotions.quote import Quote
from mallops.simulation.funding import Funding
from mallops.simulation.outcome import Account, Case, Grant, Outcome

_Place = tuple[str, str]
"""A promotion and the shop whose goods it touched."""


def burden(quote: Quote, compiled: Compiled) -> tuple[Grant, ...]:
    """What each promotion of a quote granted, by shop and by the party that bears it.

    Each shop's slice of a discount is shared out by itself, by largest remainder over the
    promotion's `funding`: so a shop can be settled with by its own slices alone, and all of
    them add up to the discount. The slices of a gift are at its value, under the shop that
    the given SKU is of. `compiled` is what priced the quote.

    The discounts together are what the quote's identity needs: list prices + fees = payable
    + discounts + points.

    >>> from mallops import (
    ...     Cart, Line, compile_rulebook, decode_catalog, decode_rulebook, instant, quote)
    >>> book = decode_rulebook({"currency": "CNY", "promotions": [
    ...     {"id": "full100", "lane": "platform", "funding": {"platform": "60", "shop": "40"},
    ...      "benefit": {"kind": "amount_off", "amount": "10.01", "every": "100.00"}}]})
    >>> shelf = decode_catalog({"products": [
    ...     {"sku": "TEA", "price": "60.00", "shop": "leaf"},
    ...     {"sku": "CUP", "price": "40.00", "shop": "clay"}]}, book.currency)
    >>> compiled = compile_rulebook(book, shelf)
    >>> cart = Cart(lines=(Line("1", "TEA", 1), Line("2", "CUP", 1)))
    >>> for grant in burden(quote(compiled, cart, instant("2026-11-11T00:00Z")), compiled):
    ...     print(grant.shop, grant.party, grant.discount)
    clay platform 2.40
    clay shop 1.60
    leaf platform 3.61
    leaf shop 2.40
    """
    return Accounting.of(compiled).grants(quote)


@frozen
class Accounting:
    """What a rulebook and a catalogue know of who bears what, looked up once for many quotes."""

    currency: Currency
    funding: Mapping[str, Funding]
    skus: Mapping[str, Sku]

    @classmethod
    def of(cls, compiled: Compiled) -> Accounting:
        """The accounting of the quotes that `compiled` prices."""
        book = compiled.rulebook
        return cls(
            currency=book.currency,
            funding={promotion.id: Funding.of(promotion.funding) for promotion in book.promotions},
            skus={sku.sku: sku for sku in compiled.catalog.skus},
        )

    def outcome(self, case: Case, quote: Quote) -> Outcome:
        """What came of a case."""
        return Outcome(
            id=case.id,
            at=case.at,
            groups=tuple(sorted(case.cart.shopper.groups)),
            payable=quote.payable,
            applied=tuple(applied.promotion for applied in quote.applied),
            grants=self.grants(quote),
            accounts=self.accounts(quote),
            optimal=quote.optimal,
            gap=quote.gap,
        )

    def grants(self, quote: Quote) -> tuple[Grant, ...]:
        """As `burden`."""
        lanes = {applied.promotion: applied.lane for applied in quote.applied}
        discounts, gifts = _discounts(quote), self._gifts(quote)
        return tuple(
            Grant(
                promotion=promotion,
                lane=lanes[promotion],
                shop=shop,
                party=party,
                discount=Money(taken, self.currency),
                gifts=Money(given, self.currency),
            )
            for promotion, shop in sorted(discounts.keys() | gifts.keys())
            for party, taken, given in self._borne(
                promotion, discounts[promotion, shop], gifts[promotion, shop]
            )
        )

    def accounts(self, quote: Quote) -> dict[str, Account]:
        """The sums of a quote, by shop."""
        sums: dict[str, Counter[str]] = {}
        for line in quote.lines:
            account = sums.setdefault(line.shop, Counter())
            units = len(line.units)
            account["list_prices"] += line.list_price.minor * units
            account["goods"] += line.net.minor
            account["points"] += sum(unit.points.minor for unit in line.units)
            account["units"] += units
            cost = self.skus[line.sku].cost
            if cost is None:
                account["uncosted"] += units
            else:
                account["cost"] += cost.minor * units
                account["covered"] += line.net.minor
        for parcel in quote.parcels:
            account = sums.setdefault(parcel.shop, Counter())
            account["fees"] += parcel.fee.minor
            account["shipping"] += parcel.net.minor
        for gift in quote.gifts:
            account = sums.setdefault(self._shop(gift.sku), Counter())
            known = self.skus.get(gift.sku)
            if known is None or known.cost is None:
                account["uncosted_gifts"] += gift.quantity
            else:
                account["gifts_cost"] += known.cost.minor * gift.quantity
        return {shop: self._account(sums[shop]) for shop in sorted(sums)}

    def _account(self, sums: Counter[str]) -> Account:
        def money(name: str) -> Money:
            return Money(sums[name], self.currency)

        return Account(
            list_prices=money("list_prices"),
            fees=money("fees"),
            goods=money("goods"),
            shipping=money("shipping"),
            points=money("points"),
            covered=money("covered"),
            cost=money("cost"),
            gifts_cost=money("gifts_cost"),
            units=sums["units"],
            uncosted=sums["uncosted"],
            uncosted_gifts=sums["uncosted_gifts"],
        )

    def _gifts(self, quote: Quote) -> Counter[_Place]:
        values: Counter[_Place] = Counter()
        for gift in quote.gifts:
            values[gift.promotion, self._shop(gift.sku)] += gift.value.minor
        return values

    def _shop(self, sku: str) -> str:
        """The shop of a SKU; that without a name for a gift the catalogue does not have."""
        known = self.skus.get(sku)
        return "" if known is None else known.shop

    def _borne(self, promotion: str, taken: int, given: int) -> Iterator[tuple[str, int, int]]:
        funding = self.funding[promotion]
        discounts, gifts = funding.parts(taken), funding.parts(given)
        for party in funding.parties:
            if discounts[party] or gifts[party]:
                yield party, discounts[party], gifts[party]


def _discounts(quote: Quote) -> Counter[_Place]:
    """What each promotion took off each shop's goods and freight, in minor units."""
    found: Counter[_Place] = Counter()
    for line in quote.lines:
        for step in chain.from_iterable(unit.steps for unit in line.units):
            found[step.promotion, line.shop] += step.amount.minor
    for parcel in quote.parcels:
        for step in parcel.steps:
            found[step.promotion, parcel.shop] += step.amount.minor
    return found
