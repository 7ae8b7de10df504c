"""Strategies propose what their bounds allow, and leave no SKU without a word."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mallops.catalog.model import Catalog, Sku
from mallops.catalog.products import in_category
from mallops.catalog.proposals import OwnPrice, Proposal
from mallops.catalog.strategies import (
    MarkdownStep,
    QuantityTier,
    cost_plus,
    markdown_ladder,
    quantity_tiers,
    rival_minus,
)
from mallops.errors import CurrencyMismatch, InputError
from mallops.money import Currency, Money, Rounding
from mallops.time import Window
from tests.catalog import naive
from tests.catalog.goods import catalogs, day, yuan
from tests.catalog.proposing import MARGINS, strategic

TEA = Sku("tea", yuan("60.00"), category="drinks", cost=yuan("31.50"))
CATALOG = Catalog((TEA,))
HALF = Decimal(50)


@given(st.data(), catalogs(), st.sampled_from(MARGINS))
def test_nothing_is_proposed_below_the_least_or_at_no_use(
    data: st.DataObject, catalog: Catalog, at_least: Decimal | None
) -> None:
    proposal = data.draw(strategic(catalog, at_least))
    skus = {sku.sku: sku for sku in catalog.skus}
    for entry in proposal.entries:
        sku = skus[entry.sku]
        assert entry.price.minor >= naive.least(sku, at_least)
        assert sku.price is not None
        assert entry.price < sku.price
        assert at_least is None or sku.cost is not None
    for own in proposal.own:
        sku = skus[own.sku]
        assert own.price.minor >= naive.least(sku, at_least)
        assert sku.price is None or own.price > sku.price
    assert proposal.held <= set(proposal.entries)
    for entry in proposal.held:
        # Held at the least, not above it.
        assert entry.price.minor - 1 < naive.least(skus[entry.sku], at_least)


@given(st.data(), catalogs(), st.sampled_from(MARGINS))
def test_no_sku_is_dropped_silently(
    data: st.DataObject, catalog: Catalog, at_least: Decimal | None
) -> None:
    rivals = data.draw(st.dictionaries(st.sampled_from(("A", "B")), st.just(yuan("9.00"))))
    proposals = [
        cost_plus(catalog, HALF, at_least=at_least),
        rival_minus(catalog, rivals, Decimal(5), at_least=at_least),
        markdown_ladder(catalog, [MarkdownStep(day(1), HALF)], at_least=at_least),
        quantity_tiers(catalog, [QuantityTier(2, HALF)], at_least=at_least),
    ]
    for proposal in proposals:
        told = {entry.sku for entry in proposal.entries}
        told |= {finding.details["sku"] for finding in proposal.findings}
        assert {sku.sku for sku in catalog.skus} <= told


def _codes(proposal: Proposal) -> list[tuple[str, str]]:
    return [(finding.code, finding.path) for finding in proposal.findings]


def _prices(proposal: Proposal) -> list[str]:
    return [str(entry.price) for entry in proposal.entries]


def test_cost_plus() -> None:
    assert _prices(cost_plus(CATALOG, HALF)) == ["47.25"]
    # 31.50 * 1.333 is 41.9895.
    assert _prices(cost_plus(CATALOG, Decimal("33.3"))) == ["41.99"]
    assert _prices(cost_plus(CATALOG, Decimal("33.3"), rounding=Rounding.DOWN)) == ["41.98"]


def test_cost_plus_gives_a_first_price() -> None:
    proposal = cost_plus(Catalog((Sku("cup", None, cost=yuan("10.00")),)), HALF)
    assert proposal.own == (OwnPrice("cup", yuan("15.00")),)
    assert _codes(proposal) == [("missing_price", "$.products[0].price")]
    assert proposal.entries == ()


def test_a_price_above_the_products_is_no_entry() -> None:
    proposal = cost_plus(CATALOG, Decimal(100))
    assert proposal.entries == ()
    assert proposal.own == (OwnPrice("tea", yuan("63.00")),)
    assert _codes(proposal) == [("would_raise", "$.products[0].price")]
    assert proposal.findings[0].details == {"sku": "tea", "price": "63.00", "own": "60.00"}


def test_a_margin_holds_a_price_up() -> None:
    proposal = cost_plus(CATALOG, Decimal(10), at_least=Decimal(25))
    # 31.50 * 1.25 is 39.375: up, as 39.37 would be a little less than asked for.
    assert _prices(proposal) == ["39.38"]
    assert proposal.held == frozenset(proposal.entries)
    assert not cost_plus(CATALOG, Decimal(25), at_least=Decimal(10)).held


def test_a_rivals_price() -> None:
    rivals = {"tea": yuan("55.00"), "zen": yuan("1.00"), "gone": yuan("1.00")}
    catalog = Catalog((TEA, Sku("cup", yuan("9.00"), cost=yuan("1.00"))))
    proposal = rival_minus(catalog, rivals, yuan("0.10"))
    assert _prices(proposal) == ["54.90"]
    assert _codes(proposal) == [
        ("missing_rival_price", "$.products[1]"),
        ("unknown_sku", "$.rivals.gone"),
        ("unknown_sku", "$.rivals.zen"),
    ]
    assert _prices(rival_minus(catalog, {"tea": yuan("55.00")}, Decimal(10))) == ["49.50"]


def test_a_fake_listing_goes_no_lower_than_cost() -> None:
    proposal = rival_minus(CATALOG, {"tea": yuan("0.01")}, yuan("1.00"))
    assert _prices(proposal) == ["31.50"]
    assert proposal.held
    # Whoever gives the cost up still never pays to sell.
    assert _prices(rival_minus(CATALOG, {"tea": yuan("0.01")}, yuan("1.00"), at_least=None)) == [
        "0.00"
    ]


def test_a_cost_is_needed_unless_it_is_given_up() -> None:
    catalog = Catalog((Sku("cup", yuan("9.00"), floor=yuan("8.00")),))
    tiers = [QuantityTier(2, HALF)]
    assert _codes(quantity_tiers(catalog, tiers)) == [("missing_cost", "$.products[0].cost")]
    assert _prices(quantity_tiers(catalog, tiers, at_least=None)) == ["8.00"]


def test_a_ladder_holds_each_step_until_the_next() -> None:
    steps = [
        MarkdownStep(day(0), Decimal(20)),
        MarkdownStep(day(2), Decimal(40)),
        MarkdownStep(day(4), Decimal(10)),
    ]
    proposal = markdown_ladder(CATALOG, steps, ends=day(5))
    assert [(str(entry.price), entry.window) for entry in proposal.entries] == [
        ("48.00", Window(day(0), day(2))),
        ("36.00", Window(day(2), day(4))),
        ("54.00", Window(day(4), day(5))),
    ]
    assert markdown_ladder(CATALOG, steps).entries[-1].window == Window(day(4), None)
    assert markdown_ladder(CATALOG, []) == Proposal()


def test_what_leaves_a_price_as_it_is_gets_told() -> None:
    steps = [MarkdownStep(day(0), Decimal(0))]
    assert _codes(markdown_ladder(CATALOG, steps)) == [("no_change", "$.products[0].price")]
    dear = Catalog((Sku("cup", yuan("9.00"), cost=yuan("9.50")),))
    proposal = quantity_tiers(dear, [QuantityTier(2, HALF)])
    assert _codes(proposal) == [("no_room", "$.products[0].price")]
    assert proposal.findings[0].details == {
        "sku": "cup",
        "price": "4.50",
        "own": "9.00",
        "least": "9.50",
    }
    assert proposal.own == ()


def test_what_is_taken_off_is_rounded() -> None:
    catalog = Catalog((Sku("cup", yuan("0.99"), cost=yuan("0.01")),))
    # Half of 0.99 off is 0.50 half up, 0.49 down.
    assert _prices(quantity_tiers(catalog, [QuantityTier(2, HALF)])) == ["0.49"]
    down = quantity_tiers(catalog, [QuantityTier(2, HALF)], rounding=Rounding.DOWN)
    assert _prices(down) == ["0.50"]


def test_only_some_skus() -> None:
    cup = Sku("cup", yuan("9.00"), category="drinks/cups", cost=yuan("1.00"))
    pen = Sku("pen", yuan("9.00"), category="paper", cost=yuan("1.00"))
    proposal = cost_plus(
        Catalog((pen, cup)), HALF, among=lambda sku: in_category(sku.category, "drinks")
    )
    assert [entry.sku for entry in proposal.entries] == ["cup"]


def test_a_rival_in_another_currency() -> None:
    with pytest.raises(CurrencyMismatch):
        rival_minus(CATALOG, {"tea": Money(5500, Currency.of("JPY"))}, Decimal(1))


Wrong = Callable[[], object]


@pytest.mark.parametrize(
    ("wrong", "paths"),
    [
        (lambda: cost_plus(CATALOG, Decimal(-1)), ["$.percent"]),
        (lambda: cost_plus(CATALOG, HALF, at_least=Decimal("NaN")), ["$.at_least"]),
        (lambda: rival_minus(CATALOG, {}, Decimal(101)), ["$.minus"]),
        (
            lambda: rival_minus(CATALOG, {"tea": -yuan("1.00")}, -yuan("1.00")),
            ["$.rivals.tea", "$.minus"],
        ),
        (
            lambda: markdown_ladder(
                CATALOG,
                [MarkdownStep(day(2), HALF), MarkdownStep(day(2), Decimal(101))],
                ends=day(1),
            ),
            ["$.steps[1].percent", "$.steps[1].starts", "$.ends"],
        ),
        (
            lambda: quantity_tiers(CATALOG, [QuantityTier(0, HALF), QuantityTier(1, Decimal(-1))]),
            ["$.tiers[1].percent", "$.tiers[0].min_quantity"],
        ),
        (
            lambda: quantity_tiers(CATALOG, [QuantityTier(3, HALF), QuantityTier(3, HALF)]),
            ["$.tiers[1].min_quantity", "$.tiers[1].percent"],
        ),
    ],
)
def test_impossible_arguments_are_named_all_at_once(wrong: Wrong, paths: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        wrong()
    assert [problem.path for problem in caught.value.problems] == paths
