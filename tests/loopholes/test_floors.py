from __future__ import annotations

from mallops.catalog.model import Catalog
from tests.loopholes.asking import found, has
from tests.loopholes.mall import cny, sku, with_skus


def mugs(held: int, bare: int) -> Catalog:
    return with_skus(
        *(sku(f"held-{i}", "40.00", "20.00", "mugs", floor=cny("25.00")) for i in range(held)),
        *(sku(f"bare-{i}", "40.00", "20.00", "mugs") for i in range(bare)),
    )


def test_one_is_forgotten_where_most_have_one() -> None:
    assert [each.details["sku"] for each in found("floor_missing", catalog=mugs(3, 1))] == [
        "bare-0"
    ]
    assert len(found("floor_missing", catalog=mugs(6, 2))) == 2
    for held, bare in ((2, 1), (3, 2), (0, 4), (4, 0)):
        assert not has("floor_missing", catalog=mugs(held, bare))


def test_low_is_measured_by_cost_or_else_by_price() -> None:
    for cost, floor, told in (
        ("20.00", "4.00", True),
        ("20.00", "4.01", False),
        (None, "8.00", True),
        (None, "8.01", False),
    ):
        mug = sku("mug", "40.00", cost, "mugs", floor=cny(floor))
        assert has("floor_too_low", catalog=with_skus(mug)) is told
