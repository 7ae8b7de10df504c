"""Seating the units of a unit lane: classes of interchangeable units, move by move.

Units of one line with the same base and the same closed lanes are one class. A move says
how many units of a class go to one bidder. Along the moves, `low` and `high` bound what
each shop's goods can come to after the lane, in thousandths of a minor unit: every unit is
given the most that any of its bidders could take off it, and each move takes back what the
bidder not chosen would have taken. `docs/choice.md` gives the argument.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from enum import Enum
from itertools import islice, takewhile

from attrs import define, evolve, frozen

from mallops.money import Rounding
from mallops.promotions.compiled import Rule
from mallops.promotions.group_bounds import MILLI, Bunch, Bunches, group_bound
from mallops.promotions.rates import (
    half_of,
    is_additive,
    is_rated,
    least_off,
    most_off,
    rounding_of,
    short_of,
)
from mallops.promotions.schemes import Floor, Limits, Rated, Scheme, make_schemes
from mallops.promotions.seating import Bidder, Deal, Judge, State
from mallops.promotions.sums import Sums
from mallops.promotions.terms import Bundle, Nth, Term

Deals = dict[tuple[int, tuple[int, ...]], Deal | str]


@frozen
class UnitClass:
    """Interchangeable units, and the bidders that they qualify for."""

    units: tuple[int, ...]
    base: int
    shop: int
    bidders: tuple[int, ...]


@frozen
class Need:
    """What a bidder must be seated with, at least, for its deal to be legal."""

    units: int
    amount: int


@frozen
class Plan:
    """The classes of a unit lane in the order of deciding, and how they are bounded.

    `schemes` are the ways of bounding: what every shop comes to, what the order comes to, or
    both; `sums` are the totals that can come, for each scheme of a single total. `least` is, by
    class and bidder, what is taken off a unit for certain. `shuts` are, by bidder, the next lanes
    that it closes to its units, up to the first it leaves open.
    `last` is the last class that could seat a bidder, `shops` are those it may take from, and
    `ahead` is, by class, what it could still be seated with from there on, as (units, base).
    `deals` are those weighed so far, by bidder and units: many moves come to the same. `short` is
    what the rounding of one bidder may leave untaken.
    """

    classes: tuple[UnitClass, ...]
    schemes: tuple[Scheme, ...]
    sums: tuple[Sums | None, ...]
    least: tuple[Mapping[int, int], ...]
    shuts: Mapping[int, tuple[int, ...]]
    last: Mapping[int, int]
    shops: Mapping[int, tuple[int, ...]]
    ahead: tuple[Mapping[int, tuple[int, int]], ...]
    needs: Mapping[int, Need]
    deals: Deals
    short: int


SURE = 3 * MILLI
"""A unit off which so much is to come loses something, however its share is rounded."""

Pick = tuple[int, int, int]
"""So many units of a class for a bidder: (class, bidder, count)."""


@define(slots=True)
class Moves:
    """The moves made so far, and the class and option to be decided next.

    `high` is what each shop's goods come to at most, in thousandths; `floors` are the lower
    bounds, one for each scheme of the plan. `shut` is, by lane to come and shop, what the
    units cost at least that the lane is certainly closed to, in minor units. `got` is what
    each bidder has been seated with, as (units, base). Never changed once made.
    """

    plan: Plan
    spot: int
    option: int
    left: int
    high: list[int]
    shut: Mapping[int, Sequence[int]]
    floors: tuple[Floor, ...]
    picks: tuple[Pick, ...]
    got: Mapping[int, tuple[int, int]]

    @property
    def done(self) -> bool:
        """Whether every class is decided."""
        return self.spot == len(self.plan.classes)


def first_moves(
    bidders: Sequence[Bidder],
    wholes: Mapping[int, int],
    judge: Judge,
    state: State,
    lanes: Sequence[int],
    apart: bool,
    order: Order,
) -> Moves:
    """Nothing decided: the lane's plan in this state, and the bounds it begins with.

    `wholes` is what each bidder takes at most in all, whatever its rates say. `apart` tells
    that a later lane looks at each shop's total before any looks at the order's; `lanes` are
    the lanes of goods that follow.
    """
    plan = _plan(_classes(bidders, judge, state, order), bidders, wholes, judge, lanes, apart)
    base = state.base
    totals = [sum([base[unit] for unit in units]) * MILLI for units in judge.basket.members]
    high = list(totals)
    for shops in plan.shops.values():
        for shop in shops:
            # What it takes at least is rounded too.
            high[shop] += plan.short
    left = len(plan.classes[0].units) if plan.classes else 0
    moves = Moves(plan, 0, 0, left, high, {}, (), (), {})
    moves.floors = tuple(
        scheme.first(totals, _open_bunches(moves, scheme)) for scheme in plan.schemes
    )
    return moves


def _classes(
    bidders: Sequence[Bidder], judge: Judge, state: State, order: Order
) -> list[UnitClass]:
    """The classes with the bidders open to them, in the order of deciding."""
    open_to: dict[int, list[int]] = {}
    for bidder in bidders:
        qualifying = judge.qualifying(bidder, 0, state)
        for unit in judge.open_units(bidder, qualifying, state):
            open_to.setdefault(unit, []).append(bidder.number)
    found: dict[tuple[int, int, int], list[int]] = {}
    basket, closed = judge.basket, state.closed
    for unit in sorted(open_to):
        key = (basket.line[unit], state.base[unit], closed[unit] if closed is not None else 0)
        found.setdefault(key, []).append(unit)
    classes = [
        UnitClass(
            tuple(units),
            state.base[units[0]],
            basket.shop[units[0]],
            tuple(open_to[units[0]]),
        )
        for units in found.values()
    ]
    by_number = {bidder.number: bidder for bidder in bidders}
    return sorted(classes, key=lambda group: _rank(group, by_number, order))


class Order(Enum):
    """In which order the classes of a unit lane are decided.

    `KNOWN` takes groups first, then what closes lanes: once they are known, bounds are almost
    exact. `DEAREST` leaves small change for last, which finds cents that reach a threshold.
    """

    KNOWN = "known"
    DEAREST = "dearest"


def _rank(group: UnitClass, bidders: Mapping[int, Bidder], order: Order) -> tuple[bool, bool, int]:
    if order is Order.DEAREST:
        return False, False, -group.base * len(group.units)
    rules = [bidders[number].rule for number in group.bidders]
    return (
        not any(isinstance(step.term, Nth | Bundle) for rule in rules for step in rule.steps),
        not any(rule.closes for rule in rules),
        -group.base * len(group.units),
    )


def _plan(
    classes: Sequence[UnitClass],
    bidders: Sequence[Bidder],
    wholes: Mapping[int, int],
    judge: Judge,
    lanes: Sequence[int],
    apart: bool,
) -> Plan:
    by_number = {bidder.number: bidder for bidder in bidders}
    rated = [
        Rated(
            group.base,
            len(group.units),
            group.shop if apart else 0,
            _rates(group, by_number, judge),
        )
        for group in classes
    ]
    found: dict[int, set[int]] = {number: set() for number in by_number}
    bases: dict[int, list[int]] = {number: [] for number in by_number}
    for group in classes:
        for number in group.bidders:
            found[number].add(group.shop)
            bases[number].append(group.base)
    shops = {number: tuple(sorted(where)) for number, where in found.items()}
    bound_by_floors = _bound_by_floors(classes, rated, judge)
    limits = Limits(
        wholes=wholes,
        groups={n: form for n, b in by_number.items() if (form := group_bound(b, judge.rounding))},
        unrated=frozenset(
            n for n, b in by_number.items() if apart and not is_rated(b.rule, n in bound_by_floors)
        ),
        capped=frozenset(n for n, b in by_number.items() if b.rest is not None),
        halves={n: rounding_of(b.rule, bases[n], judge.rounding) for n, b in by_number.items()},
        half=half_of(judge.rounding),
        additive=frozenset(n for n, b in by_number.items() if is_additive(b)),
    )
    schemes = make_schemes(rated, limits)
    ordered = tuple(
        evolve(group, bidders=schemes[0].order(spot)) for spot, group in enumerate(classes)
    )
    return Plan(
        classes=ordered,
        schemes=schemes,
        sums=tuple(
            _sums(scheme, rated, by_number, bound_by_floors, judge.rounding)
            if len(judge.basket.shops) == 1 or not any(scheme.shop)
            else None
            for scheme in schemes
        ),
        least=tuple(
            {
                n: 0
                if n in bound_by_floors
                else least_off(by_number[n], group.base, len(shops[n]) == 1)
                for n in group.bidders
            }
            for group in classes
        ),
        shuts={number: _shuts(bidder.rule, lanes) for number, bidder in by_number.items()},
        last={number: spot for spot, group in enumerate(classes) for number in group.bidders},
        shops=shops,
        ahead=tuple(_ahead(classes)),
        needs={number: _need(bidder.rule, bidder) for number, bidder in by_number.items()},
        deals={},
        short=short_of(judge.rounding),
    )


def _rates(group: UnitClass, bidders: Mapping[int, Bidder], judge: Judge) -> dict[int, int]:
    """What each bidder takes off one unit of the class at most, in thousandths."""
    floor = judge.basket.floor[group.units[0]]
    return {
        number: most_off(bidders[number].rule, group.base, floor, judge.rounding)
        for number in group.bidders
    }


def _sums(
    scheme: Scheme,
    rated: Sequence[Rated],
    bidders: Mapping[int, Bidder],
    bound_by_floors: Container[int],
    rounding: Rounding,
) -> Sums:
    """The totals from the first class on after which nothing is open that does not add up."""
    first = len(rated)
    while first and all(
        rate == rated[first - 1].rates[number]
        and is_additive(bidders[number])
        and (number not in bound_by_floors or bidders[number].rule.each)
        for rate, number in zip(scheme.rates[first - 1], scheme.orders[first - 1], strict=True)
    ):
        first -= 1
    sizes = [group.count for group in rated]
    # A total may be above what exact rates leave by what rounding leaves untaken, above what is
    # let off for rounding already, and by a thousandth for each rate, since rates are rounded up.
    slack = 0
    for number, bidder in bidders.items():
        bases = [group.base for group in rated if number in group.rates]
        if is_additive(bidder) and rounding_of(bidder.rule, bases, Rounding.HALF_UP):
            slack += scheme.extras[number] + short_of(rounding)
            slack += sum(group.count for group in rated if number in group.rates)
    return Sums(sizes, scheme.rates, scheme.best, first, slack)


def _shuts(rule: Rule, lanes: Sequence[int]) -> tuple[int, ...]:
    return tuple(takewhile(lambda lane: rule.closes >> lane & 1, lanes))


def _bound_by_floors(
    classes: Sequence[UnitClass], rated: Sequence[Rated], judge: Judge
) -> frozenset[int]:
    """The bidders of which a unit's share may come to its headroom, so that others take more."""
    found: set[int] = set()
    for group, seen in zip(classes, rated, strict=True):
        floor = judge.basket.floor[group.units[0]]
        room = max(0, group.base - floor) * MILLI
        # A share is within two minor units of its rate, however it is rounded.
        found.update(n for n, rate in seen.rates.items() if floor and rate + 2 * MILLI > room)
    return frozenset(found)


def _ahead(classes: Sequence[UnitClass]) -> list[dict[int, tuple[int, int]]]:
    ahead: list[dict[int, tuple[int, int]]] = [{}]
    for group in reversed(classes):
        following = dict(ahead[-1])
        for number in group.bidders:
            units, base = following.get(number, (0, 0))
            count = len(group.units)
            following[number] = (units + count, base + count * group.base)
        ahead.append(following)
    ahead.reverse()
    return ahead


def _need(rule: Rule, bidder: Bidder) -> Need:
    """The least that any tier asks of the units seated with it."""
    own = bidder.measured is None
    tiers = [
        (max(step.quantity or 0, _group_size(step.term)), step.amount or 0) for step in rule.steps
    ]
    return Need(
        max(rule.quantity if own else 0, min(units for units, _ in tiers)),
        max((rule.amount or 0) if own else 0, min(amount for _, amount in tiers)),
    )


def _group_size(term: Term) -> int:
    return term.size if isinstance(term, Nth | Bundle) else 1


Weigh = Callable[[int, tuple[int, ...]], Sequence[int] | None]
"""What a bidder takes off each shop if seated with these units; None where it may not sit."""


def following(moves: Moves, weigh: Weigh) -> Iterator[tuple[Moves, int, int]]:
    """Each number of units that the next bidder may get: the moves, the bidder, the number.

    Once a bidder can get no further unit its deal is weighed: bounds then hold what it takes,
    and moves that seat it illegally end there.
    """
    plan, spot, option = moves.plan, moves.spot, moves.option
    group = plan.classes[spot]
    number = group.bidders[option]
    for count in range(moves.left, -1, -1):
        left = moves.left - count
        step = _seat(moves, group, number, count)
        over = left == 0 or option + 1 == len(group.bidders)
        if over and not _next_class(step):
            continue
        if not over:
            step.option, step.left = option + 1, left
        gone = _never_seated(plan, spot, step.got) if over else ()
        step.floors = tuple(
            scheme.after(
                floor,
                spot,
                option,
                count,
                left,
                gone,
                _open_bunches(step, scheme),
            )
            for scheme, floor in zip(plan.schemes, moves.floors, strict=True)
        )
        if over and not _settle(step, spot, gone, weigh):
            continue
        yield step, number, count


def straight(moves: Moves, ways: Sequence[tuple[int, int, int]]) -> Moves:
    """All classes decided at once: (class, option, how many units), option -1 for none."""
    picks = tuple(
        (spot, moves.plan.classes[spot].bidders[option], count)
        for spot, option, count in ways
        if option >= 0
    )
    return evolve(moves, spot=len(moves.plan.classes), option=0, left=0, picks=picks)


def _settle(moves: Moves, spot: int, gone: Sequence[int], weigh: Weigh) -> bool:
    """Put what is taken in the place of its bounds, for the bidders that the class was last of.

    False where one of them is seated illegally.
    """
    plan = moves.plan
    last = [number for number in plan.classes[spot].bidders if plan.last[number] == spot]
    if not last:
        return True
    high = list(moves.high)
    for number in last:
        for shop in plan.shops[number]:
            high[shop] -= plan.short
        if number in gone:
            continue
        counts, units = _seated_with(moves, number)
        taken = weigh(number, units)
        if taken is None:
            return False
        for place, count in counts.items():
            high[plan.classes[place].shop] += plan.least[place][number] * count
        high = [left - off * MILLI for left, off in zip(high, taken, strict=True)]
        moves.floors = tuple(
            scheme.settled(floor, number, counts, taken)
            for scheme, floor in zip(plan.schemes, moves.floors, strict=True)
        )
    moves.high = high
    return True


def _seated_with(moves: Moves, number: int) -> tuple[dict[int, int], tuple[int, ...]]:
    """How many units of each class a bidder was seated with, and which."""
    counts = {spot: count for spot, bidder, count in moves.picks if bidder == number}
    units = next(units for other, units in seated(moves) if other == number)
    return counts, units


def _seat(moves: Moves, group: UnitClass, number: int, count: int) -> Moves:
    high, shut, picks, got = moves.high, moves.shut, moves.picks, moves.got
    if count:
        least = moves.plan.least[moves.spot][number]
        high = list(high)
        high[group.shop] -= least * count
        lanes = moves.plan.shuts[number]
        # Only what certainly has something taken off is certainly closed to the lanes.
        if lanes and least >= SURE:
            shut = _closed(moves, group, lanes, count * max(0, group.base - least // MILLI - 4))
        units, base = got.get(number, (0, 0))
        picks = (*picks, (moves.spot, number, count))
        got = {**got, number: (units + count, base + count * group.base)}
    return Moves(
        moves.plan, moves.spot, moves.option, moves.left, high, shut, moves.floors, picks, got
    )


def _closed(
    moves: Moves, group: UnitClass, lanes: Sequence[int], cost: int
) -> dict[int, Sequence[int]]:
    shut = dict(moves.shut)
    for lane in lanes:
        costs = list(shut.get(lane, (0,) * len(moves.high)))
        costs[group.shop] += cost
        shut[lane] = costs
    return shut


def _next_class(moves: Moves) -> bool:
    """On to the next class; False where a bidder seated so far can no longer meet its needs."""
    plan, spot = moves.plan, moves.spot + 1
    for number, (units, base) in moves.got.items():
        more_units, more_base = plan.ahead[spot].get(number, (0, 0))
        need = plan.needs[number]
        if units + more_units < need.units or base + more_base < need.amount:
            return False
    moves.spot, moves.option = spot, 0
    moves.left = len(plan.classes[spot].units) if spot < len(plan.classes) else 0
    return True


def _never_seated(plan: Plan, spot: int, got: Container[int]) -> tuple[int, ...]:
    """The bidders that this class was the last chance of, and that have no unit."""
    return tuple(
        number
        for number in plan.classes[spot].bidders
        if plan.last[number] == spot and number not in got
    )


def _open_bunches(moves: Moves, scheme: Scheme) -> Callable[[int], tuple[Bunches, Bunches]]:
    return lambda bidder: _bunches(moves, scheme, bidder)


def _bunches(moves: Moves, scheme: Scheme, number: int) -> tuple[Bunches, Bunches]:
    """The units that a bidder has been seated with, and those it may yet get."""
    plan = moves.plan
    sure: list[Bunch] = [
        (plan.classes[spot].base, 0, count)
        for spot, bidder, count in moves.picks
        if bidder == number
    ]
    free: list[Bunch] = []
    for spot in range(moves.spot, len(plan.classes)):
        group = plan.classes[spot]
        option = moves.option if spot == moves.spot else 0
        count = moves.left if spot == moves.spot else len(group.units)
        if number in group.bidders[option:]:
            free.append((group.base, scheme.best[spot][option], count))
    return sure, free


def seated(moves: Moves) -> list[tuple[int, tuple[int, ...]]]:
    """The bidders with the units seated with each; in a class, the smaller id comes first."""
    counts: dict[int, dict[int, int]] = {}
    for spot, number, count in moves.picks:
        counts.setdefault(spot, {})[number] = count
    found: dict[int, list[int]] = {}
    for spot, by_bidder in counts.items():
        units = iter(moves.plan.classes[spot].units)
        for number in sorted(by_bidder):
            found.setdefault(number, []).extend(islice(units, by_bidder[number]))
    return [(number, tuple(sorted(units))) for number, units in sorted(found.items())]
