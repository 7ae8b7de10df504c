"""What a proposal would change, row by row, before anybody applies it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from attrs import frozen
from pendulum import DateTime

from mallops.catalog.applying import apply, own_prices, skus_of
from mallops.catalog.model import Catalog, PriceEntry, Sku
from mallops.catalog.percent import share_in_percent
from mallops.catalog.prices import entries_by_sku, list_price
from mallops.catalog.proposals import Proposal
from mallops.money import Money

__all__ = ["Margin", "PriceChange", "price_changes"]


@frozen
class Margin:
    """Price less cost, which may be negative, and how many per cent of the price that is.

    `percent` is rounded half up to two decimals, and None at a price of zero.
    """

    amount: Money
    percent: Decimal | None


@frozen
class PriceChange:
    """What a unit costs now and would cost then, for one kind of customer.

    That customer is in `group` alone (empty: in none), orders through `channel` (empty: none
    named) and buys `quantity` units of the SKU at `at`. `now` is None for a SKU without a
    price; `percent` is of `now`, to two decimals. The margins are None where the cost is not
    known. `held`: cost, margin or floor kept the proposed entry from being lower. `own`: the
    row is of the product's own price, for `reprice`; then `now` and `then` are that price,
    whatever entries there are.
    """

    sku: str
    group: str
    channel: str
    quantity: int
    at: DateTime
    now: Money | None
    then: Money
    difference: Money | None
    percent: Decimal | None
    margin_before: Margin | None
    margin_after: Margin | None
    held: bool = False
    own: bool = False


def price_changes(catalog: Catalog, proposal: Proposal, at: DateTime) -> tuple[PriceChange, ...]:
    """What each entry and each own price of a proposal would change.

    An entry has a row for each pair of its groups and channels, in the order of their names:
    for somebody who just fits it, at `at`, or when its window opens if that is later. `then` is
    the list price once `apply` has put in the whole proposal, so where two entries fit the
    lower shows in both rows, and an entry that is over, or beaten by another, shows a
    difference of zero. Rows of entries come in the proposal's order, then those of own prices
    in the catalogue's. An entry of a SKU without a price has none: nobody can buy it.

    Raises `InputError` for a SKU that the catalogue does not have.

    >>> from mallops.catalog.strategies import cost_plus
    >>> from mallops.money import Currency
    >>> from mallops.time import instant
    >>> cny, at = Currency.of("CNY"), instant("2026-11-11T00:00+08:00")
    >>> catalog = Catalog((Sku("tea", Money(6000, cny), cost=Money(3150, cny)),))
    >>> [change] = price_changes(catalog, cost_plus(catalog, Decimal(50)), at)
    >>> print(change.now, change.then, change.difference, change.percent)
    60.00 47.25 -12.75 -21.25
    >>> print(change.margin_before.percent, change.margin_after.percent)
    47.50 33.33
    """
    skus = skus_of(catalog, proposal)
    before = entries_by_sku(catalog.prices)
    after = entries_by_sku(apply(catalog, proposal).prices)
    rows = (
        _entry_change(skus[entry.sku], entry, group, channel, at, before, after, proposal)
        for entry in proposal.entries
        for group in sorted(entry.groups) or [""]
        for channel in sorted(entry.channels) or [""]
        if skus[entry.sku].price is not None
    )
    return (*rows, *_own_changes(catalog.skus, own_prices(proposal), at))


_Entries = Mapping[str, tuple[PriceEntry, ...]]


def _entry_change(
    sku: Sku,
    entry: PriceEntry,
    group: str,
    channel: str,
    at: DateTime,
    before: _Entries,
    after: _Entries,
    proposal: Proposal,
) -> PriceChange:
    starts = entry.window.starts
    when = starts if starts is not None and at < starts else at
    groups = frozenset({group} if group else ())
    now, then = (
        list_price(sku, entries.get(sku.sku, ()), groups, channel, entry.min_quantity, when)
        for entries in (before, after)
    )
    return _change(
        sku, group, channel, entry.min_quantity, when, now, then, held=entry in proposal.held
    )


def _own_changes(
    skus: Iterable[Sku], prices: Mapping[str, Money], at: DateTime
) -> Iterator[PriceChange]:
    for sku in skus:
        if sku.sku in prices:
            yield _change(sku, "", "", 1, at, sku.price, prices[sku.sku], own=True)


def _change(
    sku: Sku,
    group: str,
    channel: str,
    quantity: int,
    at: DateTime,
    now: Money | None,
    then: Money,
    *,
    held: bool = False,
    own: bool = False,
) -> PriceChange:
    difference = None if now is None else then - now
    return PriceChange(
        sku=sku.sku,
        group=group,
        channel=channel,
        quantity=quantity,
        at=at,
        now=now,
        then=then,
        difference=difference,
        percent=None if now is None or difference is None else share_in_percent(difference, now),
        margin_before=_margin(now, sku.cost),
        margin_after=_margin(then, sku.cost),
        held=held,
        own=own,
    )


def _margin(price: Money | None, cost: Money | None) -> Margin | None:
    if price is None or cost is None:
        return None
    return Margin(price - cost, share_in_percent(price - cost, price))
