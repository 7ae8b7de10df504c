"""Which units a quote's promotions took, and what the units that are kept still earn."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from attrs import frozen

from mallops.cart import Cart
from mallops.promotions.basket import Basket, lay_out
from mallops.promotions.compiled import Compiled
from mallops.promotions.quote import Quote, QuotedReward
from mallops.promotions.seating import Bidder, Deal, Judge, State, bidder
from mallops.rules.promotions import Seat

Unit = tuple[str, int]
"""A unit of a cart: the id of its line, and its number in it, from 1."""


@frozen
class Earned:
    """What promotions bring with the units that are kept: gifts by (promotion, SKU), rewards."""

    gifts: Mapping[tuple[str, str], int]
    rewards: tuple[QuotedReward, ...]


@frozen
class Taken:
    """A quote's cart laid out again, to ask what its promotions took and would take."""

    quote: Quote
    judge: Judge
    units: tuple[Unit, ...]
    bidders: Mapping[str, Bidder]
    starts: Mapping[str, State]

    def units_of(self, promotion: str) -> frozenset[Unit]:
        """The units whose return undoes a promotion: those it discounted, or else its U."""
        discounted = frozenset(
            (line.id, unit.number)
            for line in self.quote.lines
            for unit in line.units
            if any(step.promotion == promotion for step in unit.steps)
        )
        if discounted:
            return discounted
        found = self.bidders[promotion]
        start = self.starts[promotion]
        return frozenset(
            self.units[unit]
            for seat in self._seats(promotion)
            for unit in self.judge.open_units(
                found, self.judge.qualifying(found, seat, start), start
            )
        )

    def earned(self, returned: Collection[Unit]) -> Earned:
        """The gifts and rewards of the quote that its units still earn without those returned.

        Each is measured again on what is left of its units, at what they cost in the quote.
        """
        gifts: dict[tuple[str, str], int] = {}
        rewards: list[QuotedReward] = []
        for promotion, deal in self._deals(frozenset(returned)):
            if deal.gift is not None:
                sku, quantity = deal.gift
                gifts[promotion, sku] = gifts.get((promotion, sku), 0) + quantity
            reward = deal.reward
            if reward is not None:
                rewards.append(
                    QuotedReward(promotion, reward.points, reward.multiplier, reward.coupon)
                )
        return Earned(gifts, tuple(rewards))

    def _deals(self, returned: frozenset[Unit]) -> Iterator[tuple[str, Deal]]:
        bringing = {gift.promotion for gift in self.quote.gifts}
        bringing.update(reward.promotion for reward in self.quote.rewards)
        for promotion in sorted(bringing):
            found, start = self.bidders[promotion], self.starts[promotion].copy()
            # A unit that is gone counts no more than one that an earlier promotion closed.
            bit = 1 << found.rule.lane
            start.closed = [
                closed | bit if unit in returned else closed
                for unit, closed in zip(self.units, start.closed or (), strict=True)
            ]
            for seat in self._seats(promotion):
                deal = self.judge.weigh(found, seat, start)
                if isinstance(deal, Deal):
                    yield promotion, deal

    def _seats(self, promotion: str) -> list[int]:
        """The seats on which the quote applied a promotion."""
        basket = self.judge.basket
        [applied] = [each for each in self.quote.applied if each.promotion == promotion]
        names = _seat_names(self.bidders[promotion].rule.seat, basket)
        return [place for place, name in enumerate(names) if name in applied.seats]


def _seat_names(seat: Seat, basket: Basket) -> Sequence[str]:
    match seat:
        case Seat.SHOP:
            return basket.shops
        case Seat.PARCEL:
            return [basket.shops[shop] for shop, _ in basket.parcels]
        case Seat.UNIT | Seat.ORDER:
            return ("",)


def take_up(compiled: Compiled, cart: Cart, quote: Quote) -> Taken:
    """Lay a quote out again; it must be the rulebook's own for that cart."""
    basket = lay_out(compiled, cart, quote.at)
    skus = [line.sku.sku for line in basket.lines]
    touching = compiled.index.touching(skus, cart.shopper.groups, cart.coupons, quote.at)
    places = [compiled.positions[each.promotion] for each in quote.applied]
    starts = _starts(compiled, basket, quote)
    rules = [compiled.rules[place] for place in places]
    return Taken(
        quote=quote,
        judge=Judge(basket, compiled.rulebook.rounding),
        units=tuple(
            (line.id, number + 1) for line in basket.lines for number in range(line.quantity)
        ),
        bidders={
            rule.id: bidder(number, rule, basket, None, touching[place])
            for number, (place, rule) in enumerate(zip(places, rules, strict=True))
        },
        starts={rule.id: starts[rule.lane] for rule in rules},
    )


def _starts(compiled: Compiled, basket: Basket, quote: Quote) -> list[State]:
    """What each lane began with, as the quote tells it: bases, and the lanes closed to units."""
    lanes = compiled.rulebook.lanes
    place = {lane.id: number for number, lane in enumerate(lanes)}
    taken: list[list[tuple[int, int, int]]] = [[] for _ in lanes]
    units = [unit for line in quote.lines for unit in line.units]
    for number, unit in enumerate(units):
        for step in unit.steps:
            closes = compiled.rules[compiled.positions[step.promotion]].closes
            taken[place[step.lane]].append((number, step.amount.minor, closes))
    state = State.at_list_price(basket, ())
    state.closed = [0] * len(units)
    starts: list[State] = []
    for of_lane in taken:
        state.begin_lane()
        starts.append(state.copy())
        for number, amount, closes in of_lane:
            state.base[number] -= amount
            state.closed[number] |= closes
    return starts
