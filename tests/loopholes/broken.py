"""One fault at a time, planted in a good mall: each yields its code, and no error of another.

Each rule has a function here; what it yields is a code, a rulebook, and a catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator

from mallops.catalog.model import Catalog
from mallops.rules.benefits import AmountOff
from mallops.rules.book import Rulebook
from mallops.rules.promotions import Requires
from tests.loopholes.mall import CATALOG, cny, offering, sku, with_skus

Broken = tuple[str, Rulebook, Catalog]


def _thresholds() -> Iterator[Broken]:
    goods = with_skus(sku("bag", "50.00", "1.00", "bags"))
    off = offering(AmountOff(cny("100.00")), requires=Requires(cny("100.00")))
    yield "off_reaches_threshold", off, goods
    yield "off_reaches_threshold", off, CATALOG


BROKEN: tuple[Broken, ...] = (*_thresholds(),)
