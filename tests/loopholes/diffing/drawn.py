"""A small mall before and after a change of its rules, its goods, or both."""

from __future__ import annotations

from typing import Any

from attrs import evolve, frozen
from hypothesis import strategies as st
from pendulum import DateTime

from mallops.cart import ShippingFee
from mallops.catalog.model import Catalog
from mallops.loopholes.carts.bounds import Bounds
from mallops.money import Money
from mallops.promotions.compiled import Compiled, compile_rulebook
from mallops.rulebook.book import decode_rulebook
from mallops.rulebook.catalog import decode_catalog
from mallops.rules.book import Rulebook
from mallops.rules.promotions import Promotion
from mallops.testing.strategies import MOMENTS, Size, catalogs, rulebooks
from mallops.time import instant

TINY = Size(products=3, prices=2, lines=2, units=3, promotions=4)


@frozen
class Change:
    """Two worlds, and what a difference of them is asked with."""

    old: Compiled
    new: Compiled
    at: DateTime
    bounds: Bounds


@st.composite
def changes(draw: st.DrawFn, size: Size = TINY) -> Change:
    """A rulebook of which some promotions go, come, ask for more, or another altogether."""
    currency = draw(st.sampled_from(["CNY", "JPY"]))
    document = draw(catalogs(currency, size))
    book = decode_rulebook(draw(rulebooks(document, currency, size)))
    goods = decode_catalog(document, book.currency, book.timezone)
    after = book
    kind = draw(st.sampled_from(["promotions", "promotions", "tighter", "another", "goods"]))
    if kind == "another":
        after = decode_rulebook(draw(rulebooks(document, currency, size)))
    if kind == "tighter":
        after = evolve(book, promotions=tuple(_tighter(draw, each) for each in book.promotions))
    if kind == "promotions":
        kept = draw(st.lists(st.booleans(), min_size=4, max_size=4))
        after = evolve(
            book,
            promotions=tuple(
                each for each, stays in zip(book.promotions, kept, strict=False) if stays
            ),
        )
    repriced = _repriced(draw, goods, book) if kind in {"goods", "another"} else goods
    shops = sorted({sku.shop for sku in goods.skus})
    charged = draw(st.booleans())
    fees = tuple(ShippingFee(shop, Money(500, book.currency)) for shop in shops if charged)
    bounds = Bounds(
        units=draw(st.integers(1, 3)),
        each=draw(st.integers(1, 2)),
        distinct=draw(st.integers(1, 3)),
        fees=fees,
        instants=draw(st.integers(1, 2)),
        quotes=draw(st.sampled_from([3, 2_000, 2_000])),
    )
    worlds = compile_rulebook(book, goods), compile_rulebook(after, repriced)
    old, new = worlds if draw(st.booleans()) else worlds[::-1]
    return Change(old, new, instant(draw(st.sampled_from(MOMENTS))), bounds)


def _tighter(draw: Any, promotion: Promotion) -> Promotion:
    """The promotion as it is, asleep, or with more asked of it."""
    what: str = draw(st.sampled_from(["same", "asleep", "quantity", "coupon", "newcomers"]))
    asked = promotion.requires
    match what:
        case "asleep":
            return evolve(promotion, active=False)
        case "quantity" if asked.items is None:
            more = (asked.quantity or 0) + 1
            return evolve(promotion, requires=evolve(asked, quantity=more))
        case "coupon":
            return evolve(promotion, coupon=True)
        case "newcomers":
            return evolve(promotion, audience=evolve(promotion.audience, first_order=True))
        case _:
            return promotion


def _repriced(draw: Any, goods: Catalog, book: Rulebook) -> Catalog:
    """One of the goods at another price, and perhaps another no longer sold."""
    skus = list(goods.skus)
    place = draw(st.integers(0, len(skus) - 1))
    price = skus[place].price
    assert price is not None
    step = 10**book.currency.exponent
    moved = max(0, price.minor + draw(st.integers(-20, 20)) * step)
    floor = skus[place].floor
    moved = max(moved, 0 if floor is None else floor.minor)
    skus[place] = evolve(skus[place], price=Money(moved, book.currency))
    return evolve(goods, skus=tuple(skus))
