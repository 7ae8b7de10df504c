"""Finding the worst cart for a goal: probes first, then a search that can prove there is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from attrs import define, evolve, field, frozen
from pendulum import DateTime

from mallops.cart import Cart
from mallops.loopholes.carts.bounds import DEFAULT_BOUNDS, Bounds, Visitor
from mallops.loopholes.carts.comparing import compare
from mallops.loopholes.carts.finds import Finds
from mallops.loopholes.carts.goals import CheaperSplit, CheaperWithMore, Goal
from mallops.loopholes.carts.judging import Judged, judge
from mallops.loopholes.carts.measuring import Excess
from mallops.loopholes.carts.searching import Closed, search
from mallops.loopholes.carts.shrinking import shrunk
from mallops.loopholes.carts.stock import Stock, stock_of
from mallops.loopholes.carts.till import Counts, Till, Visit
from mallops.loopholes.carts.visitors import instants_of, visitors_of
from mallops.loopholes.carts.witnessing import loophole_of
from mallops.loopholes.model import Loophole
from mallops.promotions.compiled import Compiled
from mallops.promotions.eligibility import standing

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
    stock = stock_of(compiled, goal, bounds)
    instants = instants_of(compiled, at, bounds.instants)
    visitors = bounds.visitors or tuple(
        dict.fromkeys(each for moment in instants for each in visitors_of(compiled, moment))
    )
    tally = Tally(stock, goal, bounds)
    visits = tuple(_visits(compiled, visitors, instants))
    for number, visit in enumerate(visits):
        tally.visit(visit, len(visits) - number)
    return CartSearch(
        goal=goal,
        bounds=evolve(bounds, visitors=visitors),
        instants=instants,
        found=tuple(_told(stock, goal, bounds, tally.finds)),
        worst=tally.worst,
        at_worst=tally.at_worst,
        proven=tally.proven,
        nodes=tally.nodes,
        quotes=tally.quotes,
        left_out=stock.left_out,
        unpriced=tuple(sku.sku for sku in stock.goods if sku.cost is None),
    )


@define
class Tally:
    """A search visit by visit, and what it has come to so far."""

    stock: Stock
    goal: Goal
    bounds: Bounds
    finds: list[Finds] = field(factory=list)
    closed: list[Closed] = field(factory=list)
    worst: Excess = Fraction(0)
    at_worst: Counts = ()
    proven: bool = True
    nodes: int = 0
    quotes: int = 0

    def visit(self, visit: Visit, left: int) -> None:
        """Search one visit with half of what is left to spend; the last of `left` with all."""
        part = min(2, left)
        nodes = max(1, (self.bounds.nodes - self.nodes) // part)
        quotes = max(1, (self.bounds.quotes - self.quotes) // part)
        till = Till(self.stock, visit, evolve(self.bounds, nodes=nodes, quotes=quotes))
        finds = Finds(visit, self.worst)
        if isinstance(self.goal, CheaperWithMore | CheaperSplit):
            complete = compare(till, self.goal, finds)
        else:
            searched = search(till, self.goal, finds, self.closed)
            complete = not searched.cut
            self.nodes += searched.nodes
        self.proven = self.proven and complete and not till.uncertain
        self.quotes += till.spent
        self.finds.append(finds)
        if finds.worst < self.worst:
            self.worst, self.at_worst = finds.worst, finds.at_worst


def _visits(
    compiled: Compiled, visitors: Iterable[Visitor], instants: Iterable[DateTime]
) -> Iterator[Visit]:
    """All visitors at all instants, who can do most first; of those who can do the same, one."""
    by_reach = sorted(visitors, key=_reach)
    timezone = compiled.rulebook.timezone
    for at in instants:
        seen: set[object] = set()
        for visitor in by_reach:
            cart = Cart(visitor.shopper, coupons=visitor.coupons)
            held = frozenset(
                rule.id
                for rule in compiled.rules
                if rule.promotion.coupon and not standing(rule.promotion, cart, at, timezone, {})
            )
            key = visitor.shopper, visitor.channel, held
            if key not in seen:
                seen.add(key)
                yield Visit(visitor, at)


def _reach(visitor: Visitor) -> tuple[int, int, bool]:
    shopper = visitor.shopper
    return -len(visitor.coupons), -len(shopper.groups), not shopper.first_order


def _told(stock: Stock, goal: Goal, bounds: Bounds, all_finds: list[Finds]) -> Iterator[Loophole]:
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
        smaller, judged = _small(stock, goal, bounds, visit, counts)
        loophole = loophole_of(stock, goal, smaller, judged)
        told.setdefault(loophole.subjects, loophole)
    yield from told.values()


def _small(
    stock: Stock, goal: Goal, bounds: Bounds, visit: Visit, counts: Counts
) -> tuple[Visit, Judged]:
    """The smallest cart that is a loophole too; quotes for it are not counted."""

    def judged(visitor: Visitor, counts: Counts) -> Judged:
        return judge(Till(stock, evolve(visit, visitor=visitor), bounds), goal, counts)

    visitor, counts = shrunk(visit.visitor, counts, lambda *each: judged(*each).value < 0)
    return evolve(visit, visitor=visitor), judged(visitor, counts)
