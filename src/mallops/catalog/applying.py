"""Makes a proposal the catalogue's: its entries by `apply`, its own prices by `reprice`.

Both return a new catalogue, and leave it to the caller to store it.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve

from mallops.catalog.model import Catalog, PriceEntry, Sku
from mallops.catalog.proposals import Proposal
from mallops.errors import InputError, Problem, shown
from mallops.money import Money

__all__ = ["apply", "own_prices", "reprice", "skus_of"]


def apply(catalog: Catalog, proposal: Proposal) -> Catalog:
    """The catalogue with the proposal's entries; own prices are left to `reprice`.

    An entry takes the place of those of its SKU that ask the same: groups, quantity, window
    and channels. So a strategy that runs every week replaces what it proposed last week, up or
    down, and applying twice is applying once; `price_changes` shows that too. Raises
    `InputError` for a SKU that the catalogue does not have.

    >>> from mallops.money import Currency
    >>> cny = Currency.of("CNY")
    >>> catalog = Catalog((Sku("tea", Money(6000, cny)),), (PriceEntry("tea", Money(5000, cny)),))
    >>> entry = PriceEntry("tea", Money(5500, cny))
    >>> [str(left.price) for left in apply(catalog, Proposal((entry,))).prices]
    ['55.00']
    """
    skus_of(catalog, proposal)
    replaced = {_asks(entry) for entry in proposal.entries}
    kept = tuple(entry for entry in catalog.prices if _asks(entry) not in replaced)
    return evolve(catalog, prices=(*kept, *dict.fromkeys(proposal.entries)))


def reprice(catalog: Catalog, proposal: Proposal) -> Catalog:
    """The catalogue with the proposal's own prices as the products' own; entries stay.

    This is how a price is raised, for every customer at once; whoever has a lower entry
    keeps it. Of two own prices for a SKU the lower is taken, as of entries. Raises
    `InputError` for a SKU that the catalogue does not have.

    >>> from mallops.catalog.proposals import OwnPrice
    >>> from mallops.money import Currency
    >>> cny = Currency.of("CNY")
    >>> raising = Proposal(own=(OwnPrice("tea", Money(6600, cny)),))
    >>> print(reprice(Catalog((Sku("tea", Money(6000, cny)),)), raising).skus[0].price)
    66.00
    """
    skus_of(catalog, proposal)
    prices = own_prices(proposal)
    return evolve(
        catalog,
        skus=tuple(
            evolve(sku, price=prices[sku.sku]) if sku.sku in prices else sku for sku in catalog.skus
        ),
    )


def own_prices(proposal: Proposal) -> Mapping[str, Money]:
    """The own price that `reprice` would set, by SKU: the lowest of each.

    >>> own_prices(Proposal())
    {}
    """
    lowest: dict[str, Money] = {}
    for own in proposal.own:
        lowest[own.sku] = min(own.price, lowest.get(own.sku, own.price))
    return lowest


def skus_of(catalog: Catalog, proposal: Proposal) -> Mapping[str, Sku]:
    """The catalogue's SKUs by id; `InputError` if the proposal names one that is not there.

    >>> from mallops.money import Currency
    >>> skus_of(Catalog(), Proposal((PriceEntry("tea", Money(1, Currency.of("CNY"))),)))
    Traceback (most recent call last):
    ...
    mallops.errors.InputError: $.entries[0].sku: got 'tea', expected a SKU of the catalogue
    """
    skus = {sku.sku: sku for sku in catalog.skus}
    named = [(f"$.entries[{i}].sku", entry.sku) for i, entry in enumerate(proposal.entries)]
    named += [(f"$.own[{i}].sku", own.sku) for i, own in enumerate(proposal.own)]
    unknown = [(path, sku) for path, sku in named if sku not in skus]
    if unknown:
        raise InputError(
            Problem(path, shown(sku), "a SKU of the catalogue") for path, sku in unknown
        )
    return skus


def _asks(entry: PriceEntry) -> PriceEntry:
    """The entry but for its price, to be compared."""
    return evolve(entry, price=Money.zero(entry.price.currency))
