"""The life of a SKU on the shelf: draft, listed, delisted, and listed again.

A draft is listed or thrown away; it is not delisted, so that delisted always means "was on
sale once": orders, returns and price history may point to it, and it is never deleted. For
the same reason nothing goes back to draft; a delisted SKU is edited where it stands. A draft
that is not wanted is left out of the next catalogue, as nothing points to it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from attrs import evolve

from mallops.catalog.completeness import SHORTCOMINGS, shortcomings
from mallops.catalog.model import Listing, Sku
from mallops.errors import InputError, Problem, shown
from mallops.findings import Refusal, Severity

__all__ = ["MOVES", "move_listing"]

MOVES: Mapping[Listing, frozenset[Listing]] = {
    Listing.DRAFT: frozenset({Listing.LISTED}),
    Listing.LISTED: frozenset({Listing.DELISTED}),
    Listing.DELISTED: frozenset({Listing.LISTED}),
}
"""Where a SKU may go from each listing."""


def move_listing(sku: Sku, to: Listing, also: Collection[str] = ()) -> Sku | Refusal:
    """The SKU with its listing moved to `to`, or the reasons why it cannot be.

    To be listed, a SKU needs a price, one not below its cost or floor: no error among its
    `shortcomings`. `also` names further codes of those that this mall will not list with,
    such as `missing_picture`; an unknown code raises `InputError`.

    Refused as `no_such_move` (details `sku`, `from`, `to`) where `MOVES` has no such step,
    the one to where it already is included; as `not_ready` (and `reasons`: the codes in
    alphabetical order, comma-separated) where something is missing.

    >>> from mallops.money import Currency, Money
    >>> draft = Sku("tea", Money(6000, Currency.of("CNY")), listing=Listing.DRAFT)
    >>> move_listing(draft, Listing.LISTED).listing
    <Listing.LISTED: 'listed'>
    >>> move_listing(draft, Listing.LISTED, also=["missing_title"]).details["reasons"]
    'missing_title'
    >>> move_listing(draft, Listing.DELISTED).code
    'no_such_move'
    """
    _require_known_codes(also)
    details = {"sku": sku.sku, "from": sku.listing.value, "to": to.value}
    if to not in MOVES[sku.listing]:
        return Refusal("no_such_move", details)
    reasons = _reasons(sku, also) if to is Listing.LISTED else []
    if reasons:
        return Refusal("not_ready", {**details, "reasons": ", ".join(reasons)})
    return evolve(sku, listing=to)


def _reasons(sku: Sku, also: Collection[str]) -> list[str]:
    return sorted(
        finding.code
        for finding in shortcomings(sku)
        if finding.severity is Severity.ERROR or finding.code in also
    )


def _require_known_codes(also: Collection[str]) -> None:
    expected = f"one of {', '.join(sorted(SHORTCOMINGS))}"
    problems = [
        Problem(f"$.also[{index}]", shown(code), expected)
        for index, code in enumerate(also)
        if code not in SHORTCOMINGS
    ]
    if problems:
        raise InputError(problems)
