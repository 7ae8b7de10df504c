"""What a catalogue lacks, told in its own order."""

from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import given

from mallops.catalog.completeness import SHORTCOMINGS, completeness, shortcomings
from mallops.catalog.model import Catalog, Listing, PriceEntry, Sku
from mallops.findings import Severity
from mallops.time import Window
from tests.catalog.goods import catalogs, day, yuan

TEA = Sku(
    "tea",
    yuan("60.00"),
    category="drinks",
    cost=yuan("31.50"),
    floor=yuan("35.00"),
    title={"zh-CN": "茶"},
    pictures=("tea.jpg",),
)


def _told(*skus: Sku, prices: tuple[PriceEntry, ...] = ()) -> list[tuple[str, str, str]]:
    found = completeness(Catalog(skus, prices))
    return [(finding.severity.value, finding.code, finding.path) for finding in found]


def test_a_complete_sku() -> None:
    assert _told(TEA) == []


@pytest.mark.parametrize(
    ("sku", "told"),
    [
        (evolve(TEA, price=None), ("error", "missing_price", "$.products[0].price")),
        (evolve(TEA, title={"en": " "}), ("warning", "missing_title", "$.products[0].title")),
        (evolve(TEA, pictures=()), ("warning", "missing_picture", "$.products[0].pictures")),
        (evolve(TEA, category=""), ("warning", "missing_category", "$.products[0].category")),
        (evolve(TEA, cost=None), ("warning", "missing_cost", "$.products[0].cost")),
        (
            evolve(TEA, cost=yuan("60.01")),
            ("error", "price_below_cost", "$.products[0].price"),
        ),
        (
            evolve(TEA, floor=yuan("60.01")),
            ("error", "floor_above_price", "$.products[0].floor"),
        ),
    ],
)
def test_what_a_sku_lacks(sku: Sku, told: tuple[str, str, str]) -> None:
    assert _told(sku) == [told]
    [finding] = shortcomings(sku)
    assert finding.code in SHORTCOMINGS
    # Nobody can buy a draft: what it lacks is work to do, and no loss.
    [finding] = completeness(Catalog((evolve(sku, listing=Listing.DRAFT),)))
    assert finding.severity is Severity.NOTE
    assert finding.details["listing"] == "draft"


def test_a_price_at_cost_and_a_floor_at_the_price_are_right() -> None:
    assert _told(evolve(TEA, cost=yuan("60.00"), floor=yuan("60.00"))) == []


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (PriceEntry("tea", yuan("59.99")), []),
        (PriceEntry("tea", yuan("60.00")), [("note", "entry_never_wins", "$.prices[0].price")]),
        (
            PriceEntry("tea", yuan("50.00"), window=Window(day(1), day(1))),
            [("note", "entry_never_wins", "$.prices[0]")],
        ),
        (
            PriceEntry("tea", yuan("33.00")),
            [("warning", "entry_below_floor", "$.prices[0].price")],
        ),
        (
            PriceEntry("tea", yuan("31.00")),
            [
                ("warning", "entry_below_cost", "$.prices[0].price"),
                ("warning", "entry_below_floor", "$.prices[0].price"),
            ],
        ),
        # Impossible, and as such `mallops.catalog.check`'s to tell.
        (PriceEntry("cup", yuan("1.00")), []),
    ],
)
def test_entries(entry: PriceEntry, told: list[tuple[str, str, str]]) -> None:
    assert _told(TEA, prices=(entry,)) == told


def test_an_entry_of_a_sku_without_a_price_is_not_judged() -> None:
    [finding] = completeness(
        Catalog((evolve(TEA, price=None),), (PriceEntry("tea", yuan("1.00")),))
    )
    assert finding.code == "missing_price"


def test_skus_of_one_product_with_one_variant() -> None:
    medium = evolve(TEA, sku="m", product="t", variant={"size": "M", "colour": "red"})
    same = evolve(medium, sku="m2", variant={"colour": "red", "size": "M"})
    large = evolve(medium, sku="l", variant={"size": "L", "colour": "red"})
    alone = evolve(medium, sku="a", product="")
    warning = ("warning", "same_variant")
    assert _told(medium, large, alone, same) == [
        (*warning, "$.products[0].variant"),
        (*warning, "$.products[3].variant"),
    ]
    # Its successor may have the variant of a delisted one.
    assert _told(medium, evolve(same, listing=Listing.DELISTED)) == []
    # One that is being prepared is nobody's choice yet.
    assert _told(medium, evolve(same, listing=Listing.DRAFT)) == [
        ("note", "same_variant", "$.products[0].variant"),
        ("note", "same_variant", "$.products[1].variant"),
    ]


def test_the_order_is_that_of_the_catalogue() -> None:
    lacking = [evolve(TEA, sku=f"tea{i}", category="", pictures=()) for i in range(12)]
    prices = tuple(PriceEntry("tea0", yuan("60.00")) for _ in range(11))
    paths = [path for _, _, path in _told(*lacking, prices=prices)]
    assert paths == [
        *(f"$.products[{i}].{field}" for i in range(12) for field in ("category", "pictures")),
        *(f"$.prices[{i}].price" for i in range(11)),
    ]


@given(catalogs())
def test_only_what_is_listed_can_cost_money(catalog: Catalog) -> None:
    found = completeness(catalog)
    assert completeness(catalog) == found
    listing = {sku.sku: sku.listing for sku in catalog.skus}
    for finding in found:
        if finding.severity is not Severity.NOTE:
            assert listing[finding.details["sku"]] is Listing.LISTED
