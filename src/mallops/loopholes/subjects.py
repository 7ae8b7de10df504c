"""Where the rules that a loophole is of stand in their files."""

from __future__ import annotations

from mallops.catalog.model import Catalog
from mallops.loopholes.model import Subject
from mallops.rules.book import Rulebook


def promotion_at(rulebook: Rulebook, promotion: str, field: str = "") -> Subject:
    """A promotion, or a field of it such as `.benefit.amount`.

    >>> from mallops.money import Currency
    >>> from mallops.rules.benefits import PercentOff
    >>> from mallops.rules.promotions import Promotion
    >>> half = Promotion("half", "item", PercentOff(50))
    >>> book = Rulebook(Currency.of("CNY"), promotions=(half,))
    >>> promotion_at(book, "half", ".benefit").path
    '$.promotions[0].benefit'
    """
    ids = [each.id for each in rulebook.promotions]
    return placed_promotion(promotion, ids.index(promotion), field)


def placed_promotion(promotion: str, place: int, field: str = "") -> Subject:
    """A promotion whose place in the rulebook is known, or a field of it."""
    return Subject("rulebook", promotion, f"$.promotions[{place}]{field}")


def section_at(section: str, field: str = "") -> Subject:
    """A section of the rulebook, such as `points`, or a field of it."""
    return Subject("rulebook", section, f"$.{section}{field}")


def sku_at(catalog: Catalog, sku: str, field: str = "") -> Subject:
    """A SKU of the catalogue, or a field of it."""
    return placed_sku(sku, [each.sku for each in catalog.skus].index(sku), field)


def placed_sku(sku: str, place: int, field: str = "") -> Subject:
    """A SKU whose place in the catalogue is known, or a field of it."""
    return Subject("catalog", sku, f"$.products[{place}]{field}")


def entry_at(catalog: Catalog, place: int, field: str = "") -> Subject:
    """A price entry of the catalogue, by its place."""
    return Subject("catalog", catalog.prices[place].sku, f"$.prices[{place}]{field}")
