"""Short ways to ask what lint finds in the small mall."""

from __future__ import annotations

from mallops.cart import Cart, Line, Shopper
from mallops.catalog.model import Catalog
from mallops.loopholes.linting import lint
from mallops.loopholes.model import Loophole, Witness
from mallops.loopholes.replay import replay
from mallops.promotions.compiled import compile_rulebook
from mallops.rules.book import Rulebook
from mallops.stories.model import Balance, Deed, PlaceOrder, Step
from tests.loopholes.mall import AT, BOOK, CATALOG


def found(code: str, book: Rulebook = BOOK, catalog: Catalog = CATALOG) -> list[Loophole]:
    return [each for each in lint(book, catalog, AT) if each.code == code]


def has(code: str, book: Rulebook = BOOK, catalog: Catalog = CATALOG) -> bool:
    return bool(found(code, book, catalog))


def ending(book: Rulebook, *deeds: Deed, catalog: Catalog = CATALOG) -> Balance:
    """What a customer has in the end who does these things, an hour apart."""
    steps = tuple(Step(AT.add(hours=hour), deed, "c1") for hour, deed in enumerate(deeds))
    return replay(compile_rulebook(book, catalog), Witness(steps)).balances["c1"]


def buying(id_: str, **units: int) -> PlaceOrder:
    """An order of a customer, whose lines have their SKUs as ids."""
    lines = tuple(Line(sku, sku, quantity) for sku, quantity in units.items())
    return PlaceOrder(id_, Cart(Shopper("c1"), lines))
