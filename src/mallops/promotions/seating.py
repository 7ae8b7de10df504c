"""One promotion on one seat: which units it takes, whether it may, and what it then gives.

Everything here is a function of a `Bidder` (a promotion looked at for one cart), a seat and
a `State` (what every unit still costs, and which lanes are closed to it).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import define

from mallops.money import Rounding, allocate
from mallops.promotions import benefits
from mallops.promotions.basket import Basket, Statuses, fitting_units
from mallops.promotions.compiled import Rule, Step
from mallops.promotions.terms import (
    AddOnTerm,
    Bundle,
    EachAmount,
    EachPrice,
    Freight,
    GiftTerm,
    Lump,
    Nth,
    Percentage,
    RewardTerm,
)
from mallops.rules.benefits import Reward
from mallops.rules.promotions import Scope, Seat

NO_ITEMS = "no_items"
BLOCKED = "blocked"
BELOW_QUANTITY = "below_quantity"
BELOW_AMOUNT = "below_amount"
NO_EFFECT = "no_effect"


@define(slots=True)
class State:
    """What is left: each unit's base, each parcel's fee, and the closed lanes.

    `start` is each unit's base at the beginning of the present lane, which is what
    requirements measure, whatever other seats of the lane took since. `closed` has, per unit,
    bit k set where the lane at position k is closed to it; None where none is. `rests` is
    what is left of a budget, by bidder.
    """

    base: list[int]
    start: list[int]
    fees: list[int]
    closed: list[int] | None
    rests: dict[int, int]

    @classmethod
    def at_list_price(cls, basket: Basket, bidders: Iterable[Bidder]) -> State:
        """The state before the first lane."""
        fees = [fee for _, fee in basket.parcels]
        rests = {each.number: each.rest for each in bidders if each.rest is not None}
        return cls(list(basket.price), list(basket.price), fees, None, rests)

    def copy(self) -> State:
        """A state that may be changed without changing this one."""
        closed = None if self.closed is None else list(self.closed)
        return State(list(self.base), self.start, list(self.fees), closed, dict(self.rests))

    def begin_lane(self) -> None:
        """From here on the bases of a new lane are measured."""
        self.start = list(self.base)


@define
class Bidder:
    """A promotion that may bid for seats of this cart; `number` is its place by id.

    `seats` are its units on each seat that it could take: per shop for shop lanes, per
    parcel for parcel lanes, one seat otherwise. `measured` are the units that `requires`
    measures where those are others than U. `extras` are the units of each add-on SKU.
    """

    number: int
    rule: Rule
    seats: tuple[tuple[int, ...], ...]
    statuses: Statuses | None
    measured: tuple[tuple[int, ...], ...] | None
    measured_statuses: Statuses | None
    extras: tuple[dict[str, tuple[int, ...]], ...]
    rest: int | None


@define
class Deal:
    """What a promotion gives on a seat: shares of `units`, off a fee, gifts or a reward.

    `taken` is the discount in all, within the budget; `worth` is the gifts' value.
    """

    units: tuple[int, ...]
    shares: tuple[int, ...]
    taken: int
    gift: tuple[str, int] | None = None
    worth: int = 0
    reward: Reward | None = None

    @property
    def brings(self) -> bool:
        """Whether it brings a gift or a reward."""
        return self.gift is not None or self.reward is not None


@define
class Granted:
    """A bidder's deal on one seat of its lane: what a seating is made of."""

    bidder: Bidder
    seat: int
    deal: Deal


def bidder(
    number: int, rule: Rule, basket: Basket, rest: int | None, found_for: Sequence[int]
) -> Bidder:
    """A rule looked at for one basket; `rest` is what is left of its budget, if it has one.

    `found_for` are the lines for which the index found it, none of them if it is about all.
    """
    statuses: Statuses | None = None
    if rule.whole:
        units = tuple(range(len(basket.price)))
    elif rule.by_key and found_for:
        units = tuple(unit for line in found_for for unit in basket.lines[line].units)
    else:
        lines = [basket.lines[line] for line in found_for] or basket.lines
        units, statuses = fitting_units(rule.promotion.items, lines)
    seats = _by_seat(units, rule.seat, basket)
    requires = rule.promotion.requires
    measured, measured_statuses = None, None
    if requires.items is not None:
        found, measured_statuses = fitting_units(requires.items, basket.lines)
        whole = requires.scope is Scope.ORDER or rule.seat is Seat.UNIT
        measured = (found,) * len(seats) if whole else _by_seat(found, rule.seat, basket)
    elif requires.scope is Scope.ORDER:
        measured, measured_statuses = (units,) * len(seats), statuses
    return Bidder(
        number, rule, seats, statuses, measured, measured_statuses, _extras(rule, basket), rest
    )


def _by_seat(units: tuple[int, ...], seat: Seat, basket: Basket) -> tuple[tuple[int, ...], ...]:
    if seat is Seat.UNIT or seat is Seat.ORDER:
        return (units,)
    by_shop: list[list[int]] = [[] for _ in basket.shops]
    for unit in units:
        by_shop[basket.shop[unit]].append(unit)
    if seat is Seat.PARCEL:
        return tuple(tuple(by_shop[shop]) for shop, _ in basket.parcels)
    return tuple(map(tuple, by_shop))


def _extras(rule: Rule, basket: Basket) -> tuple[dict[str, tuple[int, ...]], ...]:
    if not rule.add_ons:
        return ()
    by_sku = {
        sku: tuple(unit for line in basket.lines if line.sku.sku == sku for unit in line.units)
        for sku in rule.add_ons
    }
    seats = [_by_seat(units, rule.seat, basket) for units in by_sku.values()]
    return tuple(dict(zip(by_sku, spread, strict=True)) for spread in zip(*seats, strict=True))


class Judge:
    """Weighs bidders on seats for one basket under one rounding."""

    __slots__ = ("basket", "rounding")

    def __init__(self, basket: Basket, rounding: Rounding) -> None:
        self.basket = basket
        self.rounding = rounding

    def qualifying(self, bidder: Bidder, seat: int, state: State) -> Sequence[int]:
        """The units on the seat that fit at their present base, closed lanes aside."""
        return self._fitting(bidder.seats[seat], bidder.statuses, state)

    def open_units(self, bidder: Bidder, units: Sequence[int], state: State) -> Sequence[int]:
        """Those of the units to which the bidder's lane is not closed."""
        closed = state.closed
        if closed is None:
            return units
        bit = 1 << bidder.rule.lane
        return [unit for unit in units if not closed[unit] & bit]

    def weigh(
        self, bidder: Bidder, seat: int, state: State, units: Sequence[int] | None = None
    ) -> Deal | str:
        """The deal of a bidder on a seat, or the code of the first thing against it.

        `units` are those seated with it in a unit lane; None takes all that are open to it.
        """
        if units is None:
            qualifying = self.qualifying(bidder, seat, state)
            if not qualifying:
                return NO_ITEMS
            units = self.open_units(bidder, qualifying, state)
            if not units:
                return BLOCKED
        if bidder.rule.plain:
            return self._grant(bidder, bidder.rule.steps[0], seat, state, units, ())
        step, extras, taken = self.tier(bidder, seat, state, units)
        codes = self._against(bidder, step, seat, state, taken, extras)
        return codes[0] if codes else self._grant(bidder, step, seat, state, taken, extras)

    def codes(self, bidder: Bidder, seat: int, state: State) -> tuple[str, ...]:
        """Every code that holds against a bidder on a seat, in the order of the law."""
        qualifying = self.qualifying(bidder, seat, state)
        if not qualifying:
            return (NO_ITEMS,)
        units = self.open_units(bidder, qualifying, state)
        if not units:
            return (BLOCKED,)
        step, extras, taken = self.tier(bidder, seat, state, units)
        codes = self._against(bidder, step, seat, state, taken, extras)
        if codes:
            return codes
        deal = self._grant(bidder, step, seat, state, taken, extras)
        return () if isinstance(deal, Deal) else (deal,)

    def tier(
        self, bidder: Bidder, seat: int, state: State, units: Sequence[int]
    ) -> tuple[Step, Sequence[int], Sequence[int]]:
        """The highest tier that the units reach, else the lowest; its add-on units, and U."""
        steps = bidder.rule.steps
        for step in steps:
            extras = self.extras(bidder, step, seat, state)
            taken = [unit for unit in units if unit not in extras] if extras else units
            if step is steps[-1] or not _short_of_tier(step, state, taken):
                break
        return step, extras, taken

    def extras(self, bidder: Bidder, step: Step, seat: int, state: State) -> Sequence[int]:
        """The units that an add-on sets aside: the dearest open ones of its SKU."""
        term = step.term
        if not isinstance(term, AddOnTerm):
            return ()
        found = self.open_units(bidder, bidder.extras[seat][term.sku], state)
        base = state.base
        return sorted(sorted(found, key=lambda unit: -base[unit])[: term.quantity])

    def measures(
        self,
        bidder: Bidder,
        seat: int,
        state: State,
        taken: Sequence[int],
        extras: Sequence[int] = (),
    ) -> Sequence[int]:
        """The units on which `requires` is measured."""
        if bidder.measured is None:
            return taken
        found = self._fitting(bidder.measured[seat], bidder.measured_statuses, state)
        found = self.open_units(bidder, found, state)
        return [unit for unit in found if unit not in extras] if extras else found

    def _fitting(
        self, units: Sequence[int], statuses: Statuses | None, state: State
    ) -> Sequence[int]:
        if statuses is None:
            return units
        start, own = state.start, self.basket.own
        return [unit for unit in units if statuses[unit][start[unit] != own[unit]]]

    def _against(
        self,
        bidder: Bidder,
        step: Step,
        seat: int,
        state: State,
        taken: Sequence[int],
        extras: Sequence[int],
    ) -> tuple[str, ...]:
        """What the requirements and the tier have against the units taken."""
        if not taken:
            return (NO_ITEMS,)
        rule, start = bidder.rule, state.start
        if rule.quantity or rule.distinct or rule.amount is not None:
            measured = self.measures(bidder, seat, state, taken, extras)
        else:
            measured = taken
        short = _short_of_tier(step, state, taken)
        codes: tuple[str, ...] = ()
        if (
            rule.quantity > len(measured)
            or (rule.distinct and rule.distinct > self.distinct(measured))
            or short == BELOW_QUANTITY
        ):
            codes = (BELOW_QUANTITY,)
        if short == BELOW_AMOUNT or (
            rule.amount is not None and rule.amount > sum(start[unit] for unit in measured)
        ):
            codes = (*codes, BELOW_AMOUNT)
        return codes

    def distinct(self, units: Iterable[int]) -> int:
        """How many different SKUs the units are of."""
        lines, line = self.basket.lines, self.basket.line
        return len({lines[line[unit]].sku.sku for unit in units})

    def _grant(
        self,
        bidder: Bidder,
        step: Step,
        seat: int,
        state: State,
        taken: Sequence[int],
        extras: Sequence[int],
    ) -> Deal | str:
        rest = state.rests.get(bidder.number)
        term = step.term
        match term:
            case Percentage() | Lump() | EachAmount() | EachPrice() | Nth() | Bundle():
                units = self._dearest(bidder, taken, state)
            case GiftTerm():
                return _gift(term, rest)
            case RewardTerm():
                return Deal((), (), 0, reward=term.reward)
            case Freight():
                off = benefits.freight(term, state.fees[seat], self.rounding)
                off = off if rest is None else min(off, rest)
                return Deal((), (), off) if off else NO_EFFECT
            case AddOnTerm():
                units, term = extras, EachPrice(term.price)
        bases = [state.base[unit] for unit in units]
        shares = benefits.shares(term, bases, self._room(units, bases), self.rounding)
        amount = sum(shares)
        if rest is not None and amount > rest:
            # A capped discount keeps the proportions of the uncapped shares.
            shares, amount = allocate(rest, shares), rest
        return Deal(tuple(units), tuple(shares), amount) if amount else NO_EFFECT

    def _dearest(self, bidder: Bidder, taken: Sequence[int], state: State) -> Sequence[int]:
        most = bidder.rule.promotion.at_most_units
        if most is None or most >= len(taken):
            return taken
        base = state.base
        return sorted(sorted(taken, key=lambda unit: -base[unit])[:most])

    def _room(self, units: Sequence[int], bases: Sequence[int]) -> list[int] | None:
        if not self.basket.floored:
            return None
        floor = self.basket.floor
        return [max(0, base - floor[unit]) for unit, base in zip(units, bases, strict=True)]


def _short_of_tier(step: Step, state: State, taken: Sequence[int]) -> str:
    """The code of a tier that the units do not reach; empty where they do."""
    if step.quantity is not None and step.quantity > len(taken):
        return BELOW_QUANTITY
    start = state.start
    if step.amount is not None and step.amount > sum(start[unit] for unit in taken):
        return BELOW_AMOUNT
    return ""


def _gift(term: GiftTerm, rest: int | None) -> Deal | str:
    quantity = term.quantity
    if rest is not None and term.value:
        quantity = min(quantity, rest // term.value)
    if not quantity:
        return NO_EFFECT
    return Deal((), (), 0, gift=(term.sku, quantity), worth=quantity * term.value)


def settle(bidder: Bidder, seat: int, deal: Deal, state: State) -> None:
    """Write a deal into the state: bases, fee, budget, and the lanes it closes."""
    if bidder.rule.seat is Seat.PARCEL:
        state.fees[seat] -= deal.taken
    base = state.base
    for unit, share in zip(deal.units, deal.shares, strict=True):
        base[unit] -= share
    if bidder.number in state.rests:
        state.rests[bidder.number] -= deal.taken + deal.worth
    if bidder.rule.closes:
        if state.closed is None:
            state.closed = [0] * len(state.base)
        for unit, share in zip(deal.units, deal.shares, strict=True):
            if share:
                state.closed[unit] |= bidder.rule.closes
