"""A rulebook over another catalogue is what it would be if it had been compiled with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from attrs import evolve, fields
from hypothesis import given
from hypothesis import strategies as st

from mallops.cart import Cart
from mallops.catalog.model import Catalog
from mallops.errors import InputError
from mallops.money import Money
from mallops.promotions.compiled import Compiled, compile_rulebook, stocked
from mallops.promotions.engine import quote
from mallops.rulebook import decode_cart, decode_catalog, decode_rulebook
from mallops.rules.benefits import Gift, Tiers
from mallops.rules.book import Rulebook
from mallops.testing.stories import stories
from mallops.time import instant
from tests.operations.house import Doc

AT = instant("2026-11-11T12:00:00+08:00")


@st.composite
def other_catalogs(draw: st.DrawFn, catalog: Catalog) -> Catalog:
    """Some of the goods, at times at other prices, or at none."""
    skus = draw(st.permutations(catalog.skus))[: draw(st.integers(0, len(catalog.skus)))]
    found = tuple(
        evolve(sku, price=draw(st.sampled_from([sku.price, _half(sku.price), sku.price])))
        for sku in skus
    )
    kept = {sku.sku for sku in found}
    return Catalog(found, tuple(each for each in catalog.prices if each.sku in kept))


def _half(price: Money | None) -> Money | None:
    return None if price is None else Money(max(1, price.minor // 2), price.currency)


def _without_values(book: Rulebook) -> Rulebook:
    """The same promotions, of which gifts take their value from the catalogue."""
    promotions = []
    for each in book.promotions:
        benefit = each.benefit
        if isinstance(benefit, Gift):
            benefit = evolve(benefit, value=None)
        elif isinstance(benefit, Tiers):
            tiers = tuple(
                evolve(tier, benefit=evolve(tier.benefit, value=None))
                if isinstance(tier.benefit, Gift)
                else tier
                for tier in benefit.tiers
            )
            benefit = evolve(benefit, tiers=tiers)
        promotions.append(evolve(each, benefit=benefit))
    return evolve(book, promotions=tuple(promotions))


def _tried(made: Callable[[], Compiled]) -> Compiled | list[str]:
    try:
        return made()
    except InputError as error:
        return sorted(map(str, error.problems))


def _carts(scenario: Doc, book: Rulebook) -> Iterator[Cart]:
    for step in scenario["story"]:
        if step["do"] == "order":
            yield decode_cart(step["cart"], book.currency)


@given(data=st.data(), scenario=stories(), values=st.booleans())
def test_over_another_catalogue_it_is_as_if_it_had_been_compiled_with_it(
    data: st.DataObject, scenario: Doc, values: bool
) -> None:
    book = decode_rulebook(scenario["rulebook"])
    if not values:
        book = _without_values(book)
    catalog = decode_catalog(scenario["catalog"], book.currency, book.timezone)
    whole = compile_rulebook(book, catalog)
    other = data.draw(other_catalogs(catalog))
    expected = _tried(lambda: compile_rulebook(book, other))
    found = _tried(lambda: stocked(whole, other))
    if isinstance(expected, list) or isinstance(found, list):
        assert found == expected
        return
    for part in fields(Compiled):
        assert getattr(found, part.name) == getattr(expected, part.name), part.name
    for cart in _carts(scenario, book):
        if all(line.sku in found.skus for line in cart.lines):
            assert quote(found, cart, AT) == quote(expected, cart, AT)
    # And back again, from the part to the whole.
    again = stocked(found, catalog)
    for part in fields(Compiled):
        assert getattr(again, part.name) == getattr(whole, part.name), part.name
