"""Whether a SKU's units fit a selector: rulebook section 4, `items`."""

from __future__ import annotations

from mallops.catalog.model import Sku
from mallops.catalog.products import in_category
from mallops.rules.promotions import Criteria, Selector


def fits(selector: Selector, sku: Sku, price: int) -> tuple[bool, bool]:
    """Whether units at this list price fit while at the product's own price, and once below it."""
    include, exclude = selector.include, selector.exclude
    if not _meets(include, sku, price):
        return False, False
    at_own, reduced = include.reduced is not True, include.reduced is not False
    if exclude is not None and _meets(exclude, sku, price):
        at_own = at_own and exclude.reduced is True
        reduced = reduced and exclude.reduced is False
    return at_own, reduced


def _meets(criteria: Criteria, sku: Sku, price: int) -> bool:
    """Whether all fields fit but `reduced`, which hangs on the base."""
    return (
        (not criteria.skus or sku.sku in criteria.skus)
        and (not criteria.brands or sku.brand in criteria.brands)
        and (not criteria.shops or sku.shop in criteria.shops)
        and (not criteria.tags or not criteria.tags.isdisjoint(sku.tags))
        and (
            not criteria.categories
            or any(in_category(sku.category, name) for name in criteria.categories)
        )
        and (criteria.at_least is None or price >= criteria.at_least.minor)
        and (criteria.below is None or price < criteria.below.minor)
    )
