"""Proposals of every kind, made up by Hypothesis over a given catalogue."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from mallops.catalog.bounds import AT_COST
from mallops.catalog.endings import Ending, Toward, with_ending
from mallops.catalog.model import Catalog
from mallops.catalog.proposals import Proposal, limited, together
from mallops.catalog.strategies import (
    MarkdownStep,
    QuantityTier,
    cost_plus,
    markdown_ladder,
    quantity_tiers,
    rival_minus,
)
from mallops.money import Money, Rounding
from tests.catalog.goods import CHANNELS, GROUPS, IDS, day, money, windows

MARGINS = (AT_COST, None, Decimal("12.5"), Decimal(-20))
ENDINGS = (Ending(99, 100), Ending(990, 1000), Ending(800, 1000), Ending(0, 1))


def percents() -> st.SearchStrategy[Decimal]:
    return st.decimals(0, 100, places=1)


def ladders() -> st.SearchStrategy[list[MarkdownStep]]:
    days = st.lists(st.integers(0, 6), unique=True, max_size=3).map(sorted)
    return days.flatmap(
        lambda found: st.tuples(
            *(st.builds(MarkdownStep, st.just(day(one)), percents()) for one in found)
        ).map(list)
    )


@st.composite
def tiers(draw: st.DrawFn) -> list[QuantityTier]:
    counts = sorted(draw(st.lists(st.integers(1, 5), unique=True, max_size=3)))
    offs = draw(st.lists(percents(), unique=True, min_size=len(counts), max_size=len(counts)))
    return [QuantityTier(*pair) for pair in zip(counts, sorted(offs), strict=True)]


@st.composite
def strategic(draw: st.DrawFn, catalog: Catalog, at_least: Decimal | None) -> Proposal:
    """What one of the strategies proposes."""
    rounding = draw(st.sampled_from(Rounding))
    match draw(st.integers(0, 3)):
        case 0:
            percent = draw(st.decimals(0, 300, places=1))
            return cost_plus(catalog, percent, at_least=at_least, rounding=rounding)
        case 1:
            rivals = draw(st.dictionaries(st.sampled_from(IDS), money()))
            minus: Money | Decimal = draw(money(1_000) | percents())
            return rival_minus(catalog, rivals, minus, at_least=at_least, rounding=rounding)
        case 2:
            steps = draw(ladders())
            return markdown_ladder(catalog, steps, at_least=at_least, rounding=rounding)
        case _:
            return quantity_tiers(catalog, draw(tiers()), at_least=at_least, rounding=rounding)


@st.composite
def composed(draw: st.DrawFn, catalog: Catalog, at_least: Decimal | None) -> Proposal:
    """Two strategies together, narrowed and with other endings, or not."""
    proposal = together(*draw(st.lists(strategic(catalog, at_least), max_size=2)))
    if draw(st.booleans()):
        proposal = limited(
            proposal,
            groups=draw(st.sets(st.sampled_from(GROUPS))),
            channels=draw(st.sets(st.sampled_from(CHANNELS))),
            window=draw(windows()),
            min_quantity=draw(st.integers(1, 3)),
        )
    if draw(st.booleans()):
        proposal = with_ending(
            catalog,
            proposal,
            draw(st.sampled_from(ENDINGS)),
            toward=draw(st.sampled_from(Toward)),
            most_raise=draw(st.none() | money(500)),
            at_least=at_least,
        )
    return proposal
