"""Catalogues and customers made up by Hypothesis, small enough for rules to meet often."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

from hypothesis import strategies as st
from pendulum import DateTime

from mallops.catalog.model import Catalog, Listing, PriceEntry, Sku
from mallops.money import Currency, Money
from mallops.time import Window, instant

CNY = Currency.of("CNY")
START = instant("2026-11-01T00:00:00+08:00")
IDS = ("A", "B", "C")
GROUPS = ("new", "vip")
CHANNELS = ("app", "mini")


def yuan(text: str) -> Money:
    return Money.parse(text, CNY)


def day(number: int) -> DateTime:
    return instant(START + timedelta(days=number))


def money(most: int = 20_000) -> st.SearchStrategy[Money]:
    return st.integers(0, most).map(lambda minor: Money(minor, CNY))


DAYS = [day(number) for number in range(5)]
WINDOWS = [Window(*bounds) for bounds in product((None, *DAYS), repeat=2)]


def instants() -> st.SearchStrategy[DateTime]:
    return st.sampled_from(DAYS)


def windows() -> st.SearchStrategy[Window]:
    """Some of them empty, or the wrong way round."""
    return st.sampled_from(WINDOWS)


def groups() -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(GROUPS))


def entries(skus: tuple[str, ...] = IDS) -> st.SearchStrategy[PriceEntry]:
    return st.builds(
        PriceEntry,
        st.sampled_from(skus),
        money(),
        groups(),
        st.integers(1, 4),
        windows(),
        st.frozensets(st.sampled_from(CHANNELS)),
    )


def skus(sku: str, *, priced: bool = False) -> st.SearchStrategy[Sku]:
    return st.builds(
        Sku,
        st.just(sku),
        money() if priced else st.none() | money(),
        shop=st.sampled_from(("s1", "s2")),
        category=st.sampled_from(("", "care", "care/skin", "careful")),
        cost=st.none() | money(),
        floor=st.none() | money(),
        listing=st.sampled_from(Listing),
        title=st.sampled_from(({}, {"en": " "}, {"en": "Tea"})),
        pictures=st.sampled_from(((), ("",), ("tea.jpg",))),
        product=st.sampled_from(("", "p")),
        variant=st.sampled_from(({}, {"size": "M"}, {"size": "L"})),
    )


@st.composite
def catalogs(draw: st.DrawFn, *, priced: bool = False) -> Catalog:
    """Each of the SKUs or not, in any order, with entries of those that are there."""
    ids = draw(st.lists(st.sampled_from(IDS), unique=True, min_size=1))
    found = tuple(draw(skus(sku, priced=priced)) for sku in ids)
    prices = draw(st.lists(entries(tuple(ids)), max_size=4))
    return Catalog(found, tuple(prices))
