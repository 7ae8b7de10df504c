"""Goods that anybody may take for nothing, or next to it."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.findings import Severity
from mallops.loopholes.examined import Examined, span_of
from mallops.loopholes.goods import Priced
from mallops.loopholes.model import Kind, Loophole


def check(examined: Examined) -> Iterator[Loophole]:
    """Listed SKUs and their price entries at zero, and SKUs at the least that there is above it.

    A gift's SKU is no exception: while it is listed, it can be ordered without what earns it. The
    least price, such as 0.01, stands where a blank was; what has a cost is judged by that, and an
    entry by the SKU's other prices.
    """
    kind, severity = Kind.CONFIGURATION, Severity.ERROR
    for priced in examined.shelves.all:
        own = priced.sku.price
        if own is not None and not own:
            subject = examined.at_sku(priced.id, ".price")
            yield Loophole("price_zero", kind, severity, (subject,), {"sku": priced.id})
            continue
        if own is not None and own.minor == 1 and priced.cost is None:
            yield _least(examined, priced)
        for place, entry in examined.entries.get(priced.id, ()):
            if not entry.price and examined.is_to_come(span_of(entry.window)):
                subject = examined.at_entry(place, ".price")
                yield Loophole("price_zero", kind, severity, (subject,), {"sku": priced.id})


def _least(examined: Examined, priced: Priced) -> Loophole:
    subject = examined.at_sku(priced.id, ".price")
    details = {"sku": priced.id, "price": str(priced.sku.price)}
    kind, severity = Kind.CONFIGURATION, Severity.WARNING
    return Loophole("price_least", kind, severity, (subject,), details)
