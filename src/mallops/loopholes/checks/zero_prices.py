"""Goods that anybody may take for nothing."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.findings import Severity
from mallops.loopholes.examined import Examined, span_of
from mallops.loopholes.model import Kind, Loophole


def check(examined: Examined) -> Iterator[Loophole]:
    """Listed SKUs and their price entries at zero.

    A gift's SKU is no exception: while it is listed, it can be ordered without what earns it.
    """
    kind, severity = Kind.CONFIGURATION, Severity.ERROR
    for priced in examined.shelves.all:
        own = priced.sku.price
        if own is not None and not own:
            subject = examined.at_sku(priced.id, ".price")
            yield Loophole("price_zero", kind, severity, (subject,), {"sku": priced.id})
            continue
        for place, entry in examined.entries.get(priced.id, ()):
            if not entry.price and examined.is_to_come(span_of(entry.window)):
                subject = examined.at_entry(place, ".price")
                yield Loophole("price_zero", kind, severity, (subject,), {"sku": priced.id})
