"""Price entries that say the opposite of what they are for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from mallops.catalog.model import PriceEntry
from mallops.findings import Severity
from mallops.loopholes.examined import Examined, span_of
from mallops.loopholes.model import Kind, Loophole
from mallops.time import Window

_Placed = tuple[int, PriceEntry]


def check(examined: Examined) -> Iterator[Loophole]:
    """Entries that are over, and prices that rise with the quantity."""
    for sku in examined.priced:
        running: dict[tuple[object, ...], list[_Placed]] = {}
        for place, entry in examined.entries.get(sku, ()):
            span = span_of(entry.window)
            if not span.empty and not examined.is_to_come(span):
                subject = examined.at_entry(place, ".ends")
                details = {"sku": sku, "price": str(entry.price)}
                kind, severity = Kind.CONFIGURATION, Severity.NOTE
                yield Loophole("entry_over", kind, severity, (subject,), details)
            else:
                running.setdefault(_for_whom(entry), []).append((place, entry))
        for alike in running.values():
            yield from _rising(examined, alike)


def _for_whom(entry: PriceEntry) -> tuple[frozenset[str], frozenset[str], Window]:
    return entry.groups, entry.channels, entry.window


def _rising(examined: Examined, alike: Sequence[_Placed]) -> Iterator[Loophole]:
    """Of entries for the same customers and time, those for more units at a higher price."""
    ascending = sorted(alike, key=lambda placed: (placed[1].min_quantity, placed[1].price.minor))
    for (_, fewer), (place, more) in pairwise(ascending):
        if more.min_quantity > fewer.min_quantity and more.price > fewer.price:
            subject = examined.at_entry(place, ".price")
            details = {
                "sku": more.sku,
                "units": str(more.min_quantity),
                "price": str(more.price),
                "fewer": str(fewer.min_quantity),
                "lower": str(fewer.price),
            }
            kind, severity = Kind.CONFIGURATION, Severity.WARNING
            yield Loophole("quantity_price_rises", kind, severity, (subject,), details)
