"""Drawn malls with many carts: what simulations run on in tests."""

from __future__ import annotations

from attrs import frozen
from hypothesis import settings
from hypothesis import strategies as st

from mallops.money import Currency
from mallops.promotions.compiled import Compiled, compile_rulebook
from mallops.rulebook.book import decode_rulebook
from mallops.rulebook.cart import decode_cart
from mallops.rulebook.catalog import decode_catalog
from mallops.rulebook.usage import decode_usage
from mallops.simulation.outcome import Case
from mallops.testing import strategies
from mallops.testing.strategies import Doc, Size
from mallops.time import instant

# A mall takes long to draw, so there are fewer of them than of other examples.
FEW = settings(max_examples=max(1, settings().max_examples // 5))

SIZE = Size(products=3, prices=1, lines=3, units=5, promotions=4)

PARTIES = ("platform", "shop", "brand")


@frozen(repr=False)
class Mall:
    """Two rulebooks over one catalogue, and cases; the carts are also there as documents."""

    before: Compiled
    after: Compiled
    cases: tuple[Case, ...]
    documents: tuple[Doc, ...]

    @property
    def currency(self) -> Currency:
        """The mall's."""
        return self.before.rulebook.currency


@st.composite
def malls(draw: st.DrawFn, most_carts: int = 3) -> Mall:
    """Malls in which some promotions are funded by parties, some in part and some by nobody."""
    code = draw(st.sampled_from(strategies.CURRENCIES))
    currency = Currency.of(code)
    goods = draw(strategies.catalogs(code, SIZE))
    books = [funded(draw, draw(strategies.rulebooks(goods, code, SIZE))) for _ in range(2)]
    catalogue = decode_catalog(costed(draw, goods), currency)
    before, after = (compile_rulebook(decode_rulebook(book), catalogue) for book in books)
    count = draw(st.integers(0, most_carts))
    documents = [draw(strategies.carts(goods, books[i % 2], code, SIZE)) for i in range(count)]
    cases = [
        Case(
            id=f"c{number}",
            at=instant(draw(st.sampled_from(strategies.MOMENTS))),
            cart=decode_cart(document, currency),
            usage=decode_usage(draw(strategies.usages(books[0])), currency),
        )
        for number, document in enumerate(documents)
    ]
    return Mall(before, after, tuple(cases), tuple(documents))


def funded(draw: st.DrawFn, book: Doc) -> Doc:
    """The rulebook with funding for most promotions, whose sum may be anything."""
    percents = st.sampled_from(("50", "33.3", "100", "12.5", "0", "60"))
    for promotion in book.get("promotions", []):
        parties = draw(st.sets(st.sampled_from(PARTIES)))
        promotion["funding"] = {party: draw(percents) for party in sorted(parties)}
    return book


def costed(draw: st.DrawFn, goods: Doc) -> Doc:
    """The catalogue with the cost of some products, at their price or above what it was."""
    products = [
        {**product, "cost": product["price"]} if draw(st.booleans()) else product
        for product in goods["products"]
    ]
    return {**goods, "products": products}
