"""What the catalogue's own check finds that costs money: prices below cost and floors."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.catalog.completeness import completeness
from mallops.catalog.model import Listing
from mallops.findings import Finding
from mallops.loopholes.examined import Examined, span_of
from mallops.loopholes.model import Kind, Loophole, Subject

ADOPTED = frozenset(
    {
        "price_below_cost",
        "floor_above_price",
        "entry_below_cost",
        "entry_below_floor",
        "entry_never_wins",
    }
)
"""The codes of `mallops.catalog.completeness` that are passed on, as they are."""


def check(examined: Examined) -> Iterator[Loophole]:
    """Of listed SKUs, what sells below cost or below its floor, and entries that never count.

    An entry below cost is a warning, as a mall may well mean it: a loss leader is made by one.
    Those that are over are left alone.
    """
    for finding in completeness(examined.catalog):
        if finding.code in ADOPTED and _matters(examined, finding):
            sku = finding.details["sku"]
            subject = Subject("catalog", sku, finding.path)
            kind = Kind.BELOW_COST if finding.code.endswith("below_cost") else Kind.CONFIGURATION
            code, severity = finding.code, finding.severity
            yield Loophole(code, kind, severity, (subject,), finding.details)


def _matters(examined: Examined, finding: Finding) -> bool:
    if examined.skus[finding.details["sku"]].listing is not Listing.LISTED:
        return False
    if not finding.path.startswith("$.prices["):
        return True
    place = int(finding.path.removeprefix("$.prices[").partition("]")[0])
    span = span_of(examined.catalog.prices[place].window)
    return span.empty or examined.is_to_come(span)
