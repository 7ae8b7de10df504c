"""Prices that end as people like to read them: 9.90, .99, and in China an 8."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import assert_never

from attrs import evolve, frozen

from mallops.catalog.applying import skus_of
from mallops.catalog.bounds import AT_COST, held_up, lacks_cost, require_at_least
from mallops.catalog.model import Catalog, Sku
from mallops.catalog.proposals import OwnPrice, Proposal
from mallops.errors import InputError, Problem, shown
from mallops.findings import Finding, Severity
from mallops.money import Money

__all__ = ["Ending", "Toward", "with_ending"]


@frozen
class Ending:
    """An ending in minor units: the prices that leave `minor` when divided by `every`.

    Of yuan, in fen: `Ending(99, 100)` is any .99; `Ending(990, 1000)` is 9.90, 19.90, 29.90;
    `Ending(800, 1000)` is 8.00, 18.00, 28.00; `Ending(8800, 10000)` is 88.00, 188.00.
    Raises `InputError` unless `0 <= minor < every`.

    >>> Ending(990, 1000).at_most(2500), Ending(990, 1000).at_least(2500)
    (1990, 2990)
    """

    minor: int
    every: int

    def __attrs_post_init__(self) -> None:
        # Exact types: 9.9 of 10 would be in major units, and a float besides.
        if type(self.every) is not int or self.every < 1:
            expected = "a whole number of minor units, at least 1"
            raise InputError([Problem("$.every", shown(self.every), expected)])
        if type(self.minor) is not int or not 0 <= self.minor < self.every:
            expected = f"a whole number of minor units from 0, below {self.every} of $.every"
            raise InputError([Problem("$.minor", shown(self.minor), expected)])

    def at_most(self, minor: int) -> int:
        """The highest such price that is not above `minor`; it may be below zero.

        >>> Ending(99, 100).at_most(50)
        -1
        """
        return minor - (minor - self.minor) % self.every

    def at_least(self, minor: int) -> int:
        """The lowest such price that is not below `minor`.

        >>> Ending(99, 100).at_least(50)
        99
        """
        return minor + (self.minor - minor) % self.every


class Toward(Enum):
    """Which of the two prices around one with the wished ending is taken."""

    DOWN = "down"
    """The lower; the higher only where the lower is not allowed."""

    NEAREST = "nearest"
    """The nearer, and of two equally near the lower."""


def with_ending(
    catalog: Catalog,
    proposal: Proposal,
    ending: Ending,
    *,
    toward: Toward = Toward.DOWN,
    most_raise: Money | None = None,
    at_least: Decimal | None = AT_COST,
) -> Proposal:
    """The proposal with its prices moved to the ending.

    None comes out above what was proposed by more than `most_raise` (None: not at all), at
    the product's own price or above, below the least that `held_up` allows, or at zero. Where
    that leaves no price with the ending, the price stays as it was, with the finding
    `no_ending`; for a SKU without the cost that `at_least` needs, with `missing_cost`. Own
    prices are moved the same way, and stay above the product's present one.

    A negative `most_raise`, and an entry of a SKU that is not in the catalogue, raise
    `InputError`.

    >>> from mallops.catalog.strategies import cost_plus
    >>> from mallops.money import Currency
    >>> cny = Currency.of("CNY")
    >>> catalog = Catalog((Sku("tea", Money(6000, cny), cost=Money(3150, cny)),))
    >>> marked_up = cost_plus(catalog, Decimal(50))
    >>> print(marked_up.entries[0].price)
    47.25
    >>> print(with_ending(catalog, marked_up, Ending(90, 100)).entries[0].price)
    46.90
    """
    require_at_least(at_least)
    skus = skus_of(catalog, proposal)
    _require_not_negative(most_raise)
    wish = _Wish(ending, toward, most_raise, at_least)
    entries = [
        (entry, _moved(wish, skus[entry.sku], entry.price, f"$.entries[{index}]", as_own=False))
        for index, entry in enumerate(proposal.entries)
    ]
    own = [
        (price, _moved(wish, skus[price.sku], price.price, f"$.own[{index}]", as_own=True))
        for index, price in enumerate(proposal.own)
    ]
    findings = [move.finding for _, move in (*entries, *own) if move.finding is not None]
    return Proposal(
        tuple(evolve(entry, price=move.price) for entry, move in entries),
        (*proposal.findings, *findings),
        tuple(OwnPrice(price.sku, move.price) for price, move in own),
        frozenset(
            evolve(entry, price=move.price)
            for entry, move in entries
            if move.held or entry in proposal.held
        ),
    )


@frozen
class _Wish:
    """What is asked for, the same for every price."""

    ending: Ending
    toward: Toward
    most_raise: Money | None
    at_least: Decimal | None


@frozen
class _Move:
    """Where a price goes, whether the least held it up, and what is to be told."""

    price: Money
    held: bool = False
    finding: Finding | None = None


def _moved(wish: _Wish, sku: Sku, price: Money, path: str, *, as_own: bool) -> _Move:
    if lacks_cost(sku, wish.at_least):
        # Down may be below cost, and nobody knows: it stays.
        finding = Finding("missing_cost", Severity.WARNING, f"{path}.price", {"sku": sku.sku})
        return _Move(price, finding=finding)
    lowest = max(1, held_up(sku, Money.zero(price.currency), wish.at_least).minor)
    highest = (price if wish.most_raise is None else price + wish.most_raise).minor
    if sku.price is not None and as_own:
        lowest = max(lowest, sku.price.minor + 1)
    elif sku.price is not None:
        highest = min(highest, sku.price.minor - 1)
    minor = _nearest(wish, price.minor, lowest, highest)
    if minor is None:
        details = {"sku": sku.sku, "price": str(price)}
        return _Move(price, finding=Finding("no_ending", Severity.NOTE, f"{path}.price", details))
    unheld = _nearest(wish, price.minor, 1, highest)
    return _Move(Money(minor, price.currency), held=unheld is not None and unheld < minor)


def _nearest(wish: _Wish, price: int, lowest: int, highest: int) -> int | None:
    around = (
        wish.ending.at_most(min(price, highest)),
        wish.ending.at_least(max(price, lowest)),
    )
    allowed = [minor for minor in around if lowest <= minor <= highest]
    match wish.toward:
        case Toward.DOWN:
            return min(allowed, default=None)
        case Toward.NEAREST:
            return min(allowed, key=lambda minor: (abs(minor - price), minor), default=None)
        case _:
            assert_never(wish.toward)


def _require_not_negative(most_raise: Money | None) -> None:
    if most_raise is not None and most_raise.minor < 0:
        raise InputError([Problem("$.most_raise", str(most_raise), "an amount, at least 0")])
