"""Small malls with costs, and bounds within which every cart can be quoted."""

from __future__ import annotations

from attrs import evolve, frozen
from hypothesis import strategies as st
from pendulum import DateTime

from mallops.cart import ShippingFee
from mallops.loopholes.carts.bounds import Bounds
from mallops.money import Money
from mallops.promotions.compiled import Compiled, compile_rulebook
from mallops.rulebook.book import decode_rulebook
from mallops.rulebook.catalog import decode_catalog
from mallops.testing.strategies import MOMENTS, Size, catalogs, rulebooks
from mallops.time import instant

TINY = Size(products=3, prices=2, lines=2, units=4, promotions=5)


@frozen
class Drawn:
    """What a search is asked with."""

    compiled: Compiled
    at: DateTime
    bounds: Bounds


@st.composite
def malls(draw: st.DrawFn, size: Size = TINY) -> Drawn:
    currency = draw(st.sampled_from(["CNY", "JPY"]))
    catalog = draw(catalogs(currency, size))
    rulebook = decode_rulebook(draw(rulebooks(catalog, currency, size)))
    goods = decode_catalog(catalog, rulebook.currency, rulebook.timezone)
    costed = []
    for sku in goods.skus:
        assert sku.price is not None
        share = draw(st.sampled_from([50, 70, 30, 90, 99, 10, 0]))
        cost = Money(sku.price.minor * share // 100, rulebook.currency)
        costed.append(evolve(sku, cost=cost))
    shops = sorted({sku.shop for sku in goods.skus})
    charged = draw(st.booleans())
    fees = tuple(ShippingFee(shop, Money(500, rulebook.currency)) for shop in shops if charged)
    each = draw(st.integers(1, 3))
    bounds = Bounds(
        units=draw(st.integers(1, 4)),
        each=each,
        distinct=draw(st.integers(1, 3)),
        fees=fees,
        instants=draw(st.integers(1, 2)),
    )
    compiled = compile_rulebook(rulebook, evolve(goods, skus=tuple(costed)))
    return Drawn(compiled, instant(draw(st.sampled_from(MOMENTS))), bounds)
