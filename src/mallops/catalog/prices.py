"""The law of list prices: the lowest of a product's own price and every entry that fits.

Source: rulebook section 2. Which entry decided, and why the others did not, is
`explain_price`; what strategies would add is in `mallops.catalog.strategies`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from enum import Enum

from attrs import frozen
from pendulum import DateTime

from mallops.catalog.model import Catalog, PriceEntry, Sku
from mallops.errors import InputError, Problem, shown
from mallops.money import Money

__all__ = [
    "PassedOver",
    "PriceExplained",
    "WhyNot",
    "entries_by_sku",
    "explain_price",
    "list_price",
    "price_of",
    "why_not",
]


class WhyNot(Enum):
    """Why an entry did not decide a price: what of it does not fit, or that another was lower."""

    GROUP = "group"
    """The customer is in none of its groups."""

    QUANTITY = "quantity"
    """The cart has too few units of the SKU."""

    WINDOW = "window"
    """The instant is not in its window."""

    CHANNEL = "channel"
    """The cart comes from none of its channels."""

    NOT_LOWEST = "not_lowest"
    """It fits, and the price that decided is as low or lower."""


@frozen
class PassedOver:
    """An entry that did not decide, with every reason, in the order of `WhyNot`."""

    entry: PriceEntry
    reasons: tuple[WhyNot, ...]


@frozen
class PriceExplained:
    """A list price, and where it comes from.

    `own` is the product's own price; `decided` is the entry that went below it, or None
    where none did. `passed_over` holds the SKU's other entries, cheapest first.
    """

    price: Money
    own: Money
    decided: PriceEntry | None
    passed_over: tuple[PassedOver, ...]


def list_price(
    sku: Sku,
    entries: Iterable[PriceEntry],
    groups: AbstractSet[str],
    channel: str,
    quantity: int,
    at: DateTime,
) -> Money:
    """What a unit of `sku` costs before any promotion.

    `entries` are the SKU's (those of other SKUs are passed over, so that a whole catalogue's
    may be given); `quantity` is that of all the cart's lines of the SKU, at least 1. The
    price is the lowest of the product's and of every entry that fits, in whatever order.
    Raises `InputError` for a product without a price, and for a quantity below 1.

    >>> from mallops.money import Currency
    >>> from mallops.time import instant
    >>> cny, at = Currency.of("CNY"), instant("2026-11-11T00:00+08:00")
    >>> tea = Sku("tea", Money(6000, cny))
    >>> for_two = PriceEntry("tea", Money(5500, cny), min_quantity=2)
    >>> print(*(list_price(tea, [for_two], frozenset(), "", count, at) for count in (1, 2)))
    60.00 55.00
    """
    _require_a_quantity(quantity)
    lowest = _own_price(sku)
    for entry in entries:
        if (
            entry.sku == sku.sku
            and entry.price < lowest
            and entry.min_quantity <= quantity
            and not (entry.groups and entry.groups.isdisjoint(groups))
            and not (entry.channels and channel not in entry.channels)
            and entry.window.contains(at)
        ):
            lowest = entry.price
    return lowest


def price_of(
    catalog: Catalog,
    sku: str,
    groups: AbstractSet[str],
    channel: str,
    quantity: int,
    at: DateTime,
) -> Money:
    """The list price of the SKU with that id, as `list_price`.

    It looks through the whole catalogue; to price many SKUs, keep them and `entries_by_sku`.
    Raises `InputError` for a SKU that is unknown or has no price; whether it is listed plays
    no part.

    >>> from mallops.money import Currency
    >>> from mallops.time import instant
    >>> at = instant("2026-11-11T00:00+08:00")
    >>> catalog = Catalog((Sku("tea", Money(6000, Currency.of("CNY"))),))
    >>> print(price_of(catalog, "tea", frozenset(), "app", 1, at))
    60.00
    """
    return list_price(_find(catalog, sku), catalog.prices, groups, channel, quantity, at)


def explain_price(
    catalog: Catalog,
    sku: str,
    groups: AbstractSet[str],
    channel: str,
    quantity: int,
    at: DateTime,
) -> PriceExplained:
    """The list price of a SKU with the entry that decided it and the reasons against the rest.

    Of entries at one price, the one that asks for the least is named, so that the answer
    does not depend on the order in which they are listed. Raises as `price_of`.

    >>> from mallops.money import Currency
    >>> from mallops.time import instant
    >>> cny, at = Currency.of("CNY"), instant("2026-11-11T00:00+08:00")
    >>> vip = PriceEntry("tea", Money(5500, cny), groups=frozenset({"vip"}))
    >>> catalog = Catalog((Sku("tea", Money(6000, cny)),), (vip,))
    >>> explained = explain_price(catalog, "tea", frozenset(), "", 1, at)
    >>> print(explained.price, explained.decided, explained.passed_over[0].reasons)
    60.00 None (<WhyNot.GROUP: 'group'>,)
    """
    _require_a_quantity(quantity)
    own = _own_price(_find(catalog, sku))
    entries = sorted((entry for entry in catalog.prices if entry.sku == sku), key=_order)
    reasons = [why_not(entry, groups, channel, quantity, at) for entry in entries]
    # The entries are sorted, so the first that fits is the lowest that does.
    fitting = next((index for index, why in enumerate(reasons) if not why), None)
    decided = None if fitting is None or entries[fitting].price >= own else fitting
    return PriceExplained(
        price=own if decided is None else entries[decided].price,
        own=own,
        decided=None if decided is None else entries[decided],
        passed_over=tuple(
            PassedOver(entry, why or (WhyNot.NOT_LOWEST,))
            for index, (entry, why) in enumerate(zip(entries, reasons, strict=True))
            if index != decided
        ),
    )


def why_not(
    entry: PriceEntry, groups: AbstractSet[str], channel: str, quantity: int, at: DateTime
) -> tuple[WhyNot, ...]:
    """All that keeps an entry from fitting, in the order of `WhyNot`; empty where it fits.

    >>> from mallops.money import Currency
    >>> from mallops.time import instant
    >>> cny, at = Currency.of("CNY"), instant("2026-11-11T00:00+08:00")
    >>> entry = PriceEntry("tea", Money(5500, cny), frozenset({"vip"}), min_quantity=2)
    >>> why_not(entry, frozenset({"vip"}), "app", 1, at)
    (<WhyNot.QUANTITY: 'quantity'>,)
    """
    against = (
        (WhyNot.GROUP, bool(entry.groups) and entry.groups.isdisjoint(groups)),
        (WhyNot.QUANTITY, quantity < entry.min_quantity),
        (WhyNot.WINDOW, not entry.window.contains(at)),
        (WhyNot.CHANNEL, bool(entry.channels) and channel not in entry.channels),
    )
    return tuple(reason for reason, holds in against if holds)


def entries_by_sku(entries: Iterable[PriceEntry]) -> Mapping[str, tuple[PriceEntry, ...]]:
    """The entries of each SKU that has any, in the order given.

    >>> from mallops.money import Currency
    >>> entry = PriceEntry("tea", Money(5500, Currency.of("CNY")))
    >>> entries_by_sku([entry]) == {"tea": (entry,)}
    True
    """
    found: dict[str, list[PriceEntry]] = {}
    for entry in entries:
        found.setdefault(entry.sku, []).append(entry)
    return {sku: tuple(of_sku) for sku, of_sku in found.items()}


def _order(entry: PriceEntry) -> tuple[object, ...]:
    """Cheapest first, then what asks for less: blind to the order of listing."""
    window = entry.window
    return (
        entry.price,
        entry.min_quantity,
        sorted(entry.groups),
        sorted(entry.channels),
        _sortable(window.starts),
        _sortable(window.ends),
    )


def _sortable(bound: DateTime | None) -> tuple[DateTime, ...]:
    return () if bound is None else (bound,)


def _own_price(sku: Sku) -> Money:
    if sku.price is None:
        raise _refused("$.price", None, f"a price of the product {shown(sku.sku)}")
    return sku.price


def _require_a_quantity(quantity: int) -> None:
    if quantity < 1:
        raise _refused("$.quantity", quantity, "a whole number, at least 1")


def _find(catalog: Catalog, sku: str) -> Sku:
    for known in catalog.skus:
        if known.sku == sku:
            return known
    raise _refused("$.sku", sku, "a SKU of the catalogue")


def _refused(path: str, value: object, expected: str) -> InputError:
    return InputError([Problem(path, shown(value), expected)])
