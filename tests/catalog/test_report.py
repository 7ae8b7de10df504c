"""What the report says is what applying does."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from pendulum import DateTime

from mallops.catalog.applying import apply, reprice
from mallops.catalog.model import Catalog, PriceEntry, Sku
from mallops.catalog.proposals import OwnPrice, Proposal, together
from mallops.catalog.report import Margin, price_changes
from mallops.catalog.strategies import QuantityTier, cost_plus, quantity_tiers, rival_minus
from mallops.errors import InputError
from mallops.time import Window
from tests.catalog import naive
from tests.catalog.goods import catalogs, day, instants, yuan
from tests.catalog.proposing import MARGINS, composed


@given(st.data(), catalogs(), st.sampled_from(MARGINS), instants())
def test_applying_does_what_the_report_says(
    data: st.DataObject, catalog: Catalog, at_least: Decimal | None, at: DateTime
) -> None:
    proposal = data.draw(composed(catalog, at_least))
    applied, repriced = apply(catalog, proposal), reprice(catalog, proposal)
    prices = {sku.sku: sku.price for sku in repriced.skus}
    rows = price_changes(catalog, proposal, at)
    for row in rows:
        if row.own:
            assert prices[row.sku] == row.then
            continue
        groups = frozenset({row.group} - {""})
        asked = (row.sku, groups, row.channel, row.quantity, row.at)
        assert row.now is not None
        assert naive.list_price(catalog, *asked) == row.now.minor
        assert naive.list_price(applied, *asked) == row.then.minor
        assert row.difference == row.then - row.now
        assert row.at >= at
    assert {row.sku for row in rows if row.own} == {own.sku for own in proposal.own}
    assert {row.sku for row in rows if not row.own} == {entry.sku for entry in proposal.entries}


@given(st.data(), catalogs(), st.sampled_from(MARGINS))
def test_applying_twice_is_applying_once(
    data: st.DataObject, catalog: Catalog, at_least: Decimal | None
) -> None:
    proposal = data.draw(composed(catalog, at_least))
    once = apply(catalog, proposal)
    assert apply(once, proposal) == once
    assert once.skus == catalog.skus
    assert set(proposal.entries) <= set(once.prices)
    assert reprice(reprice(catalog, proposal), proposal) == reprice(catalog, proposal)
    assert reprice(catalog, proposal).prices == catalog.prices


@given(st.data(), catalogs(), st.sampled_from(MARGINS), instants(), st.randoms())
def test_the_order_of_a_proposal_plays_no_part(
    data: st.DataObject,
    catalog: Catalog,
    at_least: Decimal | None,
    at: DateTime,
    chance: Random,
) -> None:
    proposal = data.draw(composed(catalog, at_least))
    entries, own = list(proposal.entries), list(proposal.own)
    chance.shuffle(entries)
    chance.shuffle(own)
    shuffled = evolve(proposal, entries=tuple(entries), own=tuple(own))
    rows, others = (price_changes(catalog, one, at) for one in (proposal, shuffled))
    assert sorted(map(repr, rows)) == sorted(map(repr, others))


TEA = Sku("tea", yuan("60.00"), cost=yuan("31.50"))
CATALOG = Catalog((TEA,), (PriceEntry("tea", yuan("55.00"), frozenset({"vip"})),))


def test_one_row_for_each_kind_of_customer() -> None:
    entry = PriceEntry(
        "tea", yuan("54.00"), frozenset({"vip", "new"}), 3, channels=frozenset({"mini", "app"})
    )
    rows = price_changes(CATALOG, Proposal((entry,)), day(0))
    assert [(row.group, row.channel, row.quantity, str(row.now)) for row in rows] == [
        ("new", "app", 3, "60.00"),
        ("new", "mini", 3, "60.00"),
        ("vip", "app", 3, "55.00"),
        ("vip", "mini", 3, "55.00"),
    ]
    assert {str(row.then) for row in rows} == {"54.00"}


@pytest.mark.parametrize(("starts", "at", "seen"), [(2, 0, 2), (2, 2, 2), (2, 3, 3)])
def test_an_entry_is_looked_at_when_it_starts(starts: int, at: int, seen: int) -> None:
    entry = PriceEntry("tea", yuan("50.00"), window=Window(day(starts)))
    [row] = price_changes(CATALOG, Proposal((entry,)), day(at))
    assert row.at == day(seen)
    assert row.difference == -yuan("10.00")


def test_an_entry_that_is_over_changes_nothing() -> None:
    entry = PriceEntry("tea", yuan("50.00"), window=Window(day(1), day(2)))
    [row] = price_changes(CATALOG, Proposal((entry,)), day(2))
    assert row.difference == yuan("0.00")


def test_margins_and_percentages() -> None:
    [row] = price_changes(CATALOG, cost_plus(CATALOG, Decimal(10)), day(0))
    assert (row.percent, row.held) == (Decimal("-42.25"), False)
    assert row.margin_before == Margin(yuan("28.50"), Decimal("47.50"))
    assert row.margin_after == Margin(yuan("3.15"), Decimal("9.09"))


def test_what_is_not_known_is_not_made_up() -> None:
    catalog = Catalog((Sku("cup", yuan("0.00")), Sku("pen", None, cost=yuan("1.00"))))
    free, pen = Proposal(own=(OwnPrice("cup", yuan("5.00")),)), cost_plus(catalog, Decimal(50))
    first, second = price_changes(catalog, together(pen, free), day(0))
    assert (first.sku, first.percent, first.margin_before) == ("cup", None, None)
    assert (second.sku, second.now, second.difference) == ("pen", None, None)
    assert second.margin_after == Margin(yuan("0.50"), Decimal("33.33"))


def test_a_held_price_is_flagged() -> None:
    proposal = rival_minus(CATALOG, {"tea": yuan("1.00")}, Decimal(0))
    assert [row.held for row in price_changes(CATALOG, proposal, day(0))] == [True]


def test_a_strategy_that_runs_again_replaces_what_it_proposed() -> None:
    tiers = [QuantityTier(2, Decimal(40))]
    applied = apply(CATALOG, quantity_tiers(CATALOG, tiers))
    milder = quantity_tiers(applied, [QuantityTier(2, Decimal(10))])
    [row] = price_changes(applied, milder, day(0))
    assert (str(row.now), str(row.then)) == ("36.00", "54.00")
    # What somebody gave the vips asks something else, and stays.
    assert apply(applied, milder).prices == (*CATALOG.prices, *milder.entries)


def test_of_two_own_prices_the_lower_is_taken() -> None:
    raising = Proposal(own=(OwnPrice("tea", yuan("70.00")), OwnPrice("tea", yuan("65.00"))))
    assert reprice(CATALOG, raising).skus[0].price == yuan("65.00")
    [row] = price_changes(CATALOG, raising, day(0))
    assert (row.own, row.then, row.percent) == (True, yuan("65.00"), Decimal("8.33"))


def test_an_entry_of_a_sku_without_a_price_has_no_row() -> None:
    catalog = Catalog((Sku("cup", None),))
    assert price_changes(catalog, Proposal((PriceEntry("cup", yuan("1.00")),)), day(0)) == ()


@pytest.mark.parametrize("apply_or_reprice", [apply, reprice])
def test_a_sku_of_another_catalogue_is_an_error(apply_or_reprice: object) -> None:
    assert callable(apply_or_reprice)
    entry = PriceEntry("cup", yuan("1.00"))
    with pytest.raises(InputError, match=r"\$\.entries\[0\]\.sku: got 'cup'"):
        apply_or_reprice(CATALOG, Proposal((entry,)))
    with pytest.raises(InputError, match=r"\$\.entries\[0\]\.sku"):
        price_changes(CATALOG, Proposal((entry,)), day(0))
