"""List prices: the lowest wins, whatever the order."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pendulum import DateTime

from mallops.catalog.model import Catalog, PriceEntry, Sku
from mallops.catalog.prices import (
    WhyNot,
    entries_by_sku,
    explain_price,
    list_price,
    price_of,
    why_not,
)
from mallops.errors import CurrencyMismatch, InputError
from mallops.money import Currency, Money
from mallops.time import Window
from tests.catalog import naive
from tests.catalog.goods import CHANNELS, CNY, catalogs, day, entries, groups, instants, yuan

CHANNEL = st.sampled_from(("", *CHANNELS))
QUANTITY = st.integers(1, 5)
NOBODY: frozenset[str] = frozenset()
TEA = Sku("tea", yuan("60.00"))


@given(catalogs(priced=True), groups(), CHANNEL, QUANTITY, instants())
def test_the_lowest_that_fits_wins(
    catalog: Catalog, of: frozenset[str], channel: str, quantity: int, at: DateTime
) -> None:
    for sku in catalog.skus:
        price = price_of(catalog, sku.sku, of, channel, quantity, at)
        assert price == Money(naive.list_price(catalog, sku.sku, of, channel, quantity, at), CNY)
        assert sku.price is not None
        assert price <= sku.price
        of_sku = entries_by_sku(catalog.prices).get(sku.sku, ())
        assert price == list_price(sku, of_sku, of, channel, quantity, at)


@given(catalogs(priced=True), groups(), CHANNEL, QUANTITY, instants(), st.randoms())
def test_the_order_of_entries_plays_no_part(
    catalog: Catalog,
    of: frozenset[str],
    channel: str,
    quantity: int,
    at: DateTime,
    chance: Random,
) -> None:
    shuffled = list(catalog.prices)
    chance.shuffle(shuffled)
    other = Catalog(catalog.skus, tuple(shuffled))
    for sku in catalog.skus:
        asked = (sku.sku, of, channel, quantity, at)
        assert price_of(catalog, *asked) == price_of(other, *asked)
        assert explain_price(catalog, *asked) == explain_price(other, *asked)


@given(catalogs(priced=True), groups(), CHANNEL, QUANTITY, instants())
def test_the_explanation_accounts_for_every_entry(
    catalog: Catalog, of: frozenset[str], channel: str, quantity: int, at: DateTime
) -> None:
    for sku in catalog.skus:
        asked = (of, channel, quantity, at)
        explained = explain_price(catalog, sku.sku, *asked)
        assert explained.price == price_of(catalog, sku.sku, *asked)
        assert explained.own == sku.price
        assert (explained.decided is None) == (explained.price == sku.price)
        told = [passed.entry for passed in explained.passed_over]
        if explained.decided is not None:
            assert explained.decided.price == explained.price
            assert naive.fits(explained.decided, *asked)
            told.append(explained.decided)
        mine = [entry for entry in catalog.prices if entry.sku == sku.sku]
        assert sorted(map(repr, told)) == sorted(map(repr, mine))
        for passed in explained.passed_over:
            assert naive.fits(passed.entry, *asked) == (passed.reasons == (WhyNot.NOT_LOWEST,))


@given(entries(), groups(), CHANNEL, QUANTITY, instants())
def test_an_entry_fits_where_nothing_speaks_against_it(
    entry: PriceEntry, of: frozenset[str], channel: str, quantity: int, at: DateTime
) -> None:
    assert naive.fits(entry, of, channel, quantity, at) == (
        not why_not(entry, of, channel, quantity, at)
    )


def test_all_reasons_are_given_in_a_fixed_order() -> None:
    entry = PriceEntry(
        "tea",
        yuan("50.00"),
        frozenset({"vip"}),
        2,
        Window(day(1), day(2)),
        frozenset({"app"}),
    )
    assert why_not(entry, frozenset({"new"}), "mini", 1, day(2)) == (
        WhyNot.GROUP,
        WhyNot.QUANTITY,
        WhyNot.WINDOW,
        WhyNot.CHANNEL,
    )


@pytest.mark.parametrize(("at", "price"), [(0, "60.00"), (1, "50.00"), (2, "60.00")])
def test_windows_are_half_open(at: int, price: str) -> None:
    entry = PriceEntry("tea", yuan("50.00"), window=Window(day(1), day(2)))
    assert list_price(TEA, [entry], NOBODY, "", 1, day(at)) == yuan(price)


def test_an_entry_for_a_channel_is_not_for_carts_that_name_none() -> None:
    entry = PriceEntry("tea", yuan("50.00"), channels=frozenset({"app"}))
    assert list_price(TEA, [entry], NOBODY, "", 1, day(0)) == yuan("60.00")


def test_entries_of_other_skus_are_passed_over() -> None:
    other = PriceEntry("cup", yuan("1.00"))
    assert list_price(TEA, [other], NOBODY, "", 1, day(0)) == yuan("60.00")


def test_an_entry_at_the_products_price_decides_nothing() -> None:
    catalog = Catalog((TEA,), (PriceEntry("tea", yuan("60.00")),))
    explained = explain_price(catalog, "tea", NOBODY, "", 1, day(0))
    assert explained.decided is None
    assert explained.passed_over[0].reasons == (WhyNot.NOT_LOWEST,)


def test_of_two_that_fit_the_less_demanding_is_named() -> None:
    plain = PriceEntry("tea", yuan("50.00"))
    for_two = PriceEntry("tea", yuan("50.00"), min_quantity=2)
    explained = explain_price(Catalog((TEA,), (for_two, plain)), "tea", NOBODY, "", 2, day(0))
    assert explained.decided == plain


@pytest.mark.parametrize("ask", [price_of, explain_price])
@pytest.mark.parametrize(
    ("sku", "quantity", "path"),
    [("cup", 1, "$.sku"), ("new", 1, "$.price"), ("tea", 0, "$.quantity")],
)
def test_what_cannot_be_priced_is_an_error(ask: object, sku: str, quantity: int, path: str) -> None:
    catalog = Catalog((TEA, Sku("new", None)))
    assert callable(ask)
    with pytest.raises(InputError) as caught:
        ask(catalog, sku, NOBODY, "", quantity, day(0))
    assert [problem.path for problem in caught.value.problems] == [path]


def test_another_currency_is_never_compared() -> None:
    entry = PriceEntry("tea", Money(1, Currency.of("JPY")))
    with pytest.raises(CurrencyMismatch):
        list_price(TEA, [entry], NOBODY, "", 1, day(0))
