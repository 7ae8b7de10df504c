"""Ways of bounding from below what a unit lane leaves of the goods, move by move.

A scheme follows totals: of each shop, where a later lane looks at shops apart, or of the
order. Each bidder of the lane is bounded in one of three modes: by the rates of its units,
as a whole, or as a group benefit by the best set of units that it could form. A scheme of
shops can be too weak for bidders that span several, because what they save on one shop's
units may come off another's; a scheme of the order then stands beside it. All amounts are
in thousandths of a minor unit. `docs/choice.md` gives the argument.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum

from attrs import frozen

from mallops.promotions.group_bounds import MILLI, Bunches, GroupBound

Seatable = Callable[[int], tuple[Bunches, Bunches]]
"""By bidder: the units it has been seated with, and those it may yet get."""


@frozen
class Rated:
    """A class as a scheme sees it: `rates` is what each bidder takes off a unit at most."""

    base: int
    count: int
    shop: int
    rates: Mapping[int, int]


@frozen
class Limits:
    """What is known of the lane's bidders besides their rates.

    `wholes` is what each takes in all at most, in minor units; `groups` are the group
    benefits; `unrated` those whose rates do not bound a single shop of several; `capped` those
    with a budget, whose shares may be allocated twice; `halves` is what one rounding may add to
    what a bidder takes in all, and `half` to what it takes of one of several shops. `additive`
    are those that rates say all about.
    """

    wholes: Mapping[int, int]
    groups: Mapping[int, GroupBound]
    unrated: frozenset[int]
    capped: frozenset[int]
    halves: Mapping[int, int]
    half: int
    additive: frozenset[int]


class Mode(Enum):
    """How a bidder is bounded."""

    RATES = "rates"
    WHOLE = "whole"
    GROUP = "group"


Modes = Mapping[int, Mode]


@frozen
class Floor:
    """What totals come to at least: `low` of each shop (or of the order), less a `pool`.

    The pool is what bidders of several shops may take off any of them. `gains` is what each
    group bidder may add to what its units would bring elsewhere.
    """

    low: tuple[int, ...]
    pool: int
    gains: Mapping[int, int]


@frozen
class Scheme:
    """The modes of a lane's bidders, with what their moves cost.

    `best` is, by class and option, the best rate from that option on, or the price that
    group benefits pay for a unit, whichever is more; `rates` each option's
    own. `extras` is what a bidder may take beyond its rates, `shops` where it may take it.
    """

    orders: tuple[tuple[int, ...], ...]
    sizes: tuple[int, ...]
    shop: tuple[int, ...]
    best: tuple[tuple[int, ...], ...]
    rates: tuple[tuple[int, ...], ...]
    extras: Mapping[int, int]
    groups: Mapping[int, GroupBound]
    shops: Mapping[int, tuple[int, ...]]

    def order(self, spot: int) -> tuple[int, ...]:
        """The bidders of a class in the order in which they are to be decided."""
        return self.orders[spot]

    def first(self, totals: Sequence[int], seatable: Seatable) -> Floor:
        """The floor before any move, over each shop's total or, where all are one, the sum."""
        together = not self.shop or max(self.shop) == 0
        low = [sum(totals)] if together else list(totals)
        pool = 0
        for spot, shop in enumerate(self.shop):
            low[shop] -= self.best[spot][0] * self.sizes[spot]
        for number, extra in self.extras.items():
            pool = _lower(low, pool, self.shops[number], extra)
        gains = {number: form.gain(*seatable(number)) for number, form in self.groups.items()}
        return Floor(tuple(low), pool, gains)

    def after(
        self,
        floor: Floor,
        spot: int,
        option: int,
        count: int,
        left: int,
        gone: Sequence[int],
        seatable: Seatable,
    ) -> Floor:
        """The floor once `count` units of a class went to an option and `left` did not.

        `gone` are the bidders that now can never be seated.
        """
        best = self.best[spot]
        low, pool = list(floor.low), floor.pool
        low[self.shop[spot]] += (best[option] - self.rates[spot][option]) * count
        low[self.shop[spot]] += (best[option] - best[option + 1]) * left
        for number in gone:
            if number in self.extras:
                pool = _lower(low, pool, self.shops[number], -self.extras[number])
        gains = floor.gains
        if self.groups:
            # Only a bidder of this class can have gained or lost by the move.
            here = self.orders[spot]
            gains = {
                number: self.groups[number].gain(*seatable(number)) if number in here else gain
                for number, gain in gains.items()
                if number not in gone
            }
        return Floor(tuple(low), pool, gains)

    def settled(
        self, floor: Floor, number: int, counts: Mapping[int, int], taken: Sequence[int]
    ) -> Floor:
        """The floor once it is known what a bidder takes off each shop, in minor units.

        `counts` is, by class, how many units it was seated with.
        """
        low, pool = list(floor.low), floor.pool
        for spot, count in counts.items():
            low[self.shop[spot]] += self.rates[spot][self.orders[spot].index(number)] * count
        if number in self.extras:
            pool = _lower(low, pool, self.shops[number], -self.extras[number])
        if len(low) == len(taken):
            low = [left - off * MILLI for left, off in zip(low, taken, strict=True)]
        else:
            low[0] -= sum(taken) * MILLI
        gains = {other: gain for other, gain in floor.gains.items() if other != number}
        return Floor(tuple(low), pool, gains)

    def lows(self, floor: Floor) -> tuple[list[int], int]:
        """What each shop (or the order) comes to at least, and the pool, in minor units."""
        low, pool = list(floor.low), floor.pool
        for number, gain in floor.gains.items():
            pool = _lower(low, pool, self.shops[number], gain)
        if pool <= 0:
            return [max(0, -(-left // MILLI)) for left in low], 0
        # A part of the pool may come off any shop, so a shop's own low is not rounded up.
        return [left // MILLI for left in low], -(-pool // MILLI)


def _lower(low: list[int], pool: int, shops: Sequence[int], amount: int) -> int:
    """Let `amount` come off the one shop, or off any of several: then it joins the pool."""
    if len(shops) == 1:
        low[shops[0]] -= amount
        return pool
    return pool + amount


def make_schemes(classes: Sequence[Rated], limits: Limits) -> tuple[Scheme, ...]:
    """One scheme of shops or of the order; both where bidders span shops looked at apart."""
    shops = {
        number: tuple(sorted({group.shop for group in classes if number in group.rates}))
        for number in sorted(limits.wholes)
    }
    spread = {number for number, found in shops.items() if len(found) > 1}
    first = _scheme(classes, limits, shops, spread)
    if not spread:
        return (first,)
    together = [Rated(group.base, group.count, 0, group.rates) for group in classes]
    order = dict.fromkeys(shops, (0,))
    return first, _scheme(together, limits, order, set(), first.orders)


def _scheme(
    classes: Sequence[Rated],
    limits: Limits,
    shops: Mapping[int, tuple[int, ...]],
    spread: set[int],
    orders: tuple[tuple[int, ...], ...] | None = None,
) -> Scheme:
    modes, lifts = _modes(classes, limits, spread)
    if orders is None:
        orders = tuple(_order(group, modes) for group in classes)
    rates = tuple(
        tuple(group.rates[n] if modes[n] is Mode.RATES else 0 for n in order)
        for group, order in zip(classes, orders, strict=True)
    )
    return Scheme(
        orders=orders,
        sizes=tuple(group.count for group in classes),
        shop=tuple(group.shop for group in classes),
        best=tuple(
            _best_from(found, order, modes, lift)
            for found, order, lift in zip(rates, orders, lifts, strict=True)
        ),
        rates=rates,
        extras={
            number: limits.wholes[number] * MILLI
            if mode is Mode.WHOLE
            else _rounded(number, classes, number in spread, limits)
            for number, mode in modes.items()
            if mode is not Mode.GROUP
        },
        groups={n: limits.groups[n] for n, mode in modes.items() if mode is Mode.GROUP},
        shops=shops,
    )


def _order(group: Rated, modes: Modes) -> tuple[int, ...]:
    """Group benefits first: what they leave over is shared out among the rates, best first."""
    return tuple(
        sorted(group.rates, key=lambda n: (modes[n] is not Mode.GROUP, -group.rates[n], n))
    )


def _best_from(
    rates: Sequence[int], order: Sequence[int], modes: Modes, lift: int
) -> tuple[int, ...]:
    """The best rate from each option on: the lift for as long as a group may yet be formed."""
    best = [0]
    grouped = False
    for rate, number in zip(reversed(rates), reversed(order), strict=True):
        grouped = grouped or modes[number] is Mode.GROUP
        best.append(max(rate, best[-1], lift if grouped else 0))
    return tuple(reversed(best))


def _rounded(number: int, classes: Sequence[Rated], spread: bool, limits: Limits) -> int:
    """What rounding may add to a bidder's rates, in all shops together.

    Half a minor unit, once. Where shops are looked at apart, the largest remainders may
    favour one shop's units: by a quarter of a minor unit for each unit at most, at each
    allocation.
    """
    if not spread:
        return limits.halves[number]
    units = sum(group.count for group in classes if number in group.rates)
    allocations = 2 if number in limits.capped else 1
    return limits.half + allocations * (units * MILLI // 4 + 1)


def _modes(
    classes: Sequence[Rated], limits: Limits, spread: set[int]
) -> tuple[dict[int, Mode], list[int]]:
    """The modes that bound the lane best, and each class's lift.

    The modes are found by changing one bidder's at a time. Where several group benefits
    want the same units, they are also tried together, at prices tuned for their units.
    """
    unrated = limits.unrated & spread
    modes = {n: Mode.WHOLE if n in unrated else Mode.RATES for n in sorted(limits.wholes)}
    bound = _most_in_all(classes, modes, limits, [0] * len(classes))
    for _ in range(2):
        for number in (n for n in modes if n not in limits.additive):
            grouped = number in limits.groups and number not in spread
            for mode in (Mode.WHOLE, Mode.GROUP) if grouped else (Mode.WHOLE,):
                other = {**modes, number: mode}
                reached = _most_in_all(classes, other, limits, [0] * len(classes))
                if reached < bound:
                    modes, bound = other, reached
    groups = [number for number in limits.groups if number not in spread]
    if len(groups) > 1:
        together = {**modes, **dict.fromkeys(groups, Mode.GROUP)}
        reached, lifts = _tuned(classes, together, limits)
        if reached < bound:
            return together, lifts
    return modes, [0] * len(classes)


TUNINGS = 24


def _tuned(classes: Sequence[Rated], modes: Modes, limits: Limits) -> tuple[int, list[int]]:
    """Prices for the units that group benefits compete for, and the bound they give.

    Any prices give a bound. A price goes up where more units are wanted than there are and
    down where fewer are, in ever smaller steps: the subgradient method.
    """
    lifts = _best_rates(classes, modes)
    least = list(lifts)
    best, kept = _most_in_all(classes, modes, limits, lifts), lifts
    for turn in range(TUNINGS):
        wanted = _wanted(classes, modes, limits, lifts)
        slope = [group.count - want for group, want in zip(classes, wanted, strict=True)]
        size = sum(rise * rise for rise in slope)
        if size == 0:
            break
        step = best // (25 << turn // 6) // size
        lifts = [
            max(low, lift - step * rise)
            for low, lift, rise in zip(least, lifts, slope, strict=True)
        ]
        reached = _most_in_all(classes, modes, limits, lifts)
        if reached < best:
            best, kept = reached, lifts
    return best, kept


def _wanted(
    classes: Sequence[Rated], modes: Modes, limits: Limits, lifts: Sequence[int]
) -> list[int]:
    """How many units of each class the best sets of all group benefits hold together."""
    wanted = [0] * len(classes)
    for number, mode in modes.items():
        if mode is Mode.GROUP:
            spots = [spot for spot, group in enumerate(classes) if number in group.rates]
            free = [(classes[spot].base, lifts[spot], classes[spot].count) for spot in spots]
            for spot, used in zip(spots, limits.groups[number].joiners(free), strict=True):
                wanted[spot] += used
    return wanted


def _best_rates(classes: Sequence[Rated], modes: Modes) -> list[int]:
    return [
        max((rate for n, rate in group.rates.items() if modes[n] is Mode.RATES), default=0)
        for group in classes
    ]


def _most_in_all(
    classes: Sequence[Rated], modes: Modes, limits: Limits, lifts: Sequence[int]
) -> int:
    best = [max(pair) for pair in zip(_best_rates(classes, modes), lifts, strict=True)]
    total = sum(most * group.count for most, group in zip(best, classes, strict=True))
    for number, mode in modes.items():
        if mode is Mode.WHOLE:
            total += limits.wholes[number] * MILLI
        elif mode is Mode.GROUP:
            free = [
                (group.base, most, group.count)
                for most, group in zip(best, classes, strict=True)
                if number in group.rates
            ]
            total += limits.groups[number].gain((), free)
    return total
