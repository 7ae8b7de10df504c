"""Finding the worst cart for a goal: probes first, then a search that can prove there is none."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve, frozen
from pendulum import DateTime

from mallops.loopholes.carts.bounds import DEFAULT_BOUNDS, Bounds, Visitor
from mallops.loopholes.carts.comparing import compare
from mallops.loopholes.carts.finds import Finds
from mallops.loopholes.carts.goals import CheaperSplit, CheaperWithMore, Goal
from mallops.loopholes.carts.judging import Judged, judge
from mallops.loopholes.carts.measuring import Excess
from mallops.loopholes.carts.searching import search
from mallops.loopholes.carts.shrinking import shrunk
from mallops.loopholes.carts.till import Counts, Till, Visit, goods_of
from mallops.loopholes.carts.visitors import instants_of, visitors_of
from mallops.loopholes.carts.witnessing import loophole_of
from mallops.loopholes.model import Loophole
from mallops.promotions.compiled import Compiled

MOST_FOUND = 10
"""So many loopholes are told of one goal, the dearest."""


@frozen
class CartSearch:
    """What a search for carts found, and what it can say of the carts that it did not quote.

    `found` are loopholes with the smallest cart that shows each, the dearest first, one for each
    set of promotions and goods. `worst` is how far the worst cart of all is past the goal, in
    minor units or as a share of the list price, below zero; zero where no cart is past it.
    `at_worst` is that cart. `proven` tells that no cart within `bounds` is worse, for their
    visitors and at `instants`. `left_out` are SKUs for which others stood in, `unpriced` those of
    unknown cost, which were taken to cost nothing.
    """

    goal: Goal
    bounds: Bounds
    instants: tuple[DateTime, ...]
    found: tuple[Loophole, ...]
    worst: Excess
    at_worst: Counts
    proven: bool
    nodes: int
    quotes: int
    left_out: tuple[str, ...]
    unpriced: tuple[str, ...]


def find_carts(
    compiled: Compiled, at: DateTime, goal: Goal, bounds: Bounds = DEFAULT_BOUNDS
) -> CartSearch:
    """Look for the worst cart within the bounds, at an instant and those that follow it.

    The engine says what each cart costs, and every loophole is played again as a story. Where
    `proven` is False the bounds of effort ran out, or the engine's own did.
    """
    instants = instants_of(compiled, at, bounds.instants)
    goods = goods_of(compiled)
    all_finds: list[Finds] = []
    nodes = quotes = 0
    proven = True
    visitors: dict[Visitor, None] = {}
    for moment in instants:
        for visitor in bounds.visitors or visitors_of(compiled, moment):
            visitors[visitor] = None
            visit = Visit(visitor, moment)
            till = Till(compiled, visit, bounds)
            finds = Finds(visit)
            if isinstance(goal, CheaperWithMore | CheaperSplit):
                complete = compare(till, goal, finds, goods)
            else:
                searched = search(till, goal, finds, goods)
                complete = not searched.cut
                nodes += searched.nodes
            proven = proven and complete and not till.uncertain
            quotes += till.spent
            all_finds.append(finds)
    worst = min(all_finds, key=lambda finds: finds.worst)
    return CartSearch(
        goal=goal,
        bounds=evolve(bounds, visitors=tuple(visitors)),
        instants=instants,
        found=tuple(_told(compiled, goal, bounds, all_finds)),
        worst=worst.worst,
        at_worst=worst.at_worst,
        proven=proven,
        nodes=nodes,
        quotes=quotes,
        left_out=(),
        unpriced=tuple(sku.sku for sku in goods if sku.cost is None),
    )


def _told(
    compiled: Compiled, goal: Goal, bounds: Bounds, all_finds: list[Finds]
) -> Iterator[Loophole]:
    """The loopholes, each shrunk; of those that come to the same, one."""
    found = [
        (value, counts, finds.visit)
        for finds in all_finds
        for value, counts in finds.by_rules.values()
    ]
    found.sort(key=lambda each: each[:2])
    told: dict[object, Loophole] = {}
    for _, counts, visit in found:
        if len(told) == MOST_FOUND:
            break
        smaller, judged = _small(compiled, goal, bounds, visit, counts)
        loophole = loophole_of(compiled, goal, smaller, judged, bounds.fees)
        told.setdefault(loophole.subjects, loophole)
    yield from told.values()


def _small(
    compiled: Compiled, goal: Goal, bounds: Bounds, visit: Visit, counts: Counts
) -> tuple[Visit, Judged]:
    """The smallest cart that is a loophole too; quotes for it are not counted."""

    def judged(visitor: Visitor, counts: Counts) -> Judged:
        return judge(Till(compiled, evolve(visit, visitor=visitor), bounds), goal, counts)

    visitor, counts = shrunk(visit.visitor, counts, lambda *each: judged(*each).value < 0)
    return evolve(visit, visitor=visitor), judged(visitor, counts)
