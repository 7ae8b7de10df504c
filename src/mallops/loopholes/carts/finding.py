"""Finding the worst cart for a goal: probes first, then a search that can prove there is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from attrs import define, evolve, field, frozen
from pendulum import DateTime

from mallops.cart import Cart
from mallops.loopholes.carts.bounds import DEFAULT_BOUNDS, Bounds, Visitor
from mallops.loopholes.carts.comparing import compare
from mallops.loopholes.carts.finds import Finds
from mallops.loopholes.carts.goals import CheaperSplit, CheaperWithMore, Goal, SingleGoal
from mallops.loopholes.carts.judging import Judged, judge
from mallops.loopholes.carts.measuring import Excess
from mallops.loopholes.carts.narrowing import narrowed
from mallops.loopholes.carts.searching import Reach, Search, laid_out, reach_of, search_for
from mallops.loopholes.carts.shrinking import shrunk
from mallops.loopholes.carts.stock import Stock, stock_of
from mallops.loopholes.carts.till import Counts, Till, Visit
from mallops.loopholes.carts.visitors import instants_of, visitors_of
from mallops.loopholes.carts.witnessing import loophole_of
from mallops.loopholes.model import Loophole, Subject
from mallops.promotions.compiled import Compiled
from mallops.promotions.eligibility import standing

MOST_TRIED = 10
"""So many bad carts are shrunk, those first to which fewest promotions apply."""

LAYING = 20
"""So many cells are laid out in the time in which one is bounded."""

LEAST_PROBES = 10
"""So many likely carts are quoted for each visit, however many there are."""


@frozen
class CartSearch:
    """What a search for carts found, and what it can say of the carts that it did not quote.

    `found` are loopholes with the smallest cart that shows each, the dearest first; what a cart
    tells with more promotions, or more goods, is not told again. `worst` is how far the worst cart
    of all is past the goal, in minor units or as a share of the list price, below zero; zero where
    no cart is past it. `at_worst` is that cart. `proven` tells that no cart within `bounds` is
    worse, for their visitors and at `instants`. `left_out` are SKUs for which others stood in,
    `aside` those that nothing stood in for. `visits` are how many visitors at how many instants
    were looked at, and `is_partial` tells that there are more.
    `unpriced` those of unknown cost, which were taken to cost nothing.
    """

    goal: Goal
    bounds: Bounds
    instants: tuple[DateTime, ...]
    found: tuple[Loophole, ...]
    worst: Excess
    at_worst: Counts
    proven: bool
    visits: int
    nodes: int
    quotes: int
    left_out: tuple[str, ...]
    aside: tuple[str, ...]
    is_partial: bool
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
    visits = tuple(_visits(compiled, visitors, instants))
    tally = Tally(stock, bounds)
    if isinstance(goal, CheaperWithMore | CheaperSplit):
        tally = Tally(narrowed(stock, bounds), bounds)
        tally.compare_all(goal, visits)
    elif len(stock.goods) <= bounds.goods or not tally.closes_all(goal, visits):
        tally = Tally(narrowed(stock, bounds), bounds)
        tally.search_all(goal, visits)
    stock = tally.stock
    return CartSearch(
        goal=goal,
        bounds=evolve(bounds, visitors=visitors),
        instants=instants,
        found=tuple(_told(stock, goal, bounds, tally.finds)),
        worst=tally.worst,
        at_worst=tally.at_worst,
        proven=tally.proven and not stock.aside,
        visits=tally.visits,
        nodes=tally.nodes,
        quotes=tally.quotes,
        left_out=stock.left_out,
        aside=stock.aside,
        is_partial=tally.is_partial,
        unpriced=tuple(sku.sku for sku in stock.goods if sku.cost is None),
    )


@define
class Tally:
    """A search visit by visit, and what it has come to so far."""

    stock: Stock
    bounds: Bounds
    finds: list[Finds] = field(factory=list)
    worst: Excess = Fraction(0)
    at_worst: Counts = ()
    proven: bool = True
    is_partial: bool = False
    visits: int = 0
    cells: int = 0
    nodes: int = 0
    quotes: int = 0

    def closes_all(self, goal: SingleGoal, visits: Iterable[Visit]) -> bool:
        """Whether it is proven without a quote, of as many goods as there are cells for."""
        affordable = self._laying * LAYING <= self.bounds.cells
        return affordable and next(self._left_open(goal, visits), None) is None and self.proven

    def _left_open(self, goal: SingleGoal, visits: Iterable[Visit]) -> Iterator[Search]:
        """A search of each visit of which bounds alone do not prove that no cart is past a goal."""
        closed: list[Reach] = []
        for visit in visits:
            if self.visits and self.cells + self._laying > self.bounds.cells // 2:
                # The other half is for what follows.
                self.proven, self.is_partial = False, True
                return
            self.visits += 1
            till = Till(self.stock, visit, self.bounds.quotes)
            reach = reach_of(till, self.bounds)
            if not reach.priced or any(before.covers(reach) for before in closed):
                continue
            laid = laid_out(till, reach, self.bounds)
            self.cells += self._laying + laid.cells
            search = search_for(laid, goal, Finds(visit), self.bounds)
            if search is None:
                closed.append(reach)
            else:
                yield search

    def search_all(self, goal: SingleGoal, visits: Iterable[Visit]) -> None:
        """First the likely carts of each visit, and then all that could be worse yet."""
        searches = list(self._left_open(goal, visits))
        for search in searches:
            search.probe(max(LEAST_PROBES, (self.bounds.quotes // 2 - self.quotes) // 2))
            self._count(search.till, search.finds)
        for number, search in enumerate(searches):
            part = min(2, len(searches) - number)
            cells = max(0, self.bounds.cells - self.cells)
            nodes = self.bounds.nodes - self.nodes
            quotes = max(0, self.bounds.quotes - self.quotes)
            before = search.till.spent
            search.worse_than(self.worst)
            search.prove(cells // part, nodes // part, quotes // part)
            self.quotes -= before
            self._count(search.till, search.finds)
            self.cells += search.cells
            self.nodes += search.nodes
            self.proven = self.proven and not search.cut
            self.finds.append(search.finds)

    def compare_all(self, goal: CheaperWithMore | CheaperSplit, visits: Sequence[Visit]) -> None:
        """All carts of each visit, or the likely ones, beside others."""
        made = visits[: max(1, self.bounds.cells // 2 // self._laying)]
        self.visits = len(made)
        self.is_partial = len(made) < len(visits)
        self.proven = not self.is_partial
        for number, visit in enumerate(made):
            finds = Finds(visit)
            till = Till(self.stock, visit, self._share(self.bounds.quotes, len(made) - number))
            self.proven = compare(till, goal, finds, self.bounds) and self.proven
            self._count(till, finds)
            self.finds.append(finds)

    @property
    def _laying(self) -> int:
        """The cells that a visit is worth before anything of it is bounded."""
        return max(1, len(self.stock.goods) * len(self.stock.compiled.rules) // LAYING)

    def _share(self, quotes: int, left: int) -> int:
        """An equal share of what is left of so many quotes."""
        return max(1, (quotes - self.quotes) // left)

    def _count(self, till: Till, finds: Finds) -> None:
        self.quotes += till.spent
        self.proven = self.proven and not till.uncertain
        if finds.at_worst and finds.worst < self.worst:
            self.worst, self.at_worst = finds.worst, finds.at_worst


def _visits(
    compiled: Compiled, visitors: Iterable[Visitor], instants: Iterable[DateTime]
) -> Iterator[Visit]:
    """All visitors at all instants, who can do most first; of those who can do the same, one."""
    timezone = compiled.rulebook.timezone
    times = tuple(instants)
    seen: dict[DateTime, set[object]] = {at: set() for at in times}
    for visitor in sorted(visitors, key=_most_able_first):
        for at in times:
            cart = Cart(visitor.shopper, coupons=visitor.coupons)
            held = frozenset(
                rule.id
                for rule in compiled.rules
                if rule.promotion.coupon and not standing(rule.promotion, cart, at, timezone, {})
            )
            key = visitor.shopper, visitor.channel, held
            if key not in seen[at]:
                seen[at].add(key)
                yield Visit(visitor, at)


def _most_able_first(visitor: Visitor) -> tuple[int, int, bool]:
    shopper = visitor.shopper
    return -len(visitor.coupons), -len(shopper.groups), not shopper.first_order


def _told(stock: Stock, goal: Goal, bounds: Bounds, all_finds: list[Finds]) -> Iterator[Loophole]:
    """The loopholes, each shrunk, the dearest first; of those with the same rules in them, one."""
    found = [
        (len(rules), value, counts, rules, finds.visit)
        for finds in all_finds
        for rules, (value, counts) in finds.by_rules.items()
    ]
    # Where few rules apply, it is plain which is at fault, and others need not be shrunk.
    found.sort(key=lambda each: each[:4])
    told: dict[tuple[Subject, ...], Loophole] = {}
    tried = 0
    for _, _, counts, rules, visit in found:
        if tried < MOST_TRIED and not any(_explains(each, rules, counts) for each in told.values()):
            tried += 1
            small = _small(stock, goal, bounds, visit, counts)
            loophole = loophole_of(stock, goal, *small)
            told.setdefault(loophole.subjects, loophole)
    yield from sorted(told.values(), key=_loss, reverse=True)


def _loss(loophole: Loophole) -> int:
    return 0 if loophole.loss is None else loophole.loss.minor


def _explains(loophole: Loophole, rules: Iterable[str], counts: Counts) -> bool:
    """Whether all its promotions are among the rules or, if it has none, its goods in the cart."""
    promotions = {each.id for each in loophole.subjects if each.document == "rulebook"}
    goods = {each.id for each in loophole.subjects if each.document == "catalog"}
    if promotions:
        return promotions <= set(rules)
    return goods <= {sku for sku, _ in counts}


def _small(
    stock: Stock, goal: Goal, bounds: Bounds, visit: Visit, counts: Counts
) -> tuple[Visit, Judged]:
    """The smallest cart that is a loophole too; quotes for it are not counted."""

    def judged(visitor: Visitor, counts: Counts) -> Judged:
        till = Till(stock, evolve(visit, visitor=visitor), bounds.quotes)
        return judge(till, goal, counts)

    visitor, counts = shrunk(visit.visitor, counts, lambda *each: judged(*each).value < 0)
    return evolve(visit, visitor=visitor), judged(visitor, counts)
