"""What price strategies hand back: price entries to look at, and only then to apply.

The law of list prices is "the lowest wins", so an entry can lower a price and never raise
it. Where a strategy asks for more than a product's own price, no entry is proposed: it is a
finding, `would_raise`, and the price stands among the proposal's `own` prices. `apply` leaves
those alone. `reprice` sets them, as a step of its own, since a product's own price is for
every customer, in every channel, at any time.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from attrs import evolve, frozen
from pendulum import DateTime

from mallops.catalog.bounds import AT_COST, held_up, lacks_cost
from mallops.catalog.model import PriceEntry, Sku
from mallops.findings import Finding, Severity
from mallops.money import Money
from mallops.time import Window

__all__ = ["ALWAYS", "OwnPrice", "Proposal", "lacking", "limited", "propose", "together"]

ALWAYS = Window()
"""The window of an entry that asks nothing of the time."""


@frozen
class OwnPrice:
    """A price that only the product itself could carry: above its own, or its first."""

    sku: str
    price: Money


@frozen
class Proposal:
    """Price entries that a strategy proposes, and what it could not propose, and why.

    `held` are those of `entries` that the strategy would have made lower, had cost, margin
    or floor let it. `own` are prices that no entry can carry, for `reprice`.
    """

    entries: tuple[PriceEntry, ...] = ()
    findings: tuple[Finding, ...] = ()
    own: tuple[OwnPrice, ...] = ()
    held: frozenset[PriceEntry] = frozenset()


def propose(
    sku: Sku,
    path: str,
    wanted: Money,
    at_least: Decimal | None = AT_COST,
    *,
    min_quantity: int = 1,
    window: Window = ALWAYS,
) -> Proposal:
    """One SKU (found at `path`) at the price wanted for it: what every strategy ends in.

    The price is first held up at the least that `held_up` allows. An entry comes of it only
    if it is then below the product's own price. Otherwise a finding says what is in the way:
    `missing_cost` or `missing_price`, `would_raise` (the price wanted is above the
    product's own), `no_change` (it is the same) or `no_room` (it is below, but the least is
    not). A price that is wanted of everybody, always, and cannot be an entry is an `own` one.

    >>> from mallops.money import Currency
    >>> cny = Currency.of("CNY")
    >>> tea = Sku("tea", Money(6000, cny), cost=Money(3150, cny))
    >>> for wanted in (5000, 3000, 7000):
    ...     offer = propose(tea, "$.products[0]", Money(wanted, cny))
    ...     print([str(e.price) for e in offer.entries], [f.code for f in offer.findings])
    ['50.00'] []
    ['31.50'] []
    [] ['would_raise']
    """
    if lacks_cost(sku, at_least):
        return lacking("missing_cost", sku, f"{path}.cost")
    price = held_up(sku, wanted, at_least)
    unconditional = min_quantity == 1 and window == ALWAYS
    own = (OwnPrice(sku.sku, price),) if unconditional else ()
    if sku.price is None:
        return evolve(lacking("missing_price", sku, f"{path}.price"), own=own)
    if price < sku.price:
        entry = PriceEntry(sku.sku, price, min_quantity=min_quantity, window=window)
        return Proposal((entry,), held=frozenset({entry} if price > wanted else ()))
    details = {"sku": sku.sku, "price": str(wanted), "own": str(sku.price)}
    if wanted > sku.price:
        raising = Finding("would_raise", Severity.WARNING, f"{path}.price", details)
        return Proposal(findings=(raising,), own=own)
    if price == wanted:
        return Proposal(findings=(Finding("no_change", Severity.NOTE, f"{path}.price", details),))
    details["least"] = str(price)
    return Proposal(findings=(Finding("no_room", Severity.NOTE, f"{path}.price", details),))


def lacking(code: str, sku: Sku, path: str) -> Proposal:
    """Nothing proposed, as the SKU lacks what the strategy needs.

    >>> [finding.code for finding in lacking("missing_cost", Sku("tea", None), "$").findings]
    ['missing_cost']
    """
    return Proposal(findings=(Finding(code, Severity.WARNING, path, {"sku": sku.sku}),))


def together(*proposals: Proposal) -> Proposal:
    """All proposals as one; where entries of several fit a customer, the lowest wins.

    >>> from mallops.money import Currency
    >>> tea = PriceEntry("tea", Money(5500, Currency.of("CNY")))
    >>> len(together(Proposal((tea,)), Proposal()).entries)
    1
    """
    return Proposal(
        tuple(entry for proposal in proposals for entry in proposal.entries),
        tuple(finding for proposal in proposals for finding in proposal.findings),
        tuple(own for proposal in proposals for own in proposal.own),
        frozenset[PriceEntry]().union(*(proposal.held for proposal in proposals)),
    )


def limited(
    proposal: Proposal,
    *,
    groups: Collection[str] = (),
    channels: Collection[str] = (),
    window: Window = ALWAYS,
    min_quantity: int = 1,
) -> Proposal:
    """The proposal for some customers, channels, quantities or times only.

    What an entry asks already it goes on asking: windows are cut to where both are open,
    groups and channels to those in both, and the larger quantity holds. An entry of which
    nothing is left is taken out, with the finding `outside_limits`. Own prices are taken out
    too, since a product's own price cannot be limited.

    >>> from mallops.money import Currency
    >>> tea = PriceEntry("tea", Money(5500, Currency.of("CNY")))
    >>> limited(Proposal((tea,)), groups=["vip"]).entries[0].groups
    frozenset({'vip'})
    """
    narrowed = [
        (entry, _narrowed(entry, frozenset(groups), frozenset(channels), window, min_quantity))
        for entry in proposal.entries
    ]
    outside = tuple(
        Finding(
            "outside_limits",
            Severity.NOTE,
            f"$.entries[{index}]",
            {"sku": entry.sku, "price": str(entry.price)},
        )
        for index, (entry, left) in enumerate(narrowed)
        if left is None
    )
    return Proposal(
        tuple(left for _, left in narrowed if left is not None),
        (*proposal.findings, *outside),
        held=frozenset(
            left for entry, left in narrowed if left is not None and entry in proposal.held
        ),
    )


def _narrowed(
    entry: PriceEntry,
    groups: frozenset[str],
    channels: frozenset[str],
    window: Window,
    min_quantity: int,
) -> PriceEntry | None:
    in_both = Window(
        _latest(entry.window.starts, window.starts), _earliest(entry.window.ends, window.ends)
    )
    closed = in_both.starts and in_both.ends and in_both.ends <= in_both.starts
    # Groups or channels that both ask for, and of which none is the same, fit nobody; left
    # empty they would fit everybody.
    apart = _apart(entry.groups, groups) or _apart(entry.channels, channels)
    if closed or apart:
        return None
    return evolve(
        entry,
        groups=_in_both(entry.groups, groups),
        channels=_in_both(entry.channels, channels),
        window=in_both,
        min_quantity=max(entry.min_quantity, min_quantity),
    )


def _apart(some: frozenset[str], others: frozenset[str]) -> bool:
    return bool(some) and bool(others) and some.isdisjoint(others)


def _in_both(some: frozenset[str], others: frozenset[str]) -> frozenset[str]:
    return some & others if some and others else some | others


def _latest(*starts: DateTime | None) -> DateTime | None:
    return max((at for at in starts if at is not None), default=None)


def _earliest(*ends: DateTime | None) -> DateTime | None:
    return min((at for at in ends if at is not None), default=None)
