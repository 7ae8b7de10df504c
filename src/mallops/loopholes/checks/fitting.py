"""A promotion that no goods of the catalogue fit, or too few."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.catalog.check import MAX_UNITS
from mallops.findings import Severity
from mallops.loopholes.examined import Examined
from mallops.loopholes.model import Kind, Loophole
from mallops.rules.benefits import BundlePrice, NthUnit
from mallops.rules.promotions import Promotion, Selector


def check(examined: Examined) -> Iterator[Loophole]:
    """Empty selectors, and carts that the goods cannot make up."""
    for promotion in examined.live:
        measured = promotion.requires.items
        if not examined.goods(promotion.items):
            yield _empty(examined, promotion, ".items")
        elif measured is not None and not examined.goods(measured):
            yield _empty(examined, promotion, ".requires.items")
        else:
            yield from _too_few(examined, promotion, measured or promotion.items)


def _empty(examined: Examined, promotion: Promotion, path: str) -> Loophole:
    subject = examined.at_promotion(promotion.id, path)
    details = {"promotion": promotion.id, "field": path.removeprefix(".")}
    kind, severity = Kind.CONFIGURATION, Severity.WARNING
    return Loophole("no_goods_fit", kind, severity, (subject,), details)


def _too_few(examined: Examined, promotion: Promotion, measured: Selector) -> Iterator[Loophole]:
    """More different SKUs than fit, or more units than a cart holds."""
    requires = promotion.requires
    fitting = len(examined.goods(measured).skus)
    group = _group(promotion)
    asked = (
        (".requires.distinct", requires.distinct, fitting),
        (".requires.quantity", requires.quantity, MAX_UNITS),
        (f".benefit.{group[0]}", group[1], MAX_UNITS),
    )
    for path, wanted, there in asked:
        if wanted is not None and wanted > there:
            subject = examined.at_promotion(promotion.id, path)
            details = {"promotion": promotion.id, "wanted": str(wanted), "there": str(there)}
            kind, severity = Kind.CONFIGURATION, Severity.WARNING
            yield Loophole("too_few_goods", kind, severity, (subject,), details)


def _group(promotion: Promotion) -> tuple[str, int | None]:
    match promotion.benefit:
        case NthUnit(n=size):
            return "n", size
        case BundlePrice(size=size):
            return "size", size
        case _:
            return "", None
