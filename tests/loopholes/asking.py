"""Short ways to ask what lint finds in the small mall."""

from __future__ import annotations

from mallops.catalog.model import Catalog
from mallops.loopholes.linting import lint
from mallops.loopholes.model import Loophole
from mallops.rules.book import Rulebook
from tests.loopholes.mall import AT, BOOK, CATALOG


def found(code: str, book: Rulebook = BOOK, catalog: Catalog = CATALOG) -> list[Loophole]:
    return [each for each in lint(book, catalog, AT) if each.code == code]


def has(code: str, book: Rulebook = BOOK, catalog: Catalog = CATALOG) -> bool:
    return bool(found(code, book, catalog))
