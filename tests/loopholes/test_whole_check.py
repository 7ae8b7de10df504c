"""The whole check of malls of a usual size: the safe are not called unsafe, and faults are found.

`python -m benchmarks.mutants` goes through all of it, within the bounds that a check has; here the
searches go less far, and one fault of each sort is planted.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given, settings

from mallops.findings import Severity
from mallops.loopholes.carts.bounds import Bounds as CartBounds
from mallops.loopholes.carts.finding import find_carts
from mallops.loopholes.carts.goals import (
    BelowCost,
    CheaperSplit,
    CheaperWithMore,
    DeepDiscount,
    Free,
    Goal,
)
from mallops.loopholes.checking import check
from mallops.loopholes.model import Loophole
from mallops.loopholes.searches import FULL
from mallops.loopholes.sequences.bounds import Bounds
from mallops.loopholes.sequences.searching import find_stories
from mallops.promotions.compiled import Compiled, compile_rulebook
from mallops.rulebook.book import decode_rulebook
from mallops.rulebook.catalog import decode_catalog
from tests.loopholes.breaking import all_of
from tests.loopholes.breaking import documents_of as broken_documents
from tests.loopholes.carts.drawn import Drawn, malls
from tests.loopholes.faults import FAULTS, Fault, documents_of
from tests.loopholes.holding import assert_holds
from tests.loopholes.mall import AT
from tests.loopholes.safe import SAFE
from tests.loopholes.safe.writing import Document

EFFORT = CartBounds(nodes=3_000, quotes=60)
ALONE: tuple[Goal, ...] = (BelowCost(), Free(), DeepDiscount(Decimal(70)))
GOALS: tuple[Goal, ...] = (*ALONE, CheaperWithMore(), CheaperSplit())
ONE_OF_EACH = tuple({fault.code: fault for fault in reversed(FAULTS)}.values())


def compiled(book: Document, catalog: Document) -> Compiled:
    rules = decode_rulebook(book)
    return compile_rulebook(rules, decode_catalog(catalog, rules.currency, rules.timezone))


def reported(mall: Compiled, states: int) -> Iterator[Loophole]:
    """What carts and stories tell, of a search that goes so far."""
    for goal in ALONE:
        yield from find_carts(mall, AT, goal, EFFORT).found
    yield from find_stories(mall, AT, Bounds(states=states)).loopholes


@pytest.mark.parametrize("trade", SAFE)
def test_a_safe_mall_has_no_error_and_what_is_told_of_it_holds(trade: str) -> None:
    mall = compiled(*SAFE[trade])
    found = list(reported(mall, states=400))
    assert [each for each in found if each.severity is Severity.ERROR] == []
    for each in found:
        assert_holds(mall, each)


def test_a_whole_check_of_a_safe_mall_has_no_error() -> None:
    rules = decode_rulebook(SAFE["cards"][0])
    goods = decode_catalog(SAFE["cards"][1], rules.currency, rules.timezone)
    report = check(rules, goods, AT, FULL)
    assert {each.severity for each in report.found} == {Severity.NOTE}


@pytest.mark.parametrize("fault", ONE_OF_EACH, ids=[fault.code for fault in ONE_OF_EACH])
def test_a_fault_is_found_and_what_is_told_of_it_holds(fault: Fault) -> None:
    mall = compiled(*documents_of(fault))
    found: list[Loophole] = []
    if fault.code.startswith("cart_"):
        for goal in (*ALONE, CheaperSplit()):
            found += find_carts(mall, AT, goal, CartBounds(nodes=3_000)).found
    else:
        found += find_stories(mall, AT, Bounds(states=2_000)).loopholes
    assert (fault.code, fault.kind, fault.severity) in {
        (each.code, each.kind, each.severity) for each in found
    }
    for each in found:
        assert_holds(mall, each)


@settings(max_examples=40, deadline=None)
@given(drawn=malls())
def test_what_carts_tell_of_any_mall_holds(drawn: Drawn) -> None:
    for goal in GOALS:
        for each in find_carts(drawn.compiled, drawn.at, goal, drawn.bounds).found:
            assert_holds(drawn.compiled, each)


def test_every_mall_can_be_broken_in_each_part_that_it_has() -> None:
    for trade in SAFE:
        every = list(all_of(trade))
        assert {"policy", "benefit", "limit", "price"} <= {each.part for each in every}
        for each in every[::4]:
            assert broken_documents(each) != SAFE[trade]
            compiled(*broken_documents(each))
