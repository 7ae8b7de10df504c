"""How alike two SKUs are by what they are, whoever takes them."""

from __future__ import annotations

from mallops.catalog.model import Sku
from mallops.recommend.traits import Traits

__all__ = ["resemblance"]


def resemblance(one: Sku, other: Sku, traits: Traits) -> float:
    """How alike two SKUs are, from 0 to 1: the weighted mean of four likenesses, symmetric.

    Categories by the names that their paths share from the top, of those of the longer one;
    brands by being the same; tags by those in common, of all; prices by the lower over the
    higher. What is not known of either is like nothing.

    >>> tea, cup = Sku("tea", None, category="tea/green"), Sku("cup", None, category="tea/ware")
    >>> resemblance(tea, cup, Traits(category=1.0, brand=0.0, tags=0.0, price=0.0))
    0.5
    """
    same_brand = 1.0 if one.brand and one.brand == other.brand else 0.0
    alike = (
        traits.category * _categories(one.category, other.category)
        + traits.brand * same_brand
        + traits.tags * _tags(one.tags, other.tags)
        + traits.price * _prices(one, other)
    )
    return alike / traits.whole


def _categories(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    names, others = one.split("/"), other.split("/")
    shared = 0
    for name, against in zip(names, others, strict=False):
        if name != against:
            break
        shared += 1
    return shared / max(len(names), len(others))


def _tags(one: frozenset[str], other: frozenset[str]) -> float:
    if not one or not other:
        return 0.0
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)


def _prices(one: Sku, other: Sku) -> float:
    if one.price is None or other.price is None:
        return 0.0
    low, high = sorted((one.price.minor, other.price.minor))
    return low / high if high else 1.0
