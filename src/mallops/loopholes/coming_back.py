"""Which goods a customer may send back."""

from __future__ import annotations

from mallops.catalog.fitting import fits
from mallops.loopholes.examined import Examined
from mallops.loopholes.goods import Priced
from mallops.rules.promotions import Selector

EVERYTHING = Selector()
"""All goods there are."""


def is_excluded(examined: Examined, priced: Priced) -> bool:
    """Whether a SKU cannot be returned, whatever its state."""
    excluded = examined.rulebook.after_sales.excluded
    return excluded is not None and any(fits(Selector(excluded), priced.sku, priced.price))


def returnable(examined: Examined, selector: Selector = EVERYTHING) -> Priced | None:
    """One of the goods with a price that a selector fits, and that can be returned, if any."""
    return next(
        (
            each
            for each in examined.goods(selector).skus
            if each.price and not is_excluded(examined, each)
        ),
        None,
    )
