"""The life of a SKU on the shelf."""

from __future__ import annotations

from itertools import product

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from mallops.catalog.completeness import SHORTCOMINGS, completeness
from mallops.catalog.listing import MOVES, move_listing
from mallops.catalog.model import Catalog, Listing, Sku
from mallops.errors import InputError
from mallops.findings import Refusal, Severity
from tests.catalog.goods import skus, yuan

ALLOWED = {("draft", "listed"), ("listed", "delisted"), ("delisted", "listed")}


@pytest.mark.parametrize(("before", "to"), list(product(Listing, Listing)))
def test_moves(before: Listing, to: Listing) -> None:
    sku = Sku("tea", yuan("60.00"), listing=before)
    moved = move_listing(sku, to)
    if (before.value, to.value) in ALLOWED:
        assert moved == evolve(sku, listing=to)
    else:
        details = {"sku": "tea", "from": before.value, "to": to.value}
        assert moved == Refusal("no_such_move", details)


def test_every_listing_has_a_way_out() -> None:
    assert set(MOVES) == set(Listing)
    assert all(MOVES.values())


def test_all_reasons_are_given() -> None:
    draft = Sku("tea", yuan("6.00"), cost=yuan("7.00"), floor=yuan("8.00"), listing=Listing.DRAFT)
    refusal = move_listing(draft, Listing.LISTED, also=["missing_title", "missing_cost"])
    assert isinstance(refusal, Refusal)
    assert refusal.code == "not_ready"
    assert refusal.details["reasons"] == "floor_above_price, missing_title, price_below_cost"


def test_only_listing_asks_for_anything() -> None:
    unsound = Sku("tea", None, listing=Listing.LISTED)
    assert isinstance(move_listing(unsound, Listing.DELISTED, also=["missing_title"]), Sku)


def test_a_code_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(InputError, match=r"\$\.also\[1\]: got 'missing_titel'"):
        move_listing(Sku("tea", None), Listing.DELISTED, also=["missing_cost", "missing_titel"])


@given(skus("A"), st.sampled_from(Listing), st.sets(st.sampled_from(sorted(SHORTCOMINGS))))
def test_what_gets_listed_has_no_error_left(sku: Sku, to: Listing, also: set[str]) -> None:
    moved = move_listing(sku, to, also)
    if isinstance(moved, Sku):
        assert moved.listing is to
        assert evolve(moved, listing=sku.listing) == sku
        if to is Listing.LISTED:
            found = completeness(Catalog((moved,)))
            assert all(finding.severity is not Severity.ERROR for finding in found)
            assert also.isdisjoint(finding.code for finding in found)
