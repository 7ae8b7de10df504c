"""Malls of a usual size: no error where nothing is wrong, and every fault that is planted found."""

from __future__ import annotations

import pytest

from mallops.findings import Severity
from mallops.loopholes.linting import lint
from mallops.loopholes.model import Loophole
from mallops.rulebook.book import decode_rulebook
from mallops.rulebook.catalog import decode_catalog
from tests.loopholes.mall import AT
from tests.loopholes.mutants import MUTANTS, Mutant, documents
from tests.loopholes.safe import SAFE
from tests.loopholes.safe.writing import Document


def found(book: Document, catalog: Document) -> tuple[Loophole, ...]:
    rules = decode_rulebook(book)
    return lint(rules, decode_catalog(catalog, rules.currency, rules.timezone), AT)


@pytest.mark.parametrize("trade", SAFE)
def test_a_safe_mall_has_no_error(trade: str) -> None:
    book, catalog = SAFE[trade]
    assert 10 <= len(book["promotions"]) <= 25
    assert 20 <= len(catalog["products"]) <= 45
    errors = [each for each in found(book, catalog) if each.severity is Severity.ERROR]
    assert errors == []


@pytest.mark.parametrize(
    "mutant", MUTANTS, ids=[f"{each.trade}-{each.place}-{each.code}" for each in MUTANTS]
)
def test_a_fault_is_found_and_was_not_there_before(mutant: Mutant) -> None:
    before = {each.code for each in found(*SAFE[mutant.trade])}
    assert mutant.code not in before
    assert mutant.code in {each.code for each in found(*documents(mutant))}


def test_what_is_handed_out_freely_is_an_error_in_every_mall() -> None:
    gone: Document = {"id": "gone", "lane": "platform-coupon", "coupon": True}
    gone["benefit"] = {"kind": "amount_off", "amount": "100"}
    bag = {"sku": "bag-100", "price": "99"}
    for book, catalog in SAFE.values():
        wide = book | {"promotions": [*book["promotions"], gone]}
        goods = catalog | {"products": [*catalog["products"], bag]}
        errors = {each.code for each in found(wide, goods) if each.severity is Severity.ERROR}
        assert errors == {"grant_unbounded"}
