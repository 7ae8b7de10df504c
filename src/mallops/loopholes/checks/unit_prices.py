"""A price for a gram that is far from its category's: a jin sold as a kilogram, a lost digit."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from attrs import frozen

from mallops.findings import Severity
from mallops.loopholes.examined import Examined
from mallops.loopholes.goods import Priced
from mallops.loopholes.measures import Measure, measure_of
from mallops.loopholes.model import Kind, Loophole
from mallops.money import Money

# So many others make a category's price.
_FEWEST = 4
# What a slip of units or digits multiplies by.
_SLIPS = (1000, 100, 10, 2)
# Around a slip's factor, and around the middle where others lie close together.
_NEAR = Fraction(1, 5)


@frozen
class _Rated:
    """A SKU with its price for a gram or millilitre, in minor units."""

    priced: Priced
    measure: Measure
    rate: Fraction


def check(examined: Examined) -> Iterator[Loophole]:
    """SKUs whose price for a unit is `odd_price` times above or below their category's middle.

    Twice the price, or half of it, is told where the others lie within a fifth of one another: so
    a price for a jin that stands at a kilogram is seen.
    """
    odd = Fraction(examined.tolerance.odd_price)
    for alike in _categories(examined):
        middle = _middle(alike)
        close = sum(abs(each.rate - middle) <= middle * _NEAR for each in alike)
        for each in alike:
            ratio = max(each.rate, middle) / min(each.rate, middle)
            slip = _slip(ratio)
            doubled = slip == 2 and close >= max(_FEWEST, len(alike) - 1)
            if ratio >= odd or doubled:
                yield _told(examined, each, middle, slip)


def _slip(ratio: Fraction) -> int | None:
    """What was mistaken, if the ratio is within a tenth of it."""
    if ratio * 2 < 3:
        return None
    return next((slip for slip in _SLIPS if abs(ratio - slip) <= slip * _NEAR / 2), None)


def _categories(examined: Examined) -> Iterator[list[_Rated]]:
    found: dict[tuple[str, str], list[_Rated]] = {}
    for priced in examined.shelves.all:
        measure = measure_of(priced.sku) if priced.price and priced.sku.category else None
        if measure is not None:
            rate = Fraction(priced.price) / Fraction(measure.amount)
            key = (priced.sku.category, measure.base)
            found.setdefault(key, []).append(_Rated(priced, measure, rate))
    yield from (alike for alike in found.values() if len(alike) > _FEWEST)


def _middle(alike: list[_Rated]) -> Fraction:
    return sorted(each.rate for each in alike)[len(alike) // 2]


def _told(examined: Examined, rated: _Rated, middle: Fraction, slip: int | None) -> Loophole:
    currency = examined.rulebook.currency
    measure = rated.measure
    # For 500 g, a jin: what shops write below a price.
    here, usual = (Money(round(rate * 500), currency) for rate in (rated.rate, middle))
    details = {
        "sku": rated.priced.id,
        "here": str(here),
        "usual": str(usual),
        "measure": f"500 {measure.base}",
        "slip": "" if slip is None else str(slip),
    }
    subject = examined.at_sku(rated.priced.id, ".price")
    kind, severity = Kind.CONFIGURATION, Severity.WARNING
    return Loophole("unit_price_odd", kind, severity, (subject,), details)
