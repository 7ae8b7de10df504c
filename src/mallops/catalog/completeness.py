"""What a catalogue still lacks before its products can be sold well: findings, not errors.

Each code has one severity, told in `docs/catalog.md`, for a SKU that is listed. Of one that
is not, everything is a note: nobody can buy it yet, or any longer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import evolve

from mallops.catalog.model import Catalog, Listing, PriceEntry, Sku
from mallops.findings import Finding, Severity

__all__ = ["SHORTCOMINGS", "completeness", "shortcomings"]

SHORTCOMINGS = frozenset(
    {
        "missing_price",
        "missing_title",
        "missing_picture",
        "missing_category",
        "missing_cost",
        "price_below_cost",
        "floor_above_price",
    }
)
"""The codes of what one SKU can lack by itself, all that `shortcomings` reports."""


def completeness(catalog: Catalog) -> tuple[Finding, ...]:
    """All that is missing or at odds in a catalogue, in the order of its products and prices.

    Within a product, findings come by field name. Amounts in the details are in major units.
    The catalogue is one that `mallops.catalog.check` has no problem with; amounts of two
    currencies raise `CurrencyMismatch`.

    >>> for finding in completeness(Catalog((Sku("tea", None, category="drinks"),))):
    ...     print(finding.severity.value, finding.code, finding.path)
    warning missing_cost $.products[0].cost
    warning missing_picture $.products[0].pictures
    error missing_price $.products[0].price
    warning missing_title $.products[0].title
    """
    by_id = {sku.sku: sku for sku in catalog.skus}
    twins = _twins(catalog.skus)
    products = (
        _told_of(sku, finding)
        for index, sku in enumerate(catalog.skus)
        for finding in sorted(
            [*shortcomings(sku, f"$.products[{index}]"), *_same_variant(sku, index, twins)],
            key=lambda finding: (finding.path, finding.code),
        )
    )
    entries = (
        _told_of(by_id[entry.sku], finding)
        for index, entry in enumerate(catalog.prices)
        if entry.sku in by_id
        for finding in _entry_findings(entry, by_id[entry.sku], f"$.prices[{index}]")
    )
    return (*products, *entries)


def shortcomings(sku: Sku, path: str = "$") -> tuple[Finding, ...]:
    """What a SKU, found at `path`, would lack by itself if it were listed.

    The severities are those of a listed SKU, whatever its listing: an error is what
    `mallops.catalog.listing.move_listing` asks to be put right first.

    >>> [finding.code for finding in shortcomings(Sku("tea", None)) if finding.severity.value == "error"]
    ['missing_price']
    """  # noqa: E501
    return (*_missing(sku, path), *_at_odds(sku, path))


def _missing(sku: Sku, path: str) -> Iterator[Finding]:
    lacks = (
        ("missing_price", Severity.ERROR, "price", sku.price is None),
        ("missing_title", Severity.WARNING, "title", not _any_text(sku.title.values())),
        ("missing_picture", Severity.WARNING, "pictures", not _any_text(sku.pictures)),
        ("missing_category", Severity.WARNING, "category", not sku.category.strip()),
        # Without it nobody is told when a price or a promotion goes below cost.
        ("missing_cost", Severity.WARNING, "cost", sku.cost is None),
    )
    for code, severity, field, holds in lacks:
        if holds:
            yield Finding(code, severity, f"{path}.{field}", {"sku": sku.sku})


def _at_odds(sku: Sku, path: str) -> Iterator[Finding]:
    price, cost, floor = sku.price, sku.cost, sku.floor
    if price is not None and cost is not None and price < cost:
        details = {"sku": sku.sku, "price": str(price), "cost": str(cost)}
        yield Finding("price_below_cost", Severity.ERROR, f"{path}.price", details)
    # Every sale is then below what somebody said should be the least.
    if price is not None and floor is not None and floor > price:
        details = {"sku": sku.sku, "price": str(price), "floor": str(floor)}
        yield Finding("floor_above_price", Severity.ERROR, f"{path}.floor", details)


def _entry_findings(entry: PriceEntry, sku: Sku, path: str) -> Iterator[Finding]:
    details = {"sku": entry.sku, "price": str(entry.price)}
    window = entry.window
    if window.starts is not None and window.ends is not None and window.ends <= window.starts:
        yield Finding("entry_never_wins", Severity.NOTE, path, {**details, "reason": "window"})
    elif sku.price is not None and entry.price >= sku.price:
        never = {**details, "reason": "price", "own": str(sku.price)}
        yield Finding("entry_never_wins", Severity.NOTE, f"{path}.price", never)
    elif sku.price is not None:
        yield from _entry_too_low(entry, sku, f"{path}.price", details)


def _entry_too_low(
    entry: PriceEntry, sku: Sku, path: str, details: dict[str, str]
) -> Iterator[Finding]:
    # Warnings, as a mall may well mean it: a loss leader is made by an entry.
    if sku.cost is not None and entry.price < sku.cost:
        below = {**details, "cost": str(sku.cost)}
        yield Finding("entry_below_cost", Severity.WARNING, path, below)
    if sku.floor is not None and entry.price < sku.floor:
        below = {**details, "floor": str(sku.floor)}
        yield Finding("entry_below_floor", Severity.WARNING, path, below)


_Variant = tuple[str, frozenset[tuple[str, str]]]


def _variant(sku: Sku) -> _Variant | None:
    """What no two SKUs of a product may share; a delisted one made room for its successor."""
    if not sku.product or sku.listing is Listing.DELISTED:
        return None
    return sku.product, frozenset(sku.variant.items())


def _twins(skus: Iterable[Sku]) -> dict[_Variant, list[Sku]]:
    found: dict[_Variant, list[Sku]] = {}
    for sku in skus:
        variant = _variant(sku)
        if variant is not None:
            found.setdefault(variant, []).append(sku)
    return found


def _same_variant(sku: Sku, index: int, twins: dict[_Variant, list[Sku]]) -> Iterator[Finding]:
    variant = _variant(sku)
    others = [] if variant is None else [o for o in twins[variant] if o.sku != sku.sku]
    if not others:
        return
    # A customer has to choose between two only where both are on the shelf.
    met = any(other.listing is Listing.LISTED for other in others)
    details = {
        "sku": sku.sku,
        "product": sku.product,
        "others": ", ".join(sorted(other.sku for other in others)),
    }
    severity = Severity.WARNING if met else Severity.NOTE
    yield Finding("same_variant", severity, f"$.products[{index}].variant", details)


def _told_of(sku: Sku, finding: Finding) -> Finding:
    if sku.listing is Listing.LISTED:
        return finding
    details = {**finding.details, "listing": sku.listing.value}
    return evolve(finding, severity=Severity.NOTE, details=details)


def _any_text(texts: Iterable[str]) -> bool:
    return any(text.strip() for text in texts)
