from __future__ import annotations

from decimal import Decimal

from attrs import evolve

from mallops.catalog.model import Listing
from mallops.findings import Severity
from mallops.loopholes.linting import lint
from mallops.loopholes.tolerance import Tolerance
from mallops.rules.benefits import Gift
from mallops.rules.points import GoodsFactor
from mallops.rules.promotions import Criteria, Selector
from tests.loopholes.asking import found, has
from tests.loopholes.mall import (
    AT,
    BOOK,
    CATALOG,
    POINTS,
    THIRTY,
    earning,
    offering,
    sku,
    with_skus,
    within,
)

PILLS = sku("pills", "40.00", "20.00", "health", tags=frozenset({"prescription"}))
PHARMACY = with_skus(PILLS)
CODES = ("licensed_given", "licensed_promoted", "licensed_earns_points")


def test_to_give_it_away_is_an_error() -> None:
    book = offering(Gift("pills", 1), items=within("ware"))
    [given] = found("licensed_given", book, PHARMACY)
    assert given.severity is Severity.ERROR


def test_medicine_that_is_left_out_everywhere() -> None:
    out = Criteria(tags=frozenset({"prescription"}))
    promotions = (evolve(THIRTY, items=Selector(exclude=out)),)
    none = earning(items=(GoodsFactor(Selector(out), Decimal(0)),))
    book = evolve(none, promotions=promotions)
    assert not any(has(code, book, PHARMACY) for code in CODES)
    # What points may pay for is not in a rulebook, so that this stays a note.
    [paid] = found("licensed_paid_with_points", book, PHARMACY)
    assert paid.severity is Severity.NOTE
    free = evolve(book, points=evolve(POINTS, at_most_percent=Decimal(0)))
    assert not has("licensed_paid_with_points", free, PHARMACY)


def test_what_is_not_listed_is_not_promoted() -> None:
    gone = with_skus(evolve(PILLS, listing=Listing.DELISTED))
    assert not any(has(code, BOOK, gone) for code in CODES)


def test_the_tolerance_says_what_needs_a_licence() -> None:
    tea = Tolerance(licensed=Criteria(categories=frozenset({"tea"})))
    codes = {each.code for each in lint(BOOK, CATALOG, AT, tea)}
    assert {"licensed_promoted", "licensed_earns_points"} <= codes
    assert not any(has(code) for code in CODES)
