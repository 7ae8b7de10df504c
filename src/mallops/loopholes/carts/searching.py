"""Branch and bound over carts: boxes that no cart of which can be worse are not opened.

First it is decided what applies in each place, as far as that is needed to close a box; then carts
grow good by good. Every cart that no bound rules out is quoted by the engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from attrs import define, evolve, frozen

from mallops.loopholes.carts.bids import Place, places_of, rules_in_force
from mallops.loopholes.carts.bounds import Bounds
from mallops.loopholes.carts.finds import Finds, look
from mallops.loopholes.carts.goals import SingleGoal
from mallops.loopholes.carts.measuring import Excess
from mallops.loopholes.carts.needs import Need, Priced, priced_goods
from mallops.loopholes.carts.probes import probes
from mallops.loopholes.carts.relaxing import Form, Scene, aim_at, forms_of, least_of
from mallops.loopholes.carts.till import Counts, Till, counts_of
from mallops.promotions.compiled import Rule

LOOKS = 4
"""So many likely carts are looked at closely for each that may be quoted."""


@frozen
class Reach:
    """What a visit can do: the prices it sees, the promotions in force, and who is rewarded.

    Where it is proven that a visit has no cart past a goal, whoever can do less has none.
    """

    priced: tuple[Priced, ...]
    rules: frozenset[str]
    groups: frozenset[str]

    def covers(self, other: Reach) -> bool:
        """Whether the other has the same prices, and no more rules or better rewards."""
        same = self.priced == other.priced
        return same and self.rules >= other.rules and self.groups >= other.groups


@define
class Search:
    """One visit's search.

    `forms` say what every cart of the visit comes to at least, and `numbers` which place among
    the goods a SKU has. `nodes` counts the boxes looked at, of `allowed`, and `cells` the pairs of
    a good and a bid that were bounded for them, of `open_cells`; `cut` tells that it was cut short.
    """

    till: Till
    goal: SingleGoal
    finds: Finds
    scene: Scene
    places: tuple[Place, ...]
    forms: Sequence[Form]
    numbers: Mapping[str, int]
    cells: int = 0
    nodes: int = 0
    allowed: int = 0
    open_cells: int = 0
    cut: bool = False

    def look(self, counts: Counts) -> None:
        """Quote a cart that may be worse than the worst, and aim at worse ones from now on."""
        rhs = self.scene.aim.rhs
        if not self.till.knows(counts) and self._least_of(counts, rhs) < rhs:
            look(self.till, self.goal, self.finds, counts)
            self.worse_than(self.finds.worst)

    def worse_than(self, worst: Excess) -> None:
        """Aim at carts that are worse than one that is known."""
        self.finds.worst = min(worst, self.finds.worst)
        aim = aim_at(self.goal, self.scene.priced, self.finds.worst)
        self.scene = evolve(self.scene, aim=aim)

    def probe(self, quotes: int) -> None:
        """Quote so many of the likely carts, those first that fall short by most a unit."""
        goods = self.till.stock.goods
        # Whatever is past the goal is a find, be it less than the worst.
        past = aim_at(self.goal, self.scene.priced, Fraction(0)).rhs
        likely: list[tuple[int, Counts]] = []
        for counts in probes(self._rules(), goods, self.scene.bounds):
            held = [(self.numbers[sku], count) for sku, count in counts]
            least = max(form.of(held) for form in self.forms)
            if least < past:
                # By the unit: a large cart falls short by more, and takes the engine longer.
                likely.append((least // sum(count for _, count in counts), counts))
        spent = self.till.spent
        for _, counts in sorted(likely)[: quotes * LOOKS]:
            if self.till.spent - spent == quotes:
                break
            if self._least_of(counts, past) < past:
                look(self.till, self.goal, self.finds, counts)
        self.worse_than(self.finds.worst)

    def _rules(self) -> tuple[Rule, ...]:
        """The promotions that can do something here."""
        found = {bid.rule.id: bid.rule for place in self.places for bid in place.bids}
        return tuple(found[name] for name in sorted(found))

    def _least_of(self, counts: Counts, enough: int) -> int:
        held = {self.numbers[sku]: count for sku, count in counts}
        return least_of(self.scene, self.places, held, enough)

    def prove(self, cells: int, nodes: int, quotes: int) -> None:
        """Quote every cart that could be worse than the worst so far; `cut` if not all of them."""
        self.open_cells, self.allowed = cells, nodes
        self.till.allowed = self.till.spent + quotes
        _decide(self, self.places, (False,) * len(self.places))

    def spent(self) -> bool:
        """Count a box; True where there is nothing left to spend."""
        self.nodes += 1
        if self.nodes > self.allowed or self.cells > self.open_cells or not self.till.open:
            self.cut = True
        return self.cut


@frozen
class Laid:
    """A visit's goods at their prices, and what its promotions can do with them."""

    till: Till
    priced: tuple[Priced, ...]
    places: tuple[Place, ...]

    @property
    def cells(self) -> int:
        """How many pairs of a good and a bid there are to bound."""
        return cells_of(self.priced, self.places)


def reach_of(till: Till, bounds: Bounds) -> Reach:
    """What a visit can do, which takes far less than to lay it out."""
    visitor, compiled = till.visit.visitor, till.compiled
    priced = priced_goods(compiled, till.visit, till.stock.goods, bounds)
    rules = rules_in_force(compiled, till.visit)
    return Reach(priced, frozenset(rule.id for rule in rules), visitor.shopper.groups)


def laid_out(till: Till, reach: Reach, bounds: Bounds) -> Laid:
    """A visit, ready to be searched."""
    priced = reach.priced
    return Laid(till, priced, places_of(till.compiled, till.visit, priced, bounds))


def cells_of(priced: Sequence[Priced], places: Sequence[Place]) -> int:
    """How many pairs of a good and a bid there are."""
    return len(priced) * sum(len(place.bids) for place in places)


def search_for(laid: Laid, goal: SingleGoal, finds: Finds, bounds: Bounds) -> Search | None:
    """A search of a visit; None where it is proven at once that no cart is past the goal."""
    goods = laid.till.stock.goods
    scene = Scene(laid.priced, len(goods), aim_at(goal, laid.priced, Fraction(0)), bounds)
    forms = forms_of(scene, laid.places, (False,) * len(laid.places))
    if forms[0].least(bounds) >= scene.aim.rhs:
        return None
    numbers = {sku.sku: number for number, sku in enumerate(goods)}
    return Search(laid.till, goal, finds, scene, laid.places, forms, numbers)


def _decide(search: Search, places: tuple[Place, ...], decided: tuple[bool, ...]) -> None:
    """Close a box of carts by its bound, or by what applies in one place more, or open it."""
    if search.spent():
        return
    scene = search.scene
    needs = _needs(places, decided)
    if not all(_within_reach(scene, need) for need in needs):
        return
    search.cells += cells_of(scene.priced, places)
    forms = forms_of(scene, places, decided)
    if forms[0].least(scene.bounds) >= scene.aim.rhs:
        return
    place = _weightiest(scene, places, decided, forms[0])
    if place is None:
        _Opened(search, forms, needs).grow_all()
        return
    after = (*decided[:place], True, *decided[place + 1 :])
    for bids in (*((bid,) for bid in places[place].bids), ()):
        one = evolve(places[place], bids=bids)
        _decide(search, (*places[:place], one, *places[place + 1 :]), after)


def _weightiest(
    scene: Scene, places: Sequence[Place], decided: Sequence[bool], form: Form
) -> int | None:
    """The place that takes most of what falls short; None where no other takes anything of it."""
    every = range(len(scene.priced))
    # Where no good falls short by itself, it is what is given once that does.
    short = [number for number in every if form.units[scene.priced[number].good] < 0]
    weights = {
        place: _weight(scene, places[place], short)
        for place in range(len(places))
        if not decided[place] and not places[place].several
    }
    place = max(weights, key=lambda place: weights[place], default=None)
    return place if place is not None and weights[place] else None


def _weight(scene: Scene, place: Place, short: Sequence[int]) -> int:
    gives = max(bid.limit.gives for bid in place.bids)
    taken = (
        scene.priced[number].price - bid.limit.left(number, scene.priced[number].price)
        for bid in place.bids
        for number in short
    )
    return max(taken, default=0) + gives


def _needs(places: Sequence[Place], decided: Sequence[bool]) -> list[Need]:
    return [
        need
        for place, is_decided in zip(places, decided, strict=True)
        if is_decided
        for bid in place.bids
        for need in bid.needs
    ]


def _dearest(scene: Scene) -> list[int]:
    found = [0] * scene.count
    for each in scene.priced:
        found[each.good] = max(found[each.good], each.price)
    return found


def _within_reach(scene: Scene, need: Need) -> bool:
    """Whether any cart within the bounds holds what is needed."""
    bounds, prices = scene.bounds, _dearest(scene)
    most = min(bounds.units, bounds.each * min(bounds.distinct, len(need.goods)))
    if need.quantity > most:
        return False
    amount = 0
    for price in sorted((prices[good] for good in need.goods), reverse=True):
        amount += price * min(bounds.each, most)
        most -= min(bounds.each, most)
    return amount >= need.amount


class _Opened:
    """A box that its bound leaves open: its carts, grown good by good."""

    def __init__(self, search: Search, forms: Sequence[Form], needs: Sequence[Need]) -> None:
        self.search, self.forms, self.bounds = search, forms, search.scene.bounds
        self.order = sorted(
            range(search.scene.count), key=lambda good: (forms[0].units[good], good)
        )
        for form in forms:
            form.extend(self.order, self.bounds)
        self.prices = _dearest(search.scene)
        self.needs = [need for need in needs if need.amount]
        self.reaches = [self._reach(need) for need in self.needs]

    def _reach(self, need: Need) -> list[int]:
        """The dearest unit that a need can be met with, of the goods from each place on."""
        found = [0]
        for good in reversed(self.order):
            price = self.prices[good] if good in need.goods else 0
            found.append(max(found[-1], price))
        found.reverse()
        return found

    def grow_all(self) -> None:
        """All carts of the box."""
        start = [form.constant for form in self.forms]
        self._grow(0, {}, start, [0] * len(self.needs), self.bounds.units, self.bounds.distinct)

    def _grow(
        self,
        first: int,
        counts: dict[int, int],
        sums: list[int],
        met: list[int],
        units: int,
        distinct: int,
    ) -> None:
        """The carts that have these counts and more of the goods from `first` on."""
        if not distinct:
            return
        forms, rhs = self.forms, self.search.scene.aim.rhs
        for place in range(first, len(self.order)):
            good = self.order[place]
            for count in range(1, min(units, self.bounds.each) + 1):
                if self.search.spent():
                    return
                grown = [
                    total + form.units[good] * count
                    for total, form in zip(sums, forms, strict=True)
                ]
                holds = [
                    total + (self.prices[good] * count if good in need.goods else 0)
                    for total, need in zip(met, self.needs, strict=True)
                ]
                left = units - count
                inside = {**counts, good: count}
                if max(grown) < rhs and all(
                    total >= need.amount for total, need in zip(holds, self.needs, strict=True)
                ):
                    self._quote(inside)
                more = min(left, (distinct - 1) * self.bounds.each)
                if more and self._open(place + 1, grown, holds, more):
                    self._grow(place + 1, inside, grown, holds, left, distinct - 1)

    def _open(self, place: int, sums: list[int], met: list[int], more: int) -> bool:
        """Whether a cart of the box can still be worse, and hold all that is needed."""
        rhs = self.search.scene.aim.rhs
        if any(
            total + form.tails[place][more] >= rhs
            for total, form in zip(sums, self.forms, strict=True)
        ):
            return False
        return all(
            total + reach[place] * more >= need.amount
            for total, reach, need in zip(met, self.reaches, self.needs, strict=True)
        )

    def _quote(self, counts: dict[int, int]) -> None:
        goods = self.search.till.stock.goods
        self.search.look(counts_of({goods[good].sku: count for good, count in counts.items()}))
