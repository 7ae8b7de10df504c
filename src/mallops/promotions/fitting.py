"""Whether goods that are in no cart yet would fit a selector: rulebook section 4, `items`."""

from __future__ import annotations

from mallops.catalog.model import Sku
from mallops.catalog.products import in_category
from mallops.rules.promotions import Criteria, Selector


def could_fit(selector: Selector, sku: Sku, price: int) -> bool:
    """Whether units of a SKU at this list price fit, at some base in the lane."""
    return any(fits(selector, sku, price, reduced=reduced) for reduced in (False, True))


def fits(selector: Selector, sku: Sku, price: int, *, reduced: bool) -> bool:
    """Whether a unit fits at this list price, and below the product's own price or not."""
    if not _meets(selector.include, sku, price, reduced=reduced):
        return False
    exclude = selector.exclude
    return exclude is None or not _meets(exclude, sku, price, reduced=reduced)


def _meets(criteria: Criteria, sku: Sku, price: int, *, reduced: bool) -> bool:
    return (
        (not criteria.skus or sku.sku in criteria.skus)
        and (not criteria.brands or sku.brand in criteria.brands)
        and (not criteria.shops or sku.shop in criteria.shops)
        and (not criteria.tags or not criteria.tags.isdisjoint(sku.tags))
        and (not criteria.categories or _in_one_of(sku.category, criteria))
        and (criteria.at_least is None or price >= criteria.at_least.minor)
        and (criteria.below is None or price < criteria.below.minor)
        and (criteria.reduced is None or criteria.reduced is reduced)
    )


def _in_one_of(category: str, criteria: Criteria) -> bool:
    return any(in_category(category, name) for name in criteria.categories)
