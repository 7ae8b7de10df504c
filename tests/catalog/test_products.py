"""Products, their options, and the tree of categories."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mallops.catalog.model import Catalog, Sku
from mallops.catalog.products import (
    CategoryCount,
    ancestors,
    category_counts,
    in_category,
    products,
    variants,
)
from tests.catalog.goods import catalogs

PATHS = st.lists(st.sampled_from(("a", "b", "a-b", "")), min_size=1, max_size=4).map("/".join)


@given(catalogs())
def test_every_sku_is_in_one_product(catalog: Catalog) -> None:
    found = products(catalog)
    assert sorted(sku.sku for product in found for sku in product.skus) == sorted(
        sku.sku for sku in catalog.skus
    )
    for product in found:
        assert {sku.product or sku.sku for sku in product.skus} == {product.id}
        for sku in product.skus:
            assert sku in variants(product, sku.variant)
            assert all(value in product.options[axis] for axis, value in sku.variant.items())
        assert variants(product, {}) == product.skus


def test_options_keep_the_order_of_the_catalogue() -> None:
    sizes = [Sku(size, None, product="t", variant={"size": size}) for size in ("S", "M", "L")]
    red = Sku("red", None, product="t", variant={"colour": "red", "size": "M"})
    [product] = products(Catalog((*sizes, red)))
    assert list(product.options.items()) == [("size", ("S", "M", "L")), ("colour", ("red",))]
    assert variants(product, {"size": "M"}) == (sizes[1], red)
    assert variants(product, {"size": "XL"}) == ()


def test_a_sku_without_a_product_is_one_of_its_own() -> None:
    alone, other = Sku("t", None), Sku("t-m", None, product="t")
    assert [product.skus for product in products(Catalog((alone, other)))] == [(alone,), (other,)]


@given(PATHS, PATHS)
def test_a_category_is_in_itself_and_its_ancestors(path: str, other: str) -> None:
    assert in_category(path, other) == (other in (*ancestors(path), path))


@given(st.lists(PATHS))
def test_counts_agree_with_counting(paths: list[str]) -> None:
    skus = [Sku(str(i), None, category=path) for i, path in enumerate(paths)]
    rows = category_counts(skus)
    named = [path for path in paths if path]
    for row in rows:
        assert row.direct == named.count(row.path)
        assert row.total == sum(in_category(path, row.path) for path in named)
        assert row.depth == len(ancestors(row.path))
    assert {row.path for row in rows} == {p for path in named for p in (*ancestors(path), path)}


@given(st.lists(PATHS))
def test_each_category_follows_the_one_above(paths: list[str]) -> None:
    above: list[str] = []
    for row in category_counts([Sku("t", None, category=path) for path in paths]):
        assert row.depth <= len(above)
        del above[row.depth :]
        assert list(ancestors(row.path)) == above
        above.append(row.path)


def test_siblings_with_longer_names_do_not_come_between() -> None:
    skus = [Sku(path, None, category=path) for path in ("care-kits", "care", "care/skin")]
    assert category_counts(skus) == (
        CategoryCount("care", 0, 1, 2),
        CategoryCount("care/skin", 1, 1, 1),
        CategoryCount("care-kits", 0, 1, 1),
    )
