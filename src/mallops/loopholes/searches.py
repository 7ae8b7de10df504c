"""The searches that a check runs, and what each says of how far it went."""

from __future__ import annotations

from collections.abc import Iterator

from pendulum import DateTime

from mallops.loopholes.carts.bounds import Bounds
from mallops.loopholes.carts.finding import CartSearch, find_carts
from mallops.loopholes.carts.goals import (
    BelowCost,
    CheaperSplit,
    CheaperWithMore,
    DeepDiscount,
    Free,
    Goal,
    code_of,
)
from mallops.loopholes.carts.own_goods import own_goods
from mallops.loopholes.checking import Search, Searched
from mallops.loopholes.linting import CHECKS, lint
from mallops.loopholes.report.report import Note
from mallops.loopholes.sequences.searching import StorySearch, find_stories
from mallops.loopholes.tolerance import Tolerance
from mallops.promotions.compiled import Compiled

LARGE = Bounds(units=24, each=20, distinct=2, nodes=1, quotes=80)
"""Likely carts of many units, which are tried where no small one is below cost: what is without
end costs little a time."""


def linted(compiled: Compiled, at: DateTime, tolerance: Tolerance) -> Searched:
    """What the rules themselves give away."""
    found = lint(compiled.rulebook, compiled.catalog, at, tolerance)
    return Searched(found, (Note("linted", {"checks": str(len(CHECKS))}),))


def carted(compiled: Compiled, at: DateTime, tolerance: Tolerance) -> Searched:
    """The worst cart for each goal."""
    goals: tuple[Goal, ...] = (
        BelowCost(),
        Free(),
        DeepDiscount(tolerance.deepest),
        CheaperWithMore(),
        CheaperSplit(),
    )
    searches = [find_carts(compiled, at, goal) for goal in goals]
    if not searches[0].found:
        searches.append(find_carts(compiled, at, BelowCost(), LARGE))
    carts = [found for search in searches for found in search.found]
    own = own_goods(compiled, carts)
    notes = (note for search in searches for note in carts_notes(search))
    return Searched((*carts, *own), tuple(notes))


def told(compiled: Compiled, at: DateTime, _: Tolerance) -> Searched:
    """Stories that leave a customer more than the rules mean to."""
    search = find_stories(compiled, at)
    return Searched(search.loopholes, tuple(stories_notes(search)))


def stories_notes(search: StorySearch) -> Iterator[Note]:
    """How far a search of stories went, and what it left out."""
    code = "stories_searched" if search.complete else "stories_cut_short"
    details = {
        "depth": str(search.depth),
        "states": str(search.states),
        "carts": str(search.carts),
    }
    yield Note(code, details)
    if search.left_out:
        yield Note("promotions_left_out", {"promotions": str(len(search.left_out))})


def carts_notes(search: CartSearch) -> Iterator[Note]:
    """How far a search of carts went, and what it left out."""
    code = "carts_proven" if search.proven else "carts_searched"
    details = {
        "goal": code_of(search.goal),
        "units": str(search.bounds.units),
        "distinct": str(search.bounds.distinct),
        "nodes": str(search.nodes),
    }
    yield Note(code, details)
    goal = {"goal": code_of(search.goal)}
    if search.aside:
        yield Note("goods_left_out", {**goal, "goods": str(len(search.aside))})
    if search.is_partial:
        yield Note("visits_left_out", {**goal, "visits": str(search.visits)})


QUICK: tuple[Search, ...] = (linted,)
"""What looks at the rules alone, in no time."""

FULL: tuple[Search, ...] = (linted, carted, told)
"""All there is, in the order in which it is told."""
