"""Goods, customers and rules to rank by, small enough to look at every list."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from mallops.cart import Cart, Line, Shopper
from mallops.catalog.model import Listing, Sku
from mallops.money import Currency, Money
from mallops.recommend.ranking.model import Customer, Goods
from mallops.recommend.ranking.rules import Boost, By, Cap, Diversity, Pin, Quota, Rules
from mallops.recommend.scored import Part, Scored
from mallops.rules.promotions import Criteria, Selector

CNY = Currency.of("CNY")
NAMES = "abcdefgh"
VALUES: dict[By, tuple[str, ...]] = {
    By.SHOP: ("", "s", "t"),
    By.BRAND: ("", "x", "y", "z"),
    By.CATEGORY: ("", "care", "care/skin", "food", "careful"),
    By.PRODUCT: ("", "p", "q"),
}


def mostly(value: Any, other: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([value] * 5 + [other])


@st.composite
def goods(draw: st.DrawFn, name: str) -> Goods:
    sku = Sku(
        name,
        draw(mostly(Money(draw(st.sampled_from([0, 500, 1000])), CNY), None)),
        shop=draw(st.sampled_from(VALUES[By.SHOP])),
        brand=draw(st.sampled_from(VALUES[By.BRAND])),
        category=draw(st.sampled_from(VALUES[By.CATEGORY])),
        product=draw(st.sampled_from(VALUES[By.PRODUCT])),
        tags=draw(st.frozensets(st.sampled_from("uvw"))),
        listing=draw(mostly(Listing.LISTED, Listing.DELISTED)),
    )
    return Goods(
        sku,
        stock=draw(st.sampled_from([None, 1, 9, 9, 0])),
        regions=draw(mostly(frozenset(), frozenset({"north"}))),
        groups=draw(mostly(frozenset(), frozenset({"vip"}))),
        least_age=draw(mostly(None, 18)),
        needs=draw(mostly(frozenset(), frozenset({"prescription"}))),
        not_for=draw(mostly(frozenset(), frozenset({"pregnant"}))),
    )


def shelves() -> st.SearchStrategy[dict[str, Goods]]:
    return st.fixed_dictionaries({name: goods(name) for name in NAMES})


@st.composite
def customers(draw: st.DrawFn) -> Customer:
    return Customer(
        Cart(
            shopper=Shopper(groups=draw(st.sampled_from([frozenset(), frozenset({"vip"})]))),
            lines=draw(mostly((), (Line("1", "a", 1),))),
        ),
        region=draw(st.sampled_from(["", "north", "south"])),
        age=draw(st.sampled_from([None, 17, 18])),
        holds=draw(st.sampled_from([frozenset(), frozenset({"prescription"})])),
        traits=draw(st.sampled_from([frozenset(), frozenset({"pregnant"})])),
        bought=draw(st.frozensets(st.sampled_from(NAMES))),
        returned=draw(st.frozensets(st.sampled_from(NAMES), max_size=1)),
    )


@st.composite
def caps(draw: st.DrawFn) -> Cap:
    by = draw(st.sampled_from(By))
    value = draw(st.sampled_from(VALUES[by]))
    return Cap(by, draw(st.integers(0 if value else 1, 2)), value)


@st.composite
def quotas(draw: st.DrawFn) -> Quota:
    least = draw(st.sampled_from([0, 0, 0, 1, 2]))
    return Quota(least, draw(st.none() | st.integers(least, 4)))


@st.composite
def rulings(draw: st.DrawFn) -> Rules:
    pins = draw(st.lists(st.tuples(st.sampled_from(NAMES + "?"), st.integers(1, 5)), max_size=3))
    once = Selector(Criteria(categories=frozenset({"food"})))
    return Rules(
        bought_once=draw(st.sampled_from([None, None, Selector(), once])),
        boosts=draw(st.sampled_from([(), (Boost("b", Selector(), 0.25),)])),
        pins=tuple(Pin(f"pin{i}", sku, place) for i, (sku, place) in enumerate(pins)),
        caps=tuple(draw(st.lists(caps(), max_size=4))),
        repeat=draw(quotas()),
        discovery=draw(quotas()),
        diversity=draw(st.sampled_from([None, Diversity(0.0), Diversity(0.5), Diversity(2.0)])),
    )


@st.composite
def scores(draw: st.DrawFn) -> tuple[Scored, ...]:
    names = draw(st.permutations(NAMES))
    kept = names[: draw(st.integers(0, len(names)))]
    amounts = st.sampled_from([0.0, 0.1, 0.2, 0.3, 0.7, 1.0])
    return tuple(
        Scored(name, (Part("personal", draw(amounts)), Part("trend", draw(amounts))))
        for name in kept
    )
