"""How files say which units are meant."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from mallops.money import Money
from mallops.rulebook.records import NAMES, Field, Record
from mallops.rulebook.scalars import AMOUNT, FLAG
from mallops.rules.promotions import Criteria, Selector


@frozen
class _PriceRange:
    """The two bounds of the list price, which share a key in files."""

    at_least: Money | None = None
    below: Money | None = None


_PRICE_RANGE = Record(
    "price_range",
    _PriceRange,
    (
        Field("at_least", AMOUNT, "The lowest list price that fits.", None),
        Field("below", AMOUNT, "The list price from which on none fits.", None),
    ),
    "Bounds of the list price.",
)
_NAMED = (
    Field("category", NAMES, "Category paths; each fits what is below it too.", frozenset()),
    Field("brand", NAMES, "Brands.", frozenset()),
    Field("sku", NAMES, "SKUs.", frozenset()),
    Field("shop", NAMES, "Shops.", frozenset()),
    Field("tag", NAMES, "Tags, of which a product has one at least.", frozenset()),
)
_PRICED = (
    Field("price", _PRICE_RANGE, "Bounds of the list price.", _PriceRange()),
    Field("reduced", FLAG, "false: only units still at the product's own price.", None),
)


def _criteria(
    category: frozenset[str],
    brand: frozenset[str],
    sku: frozenset[str],
    shop: frozenset[str],
    tag: frozenset[str],
    price: _PriceRange | None = None,
    reduced: bool | None = None,
) -> Criteria:
    price = price or _PriceRange()
    return Criteria(category, brand, sku, shop, tag, price.at_least, price.below, reduced)


def _asking(**fields: object) -> Criteria | None:
    """The criteria, or nothing where they ask nothing: as if they were absent."""
    criteria = _criteria(**fields)  # type: ignore[arg-type]  # the table's own fields
    return None if criteria == Criteria() else criteria


def _selector(exclude: Criteria | None, **fields: object) -> Selector:
    return Selector(_criteria(**fields), exclude)  # type: ignore[arg-type]  # as above


def _of_criteria(criteria: Criteria) -> dict[str, object]:
    return {
        "category": criteria.categories,
        "brand": criteria.brands,
        "sku": criteria.skus,
        "shop": criteria.shops,
        "tag": criteria.tags,
        "price": _PriceRange(criteria.at_least, criteria.below),
        "reduced": criteria.reduced,
    }


def _criteria_part(criteria: Criteria | None) -> Callable[[str], object]:
    return _of_criteria(criteria or Criteria()).__getitem__


def _selector_part(selector: Selector) -> Callable[[str], object]:
    return {**_of_criteria(selector.include), "exclude": selector.exclude}.__getitem__


EXCEPT: Record[Criteria | None] = Record(
    "except", _asking, (*_NAMED, *_PRICED), "What is taken out again.", _criteria_part
)
ITEMS = Record(
    "items",
    _selector,
    (*_NAMED, *_PRICED, Field("except", EXCEPT, "What is taken out again.", None, "exclude")),
    "Which units fit: any value within a field, all the fields that are given.",
    _selector_part,
)
EXCLUDED: Record[Criteria | None] = Record(
    "excluded", _asking, _NAMED, "Which goods cannot be returned.", _criteria_part
)
_GOODS_EXCEPT: Record[Criteria | None] = Record(
    "goods_except", _asking, _NAMED, "What is taken out again.", _criteria_part
)
GOODS = Record(
    "goods",
    _selector,
    (*_NAMED, Field("except", _GOODS_EXCEPT, "What is taken out again.", None, "exclude")),
    "Which goods fit, whatever they cost: any value within a field, all the fields given.",
    _selector_part,
)
