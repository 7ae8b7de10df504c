"""Products with their variants, and the tree of categories that they hang in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from mallops.catalog.model import Catalog, Sku

__all__ = [
    "CategoryCount",
    "Product",
    "ancestors",
    "category_counts",
    "in_category",
    "products",
    "variants",
]


@frozen
class Product:
    """What a product page shows: SKUs that differ by their variant.

    `options` has for each axis, such as `size`, its values. Axes, values and SKUs come in
    the order of the catalogue, so that S, M, L stay in the order somebody put them in.
    """

    id: str
    skus: tuple[Sku, ...]
    options: Mapping[str, tuple[str, ...]]


def products(catalog: Catalog) -> tuple[Product, ...]:
    """The catalogue's SKUs as products, in the order in which each first appears.

    A SKU that names no product is one of its own, under its own id, even if that should
    be the id of a product of others. All are given, whatever their listing.

    >>> medium = Sku("t-m", None, product="t", variant={"size": "M"})
    >>> large = Sku("t-l", None, product="t", variant={"size": "L"})
    >>> for product in products(Catalog((medium, Sku("cup", None), large))):
    ...     print(product.id, len(product.skus), product.options)
    t 2 {'size': ('M', 'L')}
    cup 1 {}
    """
    grouped: dict[tuple[bool, str], list[Sku]] = {}
    for sku in catalog.skus:
        key = (True, sku.product) if sku.product else (False, sku.sku)
        grouped.setdefault(key, []).append(sku)
    return tuple(Product(key[1], tuple(skus), _options(skus)) for key, skus in grouped.items())


def variants(product: Product, chosen: Mapping[str, str]) -> tuple[Sku, ...]:
    """The SKUs of a product that are left once a customer has chosen so much.

    >>> medium = Sku("t-m", None, product="t", variant={"size": "M"})
    >>> large = Sku("t-l", None, product="t", variant={"size": "L"})
    >>> [product] = products(Catalog((medium, large)))
    >>> [sku.sku for sku in variants(product, {"size": "L"})]
    ['t-l']
    """
    return tuple(sku for sku in product.skus if chosen.items() <= sku.variant.items())


def _options(skus: Iterable[Sku]) -> dict[str, tuple[str, ...]]:
    # Dicts, for sets that remember their order.
    found: dict[str, dict[str, None]] = {}
    for sku in skus:
        for axis, value in sku.variant.items():
            found.setdefault(axis, {})[value] = None
    return {axis: tuple(values) for axis, values in found.items()}


def in_category(path: str, ancestor: str) -> bool:
    """Whether a category is another or lies below it: whole names, not letters, count.

    >>> in_category("care/skin", "care"), in_category("care", "care")
    (True, True)
    >>> in_category("careful", "care"), in_category("care", "care/skin")
    (False, False)
    """
    return path == ancestor or path.startswith(ancestor + "/")


def ancestors(path: str) -> tuple[str, ...]:
    """The categories that a category lies below, the widest first.

    >>> ancestors("care/skin/face")
    ('care', 'care/skin')
    """
    return tuple(path[:index] for index, char in enumerate(path) if char == "/")


@frozen
class CategoryCount:
    """A category, how deep it lies (0: at the top), and how many SKUs it has.

    `direct` are its own, `total` includes those of all categories below.
    """

    path: str
    depth: int
    direct: int
    total: int


def category_counts(skus: Iterable[Sku]) -> tuple[CategoryCount, ...]:
    """The tree of the categories of `skus`, each after the one above it, siblings by name.

    It is flat, with depths, to be printed as it comes. Categories without a SKU of their own
    are there if one below has any; SKUs without a category count nowhere.

    >>> skus = [Sku("a", None, category="care/skin"), Sku("b", None, category="care")]
    >>> for row in category_counts(skus):
    ...     print("  " * row.depth + row.path, row.direct, row.total)
    care 1 2
      care/skin 1 1
    """
    direct: dict[str, int] = {}
    total: dict[str, int] = {}
    for sku in skus:
        if not sku.category:
            continue
        direct[sku.category] = direct.get(sku.category, 0) + 1
        for path in (*ancestors(sku.category), sku.category):
            total[path] = total.get(path, 0) + 1
    # By names: "/" sorts after "-", and "care-kits" must not come between "care" and below.
    return tuple(
        CategoryCount(path, path.count("/"), direct.get(path, 0), total[path])
        for path in sorted(total, key=lambda path: path.split("/"))
    )
